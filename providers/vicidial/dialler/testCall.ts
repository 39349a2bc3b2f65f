import { z } from "zod";
import { Refusal } from "../../../core/refusal";
import type { Audit, Change, Reader, Row, Vicidial } from "../session";

/** Whom a test call reaches: a person by number, for whom a lead is made, or a lead that exists. */
export type Callee = { number: string } | { leadId: number };

/** A call as it was handed to a dialler. */
export interface PlacedCall {
  leadId: number;
  serverIp: string;
  /** V-code: the caller id name by which every program of VICIdial knows the call (docs/facts/vicidial.md#v-code). */
  callerId: string;
  /** What the dialler dials for the customer leg: prefix, phone code, number. */
  dialString: string;
  /** By the database's clock, as its DATETIME columns have it. */
  placedAt: string;
}

const campaignRow = z.object({
  dial_prefix: z.string().nullable(),
  omit_phone_code: z.string().nullable(),
  campaign_vdad_exten: z.string().nullable(),
  dial_timeout: z.number().nullable(),
  campaign_cid: z.string().nullable(),
  manual_dial_list_id: z.coerce.string().nullable(),
});
const serverRow = z.object({
  asterisk_version: z.string().nullable(),
  ext_context: z.string(),
  answer_transfer_agent: z.string().nullable(),
  routing_prefix: z.string().nullable().optional(),
});
const leadRow = z.object({
  lead_id: z.number(),
  list_id: z.coerce.string(),
  phone_code: z.string().nullable(),
  phone_number: z.string(),
  called_since_last_reset: z.string().nullable(),
});
const listRow = z.object({
  campaign_cid_override: z.string().nullable(),
  dial_prefix: z.string().nullable().optional(),
});
const clock = z.object({ now: z.string() });
const code = z.object({ code: z.coerce.string() });

/**
 * Places one call as the campaign page's test call does (docs/facts/vicidial.md#saving-campaigns): past hopper, pacing
 * and call times, through the campaign's own prefix, caller id and routing. A lead is made for a number that is not one;
 * a lead that exists is marked as called, so that the dialler does not call it at the same time.
 *
 * This is the only thing in this folder that makes a telephone ring.
 */
export async function placeTestCall(
  vicidial: Vicidial,
  campaignId: string,
  serverIp: string,
  callee: Callee,
): Promise<PlacedCall> {
  return vicidial.locked(`test call of campaign ${campaignId}`, async (change) => {
    const campaign = await required(
      change.row(
        campaignRow,
        "SELECT dial_prefix, omit_phone_code, campaign_vdad_exten, dial_timeout, campaign_cid, manual_dial_list_id FROM vicidial_campaigns WHERE campaign_id = ?",
        [campaignId],
      ),
      "campaignId",
      campaignId,
    );
    const prefix = change.catalogue.column("servers", "routing_prefix") ? ", routing_prefix" : "";
    const server = await required(
      change.row(
        serverRow,
        `SELECT asterisk_version, ext_context, answer_transfer_agent${prefix} FROM servers WHERE server_ip = ?`,
        [serverIp],
      ),
      "serverIp",
      serverIp,
    );
    const { now } = await required(change.row(clock, NOW), "database", "its clock");
    const lead =
      "leadId" in callee
        ? await calledLead(change, callee.leadId)
        : await newLead(change, campaignId, callee.number, campaign.manual_dial_list_id ?? "998", now);
    const list = await listOf(change, lead.list_id);
    const call = { campaignId, serverIp, now, lead, dial: dialling(campaign, server, list, lead, now) };
    await hand(change, call);
    const { vCode: callerId, dialString } = call.dial;
    return { leadId: lead.lead_id, serverIp, callerId, dialString, placedAt: now };
  });
}

const NOW = "SELECT DATE_FORMAT(NOW(), '%Y-%m-%d %H:%i:%s') AS now";
const LEAD = "lead_id, list_id, phone_code, phone_number, called_since_last_reset";
type Lead = z.infer<typeof leadRow>;

async function required<T>(found: Promise<T | undefined>, field: string, value: string): Promise<T> {
  const row = await found;
  if (row !== undefined) return row;
  throw new Refusal({ field, value, rule: "is not in the database", fix: "name one that is" });
}

async function calledLead(change: Change, leadId: number): Promise<Lead> {
  const lead = await required(
    change.row(leadRow, `SELECT ${LEAD} FROM vicidial_list WHERE lead_id = ?`, [leadId]),
    "lead",
    String(leadId),
  );
  const { called_since_last_reset } = lead;
  await change.update(
    "vicidial_list",
    { lead_id: leadId },
    { called_since_last_reset },
    { called_since_last_reset: "Y" },
  );
  await change.delete("vicidial_hopper", { lead_id: leadId });
  return lead;
}

