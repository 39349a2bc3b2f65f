import { z } from "zod";

import { Refusal } from "../errors";
import type { List } from "./listSchema";
import type { Change } from "./session";

const resets = z.object({ limit: z.coerce.number().nullable(), today: z.coerce.number().nullable() });

/**
 * Lets every lead of the list be called again, as the admin page's reset does (facts §2.5): counts it against the daily
 * limit where the server has one, and changes no status and no hopper row. The hopper takes the leads within a minute.
 */
export async function resetList(change: Change, { listId, resetTrigger }: List): Promise<number> {
  await countReset(change, listId, resetTrigger);
  const audit = { section: "LISTS", type: "RESET", recordId: listId, code: "ADMIN RESET LIST" } as const;
  return change.updateAll("vicidial_list", { list_id: listId }, { called_since_last_reset: "N" }, audit);
}

async function countReset(change: Change, listId: string, trigger: string | undefined): Promise<void> {
  if (!change.catalogue.column("vicidial_lists", "daily_reset_limit")) return;
  const sql = "SELECT daily_reset_limit AS `limit`, resets_today AS today FROM vicidial_lists WHERE list_id = ?";
  const row = await change.row(resets, sql, [listId]);
  const limit = row?.limit ?? -1;
  const today = row?.today ?? 0;
  if (limit >= 0 && today >= limit)
    throw new Refusal({
      field: "resetTrigger",
      value: trigger,
      rule: `list ${listId} was reset ${today} times today and its limit is ${limit} (vicidial_lists.resets_today, daily_reset_limit)`,
      fix: "apply it tomorrow, or raise `dailyResetLimit`",
    });
  await change.update(
    "vicidial_lists",
    { list_id: listId },
    { resets_today: row?.today ?? null },
    { resets_today: today + 1 },
  );
}
