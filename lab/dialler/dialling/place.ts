import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { DiallerDatabase } from "../database";
import type { Log } from "../../../core/log";
import { now } from "../moment";
import type { DiallingCampaign } from "./campaigns";
import {
  callerIdOf,
  calledAgain,
  dialString,
  pauseBetweenCalls,
  ringTime,
  routingExtension,
  vCode,
  type DiallingServer,
} from "./originate";
import { number, text } from "../../../core/columns";

const leadSchema = z.object({
  lead_id: z.coerce.number(),
  list_id: number,
  phone_code: text,
  phone_number: text,
  security_phrase: text,
  called_count: number,
  called_since_last_reset: text,
  gmt_offset_now: number,
});
const listSchema = z.object({ dial_prefix: text, campaign_cid_override: text });
type Lead = z.infer<typeof leadSchema>;

/** Takes up to `calls` leads of the campaign from the hopper and places their calls. Returns how many were placed. */
export async function placeCalls(
  database: DiallerDatabase,
  server: DiallingServer,
  campaign: DiallingCampaign,
  calls: number,
  log: Log,
): Promise<number> {
  const taker = `VDAD_${server.ip}`;
  const { affected } = await database.run(
    `UPDATE vicidial_hopper SET status = 'QUEUE', user = ? WHERE campaign_id = ? AND status = 'READY'
     ORDER BY priority DESC, hopper_id LIMIT ?`,
    [taker, campaign.id, calls],
  );
  const pause = pauseBetweenCalls(await callsPerSecond(database, server.ip));
  let placed = 0;
  for (let taken = 0; taken < affected; taken++) {
    const row = await database.row(
      z.object({ lead_id: z.coerce.number(), alt_dial: text }),
      `SELECT lead_id, alt_dial FROM vicidial_hopper WHERE campaign_id = ? AND status = 'QUEUE' AND user = ?
       ORDER BY priority DESC, hopper_id LIMIT 1`,
      [campaign.id, taker],
    );
    if (!row) break;
    await database.run("UPDATE vicidial_hopper SET status = 'INCALL' WHERE lead_id = ?", [row.lead_id]);
    const lead = await database.row(leadSchema, "SELECT * FROM vicidial_list WHERE lead_id = ?", [row.lead_id]);
    await database.run("DELETE FROM vicidial_hopper WHERE lead_id = ?", [row.lead_id]);
    if (!lead) continue;
    await placeCall(database, server, campaign, lead, row.alt_dial === "" ? "MAIN" : row.alt_dial, log);
    placed++;
    await sleep(pause);
  }
  if (placed > 0)
    await database.run("UPDATE vicidial_campaigns SET campaign_calldate = NOW() WHERE campaign_id = ?", [campaign.id]);
  return placed;
}

async function callsPerSecond(database: DiallerDatabase, ip: string): Promise<number> {
  const row = await database.row(
    z.object({ outbound_calls_per_second: number }),
    "SELECT outbound_calls_per_second FROM servers WHERE server_ip = ?",
    [ip],
  );
  return row?.outbound_calls_per_second ?? 0;
}

/** The rows that make one call: the lead is marked, AMI gets an Originate, `vicidial_auto_calls` shows it as SENT. */
async function placeCall(
  database: DiallerDatabase,
  server: DiallingServer,
  campaign: DiallingCampaign,
  lead: Lead,
  altDial: string,
  log: Log,
): Promise<void> {
  const found = await database.row(listSchema, "SELECT * FROM vicidial_lists WHERE list_id = ?", [lead.list_id]);
  const list = { dialPrefix: found?.dial_prefix ?? "", callerId: found?.campaign_cid_override ?? "" };
  const dialled = { phoneCode: lead.phone_code, phoneNumber: lead.phone_number, securityPhrase: lead.security_phrase };
  const moment = await now(database);
  const call = {
    code: vCode(moment.date, lead.lead_id),
    channel: `Local/${dialString(campaign.call, list, dialled)}@${server.extContext}`,
    extension: routingExtension(server, campaign.call),
    timeout: ringTime(campaign.call),
    callerId: callerIdOf(campaign.call, list, dialled),
  };
  const callerId = call.callerId === undefined ? call.code : `"${call.code}" <${call.callerId}>`;
  await markLead(database, lead);
  const note = [campaign.id, lead.lead_id, lead.phone_code, lead.phone_number, "OUT", altDial, campaign.queuePriority];
  await database.insert("vicidial_manager", {
    uniqueid: "",
    entry_date: moment.date,
    status: "NEW",
    response: "N",
    server_ip: server.ip,
    channel: "",
    action: "Originate",
    callerid: call.code,
    cmd_line_b: `Exten: ${call.extension}`,
    cmd_line_c: `Context: ${server.extContext}`,
    cmd_line_d: `Channel: ${call.channel}`,
    cmd_line_e: "Priority: 1",
    cmd_line_f: `Callerid: ${callerId}`,
    cmd_line_g: `Timeout: ${call.timeout}`,
    cmd_line_h: "",
    cmd_line_i: "",
    cmd_line_j: "",
    cmd_line_k: `VDACnote: ${note.join("|")}`,
  });
  await database.insert("vicidial_auto_calls", {
    server_ip: server.ip,
    campaign_id: campaign.id,
    status: "SENT",
    lead_id: lead.lead_id,
    callerid: call.code,
    phone_code: lead.phone_code,
    phone_number: lead.phone_number,
    call_time: moment.date,
    call_type: "OUT",
    alt_dial: altDial,
    queue_priority: campaign.queuePriority,
    last_update_time: moment.date,
  });
  await database.insert("vicidial_dial_log", {
    caller_code: call.code,
    lead_id: lead.lead_id,
    server_ip: server.ip,
    call_date: moment.date,
    extension: call.extension,
    channel: call.channel,
    timeout: call.timeout,
    outbound_cid: callerId,
    context: server.extContext,
  });
  log("call placed", {
    call: call.code,
    campaign: campaign.id,
    lead: lead.lead_id,
    channel: call.channel,
    extension: call.extension,
  });
}

/**
 * Counted and marked as called before anything rings, so a call that goes nowhere still uses the lead up
 * (docs/facts/vicidial.md#originate).
 */
async function markLead(database: DiallerDatabase, lead: Lead): Promise<void> {
  await database.run(
    `UPDATE vicidial_list SET called_since_last_reset = ?, called_count = ?, user = 'VDAD',
       last_local_call_time = UTC_TIMESTAMP() + INTERVAL ? MINUTE WHERE lead_id = ?`,
    [
      calledAgain(lead.called_since_last_reset),
      lead.called_count + 1,
      Math.round(lead.gmt_offset_now * 60),
      lead.lead_id,
    ],
  );
  await database.run("UPDATE vicidial_lists SET list_lastcalldate = NOW() WHERE list_id = ?", [lead.list_id]);
}
