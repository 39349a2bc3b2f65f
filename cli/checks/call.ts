import { z } from "zod";
import { Refusal } from "../../core/refusal";
import { linesSeen } from "../../providers/vicidial/dialler/readyLines";
import { signsOfLife } from "../../providers/vicidial/dialler/signsOfLife";
import { hangUp, placeTestCall } from "../../providers/vicidial/dialler/testCall";
import type { Vicidial } from "../../providers/vicidial/session";
import { followCall } from "../call/follow";
import type { CallSession } from "../call/session";
import { type Check, failed, passed, skipped, unknown } from "../check";
import { type BridgeSubject, linesOf, lookUntil } from "../subject";

/** In a lab the dialler calls the same few leads at the same time, and may be quicker: nobody minds another call. */
const LAB_ATTEMPTS = 3;

/** A call is only made where these hold; others (an edge that this machine cannot ask) do not keep it from succeeding. */
const NEEDED = ["rows", "dialplan", "lines"];

/** Places one call and follows it to its end. The only check that does something. */
export function call(session: CallSession): Check<BridgeSubject> {
  return {
    name: "call",
    question: "Does a call go through?",
    async run(subject, before) {
      const { callee } = session;
      if ("none" in callee) return skipped(callee.none, "give `--call +1…` to make one");
      const bad = before.filter(({ name, verdict }) => NEEDED.includes(name) && verdict !== "passed");
      if (bad.length > 0)
        return unknown(
          `no call was made, because of: ${bad.map(({ name }) => name).join(", ")}`,
          [],
          "mend what stands above first",
        );
      const vicidial = await subject.vicidial();
      for (let left = subject.lab ? LAB_ATTEMPTS : 1; left > 0; left--) {
        await makeCall(subject, session, callee, vicidial);
        if (session.seen?.agent !== undefined || session.seen?.log?.termReason !== "QUEUETIMEOUT" || left === 1) break;
        subject.say("the campaign's own dialling took the line meanwhile; calling again");
      }
      const { placed, seen, over, seconds } = session;
      if (placed === undefined || seen === undefined) return unknown("no call was made", [], "run it again");
      const evidence = [
        `lead ${placed.leadId}, V-code ${placed.callerId}, dialled ${placed.dialString} on ${placed.serverIp} at ${placed.placedAt}`,
        ...(seen.agent === undefined ? [] : [`line ${seen.agent.user} took it (vicidial_remote_agent_log)`]),
      ];
      if (!over)
        return unknown(
          `the call still goes on after ${seconds} s`,
          evidence,
          "hang up, let it be hung up with `--talk`, or give it more time with `--call-timeout`",
        );
      if (seen.agent === undefined)
        return failed("the call reached no line", [...evidence, ...reasons(seen)], hint(seen.leadStatus ?? ""));
      return passed(`a call went to line ${seen.agent.user}`, evidence);
    },
  };
}

/** Places a call where a line is free, and follows it; the session notes what came of it. */
async function makeCall(
  subject: BridgeSubject,
  session: CallSession,
  callee: { number: string } | { leadId?: number },
  vicidial: Vicidial,
): Promise<void> {
  const serverIp = await freeDialler(subject, vicidial);
  const whom = "number" in callee ? callee : { leadId: callee.leadId ?? (await labLead(subject, vicidial)) };
  session.placedAt = Date.now();
  const placed = await placeTestCall(vicidial, subject.plan.bridge.campaignId, serverIp, whom);
  session.placed = placed;
  subject.say(`call ${placed.callerId}: ${placed.serverIp} dials ${placed.dialString} for lead ${placed.leadId}`);
  const { seconds, talkSeconds } = session;
  const { seen, over } = await followCall(vicidial, placed, {
    ...{ seconds, tell: subject.say },
    ...(talkSeconds !== undefined && { talk: { seconds: talkSeconds, hangUp: () => hangUp(vicidial, placed) } }),
  });
  Object.assign(session, { seen, over });
}

/** A dialler of the bridge with a free line, so that the call has somewhere to go. */
async function freeDialler(subject: BridgeSubject, vicidial: Vicidial): Promise<string> {
  const wanted = await linesOf(subject, vicidial);
  const look = async () => {
    for (const lines of wanted) {
      if (!(await signsOfLife(vicidial, lines.serverIp)).alive) continue;
      if ((await linesSeen(vicidial, lines)).some(({ ready }) => ready)) return lines.serverIp;
    }
    return undefined;
  };
  const found = await lookUntil(subject, "a free line", look, (serverIp) => serverIp !== undefined);
  if (found !== undefined) return found;
  throw new Refusal({ field: "lines", rule: "all lines are on calls", fix: "try again, or wait longer with `--wait`" });
}

const leadRow = z.object({ lead_id: z.number() });

/** In a lab: the oldest lead of the campaign's active lists. */
async function labLead({ plan }: BridgeSubject, vicidial: Vicidial): Promise<number> {
  const { campaignId } = plan.bridge;
  const lead = await vicidial.row(
    leadRow,
    "SELECT lead_id FROM vicidial_list WHERE list_id IN (SELECT list_id FROM vicidial_lists WHERE campaign_id = ? AND active = 'Y') ORDER BY lead_id LIMIT 1",
    [campaignId],
  );
  if (lead !== undefined) return lead.lead_id;
  throw new Refusal({
    field: "campaignId",
    value: campaignId,
    rule: "no active list of the campaign has a lead",
    fix: "add one, or name a number with `--call`",
  });
}

function reasons({ leadStatus, customerLeg, log }: NonNullable<CallSession["seen"]>): string[] {
  return [
    `lead status ${leadStatus ?? "unknown"}${log === undefined ? "" : `, vicidial_log ${log.status} ${log.termReason}`}`,
    ...(customerLeg === undefined
      ? ["no row of the customer leg in vicidial_carrier_log"]
      : [`customer leg: ${customerLeg.dialstatus}, hangup cause ${customerLeg.hangupCause}`]),
  ];
}

/** What a lead's status says of a call that reached no line (docs/facts/vicidial.md#statuses). */
function hint(status: string): string {
  const known: Record<string, string> = {
    NA: "answer the telephone that is called; if it did not ring, look at the telephony carrier and the campaign's dial prefix",
    AB: "the number was busy: try again",
    ADC: "the number is disconnected: choose another",
    AA: "answering-machine detection took the call for a machine: speak when you answer",
    PDROP: "the call was answered and not routed: check the campaign's routing extension",
    LRERR: "the Local channel was not resolved: check servers.asterisk_version and that AST_update runs",
    DROP: "the call was answered and no line was free in time: check the lines",
  };
  return (
    known[status] ?? "look at the dialler's Asterisk console while a call is made: the dial string may match no carrier"
  );
}
