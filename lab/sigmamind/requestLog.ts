import type { FastifyInstance, FastifyRequest } from "fastify";

/** One request as the simulator saw it. */
export interface LoggedRequest {
  at: string;
  method: string;
  /** Decoded, with the query. */
  path: string;
  /** Credentials replaced by `[redacted]`. */
  body?: unknown;
  /** `undefined` while it is being handled, and for ever where the connection was cut. */
  status?: number;
}

const secrets = new Set(["trunkUsername", "trunkPassword", "secret"]);
const kept = 1000;

/** The latest requests, for tests: what a client sends matters as much as what comes of it. */
export class RequestLog {
  readonly entries: LoggedRequest[] = [];

  install(app: FastifyInstance): void {
    const entryOf = new WeakMap<FastifyRequest, LoggedRequest>();
    app.addHook("onRequest", (request, _reply, done) => {
      const { method, url } = request;
      const entry: LoggedRequest = { at: new Date().toISOString(), method, path: decodeURIComponent(url) };
      entryOf.set(request, entry);
      this.entries.push(entry);
      if (this.entries.length > kept) this.entries.shift();
      done();
    });
    app.addHook("preHandler", (request, _reply, done) => {
      const entry = entryOf.get(request);
      if (entry !== undefined && request.body !== undefined) entry.body = redacted(request.body);
      done();
    });
    app.addHook("onResponse", (request, reply, done) => {
      const entry = entryOf.get(request);
      if (entry !== undefined && !request.raw.socket.destroyed) entry.status = reply.statusCode;
      done();
    });
  }

  clear(): void {
    this.entries.length = 0;
  }
}

function redacted(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body, (key, value: unknown) => (secrets.has(key) ? "[redacted]" : value)),
  ) as unknown;
}
