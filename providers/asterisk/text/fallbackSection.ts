import type { Fallback } from "./aiCarrierArgs";
import { step, type Section, type Step } from "./dialplanText";
import { HANGUP_LOG } from "./hangupLog";
import type { SipStack } from "./sipEdge";

/** What the fallback section needs of a bridge. */
interface FallingBack {
  name: string;
  stack: SipStack;
  headers: readonly unknown[];
  transfer?: unknown;
  fallback?: Fallback;
}

/** Where the customer goes when the edge does not answer: undefined when he is let go or another route number is tried. */
export function fallbackContext({ name, fallback = "hangup" }: Pick<FallingBack, "name" | "fallback">) {
  return fallback === "hangup" || "routeNumber" in fallback ? undefined : `${name}-fallback`;
}

/**
 * `[aib-<digits>-fallback]`: hands the customer over to an extension of the site, with the AI leg closed in VICIdial's rows.
 *
 * `hx` as after a transfer (transferSections.ts): VICIdial takes it for the call's end, so the agent's line is free, the lead
 * is a DROP as before any of VICIdial's own drop actions, and the AI leg's row says why the edge was not reached. Without it the
 * row would say ANSWER: that of whoever takes the call here.
 */
export function fallbackSection(bridge: FallingBack): Section[] {
  const { fallback = "hangup", stack, headers, transfer } = bridge;
  const context = fallbackContext(bridge);
  if (context === undefined || fallback === "hangup" || "routeNumber" in fallback) return [];
  const steps = [
    HANGUP_LOG,
    // chan_sip's headers are inherited: the lead's data would reach whoever is called here.
    ...(stack === "sip" && headers.length > 0 ? [step("SIPRemoveHeader")] : []),
    // What may be done by REFER is the site's own affair again.
    ...(transfer === undefined ? [] : [step("Set", "_TRANSFER_CONTEXT=")]),
    leadingTo(fallback),
  ];
  return [
    {
      context,
      extensions: [
        { extension: "hx", steps },
        { extension: "h", steps: [HANGUP_LOG] },
      ],
    },
  ];
}

function leadingTo(fallback: Extract<Fallback, { extension: string } | { inGroup: string }>): Step {
  if ("extension" in fallback) return step("Goto", `default,${fallback.extension},1`);
  // The extension that VICIdial's own drop action IN_GROUP uses: 90009*<in-group>**<lead>**<phone>*<fronter>*. The V-code
  // in the caller id's name ends in the lead id, ten digits from position 10 (docs/facts/vicidial.md#v-code).
  const lead = "${CALLERID(name):10:10}";
  return step("Goto", `default,90009*${fallback.inGroup}**${lead}**\${CALLERID(num)}*VDAD*,1`);
}
