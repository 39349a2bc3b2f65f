import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { readMonoWav, type Sound } from "../../lab/audio";
import { startLabPart, type LabPart } from "../kit/labImage";

const response = z.object({ status: z.number(), at: z.number() });
/** A call as the edge's control port shows it, as far as tests look at it. */
const call = z.object({
  id: z.string(),
  callId: z.string(),
  state: z.enum(["ringing", "answered", "ended"]),
  requestUri: z.string(),
  toUser: z.string(),
  routeNumber: z.string().optional(),
  from: z.object({ name: z.string(), number: z.string() }),
  transport: z.string(),
  srtp: z.boolean(),
  status: z.number().nullable(),
  responses: z.array(response),
  headers: z.array(z.object({ name: z.string(), values: z.array(z.string()), count: z.number() })),
  variables: z.record(z.string(), z.string()),
  refusal: z.string().optional(),
  said: z.array(z.object({ at: z.number(), text: z.string() })),
  heard: z.array(z.object({ startMs: z.number(), endMs: z.number(), kind: z.string(), hz: z.number().optional() })),
  digits: z.array(z.object({ digit: z.string() })),
  invitedAt: z.number(),
  answeredAt: z.number().optional(),
  endedAt: z.number().optional(),
  ending: z.string().optional(),
  terminationReason: z.string().nullable(),
  transfers: z.array(
    z.object({
      to: z.string(),
      at: z.number(),
      outcome: z.string(),
      status: z.number(),
      wire: z.object({ referTo: z.string(), answer: response.nullish(), notified: z.array(response) }).nullable(),
    }),
  ),
});
export type EdgeCallSeen = z.infer<typeof call>;

/** The edge and the simulator that it asks, as the lab has them. */
export interface EdgeParts {
  edge: LabPart;
  sigmamind: LabPart;
  /** Registers a number for an agent at SigmaMind; knobs are turned for this number alone. */
  register(number: string, agentId: string | null, knobs?: Record<string, unknown>): Promise<void>;
  /** Makes an agent with a status. */
  agent(agentId: string, status: string, definition?: Record<string, unknown>): Promise<void>;
  /** The edge's record of a SIP call, as soon as it is as wanted. */
  call(callId: string, wanted?: (seen: EdgeCallSeen) => boolean): Promise<EdgeCallSeen>;
  /** The edge's record of the first call to a number, when it is over. */
  ended(number: string): Promise<EdgeCallSeen>;
  /** All of the edge's records. */
  calls(): Promise<EdgeCallSeen[]>;
  sound(id: string, name: "heard" | "said" | "recording"): Promise<Sound>;
  /** How the agent says a text. */
  speech(text: string): Promise<Sound>;
  control(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }>;
  /** What the API says of the newest call to a number. */
  onRecord(number: string): Promise<Record<string, unknown>>;
  remove(): Promise<void>;
}

export async function startEdgeParts(): Promise<EdgeParts> {
  const sigmamind = await startLabPart("sigmamind", {});
  const dashboard = `http://${sigmamind.address}:8081`;
  const edge = await startLabPart("edge", { SIGMAMIND_CONTROL_URL: dashboard }).catch(async (thrown: unknown) => {
    await sigmamind.remove();
    throw thrown;
  });
  const url = `http://${edge.address}:8082`;
  const ask = async (method: string, address: string, body?: unknown) => {
    const answer = await fetch(address, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const done = async (method: string, address: string, body: unknown) => {
    const { status, text } = await ask(method, address, body);
    if (status >= 300) throw new Error(`${method} ${address}: ${status} ${text}`);
  };
  const wav = async (address: string) => readMonoWav(Buffer.from(await (await fetch(address)).arrayBuffer()));
  const calls = async () => z.array(call).parse(JSON.parse((await ask("GET", `${url}/calls`)).text));
  const found = async (what: string, withinMs: number, wanted: (one: EdgeCallSeen) => boolean) => {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const all = await calls();
      const one = all.find(wanted);
      if (one !== undefined) return one;
      if (Date.now() > deadline) throw new Error(`waited in vain for ${what}: ${JSON.stringify(all.slice(-3))}`);
      await pause(50);
    }
  };
  return {
    edge,
    sigmamind,
    async register(number, agentId, knobs) {
      const nothing = {
        outboundAgentId: null,
        outboundPhoneNumber: null,
        trunkUsername: null,
        trunkPasswordSha256: null,
      };
      const trunk = { provider: "byo", friendlyName: "test", terminationSipUri: "carrier.test", active: true };
      await done("PUT", `${dashboard}/numbers`, {
        sipPhoneNumber: number,
        inboundAgentId: agentId,
        ...trunk,
        ...nothing,
      });
      if (knobs !== undefined) await done("PUT", `${url}/knobs/${encodeURIComponent(number)}`, knobs);
    },
    agent: (agentId, status, definition = {}) =>
      done("PUT", `${dashboard}/agents`, { agentId, agentName: agentId, status, definition }),
    calls,
    call: (callId, wanted = ({ state }) => state === "ended") =>
      found(callId, 15_000, (one) => one.callId === callId && wanted(one)),
    ended: (number) => found(number, 60_000, (one) => one.routeNumber === number && one.state === "ended"),
    sound: (id, name) => wav(`${url}/calls/${id}/${name}.wav`),
    speech: (text) => wav(`${url}/speech?text=${encodeURIComponent(text)}`),
    control: (method, path, body) => ask(method, `${url}${path}`, body),
    async onRecord(number) {
      const answer = await fetch(`http://${sigmamind.address}:8080/v1/calls?size=100`, {
        headers: { "x-api-key": "lab-api-key" },
      });
      const page = z.object({
        data: z.array(z.looseObject({ phoneNumber: z.looseObject({ sipPhoneNumber: z.string() }) })),
      });
      const found = page
        .parse(await answer.json())
        .data.find(({ phoneNumber }) => phoneNumber.sipPhoneNumber === number);
      if (found === undefined) throw new Error(`no call of ${number} is on record`);
      return found;
    },
    async remove() {
      await Promise.all([edge.remove(), sigmamind.remove()]);
    },
  };
}
