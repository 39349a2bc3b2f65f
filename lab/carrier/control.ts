import { fastify, type FastifyInstance, type FastifyReply } from "fastify";
import { z } from "zod";
import { writeWav } from "../audio";
import { speak } from "../audio/speech";
import type { Calls, Direction } from "./calls";
import { CUSTOMERS } from "./customers";

const digits = z.object({
  digits: z.string().regex(/^[0-9*#A-Da-d]{1,32}$/, "1 to 32 of the keys 0-9, *, #, A-D"),
});
const callQuery = z.object({ since: z.coerce.number().optional(), number: z.string().optional() });
const words = z.object({
  text: z.string().min(1).max(2000),
  voice: z
    .string()
    .regex(/^[\w+-]+$/)
    .optional(),
});

/**
 * The control API: what arrived at the telephone network, what was heard there, and what a customer does beyond his part.
 * docker/carrier/README.md lists it.
 */
export function buildControlApp(calls: Calls, ready: () => Promise<boolean>): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  // Clients that send no body give it a type all the same.
  app.addContentTypeParser("*", (_request, payload, done) => {
    payload.resume();
    done(null);
  });
  const gone = (reply: FastifyReply) => reply.code(404).send({ error: "no such call" });

  app.get("/health", async (_request, reply) => {
    const ok = await ready();
    return reply.code(ok ? 200 : 503).send({ status: ok ? "ok" : "starting" });
  });
  app.get("/customers", () => CUSTOMERS);
  app.get("/calls", async ({ query }, reply) => {
    const asked = callQuery.safeParse(query);
    if (!asked.success) return reply.code(400).send({ error: z.prettifyError(asked.error) });
    return calls.all(asked.data);
  });
  app.delete("/calls", async (_request, reply) => {
    await calls.forget();
    return reply.code(204).send();
  });
  app.get<ById>("/calls/:id", async ({ params }, reply) => (await calls.one(params.id)) ?? gone(reply));
  app.get<ById>("/calls/:id/trace", ({ params }, reply) => calls.trace(params.id) ?? gone(reply));
  for (const direction of ["heard", "said"] satisfies Direction[])
    app.get<ById>(`/calls/:id/${direction}.wav`, async ({ params }, reply) => {
      const file = await calls.recording(params.id, direction);
      return file === undefined ? gone(reply) : reply.type("audio/wav").send(file);
    });
  app.post<ById>("/calls/:id/hangup", async ({ params }, reply) =>
    (await calls.hangUp(params.id)) ? reply.code(204).send() : gone(reply),
  );
  app.post<ById>("/calls/:id/dtmf", async ({ params, body }, reply) => {
    const asked = digits.safeParse(body);
    if (!asked.success) return reply.code(400).send({ error: z.prettifyError(asked.error) });
    return (await calls.press(params.id, asked.data.digits)) ? reply.code(204).send() : gone(reply);
  });
  // What a text sounds like, to look for it in a recording.
  app.get("/speech.wav", async ({ query }, reply) => {
    const asked = words.safeParse(query);
    if (!asked.success) return reply.code(400).send({ error: z.prettifyError(asked.error) });
    return reply.type("audio/wav").send(writeWav(await speak(asked.data.text, { name: asked.data.voice })));
  });
  return app;
}

interface ById {
  Params: { id: string };
}
