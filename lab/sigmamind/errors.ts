import type { FastifyError, FastifyInstance } from "fastify";
import { messageOf } from "../../core/refusal";

/** A request that the API refuses. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: 400 | 401 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  409: "Conflict",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/**
 * The documented error body, `{error, message, path, status, timestamp}` (page /api-reference/calls/delete-phone-call).
 * `path` is the collection's path without the id, as in that example.
 */
export function errorBody(status: number, message: string, url: string): Record<string, unknown> {
  const path = url.split("?")[0]?.split("/").slice(0, 3).join("/");
  return { error: reasons[status] ?? "Error", message, path, status, timestamp: new Date().toISOString() };
}

/** Gives every failure the documented body; what is not a refusal is a mistake of the simulator and also told on stderr. */
export function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(errorBody(404, `No endpoint ${request.method} ${request.url}`, request.url)),
  );
  app.setErrorHandler((thrown: FastifyError | ApiRefusal, request, reply) => {
    const status = thrown instanceof ApiRefusal ? thrown.status : (thrown.statusCode ?? 500);
    if (status >= 500) process.stderr.write(`${request.method} ${request.url}: ${messageOf(thrown)}\n`);
    return reply.code(status).send(errorBody(status, status >= 500 ? "Unexpected error" : thrown.message, request.url));
  });
}
