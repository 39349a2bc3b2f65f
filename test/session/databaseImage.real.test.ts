import { createPool } from "mysql2/promise";
import { differences, type FreshDatabase, freshDatabase, type Schema } from "../kit/database";

describe.each<Schema>(["1720", "1302"])("database of schema %s", (schema) => {
  let db: FreshDatabase;
  beforeAll(async () => {
    db = await freshDatabase({ schema });
  });
  afterAll(() => db.drop());

  test("says which schema it is", async () => {
    expect(await db.query("SELECT db_schema_version AS version FROM system_settings")).toEqual([
      { version: Number(schema) },
    ]);
  });

  test("has the engines of a production server: MyISAM, and MEMORY for what a restart may empty", async () => {
    const tables = await db.query(
      "SELECT TABLE_NAME AS name, ENGINE AS engine FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?",
      [db.database],
    );
    const memory = tables.filter(({ engine }) => engine === "MEMORY").map(({ name }) => name);
    expect(memory.sort()).toEqual([
      "live_channels",
      "live_sip_channels",
      "parked_channels",
      "server_updater",
      "vicidial_auto_calls",
      "vicidial_campaign_server_stats",
      "vicidial_hopper",
      "web_client_sessions",
    ]);
    expect(new Set(tables.map(({ engine }) => engine))).toEqual(new Set(["MyISAM", "MEMORY"]));
  });

  test("truncates silently and takes '' for a number, as a production server does", async () => {
    const [settings] = await db.query(
      "SELECT @@global.sql_mode AS mode, @@global.explicit_defaults_for_timestamp AS explicit",
    );
    expect(settings).toEqual({ mode: "", explicit: 0 });
    await db.query(
      "INSERT INTO vicidial_remote_agents (remote_agent_id, user_start, server_ip, conf_exten, number_of_lines) VALUES ('', '1', '10.20.30.12', ?, 300)",
      ["+13453453453@28y698lhv2f.sip.livekit.cloud"],
    );
    expect(
      await db.query("SELECT conf_exten, number_of_lines FROM vicidial_remote_agents WHERE user_start = '1'"),
    ).toEqual([{ conf_exten: "+13453453453@28y698l", number_of_lines: 255 }]);
    await db.query("DELETE FROM vicidial_remote_agents WHERE user_start = '1'");
  });

  test("keeps a live line's last_update_time fresh by itself", async () => {
    const [column] = await db.query(
      "SELECT EXTRA AS extra FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = 'vicidial_live_agents' AND COLUMN_NAME = 'last_update_time'",
      [db.database],
    );
    expect(String(column?.extra)).toMatch(/on update current_timestamp/i);
  });

  test("its account may change rows and nothing else", async () => {
    const pool = createPool({
      host: db.host,
      port: db.port,
      user: db.user,
      password: db.password,
      database: db.database,
      connectionLimit: 1,
    });
    try {
      await pool.query("UPDATE vicidial_campaigns SET campaign_cid = campaign_cid");
      await expect(pool.query("DROP TABLE vicidial_campaigns")).rejects.toThrow(/DROP command denied/);
      await expect(pool.query("CREATE TABLE mine (id INT)")).rejects.toThrow(/CREATE command denied/);
      await expect(pool.query("SELECT * FROM mysql.global_priv")).rejects.toThrow(/denied/);
    } finally {
      await pool.end();
    }
  });

  test("a dump shows one changed column of one row, and nothing else", async () => {
    const before = await db.dump();
    await db.query("UPDATE vicidial_campaigns SET dial_prefix = '7' WHERE campaign_id = 'SOLAR'");
    const changed = differences(before, await db.dump());
    expect(changed).toEqual([
      expect.stringMatching(/^- vicidial_campaigns: campaign_id="SOLAR" .*dial_prefix="9797"/),
      expect.stringMatching(/^\+ vicidial_campaigns: campaign_id="SOLAR" .*dial_prefix="7"/),
    ]);
    await db.query("UPDATE vicidial_campaigns SET dial_prefix = '9797' WHERE campaign_id = 'SOLAR'");
    expect(differences(before, await db.dump())).toEqual([]);
  });
});

test("schema 1302 lacks what came later", async () => {
  const db = await freshDatabase({ schema: "1302" });
  try {
    const later = await db.query(
      "SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME) AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND CONCAT(TABLE_NAME, '.', COLUMN_NAME) IN (?)",
      [
        db.database,
        [
          "vicidial_server_carriers.user_group",
          "vicidial_campaigns.amd_type",
          "vicidial_lists.dial_prefix",
          "vicidial_users.pass_hash",
          "servers.routing_prefix",
          "vicidial_admin_log.user_group",
          "vicidial_settings_containers.container_id",
        ],
      ],
    );
    expect(later).toEqual([]);
  } finally {
    await db.drop();
  }
});
