import { createConnection, type Connection } from "mysql2/promise";
import { z } from "zod";
import type { BridgeSummary, DatabaseSummary } from "./summary";

/** The rows that a bridge consists of, as the database has them now. */
export interface CreatedRows {
  /** Name of the VICIdial table and what its rows are. */
  table: string;
  meaning: string;
  rows: Record<string, unknown>[];
}

const anyRow = z.record(z.string(), z.unknown());
const agentBlock = z.object({ user_start: z.coerce.number(), number_of_lines: z.coerce.number() });

/** Reads back what the stack made, bridge by bridge. A bridge without one of its rows is an error: then `up` lied. */
export async function createdRows(
  database: DatabaseSummary,
  bridges: readonly BridgeSummary[],
): Promise<{ bridge: BridgeSummary; created: CreatedRows[] }[]> {
  if (bridges.length === 0) return [];
  const { host, port, user, password, name } = database;
  const connection = await createConnection({ host, port, user, password, database: name, connectTimeout: 10_000 });
  try {
    const result = [];
    for (const bridge of bridges) result.push({ bridge, created: await rowsOf(connection, bridge) });
    return result;
  } finally {
    await connection.end();
  }
}

async function rowsOf(connection: Connection, bridge: BridgeSummary): Promise<CreatedRows[]> {
  const remoteAgents = await select(
    connection,
    `SELECT remote_agent_id, server_ip, user_start, number_of_lines, conf_exten, status, campaign_id
       FROM vicidial_remote_agents WHERE conf_exten = ? AND campaign_id = ? ORDER BY user_start`,
    [bridge.remoteExtension, bridge.campaignId],
  );
  // One block of users for each dialler's remote agent.
  const users = [];
  for (const agent of remoteAgents) {
    const { user_start: first, number_of_lines: lines } = agentBlock.parse(agent);
    const numbers = Array.from({ length: lines }, (_, line) => String(first + line));
    users.push(
      ...(await select(
        connection,
        `SELECT user, full_name, user_level, user_group, active, phone_login FROM vicidial_users WHERE user IN (?) ORDER BY user`,
        [numbers],
      )),
    );
  }
  const carriers = await select(
    connection,
    `SELECT carrier_id, carrier_name, server_ip, protocol, active, globals_string, account_entry, dialplan_entry
       FROM vicidial_server_carriers WHERE carrier_id = ?`,
    [bridge.carrierId],
  );
  const campaigns = await select(
    connection,
    `SELECT campaign_id, campaign_name, active, dial_method, auto_dial_level, hopper_level, dial_prefix, manual_dial_prefix,
            campaign_cid, manual_dial_cid, campaign_vdad_exten, campaign_recording
       FROM vicidial_campaigns WHERE campaign_id = ?`,
    [bridge.campaignId],
  );
  const created = [
    { table: "vicidial_server_carriers", meaning: "AI carrier", rows: carriers },
    { table: "vicidial_users", meaning: "agent users", rows: users },
    { table: "vicidial_remote_agents", meaning: "remote agent", rows: remoteAgents },
    { table: "vicidial_campaigns", meaning: "campaign routing", rows: campaigns },
  ];
  const missing = created.filter(({ rows }) => rows.length === 0).map(({ table }) => table);
  if (missing.length > 0)
    throw new Error(`bridge ${bridge.name}: no row of it in ${missing.join(", ")}, although \`pulumi up\` succeeded`);
  return created;
}

async function select(connection: Connection, sql: string, values: unknown[]): Promise<Record<string, unknown>[]> {
  const [rows] = await connection.query(sql, values);
  return z.array(anyRow).parse(rows);
}
