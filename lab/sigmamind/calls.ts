import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Context } from "./context";
import { ApiRefusal } from "./errors";
import { bare, callBody, campaignBody } from "./generations";
import { page, pageQuery } from "./paging";
import type { Quirks } from "./quirks";
import { agentIdText, e164, type CallRecord, type SimulatorState } from "./records";
import { randomId } from "./store";
import { documented } from "./validation";

/** Outbound call (docs/facts/sigmamind.md#calls). The oldest page calls the variables `variables`. */
const createBody = z.object({
  fromPhoneNumber: e164,
  toPhoneNumber: e164,
  agentId: agentIdText.optional(),
  dynamicVariables: z.record(z.string(), z.unknown()).optional(),
});
const createBodyG1 = createBody
  .omit({ dynamicVariables: true })
  .extend({ variables: z.record(z.string(), z.unknown()).optional() });

/** Only `status`, `page` and `size` are documented as filters. */
const listQuery = pageQuery.extend({ status: z.string().optional() });
const callPath = z.object({ callId: z.string() });

/** Calls in both directions (docs/facts/sigmamind.md#calls): there is no conversations resource. */
export function callRoutes(app: FastifyInstance, { store, disturbances }: Context): void {
  const quirks = () => disturbances.quirks;
  const body = (call: CallRecord) => callBody(call, store.state, quirks().generation);

  app.get("/v1/calls", ({ query }) => {
    const { status, ...range } = documented(listQuery, query, quirks().strict);
    const chosen = store.state.calls.filter((call) => status === undefined || call.status === status);
    return page(chosen.map(body), range, quirks());
  });

  app.get("/v1/calls/:callId", ({ params }) => body(findCall(store.state, params)));

  app.post("/v1/calls", (request) => {
    const { fromPhoneNumber, agentId, dynamicVariables = {} } = callRequest(request.body, quirks());
    const number = store.state.numbers.find((candidate) => candidate.sipPhoneNumber === fromPhoneNumber);
    if (number === undefined) throw new ApiRefusal(404, `Phone number ${fromPhoneNumber} not found`);
    // An agent may be left out of the call only where the number has one for outbound calls
    // (docs/facts/sigmamind.md#importing-a-number).
    const chosen = agentId ?? number.outboundAgentId;
    if (chosen === null)
      throw new ApiRefusal(400, "Invalid request parameters: agentId: the number has no outbound agent");
    const call = newCall({
      callType: "outbound",
      sipPhoneNumber: fromPhoneNumber,
      agentId: chosen,
      dynamicVariables,
    });
    store.change((state) => state.calls.unshift(call));
    return body(call);
  });

  app.delete("/v1/calls/:callId", (request, reply) => {
    const gone = findCall(store.state, request.params);
    store.change((state) => (state.calls = state.calls.filter((call) => call !== gone)));
    return reply.code(200).send();
  });

  app.get("/v1/campaigns", ({ query }) => {
    const { status, ...range } = documented(listQuery, query, quirks().strict);
    const chosen = store.state.campaigns.filter((campaign) => status === undefined || campaign.status === status);
    return page(
      chosen.map((campaign) => campaignBody(campaign, store.state, quirks().generation)),
      range,
      quirks(),
    );
  });
}

function callRequest(body: unknown, { generation, strict }: Quirks): z.output<typeof createBody> {
  if (generation !== "G1") return documented(createBody, body, strict);
  const { variables, ...rest } = documented(createBodyG1, body, strict);
  return { ...rest, dynamicVariables: variables };
}

/** A call that was asked for and has not begun. */
export function newCall(
  given: Partial<CallRecord> & Pick<CallRecord, "callType" | "sipPhoneNumber">,
  now = new Date().toISOString(),
): CallRecord {
  return {
    callId: randomId(),
    agentId: null,
    status: "scheduled",
    transcript: null,
    startTime: null,
    endTime: null,
    createdAt: now,
    updatedAt: now,
    duration: null,
    terminationReason: null,
    dynamicVariables: {},
    recordingUrl: null,
    ...given,
  };
}

function findCall(state: SimulatorState, params: unknown): CallRecord {
  const callId = bare(callPath.parse(params).callId);
  const call = state.calls.find((candidate) => candidate.callId === callId);
  if (call === undefined) throw new ApiRefusal(404, `Call ${callId} not found`);
  return call;
}
