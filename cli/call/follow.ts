import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { PlacedCall } from "../../providers/vicidial/dialler/testCall";
import type { Reader } from "../../providers/vicidial/session";
import { number, text } from "../../core/columns";

/** One channel of a call in `vicidial_carrier_log`. */
export interface Leg {
  channel: string;
  /** `ANSWER`, `BUSY`, `NOANSWER`, `CHANUNAVAIL`, `CONGESTION`, `CANCEL` … */
  dialstatus: string;
  hangupCause: number;
  dialSeconds: number;
  answeredSeconds: number;
}

/** What the database shows of one call. */
export interface CallSeen {
  /** Status of the row in `vicidial_auto_calls`; `undefined` before and after the call. */
  autoCall?: string;
  /** The line that took it: from `vicidial_remote_agent_log`. */
  agent?: { user: string; extension: string; uniqueid: string };
  /** What the line did at the last look (`vicidial_live_agents`). */
  lineStatus?: string;
  /**
   * The customer's channel, whose Dial made the AI leg; written when the call ends (docs/facts/vicidial.md#carrier-log).
   */
  aiLeg?: Leg;
  /** The dialler's own Local channel, which called the customer. */
  customerLeg?: Leg;
  leadStatus?: string;
  log?: { status: string; user: string; comments: string; seconds: number; termReason: string };
  recordings: { recordingId: number; filename: string; location: string; seconds: number }[];
}

const autoCallRow = z.object({ status: text });
const agentRow = z.object({ user: text, extension: text, uniqueid: text });
const legRow = z.object({
  ...{ channel: text, dialstatus: text, hangupCause: number, dialSeconds: number, answeredSeconds: number },
});
const logRow = z.object({ status: text, user: text, comments: text, seconds: number, termReason: text });
const recordingRow = z.object({ recordingId: number, filename: text, location: text, seconds: number });

// The dialler's clock may be a little behind the database's.
/** Reads everything that VICIdial writes of a call (docs/facts/vicidial.md#log-tables). */
export async function callSeen(reader: Reader, { leadId, callerId, placedAt }: PlacedCall): Promise<CallSeen> {
  const auto = await reader.row(autoCallRow, "SELECT status FROM vicidial_auto_calls WHERE callerid = ?", [callerId]);
  const agent = await reader.row(
    agentRow,
    "SELECT user, extension, uniqueid FROM vicidial_remote_agent_log WHERE callerid = ? AND call_time >= ? - INTERVAL 1 HOUR ORDER BY call_time DESC LIMIT 1",
    [callerId, placedAt],
  );
  const line = await reader.row(autoCallRow, "SELECT status FROM vicidial_live_agents WHERE callerid = ? LIMIT 1", [
    callerId,
  ]);
  const legs = await reader.rows(
    legRow,
    "SELECT channel, dialstatus, hangup_cause AS hangupCause, dial_time AS dialSeconds, answered_time AS answeredSeconds FROM vicidial_carrier_log WHERE lead_id = ? AND call_date >= ? - INTERVAL 5 SECOND ORDER BY call_date, uniqueid",
    [leadId, placedAt],
  );
  const lead = await reader.row(autoCallRow, "SELECT status FROM vicidial_list WHERE lead_id = ?", [leadId]);
  const log = await reader.row(
    logRow,
    "SELECT status, user, comments, length_in_sec AS seconds, term_reason AS termReason FROM vicidial_log WHERE lead_id = ? AND call_date >= ? - INTERVAL 5 SECOND ORDER BY call_date DESC LIMIT 1",
    [leadId, placedAt],
  );
  const recordings = await reader.rows(
    recordingRow,
    "SELECT recording_id AS recordingId, filename, location, length_in_sec AS seconds FROM recording_log WHERE lead_id = ? AND start_time >= ? - INTERVAL 5 SECOND ORDER BY recording_id",
    [leadId, placedAt],
  );
  const local = (leg: Leg) => leg.channel.startsWith("Local/");
  const [aiLeg, customerLeg] = [legs.find((leg) => !local(leg)), legs.find(local)];
  return {
    ...(auto && { autoCall: auto.status }),
    ...(agent && { agent }),
    ...(line && { lineStatus: line.status }),
    ...(aiLeg && { aiLeg }),
    ...(customerLeg && { customerLeg }),
    ...(lead && { leadStatus: lead.status }),
    ...(log && { log }),
    recordings,
  };
}

/** Where a call is, in words; it changes when something worth telling happens. */
function stageOf({ autoCall, agent, lineStatus, aiLeg }: CallSeen): string {
  if (autoCall === undefined) return aiLeg === undefined ? "over" : `over: AI leg ${aiLeg.dialstatus}`;
  if (autoCall === "SENT" || autoCall === "RINGING") return "calling the customer";
  if (agent === undefined) return autoCall === "LIVE" ? "answered, waiting for a line" : `answered (${autoCall})`;
  return `on line ${agent.user}${lineStatus === undefined ? "" : ` (${lineStatus})`}`;
}

/** After its end a call's last rows are written within seconds. */
const LAST_ROWS_SECONDS = 15;

export interface FollowOptions {
  /** How long the call may take. */
  seconds: number;
  /** Is told each new stage. */
  tell: (line: string) => void;
  /** Ends the call when the line has had it for `seconds`. */
  talk?: { seconds: number; hangUp: () => Promise<unknown> };
}

/** Watches a call until it is over and its rows are written, or the time is up. */
export async function followCall(
  reader: Reader,
  call: PlacedCall,
  { seconds, tell, talk }: FollowOptions,
): Promise<{ seen: CallSeen; over: boolean }> {
  const started = Date.now();
  const since = (moment: number) => (Date.now() - moment) / 1000;
  let stage = "";
  let talkingAt: number | undefined;
  let hungUpAt: number | undefined;
  let endedAt: number | undefined;
  for (;;) {
    const seen = await callSeen(reader, call);
    const now = stageOf(seen);
    if (now !== stage) tell(`call ${call.callerId}: ${now} (${since(started).toFixed(0)} s)`);
    stage = now;
    // Not before VICIdial has noticed that the line has the call: one that ends earlier is logged as dropped
    // (docs/facts/vicidial.md#ten-second-pass).
    if (seen.lineStatus === "INCALL") talkingAt ??= Date.now();
    if (talk && talkingAt !== undefined && hungUpAt === undefined && since(talkingAt) >= talk.seconds) {
      hungUpAt = Date.now();
      tell(`call ${call.callerId}: hanging up after ${talk.seconds} s`);
      await talk.hangUp();
    }
    if (seen.autoCall === undefined) {
      endedAt ??= Date.now();
      // A call that reached no line has no AI leg to wait for.
      const leg = seen.agent === undefined ? seen.customerLeg : seen.aiLeg;
      const complete = leg !== undefined && (seen.agent === undefined || seen.log !== undefined);
      if (complete || since(endedAt) > LAST_ROWS_SECONDS) return { seen, over: true };
    } else endedAt = undefined;
    if (since(started) > seconds) return { seen, over: false };
    await sleep(500);
  }
}
