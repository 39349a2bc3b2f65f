import { numberOf } from "../perl";

/**
 * Statuses in `vicidial_campaigns.dial_statuses`, which is stored as ` NEW NA -`. What stands before the first blank is
 * dropped and only blanks separate, so `NEW,NA` finds nothing and `NEW -` neither (docs/facts/vicidial.md#hopper).
 */
export function statusesOf(dialStatuses: string): string[] {
  return dialStatuses.replace(/ -$/, "").split(" ").slice(1);
}

/**
 * How many leads the hopper should hold. With the automatic hopper the set level is only the least
 * (docs/facts/vicidial.md#hopper).
 */
export function hopperLevel(campaign: {
  hopperLevel: number;
  automatic: boolean;
  multiplier: string;
  agents: number;
  dialLevel: string;
  dialTimeout: number;
}): number {
  if (!campaign.automatic) return campaign.hopperLevel;
  return Math.max(campaign.hopperLevel, automaticLevel(campaign));
}

/** Calls that the agents can take in a minute, times the multiplier. */
export function automaticLevel(campaign: {
  multiplier: string;
  agents: number;
  dialLevel: string;
  dialTimeout: number;
}): number {
  const multiplier = numberOf(campaign.multiplier);
  const perMinute = campaign.dialTimeout > 0 ? 60 / campaign.dialTimeout : 0;
  return Math.ceil((multiplier > 0 ? multiplier : 0.1) * campaign.agents * numberOf(campaign.dialLevel) * perMinute);
}

const orders: readonly (readonly [begins: string, column: string])[] = [
  [" LAST NAME", "last_name"],
  [" LAST CALL TIME", "last_local_call_time"],
  [" PHONE", "phone_number"],
  [" COUNT", "called_count"],
  [" RANK", "`rank`"],
  [" OWNER", "owner"],
  [" TIMEZONE", "gmt_offset_now"],
  ["", "lead_id"],
];

/** `ORDER BY` for `lead_order`: DOWN is ascending, UP descending; without a known order the table's own. */
export function leadOrder(order: string): string {
  if (order.startsWith("RANDOM")) return "ORDER BY RAND()";
  const direction = order.startsWith("DOWN") ? "ASC" : order.startsWith("UP") ? "DESC" : undefined;
  if (direction === undefined) return "";
  const rest = order.replace(/^(DOWN|UP)/, "");
  const column = orders.find(([begins]) => rest.startsWith(begins))?.[1] ?? "lead_id";
  return column === "lead_id" ? `ORDER BY lead_id ${direction}` : `ORDER BY ${column} ${direction}, lead_id ASC`;
}

/** SQL of a lead filter as it is put behind the other conditions; its writer's leading or trailing AND/OR goes. */
export function leadFilter(sql: string): string {
  const bare = sql
    .replaceAll("\\", "")
    .replaceAll(/#.*\n/g, "")
    .replaceAll(/[\r\n\t]/g, " ")
    .replace(/^ ?(and|or)\b/i, "")
    .replace(/\b(and|or) ?$/i, "");
  return bare.trim() === "" ? "" : ` AND (${bare})`;
}
