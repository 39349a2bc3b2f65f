import { z } from "zod";
import type { CustomDialplan } from "../../asterisk";
import type { Reader } from "../session";

const customRow = z.object({ server_ip: z.string().nullable(), entry: z.string().nullable() });

/**
 * VICIdial writes an entry only where it is longer than this many characters (`bin/ADMIN_keepalive_ALL.pl`,
 * docs/facts/vicidial.md#configuration-files).
 */
const IGNORED_CHARACTERS = 5;

/**
 * What sites add to the generated dialplan themselves: Admin → System Settings and Admin → Servers → Custom Dialplan Entry.
 * The whole system's first, as in the generated file.
 */
export async function customDialplans(reader: Reader): Promise<CustomDialplan[]> {
  const sources = [
    ["system_settings", "NULL"],
    ["servers", "server_ip"],
  ] as const;
  const known = sources.filter(([table]) => reader.catalogue.column(table, "custom_dialplan_entry") !== undefined);
  const found: CustomDialplan[] = [];
  for (const [table, ip] of known) {
    const sql = `SELECT ${ip} AS server_ip, custom_dialplan_entry AS entry FROM ${table}`;
    for (const { server_ip, entry } of await reader.rows(customRow, sql)) {
      if (entry === null || entry.length <= IGNORED_CHARACTERS) continue;
      found.push({ entry, ...(server_ip !== null && { serverIp: server_ip }) });
    }
  }
  return found;
}
