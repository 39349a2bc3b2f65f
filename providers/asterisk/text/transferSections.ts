import type { Transfer } from "./aiCarrierArgs";
import { CARRIER_CONTEXT, step, type Extension, type Section, type Step } from "./dialplanText";
import { TRANSFERRED_LOG } from "./hangupLog";
import { TRANSFER_STATUS_HEADER } from "./headers";
import { digitsOf } from "./remoteExtension";
import { NO_CONTEXT, type SipStack } from "./sipEdge";

/** Seconds that a transfer's target rings when nothing is said. */
const DEFAULT_TRANSFER_RING = 20;

/** The only context that a REFER of this bridge's AI leg can reach (channel variable TRANSFER_CONTEXT). */
export const referContext = (name: string) => `${name}-refer`;
const transferContext = (name: string) => `${name}-xfer`;

/** What the transfer sections need of a bridge. */
interface TransferBridge {
  name: string;
  extension: string;
  stack: SipStack;
  transfer?: Transfer;
  /** Label in the bridge's extension at which the customer meets the agent again. */
  returnTo: "led" | "ai";
}

/**
 * `[aib-<digits>-refer]` and `[aib-<digits>-xfer]`: what an in-dialog REFER of the agent may do
 * (docs/facts/asterisk.md#refer).
 *
 * Two things no dialplan can refuse (seen on both stacks): dashes and a foreign host in the Refer-To, which Asterisk ignores, so
 * that they lead to the allowed number itself; and a REFER with Replaces of another call that the edge has up with this
 * dialler, which joins the two customers.
 */
export function transferSections(bridge: TransferBridge): Section[] {
  const { transfer, name } = bridge;
  if (!transfer) return [];
  // No `h` here, unlike in every other own context: REFER could name it. The customer is here for two steps only.
  const targets = transfer.to.map((number) => ({
    extension: number,
    steps: [
      step("Set", `_AIBTARGET=${transfer.prefix}${digitsOf(number)}`),
      step("Goto", `${transferContext(name)},${transfer.callerId},1`),
    ],
  }));
  return [
    { context: referContext(name), extensions: targets },
    { context: transferContext(name), extensions: transferExtensions({ ...bridge, transfer }) },
  ];
}

function transferExtensions({ name, extension, stack, transfer, returnTo }: Required<TransferBridge>): Extension[] {
  const context = transferContext(name);
  const callerId = `CALLERID(all)=${transfer.callerId} <${transfer.callerId}>`;
  const ring = transfer.ringSeconds ?? DEFAULT_TRANSFER_RING;
  const main = [
    step("Set", "AIBMAIN=1"),
    step("Set", `_TRANSFER_CONTEXT=${NO_CONTEXT}`),
    // chan_sip's headers are inherited: the lead's data would reach the third party's carrier.
    ...(stack === "sip" ? [step("SIPRemoveHeader")] : []),
    // Local/…/n keeps the V-code on the customer's channel and lets a failed Dial go on to the next step.
    step("Dial", `Local/out@${context}/n,${ring},IG(${context}^ok^1)`),
    ...(transfer.onFailure === "hangup" ? [step("Hangup")] : returnSteps(extension, stack, returnTo)),
  ];
  return [
    { extension: transfer.callerId, steps: main },
    // Dial's G sends the customer here and the third party, who waits for the bridge, one step further.
    { extension: "ok", steps: [step("Goto", "hx,1"), step("Wait", "10"), step("Hangup")] },
    // VICIdial takes an extension of under three characters with an `h` as the call's end: the agent's line is free again
    // while the customer goes on talking. StopMixMonitor: the recording must not go on with the third party.
    {
      extension: "hx",
      steps: [
        step("Set", "AIBPEER=${DIALEDPEERNAME}"),
        TRANSFERRED_LOG,
        step("StopMonitor"),
        step("StopMixMonitor"),
        step("Set", "AIBDONE=1"),
        step("Set", callerId),
        step("Bridge", "${AIBPEER}"),
        step("Hangup"),
      ],
    },
    // No feature codes for the customer: they would place calls through the site's carrier
    // (docs/facts/asterisk.md#touch-tones-place-calls).
    {
      extension: "out",
      steps: [
        step("Set", callerId),
        step("Set", "FEATUREMAP(blindxfer)="),
        step("Set", "FEATUREMAP(atxfer)="),
        step("Goto", "default,${AIBTARGET},1"),
      ],
    },
    // Only the customer's own channel, and only when `hx` has not logged the end already. Whoever is here was answered by the
    // agent: the last Dial's BUSY or CANCEL is the target's, and in the AI leg's row it would say that the agent was not reached.
    {
      extension: "h",
      steps: [step("GotoIf", '$["${AIBMAIN}${AIBDONE}"!="1"]?done'), TRANSFERRED_LOG, step("NoOp", "", "done")],
    },
  ];
}

// Back to the agent, once: unbounded, a busy target and an eager agent play ping-pong with the customer every 2.4 s.
function returnSteps(extension: string, stack: SipStack, returnTo: string): Step[] {
  const tell =
    stack === "sip"
      ? step("SIPAddHeader", `${TRANSFER_STATUS_HEADER}: \${DIALSTATUS}`)
      : step("Set", "_AIBXFER=${DIALSTATUS}");
  return [
    step("Set", "AIBTRIES=$[0${AIBTRIES}+1]"),
    step("GotoIf", "$[${AIBTRIES}>1]?end"),
    tell,
    step("Goto", `${CARRIER_CONTEXT},${extension},${returnTo}`),
    step("Hangup", "", "end"),
  ];
}
