import { z } from "zod";
import type { DiallerDatabase } from "../database";
import type { Moment } from "../moment";
import { allowedOffsets, type CallTime, type Hours } from "./callTimes";
import { leadFilter, statusesOf } from "./choice";
import type { Dialable } from "./leads";
import { number, text } from "../../../core/columns";

const campaignSchema = z.object({
  campaign_id: z.string(),
  dial_statuses: text,
  hopper_level: number,
  auto_dial_level: text,
  dial_timeout: number,
  local_call_time: text,
  lead_filter_id: text,
  lead_order: text,
  use_internal_dnc: text,
  use_campaign_dnc: text,
  call_count_limit: number,
  no_hopper_dialing: text,
  use_auto_hopper: text,
  auto_hopper_multi: text,
  auto_trim_hopper: text,
});
export type HopperCampaign = z.infer<typeof campaignSchema>;

const listSchema = z.object({
  list_id: z.coerce.number(),
  local_call_time: z
    .string()
    .nullish()
    .transform((value) => value ?? "campaign"),
  expiration_date: text,
});

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** Active campaigns: the hopper takes those with `Y` only, where the dialling program stops for `N` only. */
export async function hopperCampaigns(database: DiallerDatabase): Promise<HopperCampaign[]> {
  return database.rows(campaignSchema, "SELECT * FROM vicidial_campaigns WHERE active = 'Y' ORDER BY campaign_id");
}

/** Which leads of the campaign may be called at this moment. */
export async function dialableNow(
  database: DiallerDatabase,
  campaign: HopperCampaign,
  moment: Moment,
): Promise<Dialable> {
  const all = await database.rows(listSchema, "SELECT * FROM vicidial_lists WHERE campaign_id = ? AND active = 'Y'", [
    campaign.campaign_id,
  ]);
  const today = moment.date.slice(0, 10);
  const lists: number[] = [];
  const timedLists: { list: number; offsets: readonly number[] }[] = [];
  for (const list of all.filter((one) => one.expiration_date === "" || one.expiration_date >= today)) {
    const own = list.local_call_time === "campaign" ? undefined : await callTime(database, list.local_call_time);
    if (own) timedLists.push({ list: list.list_id, offsets: allowedOffsets(own, moment.epoch) });
    else lists.push(list.list_id);
  }
  return {
    statuses: statusesOf(campaign.dial_statuses),
    lists,
    timedLists,
    offsets: allowedOffsets(await callTime(database, campaign.local_call_time), moment.epoch),
    filter: await filterOf(database, campaign.lead_filter_id),
    callCountLimit: campaign.call_count_limit,
  };
}

async function callTime(database: DiallerDatabase, id: string): Promise<CallTime | undefined> {
  const row = await database.row(
    z.record(z.string(), z.unknown()),
    "SELECT * FROM vicidial_call_times WHERE call_time_id = ?",
    [id],
  );
  if (!row) return undefined;
  const hours = (day: string): Hours => ({
    start: Number(row[`ct_${day}_start`] ?? 0),
    stop: Number(row[`ct_${day}_stop`] ?? 0),
  });
  return { default: hours("default"), days: weekdays.map(hours) };
}

async function filterOf(database: DiallerDatabase, id: string): Promise<string> {
  if (id === "" || id === "NONE") return "";
  const row = await database.row(
    z.object({ lead_filter_sql: text }),
    "SELECT lead_filter_sql FROM vicidial_lead_filters WHERE lead_filter_id = ?",
    [id],
  );
  return leadFilter(row?.lead_filter_sql ?? "");
}
