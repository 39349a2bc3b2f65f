import { z } from "zod";

import { Refusal } from "../errors";
import type { List } from "./listSchema";
import type { Change, Reader } from "./session";

const resets = z.object({ limit: z.coerce.number().nullable(), today: z.coerce.number().nullable() });

/** Refuses a reset beyond the list's daily limit, as the admin page does (facts §2.5); 2013's schema has none. */
export async function refuseBeyondLimit(reader: Reader, wanted: List): Promise<void> {
  const row = await resetsOf(reader, wanted.listId);
  const limit = wanted.dailyResetLimit ?? row?.limit ?? -1;
  const today = row?.today ?? 0;
  if (limit < 0 || today < limit) return;
  throw new Refusal({
    field: "resetTrigger",
    value: wanted.resetTrigger,
    rule: `list ${wanted.listId} was reset ${today} times today and its limit is ${limit} (vicidial_lists.resets_today, daily_reset_limit)`,
    fix: "apply it tomorrow, or raise `dailyResetLimit`",
  });
}

/**
 * Lets every lead of the list be called again, as the admin page's reset does (facts §2.5): counts it where the server
 * counts, and changes no status and no hopper row. The hopper takes the leads within a minute. Answers how many changed.
 */
export async function resetList(change: Change, listId: string): Promise<number> {
  const key = { list_id: listId };
  const row = await resetsOf(change, listId);
  if (row !== undefined)
    await change.update("vicidial_lists", key, { resets_today: row.today }, { resets_today: (row.today ?? 0) + 1 });
  const audit = { section: "LISTS", type: "RESET", recordId: listId, code: "ADMIN RESET LIST" } as const;
  return change.updateAll("vicidial_list", key, { called_since_last_reset: "N" }, audit);
}

async function resetsOf(reader: Reader, listId: string): Promise<z.infer<typeof resets> | undefined> {
  if (!reader.catalogue.column("vicidial_lists", "daily_reset_limit")) return undefined;
  const sql = "SELECT daily_reset_limit AS `limit`, resets_today AS today FROM vicidial_lists WHERE list_id = ?";
  return reader.row(resets, sql, [listId]);
}
