import { Refusal, type Refused } from "../errors";
import type { LeadFields } from "./headers";
import type { SipStack } from "./sipEdge";

/** Where the dialplan reaches the lead service (`services/leads`), as seen from the dialler. */
export interface LeadService {
  /** Host name or IPv4. */
  host: string;
  /** TCP port. Default 4573, FastAGI's own. */
  port?: number;
}

/** Whom the agent may transfer a customer to, and how. Without it every REFER is refused. */
export interface Transfer {
  /** Exact E.164 numbers. A pattern would let a REFER reach premium numbers (facts §13.2). */
  to: readonly string[];
  /** Dial prefix through which the targets are called: the campaign's `dial_prefix`, answered by a telephony carrier. */
  prefix: string;
  /** What the target sees: the campaign's caller id, 7 to 20 digits. */
  callerId: string;
  /** How long the target rings, 5 to 120 seconds. Default 20. */
  ringSeconds?: number;
  /** When the target is busy or does not answer: back to the agent once with `X-transfer_status` ("return"), or hang up. Default "return". */
  onFailure?: "return" | "hangup";
}

/**
 * What happens to the customer when the AI leg fails: hang up; go to an extension of `[default]`; queue for an in-group (the
 * way of VICIdial's own drop action IN_GROUP); or ring a second route number on the same edge.
 */
export type Fallback = "hangup" | { extension: string } | { inGroup: string } | { routeNumber: string };

/** What decides the dialplan of one bridge. */
export interface AiCarrierArgs {
  /** Digits before the route number, 1 to 13. */
  aiPrefix: string;
  /** E.164, registered at SigmaMind. */
  routeNumber: string;
  /** `sip` (chan_sip) or `pjsip`: the edge's stack. */
  stack: SipStack;
  /** The edge's account, as in {@link SipEdgeArgs.account}. */
  account: string;
  /** How long the AI leg may ring, 5 to 120 seconds. Default 30. */
  ringTimeout?: number;
  /** Columns of `vicidial_list` sent as headers; needs `leadService`. Default none. */
  leadFields?: LeadFields;
  /** Reads the lead's columns at call time. */
  leadService?: LeadService;
  /** Static headers, `X-` name to value. Default none. */
  headers?: Readonly<Record<string, string>>;
  /** Default none: REFER is refused. */
  transfer?: Transfer;
  /** Default "hangup". */
  fallback?: Fallback;
}

/** The dialplan of one bridge, and what it is reached by. */
export interface AiCarrierText {
  protocol: "SIP" | "PJSIP";
  /** `conf_exten` of the bridge's remote agents: AI prefix + digits of the route number. */
  remoteExtension: string;
  /** For `dialplan_entry`. LF line ends; no `\`, no `'`, which the admin page would remove. */
  dialplanEntry: string;
  /** Contexts of its own that the text opens, for conflict messages. */
  sections: string[];
}

/**
 * Text of a bridge's AI carrier for `vicidial_server_carriers.dialplan_entry`: an exact extension that calls the edge,
 * and only the sections that this bridge needs.
 *
 * @throws Refusal with every rule that the arguments break.
 * @example
 * aiCarrier({ aiPrefix: "9797", routeNumber: "+19895551234", stack: "pjsip", account: "sigmamind" }).remoteExtension
 * // "979719895551234"
 */
export function aiCarrier(args: AiCarrierArgs): AiCarrierText {
  const refused = aiCarrierProblems(args);
  throw new Refusal(...refused);
}

/** Every rule that a bridge's dialplan arguments break; empty when {@link aiCarrier} would accept them. */
export function aiCarrierProblems(_args: AiCarrierArgs): Refused[] {
  return [{ field: "aiCarrier", rule: "is not built yet", fix: "wait for the next commit" }];
}
