import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { errorBody } from "./errors";

/** How the simulator differs from the newest documents. */
export const quirksSchema = z.strictObject({
  /**
   * Which generation of the documents it follows (docs/facts/sigmamind.md#generations). `G1`: numbers as JSON numbers,
   * bare ids, `totalCounts`, trunk credentials required, singular paths served as well. `G2`: strings, ids with a dash,
   * `totalCounts`. `G3`: `agent_` and other prefixes with an underscore, `totalCount`.
   */
  generation: z.enum(["G1", "G2", "G3"]).default("G3"),
  /** Refuse undocumented fields and query parameters. */
  strict: z.boolean().default(true),
  /**
   * The envelope of `GET /v1/phone-numbers` is not documented (docs/facts/sigmamind.md#paging): paged like the others, or
   * a bare array.
   */
  numberList: z.enum(["paged", "array"]).default("paged"),
  /**
   * `GET /v1/phone-numbers/{n}` is only inferred from the documents (docs/facts/sigmamind.md#phone-number-endpoints);
   * without it, it answers 404.
   */
  getNumber: z.boolean().default(true),
});
export type Quirks = z.infer<typeof quirksSchema>;

/** Something that goes wrong with the next matching requests. */
export const faultSchema = z.strictObject({
  /** Only requests of this method. */
  method: z.enum(["GET", "POST", "PATCH", "DELETE"]).optional(),
  /** Only requests whose decoded path begins like this. */
  path: z.string().optional(),
  /** How many requests it meets. */
  times: z.number().int().min(1).default(1),
  /** `before` the request is handled (nothing is written), or `after` (written, but the answer is changed or lost). */
  when: z.enum(["before", "after"]).default("before"),
  /** What happens: an error status, a wait, or the connection is cut. */
  do: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("status"),
      status: z.number().int().min(400).max(599),
      retryAfter: z.string().optional(),
    }),
    z.strictObject({ kind: z.literal("wait"), milliseconds: z.number().int().min(1) }),
    z.strictObject({ kind: z.literal("drop") }),
  ]),
});
export type Fault = z.infer<typeof faultSchema>;

/** The switches and the queue of faults, in the order in which they were asked for. */
export class Disturbances {
  quirks: Quirks = quirksSchema.parse({});
  #faults: Fault[] = [];
  readonly #closing = new AbortController();

  add(fault: z.input<typeof faultSchema>): void {
    this.#faults.push(faultSchema.parse(fault));
  }

  /** No more faults. */
  calm(): void {
    this.#faults = [];
  }

  /** No more faults, and the newest documents again. */
  clear(): void {
    this.quirks = quirksSchema.parse({});
    this.calm();
  }

  /** Ends pending waits. */
  close(): void {
    this.#closing.abort();
  }

  /** Installs the faults around every handler of `app`. */
  install(app: FastifyInstance): void {
    const met = new WeakMap<FastifyRequest, Fault>();
    app.addHook("onRequest", async (request, reply) => {
      const fault = this.#take(request);
      if (fault === undefined) return;
      if (fault.when === "after") {
        met.set(request, fault);
      } else if (fault.do.kind === "status") {
        if (fault.do.retryAfter !== undefined) reply.header("retry-after", fault.do.retryAfter);
        await reply.code(fault.do.status).send(errorBody(fault.do.status, "Fault asked for", request.url));
      } else if (fault.do.kind === "drop") {
        reply.hijack();
        request.raw.socket.destroy();
      } else {
        await this.#wait(fault.do.milliseconds);
      }
    });
    app.addHook("onSend", async (request, reply, payload) => {
      const fault = met.get(request);
      if (fault === undefined) return payload;
      met.delete(request);
      if (fault.do.kind === "wait") await this.#wait(fault.do.milliseconds);
      if (fault.do.kind === "drop") request.raw.socket.destroy();
      if (fault.do.kind !== "status") return payload;
      reply.code(fault.do.status).type("application/json").removeHeader("content-length");
      if (fault.do.retryAfter !== undefined) reply.header("retry-after", fault.do.retryAfter);
      return JSON.stringify(errorBody(fault.do.status, "Fault asked for", request.url));
    });
  }

  #take(request: FastifyRequest): Fault | undefined {
    const path = decodeURIComponent(request.url);
    const index = this.#faults.findIndex(
      (fault) => (fault.method ?? request.method) === request.method && path.startsWith(fault.path ?? ""),
    );
    const fault = this.#faults[index];
    if (fault !== undefined && --fault.times === 0) this.#faults.splice(index, 1);
    return fault;
  }

  async #wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}
