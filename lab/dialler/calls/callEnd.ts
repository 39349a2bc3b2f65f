import { z } from "zod";
import type { AgiSession } from "../../../core/protocols/fastagi";
import { now, type Moment } from "../moment";
import { agiCall, type AgiCall } from "./agiCall";
import { isCallId, isQueueId, leadIdOf, secondOf } from "./callId";
import type { CallsContext } from "./contract";
import { leaveInGroup } from "./inGroup";
import { ending, hangupReport, unanswered, type HangupReport } from "./hangupCauses";

/**
 * `agi_extension` of an end: anything with an `h` and shorter than three characters, also `hx`
 * (docs/facts/vicidial.md#hangup-log).
 */
export function isEnd(extension: string): boolean {
  return /h/i.test(extension) && extension.length < 3;
}

const text = z.coerce.string();
const autoCall = z.object({
  lead_id: z.number(),
  callerid: text,
  campaign_id: text.nullable(),
  alt_dial: text.nullable(),
  status: text,
  call_time: text.nullable(),
  start_epoch: z.coerce.number(),
  phone_code: text.nullable(),
  phone_number: text.nullable(),
});
type AutoCall = z.infer<typeof autoCall>;
const ofLead = z.object({ list_id: z.coerce.number(), called_count: z.coerce.number() });
const loggedRow = z.object({
  start_epoch: z.coerce.number(),
  status: text,
  user: text.nullable(),
  comments: text.nullable(),
  term_reason: text.nullable(),
});
const enhancedRow = z.object({ enhanced: z.coerce.number() });
const carrierLogging = z.object({ carrier_logging_active: z.string().nullable() });

/** The `h` extension of every context: closes the call's rows and gives unanswered and dropped calls their statuses. */
export async function callEnd(session: AgiSession, context: CallsContext): Promise<void> {
  const call = agiCall(session);
  const report = hangupReport(session.path);
  const at = await now(context.database);
  if (report) await logCarrier(context, call, report, at);
  await closeCallLog(context, call, at);
  if (/^Local/.test(call.channel)) {
    if (report) await ofCustomerLeg(context, call, report);
  } else await ofAnsweredCall(context, call, at);
  context.log("call ended", { channel: call.channel, callId: call.callerId, ...report });
}

/**
 * One row per channel in `vicidial_carrier_log`: `Local/…;2` is the customer leg, the customer's own channel the AI leg
 * (docs/facts/vicidial.md#carrier-log). The first end that a channel reports counts.
 */
async function logCarrier(context: CallsContext, call: AgiCall, report: HangupReport, at: Moment): Promise<void> {
  const { database, settings } = context;
  if (report.dialStatus === "" || !/^[VM]/.test(call.callerId)) return;
  const sql = "SELECT carrier_logging_active FROM servers WHERE server_ip = ?";
  const server = await database.row(carrierLogging, sql, [settings.ip]);
  if (server?.carrier_logging_active !== "Y") return;
  const lead = leadIdOf(call.callerId);
  if (report.sipCause > 0 && (await database.has("vicidial_dial_log"))) {
    const update =
      "UPDATE vicidial_dial_log SET sip_hangup_cause = ?, sip_hangup_reason = ?, uniqueid = ? WHERE caller_code = ? AND server_ip = ? AND lead_id = ?";
    await database.run(update, [report.sipCause, report.sipReason, call.uniqueid, call.callerId, settings.ip, lead]);
  }
  const sip = report.sipCause > 0 ? report : await sipOfDialLog(context, call, lead);
  const row = {
    uniqueid: call.uniqueid,
    call_date: at.date,
    server_ip: settings.ip,
    lead_id: lead,
    hangup_cause: report.cause,
    dialstatus: report.dialStatus,
    channel: call.channel,
    dial_time: report.dialTime,
    answered_time: report.answeredTime,
    sip_hangup_cause: sip.sipCause,
    sip_hangup_reason: sip.sipReason,
    caller_code: call.callerId,
  };
  await database.insert("vicidial_carrier_log", row).catch(ifThere);
}

