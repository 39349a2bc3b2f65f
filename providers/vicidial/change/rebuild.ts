import { z } from "zod";

import { format, type PooledConnection } from "../database/pool";

const serverIpRow = z.object({ server_ip: z.string() });

/**
 * Servers whose daemon writes Asterisk configuration from the database; the admin pages flag only such
 * (docs/facts/vicidial.md#saving-carriers).
 */
const GENERATING = "generate_vicidial_conf = 'Y' AND active_asterisk_server = 'Y'";

/** Which of `serverIps` generate their configuration; `0.0.0.0` stands for all that do. */
export async function generatingServers(connection: PooledConnection, serverIps: readonly string[]): Promise<string[]> {
  if (serverIps.length === 0) return [];
  const named = serverIps.includes("0.0.0.0") ? "" : format(" AND server_ip IN (?)", [[...serverIps]]);
  const rows = await connection.select(`SELECT server_ip FROM servers WHERE ${GENERATING}${named} ORDER BY server_ip`);
  return z
    .array(serverIpRow)
    .parse(rows)
    .map(({ server_ip }) => server_ip);
}

/** The statement that makes these servers write their configuration anew, within a minute. */
export function rebuildSql(serverIps: readonly string[]): string {
  return format(`UPDATE servers SET rebuild_conf_files = 'Y' WHERE ${GENERATING} AND server_ip IN (?)`, [
    [...serverIps],
  ]);
}
