import { fastify, type FastifyInstance } from "fastify";
import { z } from "zod";
import type { Context } from "./context";
import { answerErrors, ApiRefusal } from "./errors";
import { newCall } from "./calls";
import { faultSchema, quirksSchema, type Quirks } from "./quirks";
import {
  agentRecord,
  callRecord,
  campaignRecord,
  numberRecord,
  type AgentRecord,
  type CallRecord,
  type CampaignRecord,
  type NumberRecord,
} from "./records";
import type { LoggedRequest, RequestLog } from "./requestLog";
import { randomId } from "./store";

/** A call to put on record: everything but direction and number has a default. */
const givenCall = callRecord.partial().required({ callType: true, sipPhoneNumber: true });
/** What may change while a call goes on and when it ends. */
const callChanges = callRecord.omit({ callId: true, createdAt: true, updatedAt: true }).partial();
const callPath = z.object({ callId: z.string() });
const givenCampaign = campaignRecord
  .partial()
  .required({ campaignName: true, agentId: true, sipPhoneNumber: true, status: true });

/** What cannot be done through the API: the dashboard's part, the telephone network's part, and failures. */
export interface SimulatorControl {
  quirks(): Quirks;
  setQuirks(changed: Partial<Quirks>): Quirks;
  /** Lets the next matching requests fail. */
  fault(fault: z.input<typeof faultSchema>): void;
  /** Takes back the faults that nothing has met yet. */
  calm(): void;
  requests(): LoggedRequest[];
  forgetRequests(): void;
  /** Numbers as they are kept, with what no answer shows. */
  numbers(): NumberRecord[];
  /** Creates or replaces a number, as somebody at the dashboard would. */
  putNumber(number: NumberRecord): void;
  /** Creates or replaces an agent with its status: there is no API to publish one. */
  putAgent(agent: z.input<typeof agentRecord>): AgentRecord;
  /** Agents as they are kept, with the status that their own body does not show. */
  agents(): AgentRecord[];
  /** Puts a call on record, newest first. */
  addCall(call: z.input<typeof givenCall>): CallRecord;
  /** Changes a call on record, as it goes on; undefined when there is none with that id. */
  changeCall(callId: string, changes: z.input<typeof callChanges>): CallRecord | undefined;
  addCampaign(campaign: z.input<typeof givenCampaign>): CampaignRecord;
  /** Forgets records, requests, quirks and faults; the seeded agents come back. */
  reset(): void;
}

export function makeControl({ store, disturbances }: Context, log: RequestLog): SimulatorControl {
  return {
    quirks: () => disturbances.quirks,
    setQuirks: (changed) => (disturbances.quirks = quirksSchema.parse({ ...disturbances.quirks, ...changed })),
    fault: (fault) => disturbances.add(fault),
    calm: () => disturbances.calm(),
    requests: () => structuredClone(log.entries),
    forgetRequests: () => log.clear(),
    numbers: () => structuredClone(store.state.numbers),
    putNumber: (number) =>
      store.change((state) => {
        const others = state.numbers.filter((other) => other.sipPhoneNumber !== number.sipPhoneNumber);
        state.numbers = [...others, numberRecord.parse(number)];
      }),
    putAgent: (given) =>
      store.change((state) => {
        const agent = agentRecord.parse(given);
        state.agents = [...state.agents.filter((other) => other.agentId !== agent.agentId), agent];
        return agent;
      }),
    addCall: (given) =>
      store.change((state) => {
        const call = newCall(givenCall.parse(given));
        state.calls.unshift(call);
        return call;
      }),
    agents: () => structuredClone(store.state.agents),
    changeCall: (callId, given) =>
      store.change((state) => {
        const call = state.calls.find((candidate) => candidate.callId === callId);
        if (call === undefined) return undefined;
        return Object.assign(call, callChanges.parse(given), { updatedAt: new Date().toISOString() });
      }),
    addCampaign: (given) =>
      store.change((state) => {
        const defaults = { campaignId: randomId(), createdAt: new Date().toISOString() };
        const campaign = { ...defaults, ...givenCampaign.parse(given) };
        state.campaigns.unshift(campaign);
        return campaign;
      }),
    reset: () => {
      store.reset();
      disturbances.clear();
      log.clear();
    },
  };
}

/** The same over HTTP, on a port of its own, so that the API's port serves nothing but the API. */
export function buildControlApp(control: SimulatorControl): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  answerErrors(app);
  app.addHook("preValidation", (request, _reply, done) => {
    request.body ??= {};
    done();
  });
  app.get("/health", () => ({ status: "ok" }));
  app.get("/quirks", () => control.quirks());
  app.put("/quirks", ({ body }) => control.setQuirks(checked(quirksSchema.partial(), body)));
  app.post("/faults", ({ body }, reply) => {
    control.fault(checked(faultSchema, body));
    return reply.code(204).send();
  });
  app.delete("/faults", (_request, reply) => {
    control.calm();
    return reply.code(204).send();
  });
  app.get("/requests", () => control.requests());
  app.delete("/requests", (_request, reply) => {
    control.forgetRequests();
    return reply.code(204).send();
  });
  app.get("/numbers", () => control.numbers());
  app.put("/numbers", ({ body }, reply) => {
    control.putNumber(checked(numberRecord, body));
    return reply.code(204).send();
  });
  app.get("/agents", () => control.agents());
  app.put("/agents", ({ body }) => control.putAgent(checked(agentRecord, body)));
  app.post("/calls", ({ body }) => control.addCall(checked(givenCall, body)));
  app.patch("/calls/:callId", ({ params, body }) => {
    const { callId } = callPath.parse(params);
    const changed = control.changeCall(callId, checked(callChanges, body));
    if (changed === undefined) throw new ApiRefusal(404, `Call ${callId} not found`);
    return changed;
  });
  app.post("/campaigns", ({ body }) => control.addCampaign(checked(givenCampaign, body)));
  app.post("/reset", (_request, reply) => {
    control.reset();
    return reply.code(204).send();
  });
  return app;
}

function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw Object.assign(new Error(z.prettifyError(result.error)), { statusCode: 400 });
}
