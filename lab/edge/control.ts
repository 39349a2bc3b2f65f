import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fastify, type FastifyError, type FastifyInstance } from "fastify";
import { z } from "zod";
import { messageOf } from "../../core/refusal";
import { concat, readMonoWav, writeWav } from "../audio";
import type { Speech } from "./agent/speech";
import type { Line } from "./asterisk/line";
import { SOUNDS, type CallBook } from "./callBook";
import type { KnobBoard } from "./knobs";
import { callView, type EdgeCall } from "./record";
import type { Capture } from "../../core/protocols/sip/capture";

export interface ControlContext {
  book: CallBook;
  capture: Pick<Capture, "trace">;
  knobs: KnobBoard;
  speech: Pick<Speech, "files">;
  /** Whether a call would be taken now. */
  healthy: () => Promise<boolean>;
}

class Refused extends Error {
  constructor(
    readonly statusCode: 400 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

/** Which calls: those that arrived since then (epoch ms), those of a caller whose number has this end. */
const callQuery = z.object({ since: z.coerce.number().default(0), caller: z.string().default("") });
const path = z.object({ id: z.string() });
const soundPath = z.object({ id: z.string(), sound: z.enum(SOUNDS) });
const numberPath = z.object({ number: z.string().regex(/^\+[1-9][0-9]{6,14}$/, "must be +E.164") });
const speechQuery = z.object({
  text: z
    .string()
    .regex(/[\p{L}\p{N}]/u, "must have a word")
    .max(1_000),
});
const transferBody = z.strictObject({ to: z.string().min(1).optional() }).default({});

/** The edge's own control API, for tests and for `voicebridge verify`. Nothing of it exists at LiveKit. */
export function buildControlApp({ book, capture, knobs, speech, healthy }: ControlContext): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 200 } });
  answerErrors(app);
  const find = (params: unknown): { call: EdgeCall; line: Line } => {
    const { id } = path.parse(params);
    const found = book.find(id);
    if (found === undefined) throw new Refused(404, `no call ${id}`);
    return found;
  };
  const view = (call: EdgeCall) => callView(call, capture.trace(call.invite.callId));
  const answered = (params: unknown): Line => {
    const { call, line } = find(params);
    if (call.state === "answered") return line;
    throw new Refused(409, `call ${call.id} is ${call.state}, not answered`);
  };

  app.get("/health", async (_request, reply) => {
    const ready = await healthy();
    return reply.code(ready ? 200 : 503).send({ status: ready ? "ok" : "not ready" });
  });
  app.get("/calls", ({ query }) => {
    const { since, caller } = callQuery.parse(query);
    return book
      .all()
      .filter(({ invite }) => invite.at >= since && invite.from.number.endsWith(caller))
      .map(view);
  });
  app.get("/calls/:id", ({ params }) => view(find(params).call));
  app.get("/calls/:id/sip", ({ params }) =>
    capture
      .trace(find(params).call.invite.callId)
      .map(({ at, received, peer, text }) => ({ at, received, peer, text })),
  );
  app.get("/calls/:id/:sound.wav", ({ params }, reply) => {
    const { id, sound } = soundPath.parse(params);
    const file = book.sound(find({ id }).call.id, sound);
    if (!existsSync(file)) throw new Refused(404, `call ${id} has no ${sound}.wav`);
    return reply.type("audio/wav").send(createReadStream(file));
  });
  app.delete("/calls", async (_request, reply) => {
    await book.clear();
    return reply.code(204).send();
  });
  app.post("/calls/:id/hangup", ({ params }, reply) => {
    answered(params).command({ kind: "command", do: "hangup" });
    return reply.code(202).send();
  });
  app.post("/calls/:id/transfer", ({ params, body }, reply) => {
    answered(params).command({ kind: "command", do: "transfer", to: transferBody.parse(body ?? undefined).to });
    return reply.code(202).send();
  });

  // How the agent says a text: what a recording of the other side must hold.
  app.get("/speech", async ({ query }, reply) => {
    const files = await Promise.all(speech.files(speechQuery.parse(query).text));
    const sounds = await Promise.all(files.map(async (file) => readMonoWav(await readFile(`${file}.wav`))));
    return reply.type("audio/wav").send(writeWav(concat(...sounds)));
  });
  app.get("/knobs", () => knobs.of());
  app.put("/knobs", ({ body }) => knobs.turn(body));
  app.get("/knobs/:number", ({ params }) => knobs.of(numberPath.parse(params).number));
  app.put("/knobs/:number", ({ params, body }) => knobs.turn(body, numberPath.parse(params).number));
  app.delete("/knobs", (_request, reply) => {
    knobs.reset();
    return reply.code(204).send();
  });
  return app;
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((thrown: FastifyError | Refused | z.ZodError, _request, reply) => {
    if (thrown instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(thrown) });
    const status = thrown.statusCode ?? 500;
    if (status >= 500) process.stderr.write(`${messageOf(thrown)}\n`);
    return reply.code(status).send({ error: thrown.message });
  });
}
