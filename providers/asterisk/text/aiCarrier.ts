import { Refusal } from "../../../core/refusal";
import { aiCarrierProblems, type AiCarrierArgs } from "./aiCarrierArgs";
import { CARRIER_CONTEXT, renderDialplan, step, type Extension, type Step } from "./dialplanText";
import { fallbackContext, fallbackSection } from "./fallbackSection";
import { headersOf, LEAD_FOUND, leadValue, TRANSFER_STATUS_HEADER, type Header } from "./headers";
import { leadSection } from "./leadSection";
import { digitsOf, remoteExtension } from "./remoteExtension";
import { PROTOCOL_OF } from "./sipEdge";
import { referContext, transferSections } from "./transferSections";

/**
 * VICIdial's call log: first on every carrier extension, or the call has no call_log and no carrier_log row
 * (docs/facts/vicidial.md#call-log).
 */
export const CALL_LOG = "agi://127.0.0.1:4577/call_log";

/** Seconds that the AI leg rings when nothing is said. */
export const DEFAULT_RING_TIMEOUT = 30;

/** The dialplan of one bridge, and what it is reached by. */
export interface AiCarrierText {
  /** `vicidial_server_carriers.protocol`. */
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
 * and only the lines and sections that this bridge needs.
 *
 * Exact, not a pattern, so that it wins over any telephony carrier's pattern on the same prefix and never captures a
 * customer's call (docs/decisions/003-exact-extension.md). Dial has the option `o` alone: on this leg the customer is the
 * caller, and with VICIdial's usual `To` his touch tones would place calls through the site's carrier
 * (docs/facts/asterisk.md#touch-tones-place-calls).
 *
 * @throws Refusal with every rule that the arguments break.
 * @example
 * aiCarrier({ aiPrefix: "9797", routeNumber: "+19895551234", stack: "pjsip", account: "sigmamind" }).remoteExtension
 * // "979719895551234"
 */
export function aiCarrier(args: AiCarrierArgs): AiCarrierText {
  const refused = aiCarrierProblems(args);
  if (refused.length > 0) throw new Refusal(...refused);
  const { headers } = headersOf(args);
  const extension = remoteExtension(args.aiPrefix, args.routeNumber);
  const bridge: Bridge = { ...args, headers, extension, name: `aib-${digitsOf(args.routeNumber)}` };
  const sections = [
    ...leadSection(bridge),
    ...fallbackSection(bridge),
    ...transferSections({ ...bridge, returnTo: args.stack === "sip" && headers.length > 0 ? "led" : "ai" }),
  ];
  const extensions = args.stack === "sip" ? [sipExtension(bridge)] : pjsipExtensions(bridge);
  return {
    protocol: PROTOCOL_OF[args.stack],
    remoteExtension: extension,
    dialplanEntry: renderDialplan(extensions, sections),
    sections: sections.map((section) => section.context),
  };
}

/** A bridge whose arguments have passed: what the parts of its dialplan share. */
interface Bridge extends Omit<AiCarrierArgs, "headers" | "leadFields"> {
  headers: readonly Header[];
  extension: string;
  /** Prefix of the bridge's own sections: `aib-<digits of the route number>`. */
  name: string;
}

// chan_sip puts the headers of SIPAddHeader on the calling channel into every INVITE that it makes from there on.
function sipExtension(bridge: Bridge): Extension {
  const add = (header: Header) => step("SIPAddHeader", `${header.name}: ${valueOf(header)}`);
  const [first, ...rest] = withHeaders(bridge, add, calling(bridge, "o"));
  // Where the lead section and a failed transfer come back to.
  const labelled = first && bridge.headers.length > 0 ? [{ ...first, label: "led" }] : first ? [first] : [];
  return { extension: bridge.extension, steps: [...opening(bridge), ...labelled, ...rest] };
}

// PJSIP adds headers on the outgoing channel only, in a pre-dial handler (docs/facts/asterisk.md#pre-dial-handler). As an
// extension of the same context it needs no other row, and being exact it wins over the telephony carriers' patterns too.
function pjsipExtensions(bridge: Bridge): Extension[] {
  const handler = `${bridge.extension}h`;
  const status = `Set(PJSIP_HEADER(add,${TRANSFER_STATUS_HEADER})=\${AIBXFER})`;
  const returning = comesBack(bridge) ? [step("ExecIf", `$["\${AIBXFER}"!=""]?${status}`)] : [];
  const add = (header: Header) => step("Set", `PJSIP_HEADER(add,${header.name})=${valueOf(header)}`);
  const handling = withHeaders(bridge, add, [...returning, step("Return")]);
  const options = handling.length > 1 ? `ob(${CARRIER_CONTEXT}^${handler}^1)` : "o";
  const main = { extension: bridge.extension, steps: [...opening(bridge), ...calling(bridge, options)] };
  return handling.length > 1 ? [main, { extension: handler, steps: handling }] : [main];
}

/** Whether a transfer that fails brings the customer back to the agent. */
function comesBack({ transfer }: Bridge): boolean {
  return transfer !== undefined && transfer.onFailure !== "hangup";
}

// A lead that was not found sends no header at all: an empty one would say that the lead has no such value.
function withHeaders(bridge: Bridge, add: (header: Header) => Step, then: readonly Step[]): Step[] {
  const lead = bridge.headers.filter((header) => "column" in header).map(add);
  const [next, ...rest] = [...bridge.headers.filter((header) => "value" in header).map(add), ...then];
  if (lead.length === 0 || next === undefined) return [...lead, ...(next ? [next, ...rest] : [])];
  const skip = step("GotoIf", `$["\${${LEAD_FOUND}}"=""]?nolead`);
  return [skip, ...lead, { ...next, label: "nolead" }, ...rest];
}

function valueOf(header: Header): string {
  return "column" in header ? leadValue(header.column) : header.value;
}

function opening(bridge: Bridge): Step[] {
  const steps = [step("AGI", CALL_LOG)];
  // Asterisk's own ANSWEREDTIME is empty once the customer was transferred (docs/facts/asterisk.md#after-a-transfer).
  if (bridge.transfer) steps.push(step("Set", "AIBSTART=${EPOCH}"));
  if (bridge.leadService) steps.push(step("Goto", `${bridge.name}-lead,s,1`));
  return steps;
}

function calling(bridge: Bridge, options: string): Step[] {
  const dial = (number: string) => {
    const edge = bridge.stack === "sip" ? `SIP/${number}@${bridge.account}` : `PJSIP/${number}@${bridge.account}`;
    return step("Dial", `${edge},${bridge.ringTimeout ?? DEFAULT_RING_TIMEOUT},${options}`);
  };
  const [first, ...rest] = [
    ...(bridge.transfer ? [step("Set", `_TRANSFER_CONTEXT=${referContext(bridge.name)}`)] : []),
    dial(bridge.routeNumber),
    ...failing(bridge, dial),
  ];
  const labelled = first !== undefined && targetOfGoto(bridge) ? { ...first, label: "ai" } : first;
  return [...(labelled ? [labelled] : []), ...rest];
}

// The line to which the lead section and a failed transfer come back carries the label; other bridges have none.
function targetOfGoto(bridge: Bridge): boolean {
  const toHeaders = bridge.stack === "sip" && bridge.headers.length > 0;
  return !toHeaders && (comesBack(bridge) || bridge.leadService !== undefined);
}

// Reached only when the edge did not answer: after an answered Dial, Asterisk leaves the extension.
function failing({ name, fallback = "hangup" }: Bridge, dial: (number: string) => Step): Step[] {
  const context = fallbackContext({ name, fallback });
  if (context !== undefined) return [step("Goto", `${context},hx,1`)];
  const second = fallback !== "hangup" && "routeNumber" in fallback ? [dial(fallback.routeNumber)] : [];
  return [...second, step("Hangup")];
}
