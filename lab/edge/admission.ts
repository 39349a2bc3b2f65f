import type { AgentRecord, NumberRecord } from "../sigmamind/records";
import type { Knobs } from "./knobs";
import type { InviteFacts } from "./sip/facts";
import { normaliseNumber } from "./sip/number";
import type { Directory } from "./simulator";

/** What becomes of an INVITE. */
export type Admission =
  | { kind: "refused"; status: number; why: string; number?: NumberRecord }
  /** The number is ours, but nobody will join: it rings until the limit, then 486. */
  | { kind: "unattended"; why: string; number: NumberRecord; agent?: AgentRecord }
  | { kind: "attended"; number: NumberRecord; agent: AgentRecord };

/**
 * The registered number that an INVITE calls: by the user part of `To`, whatever the Request-URI says
 * (docs/facts/livekit.md#number).
 */
export function calledNumber(
  { toUser }: Pick<InviteFacts, "toUser">,
  numbers: readonly NumberRecord[],
): NumberRecord | undefined {
  const called = normaliseNumber(toUser);
  return numbers.find(({ sipPhoneNumber, active }) => active && sipPhoneNumber === called);
}

/** Decides as LiveKit and SigmaMind together do (docs/facts/livekit.md#answers). */
export function admit(invite: InviteFacts, { numbers, agents }: Directory, knobs: Knobs): Admission {
  const number = calledNumber(invite, numbers);
  if (knobs.refuseWith !== null)
    return { kind: "refused", status: knobs.refuseWith, why: "a knob asks for it", number };
  if (number === undefined)
    return { kind: "refused", status: 404, why: `${normaliseNumber(invite.toUser)} does not match any SIP trunk` };
  if (knobs.requireSrtp && !invite.srtpOffered)
    return { kind: "refused", status: 488, why: "the offer has no key, and encryption is required", number };
  const agent = agents.find(({ agentId }) => agentId === number.inboundAgentId);
  if (agent === undefined) {
    const why =
      number.inboundAgentId === null ? "no inbound agent is mapped" : `agent ${number.inboundAgentId} does not exist`;
    return { kind: "unattended", why, number };
  }
  if (!(knobs.agentLive ?? isLive(agent)))
    return { kind: "unattended", why: `agent ${agent.agentId} is ${agent.status}, not Live`, number, agent };
  return { kind: "attended", number, agent };
}

/**
 * `Live` in the newest pages, `active` in the oldest; that these mean "published" is inferred
 * (docs/facts/sigmamind.md#agent-status).
 */
function isLive({ status }: AgentRecord): boolean {
  return status === "Live" || status === "active";
}
