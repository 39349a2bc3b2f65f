import { z } from "zod";
import type { DiallerDatabase } from "../database";
import type { Log } from "../../../core/log";
import { now, type Moment } from "../moment";
import { dialableNow, hopperCampaigns, type HopperCampaign } from "./campaigns";
import { automaticLevel, hopperLevel } from "./choice";
import { countDialable, doNotCallStatus, isLive, nextLeads, type Dialable, type Lead } from "./leads";

const countSchema = z.object({ count: z.coerce.number() });

export interface HopperContext {
  database: DiallerDatabase;
  ip: string;
  log: Log;
}

/**
 * VICIdial's hopper program, one run of it (cron, each minute): puts leads that may be called now where the dialling
 * program takes them from, throws out those that no longer may, says how many are dialable.
 */
export function hopperTurn({ database, ip, log }: HopperContext): () => Promise<void> {
  return async () => {
    if (!(await isFirstServer(database, ip))) return;
    const moment = await now(database);
    await forgetClosedLists(database, moment);
    for (const campaign of await hopperCampaigns(database)) await fill(database, campaign, moment, log);
  };
}

/** A site runs the hopper on one server; here it is the first one in service whose daemon lives. */
async function isFirstServer(database: DiallerDatabase, ip: string): Promise<boolean> {
  const first = await database.row(
    z.object({ server_ip: z.string() }),
    `SELECT s.server_ip FROM servers s LEFT JOIN server_updater u ON u.server_ip = s.server_ip
     WHERE s.active_asterisk_server = 'Y' AND (s.server_ip = ? OR u.last_update > NOW() - INTERVAL 30 SECOND)
     ORDER BY s.server_id LIMIT 1`,
    [ip],
  );
  return first?.server_ip === ip;
}

async function forgetClosedLists(database: DiallerDatabase, { date }: Moment): Promise<void> {
  const expired = (await database.has("vicidial_lists", "expiration_date")) ? " OR expiration_date < ?" : "";
  await database.run(
    `DELETE FROM vicidial_hopper WHERE list_id IN (SELECT list_id FROM vicidial_lists WHERE active = 'N'${expired})`,
    expired === "" ? [] : [date.slice(0, 10)],
  );
}

async function fill(database: DiallerDatabase, campaign: HopperCampaign, moment: Moment, log: Log): Promise<void> {
  const id = campaign.campaign_id;
  if (campaign.no_hopper_dialing.includes("Y")) {
    await database.run("DELETE FROM vicidial_hopper WHERE campaign_id = ? AND status NOT IN ('QUEUE', 'HOLD')", [id]);
    return;
  }
  const level = await wantedLevel(database, campaign, moment);
  if (campaign.auto_trim_hopper.includes("Y")) await trim(database, id, level);
  const dialable = await dialableNow(database, campaign, moment);
  await throwOut(database, id, dialable);
  const leads = await countDialable(database, dialable);
  await database.run(
    "UPDATE vicidial_campaign_stats SET dialable_leads = ? WHERE campaign_id = ? AND dialable_leads <> ?",
    [leads, id, leads],
  );
  if ((await readyCount(database, id)) >= level || leads === 0) return;
  let added = 0;
  for (const lead of await nextLeads(database, id, dialable, campaign.lead_order, level))
    if (await addLead(database, campaign, lead)) added++;
  if (added > 0) log("leads in hopper", { campaign: id, added, level, dialable: leads });
}

async function wantedLevel(database: DiallerDatabase, campaign: HopperCampaign, moment: Moment): Promise<number> {
  const automatic = campaign.use_auto_hopper.includes("Y");
  const agents = automatic ? await agentsOf(database, campaign.campaign_id, moment) : 0;
  const pace = {
    multiplier: campaign.auto_hopper_multi,
    agents,
    dialLevel: campaign.auto_dial_level,
    dialTimeout: campaign.dial_timeout,
  };
  if (automatic)
    await database.run("UPDATE vicidial_campaigns SET auto_hopper_level = ? WHERE campaign_id = ?", [
      automaticLevel(pace),
      campaign.campaign_id,
    ]);
  return hopperLevel({ ...pace, automatic, hopperLevel: campaign.hopper_level });
}