/** The page's own test lead. */
async function newLead(change: Change, campaignId: string, number: string, listId: string, now: string): Promise<Lead> {
  const split = splitNumber(number, await countryCodes(change));
  const row: Row = {
    ...{
      phone_code: split.phoneCode,
      phone_number: split.phoneNumber,
      list_id: listId,
      status: "CTCALL",
      user: "VDAD",
    },
    ...{ called_since_last_reset: "Y", entry_date: now, last_local_call_time: now, called_count: 1 },
    ...{ first_name: "Test", last_name: "Call", comments: `${campaignId} test call placed ${now}` },
    ...{ rank: 99, owner: "Test Outbound Call" },
  };
  const leadId = await change.insert("vicidial_list", row, {
    ...{ section: "LEADS", type: "ADD", recordId: campaignId, code: "ADMIN ADD TEST LEAD" },
  } satisfies Audit);
  return {
    ...{ lead_id: leadId, list_id: listId, called_since_last_reset: "Y" },
    ...{ phone_code: split.phoneCode, phone_number: split.phoneNumber },
  };
}

async function countryCodes(reader: Reader): Promise<string[]> {
  const rows = await reader.rows(code, "SELECT DISTINCT country_code AS code FROM vicidial_phone_codes");
  return rows.map((row) => row.code);
}

/**
 * An E.164 number as VICIdial keeps it: country code and the rest (docs/facts/vicidial.md#originate).
 *
 * @param codes country codes that the site knows (`vicidial_phone_codes`); the longest that fits is taken.
 * @example
 * splitNumber("+13035500914", ["1", "44"]) // { phoneCode: "1", phoneNumber: "3035500914" }
 */
function splitNumber(number: string, codes: readonly string[]): { phoneCode: string; phoneNumber: string } {
  const digits = number.replace(/^\+/, "");
  const [phoneCode] = [...codes, "1"]
    .filter((one) => one !== "" && digits.startsWith(one))
    .sort((one, other) => other.length - one.length);
  if (phoneCode !== undefined) return { phoneCode, phoneNumber: digits.slice(phoneCode.length) };
  throw new Refusal({
    field: "--call",
    value: number,
    rule: "begins with no country code of this site (vicidial_phone_codes)",
    fix: "give a number in E.164 form, like +13035500914",
  });
}

async function listOf(reader: Reader, listId: string): Promise<z.infer<typeof listRow> | undefined> {
  const own = reader.catalogue.column("vicidial_lists", "dial_prefix") ? ", dial_prefix" : "";
  return reader.row(listRow, `SELECT campaign_cid_override${own} FROM vicidial_lists WHERE list_id = ?`, [listId]);
}

interface Dialling {
  vCode: string;
  dialString: string;
  context: string;
  routingExtension: string;
  /** `"V…" <3038142839>`, or the V-code alone. */
  caller: string;
  callerId: string;
  timeoutMs: number;
}

/** What the dialler would make of campaign, server, list and lead. Pure. */
function dialling(
  campaign: z.infer<typeof campaignRow>,
  server: z.infer<typeof serverRow>,
  list: z.infer<typeof listRow> | undefined,
  lead: Pick<Lead, "lead_id" | "phone_code" | "phone_number">,
  now: string,
): Dialling {
  const prefix = list?.dial_prefix || campaign.dial_prefix || "9";
  const phoneCode = campaign.omit_phone_code === "Y" ? "" : (lead.phone_code ?? "");
  const extension = campaign.campaign_vdad_exten || server.answer_transfer_agent || "8368";
  const callerId = [list?.campaign_cid_override, campaign.campaign_cid].find((cid) => (cid ?? "").length > 6) ?? "";
  const vCode = vCodeOf(now, lead.lead_id);
  const seconds = campaign.dial_timeout ?? 0;
  return {
    vCode,
    dialString: `${prefix.toLowerCase().includes("x") ? "" : prefix}${phoneCode}${lead.phone_number}`,
    context: server.ext_context || "default",
    routingExtension: `${afterAsterisk12(server.asterisk_version) ? (server.routing_prefix ?? "13") : ""}${extension}`,
    caller: callerId === "" ? vCode : `"${vCode}" <${callerId}>`,
    callerId,
    timeoutMs: (seconds > 4 ? seconds : 60) * 1000,
  };
}

