import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Context } from "./context";
import { ApiRefusal } from "./errors";
import { bare, webhookBody } from "./generations";
import { page, pageQuery } from "./paging";
import { agentIdText, type SimulatorState, type WebhookRecord } from "./records";
import { randomId } from "./store";
import { documented } from "./validation";

/**
 * Events of the newest pages; the oldest spelled the last one `conversation_analyzed` (docs/facts/sigmamind.md#webhooks).
 */
const event = z.enum(["conversation_started", "conversation_ended", "conversation_analysed", "conversation_analyzed"]);

const createBody = z.object({
  name: z.string().min(1).max(128),
  agentId: agentIdText,
  url: z.string().regex(/^https?:\/\/.+/, "must match https?://.+"),
  events: z.array(event).min(1),
});
/** The oldest page lets the caller choose the secret. */
const createBodyG1 = createBody.extend({ secret: z.string().min(1) });

/** `active` is true unless asked otherwise. */
const listQuery = pageQuery.extend({
  agentId: z.string().optional(),
  active: z.enum(["true", "false"]).default("true"),
});
const webhookPath = z.object({ webhookId: z.string() });

/**
 * Agent webhooks (docs/facts/sigmamind.md#webhooks): the resource only; the simulator delivers no events, their payload
 * is not documented.
 */
export function webhookRoutes(app: FastifyInstance, { store, disturbances }: Context): void {
  const quirks = () => disturbances.quirks;
  const body = (webhook: WebhookRecord) => webhookBody(webhook, store.state, quirks().generation);

  app.get("/v1/webhooks", ({ query }) => {
    const { agentId, active, ...range } = documented(listQuery, query, quirks().strict);
    const chosen = store.state.webhooks.filter(
      (webhook) => webhook.active === (active === "true") && (agentId === undefined || webhook.agentId === agentId),
    );
    return page(chosen.map(body), range, quirks());
  });

  app.get("/v1/webhooks/:webhookId", ({ params }) => body(findWebhook(store.state, params)));

  app.post("/v1/webhooks", (request) => {
    const schema = quirks().generation === "G1" ? createBodyG1 : createBody;
    const given = documented(schema, request.body, quirks().strict);
    const webhook: WebhookRecord = { webhookId: randomId(), active: true, secret: randomId(), ...given };
    store.change((state) => state.webhooks.push(webhook));
    return body(webhook);
  });

  app.delete("/v1/webhooks/:webhookId", (request, reply) => {
    const gone = findWebhook(store.state, request.params);
    store.change((state) => (state.webhooks = state.webhooks.filter((webhook) => webhook !== gone)));
    return reply.code(204).send();
  });
}

function findWebhook(state: SimulatorState, params: unknown): WebhookRecord {
  const webhookId = bare(webhookPath.parse(params).webhookId);
  const webhook = state.webhooks.find((candidate) => candidate.webhookId === webhookId);
  if (webhook === undefined) throw new ApiRefusal(404, `Webhook ${webhookId} not found`);
  return webhook;
}
