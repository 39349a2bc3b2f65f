import type { Refused } from "../../../core/refusal";
import { headersOf, type LeadFields } from "./headers";
import { digitsOf, numberProblem, prefixProblem, remoteExtensionProblems } from "./remoteExtension";
import { accountProblem, hostProblem, rangeProblem, type SipStack } from "./sipEdge";

/** Where the dialplan reaches the lead service (`services/leads`), as seen from the dialler. */
export interface LeadService {
  /** Host name or IPv4. */
  host: string;
  /** TCP port. Default 4573, FastAGI's own. */
  port?: number;
}

/** Whom the agent may transfer a customer to, and how. Without it every REFER is refused. */
export interface Transfer {
  /** Exact E.164 numbers. A pattern would let a REFER reach premium numbers (docs/facts/asterisk.md#refer). */
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
  /** The edge's account, as in `SipEdgeArgs.account`. */
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

/** Every rule that a bridge's dialplan arguments break; empty when `aiCarrier` would accept them. */
export function aiCarrierProblems(args: AiCarrierArgs): Refused[] {
  const { headers, refused } = headersOf(args);
  return [
    ...remoteExtensionProblems(args.aiPrefix, args.routeNumber),
    accountProblem("edge.account", args.account),
    rangeProblem("ringTimeout", args.ringTimeout, 5, 120),
    ...refused,
    ...leadServiceProblems(
      args.leadService,
      headers.some((header) => "column" in header),
    ),
    ...transferProblems(args),
    ...fallbackProblems(args),
  ].filter((problem) => problem !== undefined);
}

function leadServiceProblems(service: LeadService | undefined, needed: boolean): (Refused | undefined)[] {
  if (service === undefined) {
    if (!needed) return [];
    const rule =
      "lead fields need the lead service: VICIdial's own agi-set_variables.agi runs commands that a lead's data contains, so it is never used";
    return [
      { field: "leadService", rule, fix: "run services/leads beside the dialler and give its `host` and `port`" },
    ];
  }
  if (!needed) {
    return [{ field: "leadService", value: service, rule: "is of use only with `leadFields`", fix: "leave it out" }];
  }
  return [hostProblem("leadService.host", service.host), rangeProblem("leadService.port", service.port, 1, 65535)];
}

function transferProblems({ transfer, routeNumber }: AiCarrierArgs): (Refused | undefined)[] {
  if (transfer === undefined) return [];
  const { to, prefix, callerId } = transfer;
  return [
    to.length > 0
      ? undefined
      : {
          field: "transfer.to",
          value: to,
          rule: "names nobody to transfer to",
          fix: "list E.164 numbers, or leave `transfer` out",
        },
    ...to.map((number, index) => numberProblem(`transfer.to[${index}]`, number)),
    ...to.map((number, index) =>
      targetProblem(`transfer.to[${index}]`, number, to.indexOf(number) < index, routeNumber),
    ),
    prefixProblem("transfer.prefix", prefix),
    callerIdProblem(callerId),
    rangeProblem("transfer.ringSeconds", transfer.ringSeconds, 5, 120),
  ];
}

function targetProblem(field: string, number: string, repeated: boolean, routeNumber: string): Refused | undefined {
  if (repeated) return { field, value: number, rule: "is listed twice", fix: "leave one out" };
  if (number !== routeNumber) return undefined;
  return {
    field,
    value: number,
    rule: "is the bridge's own route number: the agent would be transferred to itself",
    fix: "list another number",
  };
}

function callerIdProblem(callerId: string): Refused | undefined {
  if (/^[0-9]{7,20}$/.test(callerId)) return undefined;
  return {
    field: "transfer.callerId",
    value: callerId,
    rule: "is not 7 to 20 digits, the form in which VICIdial keeps a campaign's caller id (`campaign_cid`)",
    fix: `write it as ${JSON.stringify(callerId.replace(/[^0-9]/g, "") || "13038142839")}`,
  };
}

function fallbackProblems({ fallback = "hangup", aiPrefix, routeNumber }: AiCarrierArgs): (Refused | undefined)[] {
  if (fallback === "hangup") return [];
  if ("routeNumber" in fallback) {
    const same = fallback.routeNumber === routeNumber;
    const rule = "is the route number that has just failed";
    return [
      numberProblem("fallback.routeNumber", fallback.routeNumber),
      same ? { field: "fallback.routeNumber", value: routeNumber, rule, fix: "name a second one" } : undefined,
    ];
  }
  if ("extension" in fallback) return [fallbackExtensionProblem(fallback.extension, aiPrefix + digitsOf(routeNumber))];
  if (/^[A-Za-z0-9_]{2,20}$/.test(fallback.inGroup)) return [];
  const rule = "an in-group id is 2 to 20 letters, digits or `_`";
  return [{ field: "fallback.inGroup", value: fallback.inGroup, rule, fix: "use the id of Admin → In-Groups" }];
}

function fallbackExtensionProblem(extension: string, own: string): Refused | undefined {
  const field = "fallback.extension";
  if (extension === own) {
    return {
      field,
      value: extension,
      rule: "is this bridge's own extension: the call would go in circles",
      fix: "name another",
    };
  }
  if (/^[0-9*#]{1,40}$/.test(extension)) return undefined;
  return {
    field,
    value: extension,
    rule: "an extension of `[default]` is 1 to 40 of 0-9 * #",
    fix: "write the digits that a phone would dial",
  };
}
