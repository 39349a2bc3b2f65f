import { z } from "zod";

import { Refusal } from "../../../../core/refusal";
import type { List } from "./schema";
import type { Change, Reader } from "../../session";

const resets = z.object({ limit: z.coerce.number().nullable(), today: z.coerce.number().nullable() });

/** A reset under way: by which trigger, and what it leaves in `vicidial_lists.resets_today`. */
export const pendingReset = z.object({ trigger: z.string(), count: z.number() });
export type PendingReset = z.infer<typeof pendingReset>;

/**
 * Decides whether and how an update resets the list: when `resetTrigger` has changed. An `earlier` try for the same
 * trigger that broke off after it had counted is not counted again.
 *
 * Refuses a reset beyond the list's daily limit, as the admin page does
 * (docs/facts/vicidial.md#saving-users-lists-and-phones); 2013's schema has none.
 */
export async function planReset(
  reader: Reader,
  wanted: List,
  state: { resetTrigger?: string; pendingReset: PendingReset | null },
): Promise<PendingReset | undefined> {
  const trigger = wanted.resetTrigger;
  if (trigger === undefined || trigger === state.resetTrigger) return undefined;
  const row = await resetsOf(reader, wanted.listId);
  const today = row?.today ?? 0;
  const earlier = state.pendingReset;
  if (earlier?.trigger === trigger && earlier.count === today) return earlier;
  const limit = wanted.dailyResetLimit ?? row?.limit ?? -1;
  if (limit < 0 || today < limit) return { trigger, count: today + 1 };
  throw new Refusal({
    field: "resetTrigger",
    value: trigger,
    rule: `list ${wanted.listId} was reset ${today} times today and its limit is ${limit} (vicidial_lists.resets_today, daily_reset_limit)`,
    fix: "apply it tomorrow, or raise `dailyResetLimit`",
  });
}

/**
 * Lets every lead of the list be called again, as the admin page's reset does: counts it where the server counts, and
 * changes no status and no hopper row. The hopper takes the leads within a minute. Answers how many changed.
 */
export async function resetList(change: Change, listId: string, { count }: PendingReset): Promise<number> {
  const key = { list_id: listId };
  const row = await resetsOf(change, listId);
  if (row !== undefined)
    await change.update("vicidial_lists", key, { resets_today: row.today }, { resets_today: count });
  const audit = { section: "LISTS", type: "RESET", recordId: listId, code: "ADMIN RESET LIST" } as const;
  return change.updateAll("vicidial_list", key, { called_since_last_reset: "N" }, audit);
}

async function resetsOf(reader: Reader, listId: string): Promise<z.infer<typeof resets> | undefined> {
  if (!reader.catalogue.column("vicidial_lists", "daily_reset_limit")) return undefined;
  const sql = "SELECT daily_reset_limit AS `limit`, resets_today AS today FROM vicidial_lists WHERE list_id = ?";
  return reader.row(resets, sql, [listId]);
}
