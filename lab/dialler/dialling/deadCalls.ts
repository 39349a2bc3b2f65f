import { z } from "zod";
import type { DiallerDatabase } from "../database";
import type { Log } from "../../../core/log";
import type { Moment } from "../moment";
import { numberOf } from "../perl";
import { fate } from "./fate";
import { number, text } from "../../../core/columns";

const pendingSchema = z.object({
  auto_call_id: z.coerce.number(),
  callerid: text,
  uniqueid: text,
  campaign_id: text,
  status: text,
  stage: text,
  call_type: text,
  lead_id: number,
  phone_code: text,
  phone_number: text,
  alt_dial: text,
  dial_timeout: number,
  drop_call_seconds: number,
});

const loggedSchema = z.object({ uniqueid: z.string(), start_epoch: number, end_epoch: number });
const leadSchema = z.object({ list_id: number, called_count: number });

/** Ends every outbound call of this server that rang too long, waited too long, or that the carrier refused. */
export async function endDeadCalls(database: DiallerDatabase, ip: string, moment: Moment, log: Log): Promise<void> {
  const pending = await database.rows(
    pendingSchema,
    `SELECT a.*, c.dial_timeout, c.drop_call_seconds FROM vicidial_auto_calls a
       LEFT JOIN vicidial_campaigns c ON c.campaign_id = a.campaign_id
     WHERE a.server_ip = ? ORDER BY a.call_time`,
    [ip],
  );
  for (const call of pending) {
    const logged = await callLog(database, ip, call);
    const times = { start: logged?.start_epoch ?? 0, end: logged?.end_epoch ?? 0 };
    const status = fate(
      {
        status: call.status,
        callType: call.call_type,
        stage: call.stage,
        dialTimeout: call.dial_timeout,
        dropCallSeconds: call.drop_call_seconds,
      },
      times,
      moment.epoch,
    );
    if (!status || (await isParked(database, call.callerid))) continue;
    await database.run("DELETE FROM vicidial_auto_calls WHERE auto_call_id = ?", [call.auto_call_id]);
    await database.run("UPDATE vicidial_live_agents SET ring_callerid = '' WHERE ring_callerid = ?", [call.callerid]);
    const leadId = call.lead_id > 0 ? call.lead_id : numberOf(call.callerid.slice(10, 20));
    // A call that waited for an agent has its row already.
    if (status !== "DROP")
      await logUnanswered(database, ip, { ...call, lead_id: leadId }, logged?.uniqueid ?? "", status, moment);
    if (leadId > 0) await database.run("UPDATE vicidial_list SET status = ? WHERE lead_id = ?", [status, leadId]);
    log("dead call ended", { call: call.callerid, was: call.status, status, lead: leadId });
  }
}

/** The call's last row of `call_log`, by its V-code, else by its unique id. */
async function callLog(
  database: DiallerDatabase,
  ip: string,
  { callerid, uniqueid }: { callerid: string; uniqueid: string },
): Promise<z.infer<typeof loggedSchema> | undefined> {
  const code = callerid.replaceAll(/\W/g, "");
  const by = async (column: "caller_code" | "uniqueid", value: string) =>
    database.row(
      loggedSchema,
      `SELECT uniqueid, start_epoch, end_epoch FROM call_log WHERE ${column} = ? AND server_ip = ?
       ORDER BY end_epoch, start_time DESC LIMIT 1`,
      [value, ip],
    );
  const found = code.length > 17 && /\d{14}/.test(code) ? await by("caller_code", callerid) : undefined;
  return found ?? (uniqueid.length > 11 ? by("uniqueid", uniqueid) : undefined);
}

async function isParked(database: DiallerDatabase, callerId: string): Promise<boolean> {
  if (callerId.length <= 17) return false;
  const row = await database.row(
    z.object({ count: z.coerce.number() }),
    "SELECT COUNT(*) AS count FROM parked_channels WHERE channel_group = ?",
    [callerId],
  );
  return (row?.count ?? 0) > 0;
}

async function logUnanswered(
  database: DiallerDatabase,
  ip: string,
  call: z.infer<typeof pendingSchema>,
  uniqueid: string,
  status: string,
  moment: Moment,
): Promise<void> {
  const lead = await database.row(leadSchema, "SELECT list_id, called_count FROM vicidial_list WHERE lead_id = ?", [
    call.lead_id,
  ]);
  const stage = numberOf(call.stage.replaceAll(/LIVE|-/gi, ""));
  await database.insert("vicidial_log", {
    uniqueid,
    lead_id: call.lead_id,
    campaign_id: call.campaign_id,
    call_date: moment.date,
    start_epoch: Math.floor(moment.epoch),
    end_epoch: Math.floor(moment.epoch),
    length_in_sec: stage < 0.25 ? 0 : stage,
    status,
    phone_code: call.phone_code,
    phone_number: call.phone_number,
    user: "VDAD",
    processed: "N",
    alt_dial: call.alt_dial,
    list_id: lead?.list_id ?? 0,
    called_count: lead?.called_count ?? 0,
  });
  await database.insert("vicidial_log_extended", {
    uniqueid,
    server_ip: ip,
    call_date: moment.date,
    lead_id: call.lead_id,
    caller_code: call.callerid,
    custom_call_id: "",
  });
}

/**
 * Calls that were sent two minutes ago and never heard of again: no trace of them stays, their leads keep their status
 * (docs/facts/vicidial.md#originate).
 */
export async function purgeSent(database: DiallerDatabase, ip: string, moment: Moment, log: Log): Promise<void> {
  const { affected } = await database.run(
    `DELETE FROM vicidial_auto_calls WHERE server_ip = ? AND call_time < ? - INTERVAL 120 SECOND
       AND status NOT IN ('XFER', 'CLOSER', 'LIVE', 'IVR')`,
    [ip, moment.date],
  );
  if (affected > 0) log("sent calls purged", { calls: affected });
}
