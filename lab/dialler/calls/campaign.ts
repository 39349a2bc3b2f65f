import { z } from "zod";
import type { DiallerDatabase } from "../database";
import { text } from "../../../core/columns";

const number = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => Number(value ?? 0) || 0);

/** What the AGIs read of `vicidial_campaigns`. A column that an older schema lacks reads as empty. */
const campaignRow = z.object({
  campaign_id: z.string(),
  drop_call_seconds: number,
  drop_action: text,
  drop_inbound_group: text,
  safe_harbor_exten: text,
  safe_harbor_audio: text,
  safe_harbor_menu_id: text,
  voicemail_ext: text,
  concurrent_transfers: text,
  next_agent_call: text,
  campaign_recording: text,
  campaign_rec_filename: text,
  amd_send_to_vmx: text,
  am_message_exten: text,
  waitforsilence_options: text,
  amd_agent_route_options: text,
});
export type Campaign = z.infer<typeof campaignRow>;

export async function campaignOf(database: DiallerDatabase, campaignId: string): Promise<Campaign | undefined> {
  return database.row(campaignRow, "SELECT * FROM vicidial_campaigns WHERE campaign_id = ?", [campaignId]);
}

const queued = z.object({
  campaign_id: text,
  lead_id: z.number(),
  phone_number: text,
  phone_code: text,
  alt_dial: text,
  call_time: text,
  uniqueid: text,
  queue_priority: number,
});
/** The call's row in `vicidial_auto_calls`, which the dialling program wrote when it placed the call. */
export type QueuedCall = z.infer<typeof queued>;

export async function queuedCall(database: DiallerDatabase, callId: string): Promise<QueuedCall | undefined> {
  const sql = "SELECT * FROM vicidial_auto_calls WHERE callerid = ? ORDER BY call_time DESC LIMIT 1";
  return database.row(queued, sql, [callId]);
}

const leadRow = z.object({ list_id: number, called_count: number, vendor_lead_code: text });
export type Lead = z.infer<typeof leadRow>;

export async function leadOf(database: DiallerDatabase, leadId: number): Promise<Lead> {
  const sql = "SELECT list_id, called_count, vendor_lead_code FROM vicidial_list WHERE lead_id = ? LIMIT 1";
  return (await database.row(leadRow, sql, [leadId])) ?? { list_id: 0, called_count: 0, vendor_lead_code: "" };
}

const serverRow = z.object({ ext_context: text, voicemail_dump_exten: text });

/** Where calls go on this server: `servers.ext_context`, usually `default`. */
export async function serverOf(database: DiallerDatabase, ip: string): Promise<z.infer<typeof serverRow>> {
  const row = await database.row(serverRow, "SELECT * FROM servers WHERE server_ip = ?", [ip]);
  return { voicemail_dump_exten: row?.voicemail_dump_exten ?? "", ext_context: row?.ext_context || "default" };
}

const statusRow = z.object({ status: z.string() });

/** Statuses that a picked-up call must not overwrite: somebody is to call back. */
async function callbackStatuses(database: DiallerDatabase): Promise<string[]> {
  const found = ["CBHOLD"];
  for (const table of ["vicidial_statuses", "vicidial_campaign_statuses"]) {
    if (!(await database.has(table, "scheduled_callback"))) continue;
    const rows = await database.rows(statusRow, `SELECT status FROM ${table} WHERE scheduled_callback = 'Y'`);
    found.push(...rows.map(({ status }) => status));
  }
  return found;
}

/** Sets the lead's status unless a call-back is agreed. */
export async function flagLead(database: DiallerDatabase, leadId: number, status: string): Promise<void> {
  const kept = await callbackStatuses(database);
  const sql = `UPDATE vicidial_list SET status = ? WHERE lead_id = ? AND status NOT IN (${kept.map(() => "?").join(", ")})`;
  await database.run(sql, [status, leadId, ...kept]);
}