/** `V`, nine digits of the time (the month's first one is left out), ten of the lead. */
function vCodeOf(now: string, leadId: number): string {
  const time = now.replace(/\D/g, "").slice(-9);
  return `V${time}${String(leadId).padStart(10, "0").slice(-10)}`;
}

/** From Asterisk 12 on a Local channel needs the routing prefix (docs/facts/vicidial.md#routing-prefix). */
function afterAsterisk12(version: string | null): boolean {
  const [major = 0, minor = 0] = (version ?? "").split(/[.-]/).map(Number);
  return major > 1 ? major >= 12 : minor >= 12;
}

interface Handed {
  campaignId: string;
  serverIp: string;
  now: string;
  lead: Lead;
  dial: Dialling;
}

/** The rows by which the page hands the call to the dialler, its logs first, the one that makes it ring last. */
async function hand(change: Change, { campaignId, serverIp, now, lead, dial }: Handed): Promise<void> {
  const channel = `Local/${dial.dialString}@${dial.context}`;
  const leadOf = { lead_id: lead.lead_id, phone_code: lead.phone_code ?? "", phone_number: lead.phone_number };
  if (change.catalogue.hasTable("vicidial_dial_log"))
    await change.insert("vicidial_dial_log", {
      ...{ caller_code: dial.vCode, lead_id: lead.lead_id, server_ip: serverIp, call_date: now },
      ...{ extension: dial.routingExtension, channel, timeout: dial.timeoutMs, outbound_cid: dial.caller },
      context: dial.context,
    });
  await change.insert("vicidial_auto_calls", {
    ...{ server_ip: serverIp, campaign_id: campaignId, status: "SENT", callerid: dial.vCode, call_time: now },
    ...{ ...leadOf, call_type: "OUT", alt_dial: "MAIN", queue_priority: 99 },
  });
  const note = [campaignId, lead.lead_id, leadOf.phone_code, leadOf.phone_number, "OUT", "MAIN", "99"].join("|");
  const lines = {
    ...{ cmd_line_b: `Exten: ${dial.routingExtension}`, cmd_line_c: `Context: ${dial.context}` },
    ...{ cmd_line_d: `Channel: ${channel}`, cmd_line_e: "Priority: 1", cmd_line_f: `Callerid: ${dial.caller}` },
    ...{ cmd_line_g: `Timeout: ${dial.timeoutMs}`, cmd_line_h: "", cmd_line_i: "", cmd_line_j: "" },
    cmd_line_k: `VDACnote: ${note}`,
  };
  await command(
    change,
    { action: "Originate", serverIp, now, callerId: dial.vCode, lines },
    {
      ...{ section: "CAMPAIGNS", type: "OTHER", recordId: campaignId, code: "ADMIN CAMPAIGN TEST CALL" },
    },
  );
}

interface Command {
  action: "Originate" | "Hangup";
  serverIp: string;
  now: string;
  callerId: string;
  lines: Row;
}

/** Hands Asterisk of a dialler a command by way of `vicidial_manager`, as every program of VICIdial does. */
async function command(
  change: Change,
  { action, serverIp, now, callerId, lines }: Command,
  audit?: Audit,
): Promise<void> {
  // Held back until all of it stands: the dialler takes a NEW row within a tenth of a second, and changes it.
  const held = { uniqueid: "", entry_date: now, status: "DEAD", response: "N", server_ip: serverIp, channel: "" };
  const manId = await change.insert("vicidial_manager", { ...held, action, callerid: callerId, ...lines }, audit);
  await change.updateAll("vicidial_manager", { man_id: manId }, { status: "NEW" });
}

const channelRow = z.object({ channel: z.string().nullable() });

/**
 * Ends a call that {@link placeTestCall} made, as an agent's "hang up" does. Answers whether there was a channel to end.
 */
export async function hangUp(vicidial: Vicidial, { callerId, serverIp }: PlacedCall): Promise<boolean> {
  return vicidial.locked(`hang up ${callerId}`, async (change) => {
    const found = await change.row(
      channelRow,
      "SELECT channel FROM vicidial_live_agents WHERE callerid = ? UNION SELECT channel FROM vicidial_auto_calls WHERE callerid = ?",
      [callerId, callerId],
    );
    const channel = found?.channel ?? "";
    if (channel === "") return false;
    const { now } = await required(change.row(clock, NOW), "database", "its clock");
    // A name of its own: the V-code is the call's.
    const own = `H${callerId.slice(1)}`;
    await command(change, {
      action: "Hangup",
      serverIp,
      now,
      callerId: own,
      lines: { cmd_line_b: `Channel: ${channel}` },
    });
    return true;
  });
}