const dialLogRow = z.object({ sip_hangup_cause: z.coerce.number(), sip_hangup_reason: text.nullable() });

/**
 * Where Asterisk names no SIP answer, that of the call's customer leg stands in: so every AI leg has the customer's 200
 * (docs/facts/vicidial.md#carrier-log).
 */
async function sipOfDialLog(
  { database, settings }: CallsContext,
  call: AgiCall,
  lead: number,
): Promise<Pick<HangupReport, "sipCause" | "sipReason">> {
  const none = { sipCause: 0, sipReason: "" };
  if (!(await database.has("vicidial_dial_log"))) return none;
  const sql =
    "SELECT sip_hangup_cause, sip_hangup_reason FROM vicidial_dial_log WHERE lead_id = ? AND server_ip = ? AND caller_code = ? ORDER BY call_date DESC LIMIT 1";
  const row = await database.row(dialLogRow, sql, [lead, settings.ip, call.callerId]);
  return row ? { sipCause: row.sip_hangup_cause, sipReason: row.sip_hangup_reason ?? "" } : none;
}

async function closeCallLog({ database }: CallsContext, call: AgiCall, at: Moment): Promise<void> {
  const sql =
    "UPDATE call_log SET end_time = ?, end_epoch = ?, length_in_sec = ? - start_epoch, length_in_min = (? - start_epoch) / 60, channel = ? WHERE uniqueid = ?";
  await database.run(sql, [at.date, at.epoch, at.epoch, at.epoch, call.channel, call.uniqueid]);
}

/** The near end of the dialler's Local channel: what became of the Dial to the customer. */
async function ofCustomerLeg(context: CallsContext, call: AgiCall, report: HangupReport): Promise<void> {
  const { database, log } = context;
  if (report.kind !== "PRI" || !/\d{19}/.test(call.callerId)) return;
  const found = unanswered(report, await enhancedLogging(context));
  if (!found) return;
  const lead = leadIdOf(call.callerId);
  await database.run("UPDATE vicidial_list SET status = ? WHERE lead_id = ?", [found.lead, lead]);
  await database.run("UPDATE vicidial_auto_calls SET status = ? WHERE callerid = ?", [found.call, call.callerId]);
  log("call not answered", { callId: call.callerId, status: found.lead });
  const update = "UPDATE vicidial_log SET status = ? WHERE lead_id = ? AND uniqueid LIKE ?";
  const { affected } = await database.run(update, [found.lead, lead, `${secondOf(call.uniqueid)}%`]);
  if (affected > 0) return;
  const live = await autoCallOf(context, call);
  if (live) await logUnrouted(context, call, live, found.lead);
}

async function enhancedLogging({ database }: CallsContext): Promise<number> {
  if (!(await database.has("system_settings", "enhanced_disconnect_logging"))) return 0;
  return (
    (await database.row(enhancedRow, "SELECT enhanced_disconnect_logging AS enhanced FROM system_settings"))
      ?.enhanced ?? 0
  );
}

