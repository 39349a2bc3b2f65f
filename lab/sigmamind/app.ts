import { fastify, type FastifyInstance } from "fastify";
import { agentRoutes } from "./agents";
import { callRoutes } from "./calls";
import type { Context } from "./context";
import { answerErrors, ApiRefusal } from "./errors";
import { numberRoutes } from "./numbers";
import type { RequestLog } from "./requestLog";
import { webhookRoutes } from "./webhooks";

/** The documented API under `/v1` (docs/facts/sigmamind.md), guarded by the workspace's key. */
export function buildApp(context: Context, apiKey: string, log: RequestLog): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 200 } });
  answerErrors(app);
  log.install(app);
  context.disturbances.install(app);
  // A bad key is not documented; 401 with the usual body is what the framework behind that body gives
  // (docs/facts/sigmamind.md#errors).
  app.addHook("onRequest", (request, _reply, done) => {
    const allowed = request.headers["x-api-key"] === apiKey;
    done(allowed ? undefined : new ApiRefusal(401, "Missing or invalid API key"));
  });
  numberRoutes(app, context);
  agentRoutes(app, context);
  callRoutes(app, context);
  webhookRoutes(app, context);
  return app;
}
