import type { z } from "zod";
import {
  DEFAULT_BIND_PORT,
  sipEdge,
  type SipEdgeArgs as EdgeAccount,
  sipEdgeProblems,
  type SipStack,
} from "../../providers/asterisk";
import type { Refused } from "../../core/refusal";
import type { carrierSchema } from "../../providers/vicidial/resources/carrier/schema";
import type { Edge } from "./edgeSchema";

/** What the diallers have, in VICIdial's own words: `system_settings.allowed_sip_stacks`. */
export const SIP_STACKS_OF_SITE = ["SIP", "PJSIP", "SIP_and_PJSIP"] as const;
export type SipStacks = (typeof SIP_STACKS_OF_SITE)[number];

/** One edge's account on the diallers. */
export interface EdgePlan {
  /** As declared, with defaults. */
  edge: Edge;
  /** Whether the edge may send REFER. */
  mayTransfer: boolean;
  /** The carrier row that holds it: `aie-<account>`, at most 15 characters. */
  carrierId: string;
  /** Complete: nothing is left to defaults. */
  account: EdgeAccount;
  /** What the operator should know before relying on it. */
  warnings: string[];
}

/**
 * The account for an edge. Bridges with transfers need one that may send REFER, the others one that may not, so that adding
 * `transfer` to a bridge changes nothing for the rest: the two have names and local ports of their own.
 *
 * What a site's diallers can do is known only to their database, and a plan reads none. So the stack config
 * `vicidial:sipStacks` says it (default: both); the carrier resource checks it against the database when it is applied.
 * The default transport: docs/decisions/009-default-transport.md.
 */
export function planEdge(edge: Edge, stacks: SipStacks, mayTransfer: boolean): EdgePlan {
  const stack: SipStack = edge.stack ?? (stacks === "SIP" ? "sip" : "pjsip");
  const transport = edge.transport ?? (stack === "pjsip" ? "tls" : "udp");
  const name = mayTransfer ? `${edge.account}-refer` : edge.account;
  const account: EdgeAccount = {
    ...edge,
    account: name,
    stack,
    transport,
    srtp: edge.srtp ?? transport === "tls",
    allowTransfer: mayTransfer,
    ...(stack === "pjsip" && { bindPort: (edge.bindPort ?? DEFAULT_BIND_PORT[transport]) + (mayTransfer ? 10 : 0) }),
  };
  const warnings = edgeProblems(account).length === 0 ? sipEdge(account).warnings : [];
  return { edge, mayTransfer, carrierId: `aie-${name}`.slice(0, 15), account, warnings };
}

/** The carrier row of an edge: its account, and no dialplan. */
export function edgeCarrier({ carrierId, account }: EdgePlan, adopt = false): z.input<typeof carrierSchema> {
  const { protocol, accountEntry } = sipEdge(account);
  return {
    carrierId,
    name: `SIP edge ${account.account}`,
    description: "Voice AI bridges share this account",
    protocol,
    accountEntry,
    serverIp: "0.0.0.0",
    adopt,
  };
}

/** The rules that an edge's settings break, with the argument's name. */
export function edgeProblems(account: EdgeAccount): Refused[] {
  return sipEdgeProblems(account).map((problem) => ({ ...problem, field: `edge.${problem.field}` }));
}