/** A channel that is not Local: the customer, who had answered, or an account that called the dialler itself. */
async function ofAnsweredCall(context: CallsContext, call: AgiCall, at: Moment): Promise<void> {
  const { database, log } = context;
  const live = await autoCallOf(context, call);
  if (!live) return;
  const remove =
    "DELETE FROM vicidial_auto_calls WHERE (status != 'IVR' AND (uniqueid = ? OR callerid = ?)) OR (status = 'IVR' AND uniqueid = ?) ORDER BY call_time DESC LIMIT 1";
  await database.run(remove, [call.uniqueid, call.callerId, call.uniqueid]);
  await database.run("UPDATE vicidial_live_agents SET ring_callerid = '' WHERE ring_callerid = ?", [call.callerId]);
  if (isQueueId(call.callerId)) return leaveInGroup(context, live.lead_id, at);
  const second = `${secondOf(call.uniqueid)}%`;
  const logged = await database.row(
    loggedRow,
    "SELECT start_epoch, status, user, comments, term_reason FROM vicidial_log WHERE lead_id = ? AND uniqueid LIKE ? LIMIT 1",
    [live.lead_id, second],
  );
  if (!logged) {
    // Answered, but the call never reached the routing extension.
    if (!isCallId(call.callerId) || !live.status.includes("SENT")) return;
    await database.run("UPDATE vicidial_list SET status = 'PDROP' WHERE lead_id = ?", [live.lead_id]);
    await logUnrouted(context, call, live, "PDROP");
    return;
  }
  const { status, termReason } = ending(logged);
  if (status) await database.run("UPDATE vicidial_list SET status = ? WHERE lead_id = ?", [status, live.lead_id]);
  const update =
    "UPDATE vicidial_log SET status = COALESCE(?, status), term_reason = COALESCE(?, term_reason), end_epoch = ?, length_in_sec = ? WHERE lead_id = ? AND uniqueid LIKE ?";
  const seconds = at.epoch - logged.start_epoch;
  await database.run(update, [status ?? null, termReason ?? null, at.epoch, seconds, live.lead_id, second]);
  log("call over", { callId: call.callerId, status: status ?? logged.status, seconds });
}

async function autoCallOf({ database }: CallsContext, call: AgiCall): Promise<AutoCall | undefined> {
  const sql =
    "SELECT lead_id, callerid, campaign_id, alt_dial, status, call_time, UNIX_TIMESTAMP(call_time) AS start_epoch, phone_code, phone_number " +
    "FROM vicidial_auto_calls WHERE uniqueid = ? OR callerid = ? LIMIT 1";
  return database.row(autoCall, sql, [call.uniqueid, call.callerId]);
}

/** The log row of a call that the routing never saw. */
async function logUnrouted(context: CallsContext, call: AgiCall, live: AutoCall, status: string): Promise<void> {
  const { database, settings } = context;
  const sql = "SELECT list_id, called_count FROM vicidial_list WHERE lead_id = ? LIMIT 1";
  const lead = await database.row(ofLead, sql, [live.lead_id]);
  const row = {
    uniqueid: call.uniqueid,
    lead_id: live.lead_id,
    list_id: lead?.list_id ?? 0,
    status,
    campaign_id: live.campaign_id,
    call_date: live.call_time,
    start_epoch: live.start_epoch,
    phone_code: live.phone_code,
    phone_number: live.phone_number,
    user: "VDAD",
    processed: "N",
    length_in_sec: 0,
    end_epoch: live.start_epoch,
    alt_dial: live.alt_dial,
    called_count: lead?.called_count ?? 0,
  };
  await database.insert("vicidial_log", row).catch(ifThere);
  await logExtended(context, call.uniqueid, live.lead_id, live.callerid, live.call_time);
  if (status === "PDROP") context.log("call dropped before routing", { callId: live.callerid, server: settings.ip });
}

/** `vicidial_log_extended`: which dialler and which call id a row of `vicidial_log` belongs to. */
export async function logExtended(
  { database, settings }: CallsContext,
  uniqueid: string,
  leadId: number,
  callId: string,
  date: string | null,
): Promise<void> {
  const row = {
    uniqueid,
    server_ip: settings.ip,
    call_date: date,
    lead_id: leadId,
    caller_code: callId,
    custom_call_id: "",
  };
  await database.insert("vicidial_log_extended", row).catch(ifThere);
}

/** VICIdial inserts and does not mind a row that is there already. */
export function ifThere(thrown: unknown): void {
  if ((thrown as { code?: unknown }).code !== "ER_DUP_ENTRY") throw thrown;
}
