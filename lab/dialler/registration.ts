import { randomBytes } from "node:crypto";
import { z } from "zod";
import { Refusal } from "../../core/refusal";
import type { DiallerDatabase } from "./database";
import type { Log } from "../../core/log";
import type { DiallerSettings } from "./settings";

/** Where a server's address is written, as VICIdial's own program for a change of address lists it. */
const addressColumns: readonly (readonly [table: string, column: string])[] = [
  ["servers", "server_ip"],
  ["servers", "active_twin_server_ip"],
  ["server_updater", "server_ip"],
  ["phones", "server_ip"],
  ["conferences", "server_ip"],
  ["vicidial_conferences", "server_ip"],
  ["vicidial_confbridges", "server_ip"],
  ["vicidial_stations", "server_ip"],
  ["vicidial_remote_agents", "server_ip"],
  ["vicidial_server_carriers", "server_ip"],
  ["vicidial_server_trunks", "server_ip"],
  ["vicidial_inbound_dids", "server_ip"],
  ["vicidial_inbound_dids", "filter_server_ip"],
  ["vicidial_process_triggers", "server_ip"],
  ["system_settings", "active_voicemail_server"],
];

/** What only lives as long as this server's Asterisk: emptied when it starts, as at the boot of a real dialler. */
const liveTables = [
  "vicidial_auto_calls",
  "vicidial_live_agents",
  "live_channels",
  "live_sip_channels",
  "parked_channels",
  "cid_channels_recent",
];

const serverSchema = z.object({
  server_id: z.string(),
  server_ip: z.string(),
  active_asterisk_server: z.string().nullish(),
  conf_secret: z.string().nullish(),
});
type Server = z.infer<typeof serverSchema>;

/**
 * Makes the `servers` row of this dialler its own: moves the row (and everything else that names its old address) to
 * `DIALLER_IP`, or inserts one; tells readers how to reach AMI; switches the server on; asks for its configuration.
 *
 * @throws Refusal when another server holds the address already.
 */
export async function register(database: DiallerDatabase, settings: DiallerSettings, log: Log): Promise<void> {
  const { id, ip } = settings;
  const holders = await database.rows(
    serverSchema,
    "SELECT server_id, server_ip, active_asterisk_server, conf_secret FROM servers WHERE server_id = ? OR server_ip = ?",
    [id, ip],
  );
  const other = holders.find((server) => server.server_id !== id);
  if (other) throw taken(ip, other.server_id);
  const own = holders[0];
  if (!own) await insertServer(database, settings);
  else if (own.server_ip !== ip) await move(database, own.server_ip, ip);
  await switchOn(database, settings, own);
  for (const address of new Set([ip, own?.server_ip ?? ip])) await forgetCalls(database, address);
  log("registered", { server: id, ip, movedFrom: own && own.server_ip !== ip ? own.server_ip : undefined });
}

/** What `server_updater` is for: readers see by its age whether the dialler lives. */
export async function beat(database: DiallerDatabase, ip: string): Promise<void> {
  const { affected } = await database.run("UPDATE server_updater SET last_update = NOW() WHERE server_ip = ?", [ip]);
  if (affected === 0)
    await database.run("INSERT IGNORE INTO server_updater (server_ip, last_update) VALUES (?, NOW())", [ip]);
}

function taken(ip: string, holder: string): Refusal {
  return new Refusal({
    field: "DIALLER_IP",
    value: ip,
    rule: `is the address of server ${holder} in table servers`,
    fix: "give every dialler an address of its own",
  });
}

async function move(database: DiallerDatabase, from: string, to: string): Promise<void> {
  for (const [table, column] of addressColumns)
    if (await database.has(table, column))
      await database.run(`UPDATE IGNORE \`${table}\` SET \`${column}\` = ? WHERE \`${column}\` = ?`, [to, from]);
}

/** Nothing of the last run is alive. */
async function forgetCalls(database: DiallerDatabase, ip: string): Promise<void> {
  for (const table of liveTables)
    if (await database.has(table, "server_ip"))
      await database.run(`DELETE FROM \`${table}\` WHERE server_ip = ?`, [ip]);
}

async function insertServer(database: DiallerDatabase, { id, ip }: DiallerSettings): Promise<void> {
  await database.insert("servers", {
    server_id: id,
    server_description: `Lab dialler ${id}`,
    server_ip: ip,
    max_vicidial_trunks: 96,
    local_gmt: "-5.00",
    conf_engine: "CONFBRIDGE",
  });
}

async function switchOn(
  database: DiallerDatabase,
  { id, ip, ami, asteriskVersion }: DiallerSettings,
  before: Server | undefined,
): Promise<void> {
  await database.run(
    `UPDATE servers SET active = 'Y', active_asterisk_server = 'Y', generate_vicidial_conf = 'Y', rebuild_conf_files = 'Y',
       asterisk_version = ?, telnet_port = ?, ASTmgrUSERNAME = ?, ASTmgrUSERNAMEupdate = ?, ASTmgrUSERNAMElisten = ?,
       ASTmgrUSERNAMEsend = ?, ASTmgrSECRET = ?
     WHERE server_id = ?`,
    [asteriskVersion, ami.port, ami.user, ami.user, ami.user, ami.user, ami.secret, id],
  );
  // The secret between diallers has a well-known default, which no lab should keep.
  const secret =
    before?.conf_secret && before.conf_secret !== "test" ? before.conf_secret : randomBytes(8).toString("hex");
  await database.run("UPDATE servers SET conf_secret = ? WHERE server_id = ?", [secret, id]);
  if (before?.server_ip === ip && before.active_asterisk_server === "Y" && before.conf_secret === secret) return;
  // Every other dialler reaches this one by address and secret, which stand in its dialplan.
  await database.run(
    "UPDATE servers SET rebuild_conf_files = 'Y' WHERE generate_vicidial_conf = 'Y' AND active_asterisk_server = 'Y'",
  );
}
