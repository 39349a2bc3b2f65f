import type { AgentRecord, CallRecord, CampaignRecord, NumberRecord, SimulatorState, WebhookRecord } from "./records";
import type { Quirks } from "./quirks";

type Generation = Quirks["generation"];
type Body = Record<string, unknown>;

/**
 * Ids: bare in the oldest pages, `call-…` in the middle ones, `call_…` in the newest
 * (docs/facts/sigmamind.md#generations).
 */
function prefixed(kind: "call" | "camp" | "wh", id: string, generation: Generation): string {
  return generation === "G1" ? id : `${kind}${generation === "G2" ? "-" : "_"}${id}`;
}

/** The id as it is kept, whatever generation the caller learnt it from. */
export function bare(id: string): string {
  return id.replace(/^(call|camp|wh)[-_]/, "");
}

/**
 * Agent ids show `agent_` inside number, call and campaign bodies of the newest pages only
 * (docs/facts/sigmamind.md#agent-ids).
 */
function agentReference(id: string | null, generation: Generation): string | null {
  return id !== null && generation === "G3" ? `agent_${id}` : id;
}

/** The oldest examples print phone numbers as bare JSON numbers (docs/facts/sigmamind.md#generations). */
function phone(number: string | null, generation: Generation): string | number | null {
  return number !== null && generation === "G1" ? Number(number.slice(1)) : number;
}

/**
 * A number's record. No answer in any generation shows the trunk's credentials; the import example has no `provider`, the
 * oldest update example no `terminationSipURI` (docs/facts/sigmamind.md#phone-numbers).
 */
export function numberBody(number: NumberRecord, generation: Generation, operation?: "import"): Body {
  return {
    sipPhoneNumber: phone(number.sipPhoneNumber, generation),
    ...(operation === "import" ? {} : { provider: number.provider }),
    inboundAgentId: agentReference(number.inboundAgentId, generation),
    outboundAgentId: agentReference(number.outboundAgentId, generation),
    outboundPhoneNumber: phone(number.outboundPhoneNumber, generation),
    active: number.active,
    terminationSipURI: number.terminationSipUri,
    friendlyName: number.friendlyName,
  };
}

/** An agent's own body: no status, bare id (docs/facts/sigmamind.md#agent-status). */
export function agentBody(agent: AgentRecord): Body {
  return { agentId: agent.agentId, agentName: agent.agentName, ...agent.definition };
}

function nestedAgent(state: SimulatorState, agentId: string | null, generation: Generation): Body | null {
  const agent = state.agents.find((candidate) => candidate.agentId === agentId);
  if (agent === undefined) return null;
  return { name: agent.agentName, agentId: agentReference(agent.agentId, generation), status: agent.status };
}

function nestedNumber(state: SimulatorState, sipPhoneNumber: string, generation: Generation): Body | null {
  const number = state.numbers.find((candidate) => candidate.sipPhoneNumber === sipPhoneNumber);
  return number === undefined ? null : numberBody(number, generation);
}

/** A call's record (docs/facts/sigmamind.md#call-record). */
export function callBody(call: CallRecord, state: SimulatorState, generation: Generation): Body {
  const body: Body = {
    callId: prefixed("call", call.callId, generation),
    callType: call.callType,
    phoneNumber: nestedNumber(state, call.sipPhoneNumber, generation),
    campaign: null,
    status: call.status,
    startTime: call.startTime,
    endTime: call.endTime,
    createdAt: call.createdAt,
    updatedAt: call.updatedAt,
    duration: call.duration,
    terminationReason: call.terminationReason,
  };
  if (generation === "G1") return { ...body, variables: call.dynamicVariables };
  const later = { recordingUrl: call.recordingUrl, agent: nestedAgent(state, call.agentId, generation) };
  if (generation === "G2") return { ...body, ...later, variables: call.dynamicVariables };
  return { ...body, ...later, transcript: call.transcript, dynamicVariables: call.dynamicVariables };
}

/** A campaign's record, with the nested agent that shows its status (docs/facts/sigmamind.md#campaigns). */
export function campaignBody(campaign: CampaignRecord, state: SimulatorState, generation: Generation): Body {
  return {
    campaignId: prefixed("camp", campaign.campaignId, generation),
    campaignName: campaign.campaignName,
    status: campaign.status,
    createdAt: campaign.createdAt,
    phoneNumber: nestedNumber(state, campaign.sipPhoneNumber, generation),
    agent: nestedAgent(state, campaign.agentId, generation),
    errors: [],
  };
}

/** A webhook's record. Get and list print the secret too, against the text (docs/facts/sigmamind.md#webhooks). */
export function webhookBody(webhook: WebhookRecord, state: SimulatorState, generation: Generation): Body {
  const webhookId = prefixed("wh", webhook.webhookId, generation);
  return { workspaceId: state.workspaceId, ...webhook, webhookId };
}
