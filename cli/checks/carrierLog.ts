import type { Leg } from "../call/follow";
import type { CallSession } from "../call/session";
import { type Check, failed, passed, skipped, unknown } from "../check";
import type { BridgeSubject } from "../subject";

/**
 * The proof that the AI was reached: the AI leg's row with ANSWER and a time. A lead's status is none: XFER is also what
 * a call to a silent edge becomes, and DROP what a short conversation becomes (docs/facts/vicidial.md#carrier-log).
 */
export function carrierLog(session: CallSession): Check<BridgeSubject> {
  return {
    name: "carrierLog",
    question: "Did the AI leg answer?",
    run({ plan }) {
      const { seen } = session;
      if (seen === undefined) return Promise.resolve(skipped("no call was made"));
      if (!session.over)
        return Promise.resolve(unknown("the call is not over", [], "run it again with a shorter call"));
      const { aiLeg } = seen;
      if (aiLeg === undefined)
        return Promise.resolve(
          unknown(
            "vicidial_carrier_log has no row of the AI leg",
            [`lead ${session.placed?.leadId ?? 0}: no row of a channel that is not Local/… since the call began`],
            "see that carrier_logging_active of the server is Y, and that the carrier's dialplan begins with call_log",
          ),
        );
      const evidence = [described(aiLeg)];
      if (aiLeg.dialstatus === "ANSWER" && aiLeg.answeredSeconds > 0)
        return Promise.resolve(passed(`the AI answered and stayed ${aiLeg.answeredSeconds} s`, evidence));
      return Promise.resolve(
        failed(`the AI did not answer: ${aiLeg.dialstatus}`, evidence, meaning(aiLeg, plan.bridge.routeNumber)),
      );
    },
  };
}

function described({ channel, dialstatus, hangupCause, dialSeconds, answeredSeconds }: Leg): string {
  return `vicidial_carrier_log: ${channel} ${dialstatus}, hangup_cause ${hangupCause}, dial_time ${dialSeconds}, answered_time ${answeredSeconds}`;
}

/** What the pairs mean that were seen (docs/facts/vicidial.md#carrier-log). */
function meaning({ dialstatus, hangupCause }: Leg, routeNumber: string): string {
  if (dialstatus === "ANSWER")
    return "the AI leg was answered and ended at once: look at the agent's call in SigmaMind";
  if (dialstatus === "BUSY") return "the edge answered 486: publish the agent, and see that it takes one more call";
  if (dialstatus === "CONGESTION")
    return (
      "no connection to the edge came about. Over TLS or TCP, Asterisk must have been restarted once since its first such " +
      'transport (`asterisk -rx "core restart when convenient"`); then check `edge` (host, port, transport, caPath)'
    );
  if (dialstatus === "NOANSWER") return "the edge rang and nobody answered: look at the agent, or raise `ringTimeout`";
  if (dialstatus === "CANCEL") return "the customer hung up before the AI answered: try again";
  if (hangupCause === 1) return `the edge answered 404: it does not know ${routeNumber}`;
  if (hangupCause === 18 || hangupCause === 3)
    return "the edge does not answer the dialler: check `edge`, and that nothing between blocks SIP";
  return "look at the dialler's Asterisk console while a call is made";
}
