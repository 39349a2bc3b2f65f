import { z } from "zod";
import type { DiallerDatabase } from "../database";
import type { Moment } from "../moment";
import type { Agent, Pace, Trunks } from "./goal";
import type { CampaignDialling } from "./originate";
import { number, text } from "../../../core/columns";

const countSchema = z.object({ count: number });

const liveAgentSchema = z.object({
  user: z.string(),
  status: z.string(),
  campaign_id: text,
  dial_campaign_id: text,
  call_alive: z.coerce.number(),
});

const campaignSchema = z.object({
  campaign_id: z.string(),
  active: z.string().nullish(),
  dial_method: text,
  auto_dial_level: text,
  available_only_ratio_tally: text,
  adaptive_dl_diff_target: number,
  dl_diff_target_method: text,
  drop_action: text,
  drop_inbound_group: text,
  dial_timeout: number,
  dial_prefix: text,
  campaign_cid: text,
  campaign_vdad_exten: text,
  omit_phone_code: text,
  use_custom_cid: text,
  queue_priority: number,
});

/** A campaign with agents on this server. */
export interface DiallingCampaign {
  id: string;
  pace: Pace;
  call: CampaignDialling;
  queuePriority: number;
  /** Its method is dialled by hand: READY agents or not, nothing is placed. */
  byHand: boolean;
}

/** The switches that stop all dialling, read anew in every round. */
export async function autodialActive(database: DiallerDatabase): Promise<boolean> {
  const settings = await database.row(
    z.object({ outbound_autodial_active: number, disable_auto_dial: number }),
    "SELECT * FROM system_settings LIMIT 1",
  );
  return settings !== undefined && settings.outbound_autodial_active > 0 && settings.disable_auto_dial <= 0;
}

/**
 * Campaigns with agents on this server that may be dialled for and were refreshed within 10 s, the one whose agents have
 * waited longest first.
 */
export async function campaignsWithAgents(
  database: DiallerDatabase,
  ip: string,
  moment: Moment,
): Promise<DiallingCampaign[]> {
  const agents = await database.rows(
    liveAgentSchema,
    `SELECT vla.*, EXISTS (SELECT 1 FROM vicidial_auto_calls vac WHERE vac.callerid = vla.callerid) AS call_alive
     FROM vicidial_live_agents vla
     WHERE vla.status IN ('READY', 'QUEUE', 'INCALL') AND vla.outbound_autodial = 'Y' AND vla.server_ip = ?
       AND vla.last_update_time > ? - INTERVAL 10 SECOND
     ORDER BY vla.last_call_time`,
    [ip, moment.date],
  );
  const byCampaign = new Map<string, Agent[]>();
  for (const agent of agents) {
    const campaign = agent.dial_campaign_id !== "" ? agent.dial_campaign_id : agent.campaign_id;
    const known = byCampaign.get(campaign) ?? [];
    byCampaign.set(campaign, [...known, { status: agent.status, callAlive: agent.call_alive > 0 }]);
  }
  const found: DiallingCampaign[] = [];
  for (const [id, its] of byCampaign) {
    const campaign = await database.row(campaignSchema, "SELECT * FROM vicidial_campaigns WHERE campaign_id = ?", [id]);
    if (campaign) found.push(await diallingCampaign(database, ip, campaign, its));
  }
  return found;
}

async function diallingCampaign(
  database: DiallerDatabase,
  ip: string,
  campaign: z.infer<typeof campaignSchema>,
  agents: Agent[],
): Promise<DiallingCampaign> {
  const dropGroup = campaign.drop_action.includes("IN_GROUP") ? campaign.drop_inbound_group : campaign.campaign_id;
  const calls = await database.rows(
    z.object({ status: z.string(), count: number }),
    `SELECT status, COUNT(*) AS count FROM vicidial_auto_calls
     WHERE server_ip = ? AND campaign_id IN (?, ?) AND status IN ('SENT', 'RINGING', 'LIVE', 'XFER', 'CLOSER') GROUP BY status`,
    [ip, campaign.campaign_id, dropGroup],
  );
  const sum = (statuses?: readonly string[]): number =>
    calls.filter((one) => !statuses || statuses.includes(one.status)).reduce((total, one) => total + one.count, 0);
  return {
    id: campaign.campaign_id,
    byHand: /MANUAL|INBOUND_MAN/.test(campaign.dial_method),
    queuePriority: campaign.queue_priority,
    pace: {
      agents,
      level: campaign.auto_dial_level,
      active: campaign.active ?? null,
      availableOnly: campaign.available_only_ratio_tally.includes("Y"),
      differenceTarget: campaign.dl_diff_target_method.includes("ADAPT_CALC_ONLY")
        ? 0
        : campaign.adaptive_dl_diff_target,
      existing: sum(),
      transferred: sum(["XFER", "CLOSER"]),
    },
    call: {
      dialPrefix: campaign.dial_prefix,
      omitPhoneCode: campaign.omit_phone_code.includes("Y"),
      routingExtension: campaign.campaign_vdad_exten,
      dialTimeout: campaign.dial_timeout,
      callerId: campaign.campaign_cid,
      customCallerId: campaign.use_custom_cid.includes("Y"),
    },
  };
}

/** Calls on this server now, of any campaign. */
export async function callsInUse(database: DiallerDatabase, ip: string): Promise<number> {
  const row = await database.row(
    countSchema,
    `SELECT COUNT(*) AS count FROM vicidial_auto_calls
     WHERE server_ip = ? AND status IN ('SENT', 'RINGING', 'LIVE', 'XFER', 'CLOSER', 'IVR')`,
    [ip],
  );
  return row?.count ?? 0;
}

/** What caps a campaign on this server. */
export async function trunksOf(
  database: DiallerDatabase,
  ip: string,
  campaignId: string,
  { most, used }: Pick<Trunks, "most" | "used">,
): Promise<Trunks> {
  const limit = await database.row(
    z.object({ dedicated_trunks: number }),
    `SELECT dedicated_trunks FROM vicidial_server_trunks
     WHERE campaign_id = ? AND server_ip = ? AND trunk_restriction = 'MAXIMUM_LIMIT'`,
    [campaignId, ip],
  );
  const others = await database.row(
    countSchema,
    "SELECT SUM(dedicated_trunks) AS count FROM vicidial_server_trunks WHERE campaign_id <> ? AND server_ip = ?",
    [campaignId, ip],
  );
  return { most, used, campaignLimit: limit?.dedicated_trunks, dedicatedToOthers: others?.count ?? 0 };
}
