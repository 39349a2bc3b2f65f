import { z } from "zod";
import type { DiallerDatabase, Value } from "../database";
import { leadOrder } from "./choice";
import { text } from "../../../core/columns";

const countSchema = z.object({ count: z.coerce.number() });

const leadSchema = z.object({
  lead_id: z.coerce.number(),
  list_id: z.coerce.number(),
  gmt_offset_now: z.coerce.number(),
  phone_number: text,
  state: text,
  vendor_lead_code: text,
});
export type Lead = z.infer<typeof leadSchema>;

/** Which leads of a campaign may be called now. */
export interface Dialable {
  statuses: readonly string[];
  /** Active lists that follow the campaign's hours. */
  lists: readonly number[];
  /** Active lists with hours of their own, which narrow the campaign's. */
  timedLists: readonly { list: number; offsets: readonly number[] }[];
  offsets: readonly number[];
  /** Empty, or ` AND (…)`. */
  filter: string;
  /** `call_count_limit`, 0 for none. */
  callCountLimit: number;
}

/** A condition that no list of values makes empty: 99 is no offset, and no list has id 0. */
function condition(dialable: Dialable): { sql: string; values: Value[] } {
  const marks = (count: number): string => Array.from({ length: count }, () => "?").join(", ");
  const lists = [0, ...dialable.lists];
  const offsets = [99, ...dialable.offsets];
  const statuses = ["", ...dialable.statuses];
  const timed = dialable.timedLists.map((one) => ({ list: one.list, offsets: [99, ...one.offsets] }));
  const timedSql = timed
    .map((one) => ` OR (list_id = ? AND gmt_offset_now IN (${marks(one.offsets.length)}))`)
    .join("");
  return {
    sql: `called_since_last_reset = 'N' AND status IN (${marks(statuses.length)})
      AND (list_id IN (${marks(lists.length)})${timedSql}) AND gmt_offset_now IN (${marks(offsets.length)})
      ${dialable.callCountLimit > 0 ? `AND called_count < ${dialable.callCountLimit}` : ""}${dialable.filter}`,
    values: [...statuses, ...lists, ...timed.flatMap((one) => [one.list, ...one.offsets]), ...offsets],
  };
}

/** What `vicidial_campaign_stats.dialable_leads` shows. */
export async function countDialable(database: DiallerDatabase, dialable: Dialable): Promise<number> {
  const { sql, values } = condition(dialable);
  const row = await database.row(countSchema, `SELECT COUNT(*) AS count FROM vicidial_list WHERE ${sql}`, values);
  return row?.count ?? 0;
}

/** Dialable leads that the campaign's hopper does not hold yet, in the campaign's order. */
export async function nextLeads(
  database: DiallerDatabase,
  campaignId: string,
  dialable: Dialable,
  order: string,
  most: number,
): Promise<Lead[]> {
  const { sql, values } = condition(dialable);
  return database.rows(
    leadSchema,
    `SELECT * FROM vicidial_list WHERE ${sql}
       AND lead_id NOT IN (SELECT lead_id FROM vicidial_hopper WHERE campaign_id = ?) ${leadOrder(order)} LIMIT ?`,
    [...values, campaignId, most],
  );
}

/** `use_internal_dnc` and `use_campaign_dnc`: `N`, `Y`, or `AREACODE` for whole area codes too. */
export interface DoNotCall {
  internal: string;
  campaign: string;
}

/**
 * The status of a lead that a do-not-call list names. The lists count only where the campaign switches them on
 * (docs/facts/vicidial.md#hopper).
 */
export async function doNotCallStatus(
  database: DiallerDatabase,
  campaignId: string,
  phone: string,
  { internal, campaign }: DoNotCall,
): Promise<"DNCL" | "DNCC" | undefined> {
  const listed = async (table: string, use: string, more: string, values: Value[]): Promise<boolean> => {
    if (!/Y|AREACODE/.test(use)) return false;
    const areaCode = use.includes("AREACODE") ? `${phone.slice(0, 3)}XXXXXXX` : phone;
    const row = await database.row(
      countSchema,
      `SELECT COUNT(*) AS count FROM ${table} WHERE phone_number IN (?, ?)${more}`,
      [phone, areaCode, ...values],
    );
    return (row?.count ?? 0) > 0;
  };
  if (await listed("vicidial_dnc", internal, "", [])) return "DNCL";
  return (await listed("vicidial_campaign_dnc", campaign, " AND campaign_id = ?", [campaignId])) ? "DNCC" : undefined;
}

/** Whether the lead is in a call right now. */
export async function isLive(database: DiallerDatabase, leadId: number): Promise<boolean> {
  const row = await database.row(
    countSchema,
    `SELECT (SELECT COUNT(*) FROM vicidial_auto_calls WHERE lead_id = ?)
       + (SELECT COUNT(*) FROM vicidial_live_agents WHERE lead_id = ?) AS count`,
    [leadId, leadId],
  );
  return (row?.count ?? 0) > 0;
}
