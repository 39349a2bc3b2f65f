import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { AgiSession } from "../../../core/protocols/fastagi";
import { now, type Moment } from "../moment";
import { agiCall, hangUp, ifRefused, isAlive, setCaller } from "./agiCall";
import { leadOf } from "./campaign";
import type { CallsContext } from "./contract";

/** What stands in an extension that leads to an in-group. */
export interface Transferred {
  group: string;
  leadId: number;
  phone: string;
  /** Who hands over: an agent user, or VDAD. */
  fronter: string;
}

/** `990009*SUPPORT**0000000014**3035550114*VDAD*`: in-group, lead, customer, fronter; undefined when it says something else. */
export function transferred(extension: string): Transferred | undefined {
  const [start = "", group = "", , lead = "", , phone = "", fronter = ""] = extension.split("*");
  if (!/^9?90009$/.test(start) || group === "" || !/^\d+$/.test(lead)) return undefined;
  return { group, leadId: Number(lead), phone, fronter };
}

const groupRow = z.object({ drop_call_seconds: z.coerce.number() });

/**
 * `_990009.`: the customer waits in an in-group, as `agi-VDAD_ALL_inbound.agi` with CLOSER has him wait. The lab has no human
 * agents, so he waits until he hangs up or the group's `drop_call_seconds` are over: DROP.
 */
export async function inGroup(session: AgiSession, context: CallsContext): Promise<void> {
  const { database, log } = context;
  const call = agiCall(session);
  const to = transferred(call.extension);
  const sql = "SELECT drop_call_seconds FROM vicidial_inbound_groups WHERE group_id = ? AND active = 'Y'";
  const group = to && (await database.row(groupRow, sql, [to.group]));
  if (!group) {
    log("no such in-group", { extension: call.extension, callId: call.callerId });
    return;
  }
  const entered = await now(database);
  const callId = await enter(session, context, to, entered);
  log("in-group entered", { group: to.group, leadId: to.leadId, callId });
  for (let waited = 0; waited < group.drop_call_seconds; waited++) {
    // The `h` extension closes the rows.
    if (!(await isAlive(session))) return;
    await sleep(1_000);
  }
  await drop(context, to, callId);
  await hangUp(session);
}

/** Rows of a customer who enters; returns the call's new id, which is his caller id name from here on. */
async function enter(session: AgiSession, context: CallsContext, to: Transferred, at: Moment): Promise<string> {
  const { database, settings } = context;
  const call = agiCall(session);
  const digits = at.date.replace(/\D/g, "");
  // Nine digits: the month without its leading zero, or its last digit.
  const callId = `Y${digits.slice(5, 14)}${String(to.leadId).padStart(10, "0")}`;
  await setCaller(session, callId, to.phone).catch(ifRefused);
  const lead = await leadOf(database, to.leadId);
  const caller = { lead_id: to.leadId, campaign_id: to.group, phone_number: to.phone, phone_code: "1" };
  const queued = { call_type: "IN", status: "LIVE", stage: "LIVE-0", server_ip: settings.ip, call_time: at.date };
  const channel = { uniqueid: call.uniqueid, channel: call.channel, callerid: callId };
  await database.insert("vicidial_auto_calls", { ...caller, ...queued, ...channel });
  await database.insert("vicidial_xfer_log", {
    ...caller,
    ...{ call_date: at.date, user: to.fronter, closer: "VDXL", list_id: lead.list_id, close_uniqueid: call.uniqueid },
  });
  await database.insert("vicidial_closer_log", {
    ...caller,
    ...{ call_date: at.date, start_epoch: at.epoch, status: "QUEUE", user: "VDCL", processed: "N" },
    ...{ uniqueid: call.uniqueid, list_id: lead.list_id },
  });
  return callId;
}

const closerRow = z.object({ closecallid: z.number(), start_epoch: z.coerce.number(), status: z.string() });

/** The customer's newest row, and how long he has waited. */
async function waiting(
  { database }: CallsContext,
  leadId: number,
  at: Moment,
): Promise<{ id: number; seconds: number } | undefined> {
  const sql =
    "SELECT closecallid, start_epoch, status FROM vicidial_closer_log WHERE lead_id = ? ORDER BY closecallid DESC LIMIT 1";
  const row = await database.row(closerRow, sql, [leadId]);
  return row?.status === "QUEUE" ? { id: row.closecallid, seconds: at.epoch - row.start_epoch } : undefined;
}

async function drop(context: CallsContext, { leadId, group }: Transferred, callId: string): Promise<void> {
  const { database, log } = context;
  await database.run("DELETE FROM vicidial_auto_calls WHERE callerid = ? LIMIT 1", [callId]);
  await close(context, leadId, await now(database), "QUEUETIMEOUT");
  log("in-group dropped", { group, leadId, callId });
}

/** The customer has hung up before anybody took his call. */
export async function leaveInGroup(context: CallsContext, leadId: number, at: Moment): Promise<void> {
  await close(context, leadId, at, "ABANDON");
}

async function close(context: CallsContext, leadId: number, at: Moment, reason: string): Promise<void> {
  const { database } = context;
  const row = await waiting(context, leadId, at);
  if (!row) return;
  const update =
    "UPDATE vicidial_closer_log SET status = 'DROP', term_reason = ?, end_epoch = ?, length_in_sec = ?, queue_seconds = ? WHERE closecallid = ?";
  await database.run(update, [reason, at.epoch, row.seconds, row.seconds, row.id]);
  await database.run("UPDATE vicidial_list SET status = 'DROP' WHERE lead_id = ?", [leadId]);
}
