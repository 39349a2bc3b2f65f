import { createConnection, type Connection } from "mysql2/promise";
import { z } from "zod";
import { connectSigmaMind } from "../../providers/sigmamind/connect";
import type { BridgeOutput, LabAddresses } from "./summary";

/** One kind of what a bridge consists of, as the lab has it now. */
export interface Created {
  /** VICIdial's table or SigmaMind's collection, and what it holds of the bridge. */
  where: string;
  rows: Record<string, unknown>[];
}

const anyRow = z.record(z.string(), z.unknown());
const agentBlock = z.object({ user_start: z.coerce.number(), number_of_lines: z.coerce.number() });
const dialplan = z.object({ dialplan_entry: z.string() });

/** Reads back what the stack made, bridge by bridge. Where something of a bridge is missing, `up` lied: an error. */
export async function createdRows(
  { database, sigmamind }: LabAddresses,
  bridges: readonly BridgeOutput[],
): Promise<{ bridge: BridgeOutput; created: Created[] }[]> {
  if (bridges.length === 0) return [];
  const settings: Record<string, string> = {
    "sigmamind:baseUrl": sigmamind.baseUrl,
    "sigmamind:apiKey": sigmamind.apiKey,
  };
  const { numbers } = connectSigmaMind({ get: (key) => settings[key] });
  const { host, port, user, password, name } = database;
  const connection = await createConnection({ host, port, user, password, database: name, connectTimeout: 10_000 });
  try {
    const result = [];
    for (const bridge of bridges) {
      const number = await numbers.find(bridge.routeNumber);
      const registered = { where: "SigmaMind /v1/phone-numbers (route number)", rows: number ? [{ ...number }] : [] };
      const created = [registered, ...(await rowsOf(connection, bridge))];
      const missing = created.filter(({ rows }) => rows.length === 0).map(({ where }) => where);
      if (missing.length > 0)
        throw new Error(`bridge ${bridge.name} has nothing in ${missing.join(", ")}, but \`up\` succeeded`);
      result.push({ bridge, created });
    }
    return result;
  } finally {
    await connection.end();
  }
}

/** In the order in which a call needs them. */
async function rowsOf(connection: Connection, bridge: BridgeOutput): Promise<Created[]> {
  const select = async (sql: string, ...values: unknown[]) => {
    const [rows] = await connection.query(sql, values);
    return z.array(anyRow).parse(rows);
  };
  const carriersWhere = (condition: string, value: string) =>
    select(
      `SELECT carrier_id, carrier_name, server_ip, protocol, active, globals_string, account_entry, dialplan_entry
         FROM vicidial_server_carriers WHERE ${condition}`,
      value,
    );
  const carriers = await carriersWhere("carrier_id = ?", bridge.carrierId);
  const accounts = [];
  for (const peer of carriers.flatMap((carrier) => peersOf(dialplan.parse(carrier).dialplan_entry))) {
    accounts.push(...(await carriersWhere("account_entry LIKE CONCAT('%[', ?, ']%')", peer)));
  }
  // One remote agent and one block of users for each dialler.
  const agents = await select(
    `SELECT remote_agent_id, server_ip, user_start, number_of_lines, conf_exten, status, campaign_id
       FROM vicidial_remote_agents WHERE conf_exten = ? AND campaign_id = ? ORDER BY user_start`,
    bridge.remoteExtension,
    bridge.campaignId,
  );
  const users = await select(
    "SELECT user, full_name, user_level, user_group, active FROM vicidial_users WHERE user IN (?) ORDER BY user",
    [...agents.flatMap(usersOf), ""],
  );
  const campaigns = await select(
    `SELECT campaign_id, campaign_name, active, dial_method, auto_dial_level, hopper_level, dial_prefix, manual_dial_prefix,
            campaign_cid, manual_dial_cid, campaign_vdad_exten, campaign_recording, dial_statuses
       FROM vicidial_campaigns WHERE campaign_id = ?`,
    bridge.campaignId,
  );
  return [
    { where: "vicidial_server_carriers (account at the SIP edge)", rows: accounts },
    { where: "vicidial_server_carriers (AI carrier)", rows: carriers },
    { where: "vicidial_users (agent users)", rows: users },
    { where: "vicidial_remote_agents (remote agents)", rows: agents },
    { where: "vicidial_campaigns (routing)", rows: campaigns },
  ];
}

/** Peers that a dialplan dials: `sigmamind` of `Dial(PJSIP/+19895551234@sigmamind,30,o)`. */
export function peersOf(text: string): string[] {
  return [...new Set([...text.matchAll(/Dial\([^@)]+@([^,)]+)/g)].flatMap(([, peer]) => peer ?? []))];
}

function usersOf(agent: Record<string, unknown>): string[] {
  const { user_start: first, number_of_lines: lines } = agentBlock.parse(agent);
  return Array.from({ length: lines }, (_, line) => String(first + line));
}