/** Agents that work, and those that paused within the last minute. */
async function agentsOf(database: DiallerDatabase, campaignId: string, { date }: Moment): Promise<number> {
  const row = await database.row(
    countSchema,
    `SELECT COUNT(*) AS count FROM vicidial_live_agents
     WHERE campaign_id = ? AND last_update_time >= ? - INTERVAL 10 SECOND AND (status IN ('READY', 'QUEUE', 'INCALL', 'CLOSER')
       OR (status = 'PAUSED' AND last_state_change >= ? - INTERVAL 1 MINUTE))`,
    [campaignId, date, date],
  );
  return row?.count ?? 0;
}

/** More than twice the level is too much: the surplus goes. */
async function trim(database: DiallerDatabase, campaignId: string, level: number): Promise<void> {
  const row = await database.row(
    countSchema,
    `SELECT COUNT(*) AS count FROM vicidial_hopper
     WHERE campaign_id = ? AND status IN ('READY', 'RHOLD', 'RQUEUE') AND source IN ('S', 'N')`,
    [campaignId],
  );
  const surplus = (row?.count ?? 0) - 2 * level;
  if (surplus > 0)
    await database.run(
      "DELETE FROM vicidial_hopper WHERE campaign_id = ? AND source = 'S' AND status IN ('READY', 'RHOLD', 'RQUEUE') LIMIT ?",
      [campaignId, surplus],
    );
}

/** Leads that are done, and those in whose local time it has become too early or too late. */
async function throwOut(database: DiallerDatabase, campaignId: string, dialable: Dialable): Promise<void> {
  await database.run("DELETE FROM vicidial_hopper WHERE campaign_id = ? AND status = 'DONE'", [campaignId]);
  const late = async (offsets: readonly number[], list?: number): Promise<void> => {
    const marks = [99, ...offsets].map(() => "?").join(", ");
    await database.run(
      `DELETE FROM vicidial_hopper WHERE campaign_id = ? AND gmt_offset_now NOT IN (${marks})${list === undefined ? "" : " AND list_id = ?"}`,
      [campaignId, 99, ...offsets, ...(list === undefined ? [] : [list])],
    );
  };
  await late(dialable.offsets);
  for (const { list, offsets } of dialable.timedLists) await late(offsets, list);
}

async function readyCount(database: DiallerDatabase, campaignId: string): Promise<number> {
  const row = await database.row(
    countSchema,
    "SELECT COUNT(*) AS count FROM vicidial_hopper WHERE campaign_id = ? AND status IN ('READY', 'RHOLD', 'RQUEUE')",
    [campaignId],
  );
  return row?.count ?? 0;
}

async function addLead(database: DiallerDatabase, campaign: HopperCampaign, lead: Lead): Promise<boolean> {
  const stop = await doNotCallStatus(database, campaign.campaign_id, lead.phone_number, {
    internal: campaign.use_internal_dnc,
    campaign: campaign.use_campaign_dnc,
  });
  if (stop) {
    await database.run("UPDATE vicidial_list SET status = ? WHERE lead_id = ?", [stop, lead.lead_id]);
    return false;
  }
  if (await isLive(database, lead.lead_id)) return false;
  await database.insert("vicidial_hopper", {
    lead_id: lead.lead_id,
    campaign_id: campaign.campaign_id,
    status: "READY",
    user: "",
    list_id: lead.list_id,
    gmt_offset_now: lead.gmt_offset_now,
    state: lead.state,
    priority: 0,
    source: "S",
    vendor_lead_code: lead.vendor_lead_code,
  });
  return true;
}
