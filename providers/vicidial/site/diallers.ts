import { z } from "zod";
import type { Reader } from "../session";

const diallerRow = z.object({ server_ip: z.string() });

/**
 * Addresses of the diallers that are in service: `servers` rows with `active` and `active_asterisk_server` Y, in the order
 * of their addresses. This is what "all" diallers means.
 */
export async function activeDiallers(reader: Reader): Promise<string[]> {
  const sql =
    "SELECT server_ip FROM servers WHERE active = 'Y' AND active_asterisk_server = 'Y' ORDER BY INET_ATON(server_ip)";
  const rows = await reader.rows(diallerRow, sql);
  return [...new Set(rows.map(({ server_ip }) => server_ip))];
}
