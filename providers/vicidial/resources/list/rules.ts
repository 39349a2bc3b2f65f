import { z } from "zod";

import { Refusal } from "../../../../core/refusal";
import type { List } from "./schema";
import { requireCampaign } from "../remoteAgent/rules";
import type { Reader } from "../../session";

const counted = z.object({ n: z.coerce.number() });

/** A list that exists is taken over only on demand. */
export function refuseTaken({ listId, adopt }: List, exists: boolean): void {
  if (!exists || adopt) return;
  throw new Refusal({
    field: "listId",
    value: listId,
    rule: "there is a list with this id already (vicidial_lists)",
    fix: "choose another id, or take the list over with `adopt: true`",
  });
}

/**
 * Leads can lie under an id that no list has: the schema script itself puts some under 101
 * (docs/facts/vicidial.md#list-and-lead-columns).
 */
export async function refuseOrphans(reader: Reader, { listId, adopt }: List): Promise<void> {
  const found = await reader.row(counted, "SELECT COUNT(*) AS n FROM vicidial_list WHERE list_id = ?", [listId]);
  if (adopt || found === undefined || found.n === 0) return;
  throw new Refusal({
    field: "listId",
    value: listId,
    rule: `vicidial_list has ${found.n} leads with this list id although there is no such list; a new list would inherit and dial them`,
    fix: "choose another id, delete these leads, or accept them with `adopt: true`",
  });
}

/** What the list names must be there. */
export async function requireReferences(reader: Reader, wanted: List): Promise<void> {
  await requireCampaign(reader, wanted.campaignId);
  const { localCallTime } = wanted;
  if (localCallTime === undefined || localCallTime === "campaign") return;
  const sql = "SELECT COUNT(*) AS n FROM vicidial_call_times WHERE call_time_id = ?";
  const found = await reader.row(counted, sql, [localCallTime]);
  if (found !== undefined && found.n > 0) return;
  throw new Refusal({
    field: "localCallTime",
    value: localCallTime,
    rule: "there is no such call time (vicidial_call_times.call_time_id)",
    fix: "choose one of Admin → Call Times, or campaign for the campaign's own",
  });
}
