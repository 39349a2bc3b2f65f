import type { Lab } from "./lab";

/**
 * Keeps a dialler from taking up its rebuild flag, as on a server where cron no longer starts VICIdial's configuration
 * writer: the flag stays `Y` and nothing is generated, while everything else of the dialler goes on. Returns what lets it go.
 */
export async function heldConfiguration(lab: Lab, serverIp: string): Promise<() => Promise<void>> {
  const trigger = `held_${serverIp.replaceAll(".", "_")}`;
  const root = async (sql: string) => {
    const failed = await lab.exec("database", ["mariadb", "--delimiter=//", "asterisk", "-e", sql]);
    if (failed.trim() !== "") throw new Error(`${sql}: ${failed}`);
  };
  await root(
    `CREATE OR REPLACE TRIGGER ${trigger} BEFORE UPDATE ON servers FOR EACH ROW IF OLD.server_ip = '${serverIp}' AND OLD.rebuild_conf_files = 'Y' AND NEW.rebuild_conf_files = 'N' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'held by a test'; END IF`,
  );
  return async () => root(`DROP TRIGGER IF EXISTS ${trigger}`);
}
