import { mkdtempSync, rmSync } from "node:fs";
import { createConnection as connectTo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { z } from "zod";
import { connectVicidial } from "../../providers/vicidial/connect";
import { type Audit, type Change, NotUndone, type Vicidial } from "../../providers/vicidial/session";
import { CuttingProxy } from "../kit/cuttingProxy";
import type { DatabaseServer } from "../kit/databaseServer";
import { differences, serverVariable, freshDatabase, type FreshDatabase, type Schema } from "../kit/database";
import { sessionOn, settingsFor, withoutTraces } from "../kit/session";

jest.setTimeout(30_000);

const AGENT = {
  user_start: "7000",
  number_of_lines: 2,
  server_ip: "10.20.30.11",
  conf_exten: "979719895551234",
  status: "ACTIVE",
  campaign_id: "SIGMA1",
  closer_campaigns: " -",
};
const audit = (type: Audit["type"], recordId: string): Audit => ({
  section: "REMOTEAGENTS",
  type,
  recordId,
  code: `ADMIN ${type} REMOTE AGENT`,
});

describe.each<Schema>(["1720", "1302"])("the session, schema %s", (schema) => {
  let db: FreshDatabase;
  let vicidial: Vicidial & { reports: string[] };

  const insertAgent = (change: Change, more: object = {}) =>
    change.insert("vicidial_remote_agents", { ...AGENT, ...more }, audit("ADD", "7000"));
  const agents = () => db.query("SELECT * FROM vicidial_remote_agents WHERE user_start LIKE '7%'");
  const log = () => db.query("SELECT * FROM vicidial_admin_log WHERE user = 'voicebridge' ORDER BY admin_log_id");
  const failing = (work: (change: Change) => Promise<unknown>) =>
    vicidial.locked("test", async (change) => {
      await work(change);
      throw new Error("a later step failed");
    });

  beforeEach(async () => {
    db = await freshDatabase({ schema });
    vicidial = await sessionOn(db);
  });
  afterEach(async () => {
    await vicidial.close();
    await db.drop();
  });

  test("sets its own session whatever the server has", async () => {
    const [session] = await vicidial.rows(
      z.record(z.string(), z.string()),
      "SELECT @@sql_mode AS mode, @@character_set_client AS client, @@character_set_results AS results",
    );
    expect(session).toEqual({
      mode: "NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION",
      client: "utf8mb4",
      results: "utf8mb4",
    });
    expect(await db.query("SELECT @@GLOBAL.sql_mode AS mode")).toEqual([{ mode: "" }]);
    const now = z.object({ now: z.string(), same: z.coerce.number() });
    expect(
      await vicidial.row(
        now,
        "SELECT NOW() AS now, NOW() = CONVERT_TZ(NOW(), @@session.time_zone, @@global.time_zone) AS same",
      ),
    ).toMatchObject({ same: 1 });
  });

  test("reaches the server by its local socket, with at most four connections whatever the engine does at once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "vb-socket-"));
    const socketPath = join(folder, "mysqld.sock");
    let [now, most] = [0, 0];
    const server = createServer((client) => {
      most = Math.max(most, ++now);
      const database = connectTo(db.port, db.host);
      for (const [from, to] of [[client, database] as const, [database, client] as const])
        from.on("error", () => to.destroy()).pipe(to);
      client.on("close", () => now--);
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const local = await sessionOn({ ...db, host: "nowhere.invalid", port: 1 }, { socketPath });
    try {
      const slept = z.object({ slept: z.coerce.number() });
      const reading = Array.from({ length: 12 }, () => local.row(slept, "SELECT SLEEP(0.1) AS slept"));
      const writing = ["7000", "7100"].map((user) =>
        local.locked(user, (change) => insertAgent(change, { user_start: user })),
      );
      await Promise.all([...reading, ...writing]);
      expect(most).toBe(4);
    } finally {
      await local.close();
      server.close();
      rmSync(folder, { recursive: true });
    }
  });

  test("knows this server's columns, enum values and lengths", () => {
    const { catalogue } = vicidial;
    expect(catalogue.schemaVersion).toBe(Number(schema));
    expect(catalogue.require("vicidial_remote_agents", "conf_exten")).toMatchObject({
      maxLength: 20,
      type: "varchar(20)",
    });
    expect(catalogue.require("vicidial_remote_agents", "number_of_lines").range).toEqual([0, 255]);
    expect(catalogue.require("vicidial_remote_agents", "remote_agent_id")).toMatchObject({
      autoIncrement: true,
      key: "PRI",
    });
    expect(catalogue.require("vicidial_users", "user")).toMatchObject({ key: "UNI", nullable: false });
    expect(catalogue.require("vicidial_users", "pass").maxLength).toBe(schema === "1302" ? 20 : 100);
    expect(catalogue.require("vicidial_campaigns", "manual_dial_cid").values).toEqual(
      schema === "1302" ? ["CAMPAIGN", "AGENT_PHONE"] : ["CAMPAIGN", "AGENT_PHONE", "AGENT_PHONE_OVERRIDE"],
    );
    expect(catalogue.require("vicidial_campaigns", "dial_prefix").default).toBe("9");
    expect(catalogue.require("vicidial_campaigns", "active").default).toBeNull();
    expect(catalogue.column("vicidial_users", "pass_hash") !== undefined).toBe(schema === "1720");
    expect(catalogue.hasTable("vicidial_settings_containers")).toBe(schema === "1720");
    expect(() => catalogue.require("vicidial_nonsense", "x")).toThrow(
      `\`vicidial_nonsense.x\`: there is no table vicidial_nonsense on this VICIdial server (schema ${schema})`,
    );
  });

  test("a database that is not VICIdial's is refused", async () => {
    await expect(connectVicidial(settingsFor({ ...db, database: "information_schema" }))).rejects.toThrow(
      /`vicidial:database` "information_schema"/,
    );
  });

  test("writes, reads back and logs as the admin pages do", async () => {
    const id = await vicidial.locked("remote agents", async (change) => {
      const made = await insertAgent(change);
      await change.update(
        "vicidial_remote_agents",
        { remote_agent_id: made },
        { conf_exten: AGENT.conf_exten },
        { conf_exten: "9" },
        audit("MODIFY", String(made)),
      );
      return made;
    });
    expect(await agents()).toMatchObject([{ ...AGENT, remote_agent_id: id, conf_exten: "9", on_hook_agent: "N" }]);
    const rows = await log();
    expect(rows).toMatchObject([
      {
        event_section: "REMOTEAGENTS",
        event_type: "ADD",
        record_id: "7000",
        event_code: "ADMIN ADD REMOTE AGENT",
        event_notes: "voicebridge: remote agents",
      },
      {
        event_section: "REMOTEAGENTS",
        event_type: "MODIFY",
        record_id: String(id),
        event_code: "ADMIN MODIFY REMOTE AGENT",
      },
    ]);
    expect(rows[0]!["event_sql"]).toContain("INSERT INTO `vicidial_remote_agents` SET `user_start` = '7000'");
    expect(rows[1]!["event_sql"]).toBe(
      `UPDATE \`vicidial_remote_agents\` SET \`conf_exten\` = '9' WHERE \`remote_agent_id\` <=> ${id}`,
    );
    expect("user_group" in rows[0]!).toBe(schema === "1720");
    expect(
      await db.query(
        "SELECT ABS(TIMESTAMPDIFF(SECOND, event_date, NOW())) < 60 AS recent FROM vicidial_admin_log WHERE user = 'voicebridge' LIMIT 1",
      ),
    ).toEqual([{ recent: 1 }]);
  });

  test("what a production server stores truncated or emptied is refused, and nothing is written", async () => {
    // The server's own mode is not strict: seen here, so that the refusal below is ours.
    await db.query(
      "INSERT INTO vicidial_remote_agents (user_start, server_ip, conf_exten, number_of_lines, status) VALUES ('7999', '10.20.30.11', '+13453453453@28y698lhv2f.sip.livekit.cloud', 300, 'MAYBE')",
    );
    expect(await agents()).toMatchObject([{ conf_exten: "+13453453453@28y698l", number_of_lines: 255, status: "" }]);
    const before = await db.dump();
    const bad = { conf_exten: "+13453453453@28y698lhv2f.sip.livekit.cloud", number_of_lines: 300, status: "MAYBE" };
    await expect(vicidial.locked("test", (change) => insertAgent(change, bad))).rejects.toThrow(
      /number_of_lines` 300[^]*conf_exten.*holds 20[^]*status` "MAYBE"/,
    );
    expect(differences(before, await db.dump())).toEqual([]);
  });

  test("the server's own strictness is the second line of defence", async () => {
    const strange = { active: "Y", campaign_id: "NEWCAMP", campaign_logindate: "2024-02-31 10:00:00" };
    const before = await db.dump();
    await expect(vicidial.locked("test", (change) => change.insert("vicidial_campaigns", strange))).rejects.toThrow(
      /MySQL: ER_TRUNCATED_WRONG_VALUE: Incorrect datetime value/,
    );
    expect(differences(before, await db.dump())).toEqual([]);
  });

  test("compare-and-set: a value that somebody changed is not overwritten, and the error says who", async () => {
    const id = await vicidial.locked("test", (change) => insertAgent(change));
    const update = (from: object, to: object) =>
      vicidial.locked("test", (change) =>
        change.update(
          "vicidial_remote_agents",
          { remote_agent_id: id },
          from as never,
          to as never,
          audit("MODIFY", String(id)),
        ),
      );

    await db.query("UPDATE vicidial_remote_agents SET conf_exten = '1' WHERE remote_agent_id = ?", [id]);
    await expect(update({ conf_exten: AGENT.conf_exten }, { conf_exten: "2" })).rejects.toThrow(
      '`vicidial_remote_agents.conf_exten` "1": was "979719895551234" when this stack last read it, and was changed since by SQL or a page that does not log',
    );
    await db.query(
      "INSERT INTO vicidial_admin_log SET event_date = '2024-11-12 10:00:00', user = '6666', ip_address = '10.0.0.1', event_section = 'REMOTEAGENTS', event_type = 'MODIFY', record_id = ?, event_code = 'ADMIN MODIFY REMOTE AGENT'",
      [String(id)],
    );
    await expect(update({ conf_exten: AGENT.conf_exten }, { conf_exten: "2" })).rejects.toThrow(
      "was changed since by 6666 ('ADMIN MODIFY REMOTE AGENT', 2024-11-12 10:00:00). Run `pulumi refresh` to see the change",
    );
    // Also where the collation calls them equal, and for a column that is not written.
    await db.query("UPDATE vicidial_remote_agents SET campaign_id = 'sigma1' WHERE remote_agent_id = ?", [id]);
    await expect(update({ campaign_id: "SIGMA1", conf_exten: "1" }, { conf_exten: "2" })).rejects.toThrow(
      '`vicidial_remote_agents.campaign_id` "sigma1": was "SIGMA1"',
    );
    expect(await agents()).toMatchObject([{ conf_exten: "1" }]);

    await db.query("DELETE FROM vicidial_remote_agents WHERE remote_agent_id = ?", [id]);
    await expect(update({ conf_exten: "1" }, { conf_exten: "2" })).rejects.toThrow("(the row is gone) by 6666");
  });

  test("compare-and-set: NULL, '' and ---NONE--- are one value, a change that got half-way goes on, and no difference is no write", async () => {
    const id = await vicidial.locked("test", (change) => insertAgent(change, { closer_campaigns: null }));
    const key = { remote_agent_id: id };
    const before = await log();
    await vicidial.locked("test", async (change) => {
      await change.update(
        "vicidial_remote_agents",
        key,
        { closer_campaigns: "" },
        { closer_campaigns: "---NONE---" },
        audit("MODIFY", String(id)),
      );
      await change.update(
        "vicidial_remote_agents",
        key,
        { conf_exten: "1", status: "ACTIVE" },
        { conf_exten: AGENT.conf_exten, status: "ACTIVE" },
        audit("MODIFY", String(id)),
      );
    });
    expect(await agents()).toMatchObject([{ ...AGENT, closer_campaigns: null }]);
    expect(await log()).toEqual(before);
    await vicidial.locked("test", (change) =>
      change.update(
        "vicidial_remote_agents",
        key,
        { closer_campaigns: "", conf_exten: "1" },
        { closer_campaigns: " SUPPORT -", conf_exten: AGENT.conf_exten },
      ),
    );
    expect(await agents()).toMatchObject([{ closer_campaigns: " SUPPORT -" }]);
  });

  test("a change between our look and our write is noticed", async () => {
    const id = await vicidial.locked("test", (change) => insertAgent(change));
    await db.query(
      `CREATE TRIGGER meanwhile BEFORE UPDATE ON vicidial_remote_agents FOR EACH ROW SET NEW.conf_exten = 'x'`,
    );
    await expect(
      vicidial.locked("test", (change) =>
        change.update("vicidial_remote_agents", { remote_agent_id: id }, {}, { conf_exten: "5" }),
      ),
    ).rejects.toThrow('vicidial_remote_agents.conf_exten: the server stored "x" for "5"');
  });

  test("undo, in reverse order: inserts, updates, deletes, and what a caller added", async () => {
    await db.query(
      "INSERT INTO vicidial_remote_agents (user_start, server_ip, status) VALUES ('7500', '10.20.30.11', 'nonsense')",
    );
    const id = await vicidial.locked("test", (change) => insertAgent(change));
    const before = withoutTraces(await db.dump());
    const order: string[] = [];
    await expect(
      failing(async (change) => {
        change.onFailure(() => Promise.resolve(void order.push("first")));
        await insertAgent(change, { user_start: "7100" });
        await change.update(
          "vicidial_remote_agents",
          { remote_agent_id: id },
          { status: "ACTIVE" },
          { status: "INACTIVE", conf_exten: "5" },
          audit("MODIFY", String(id)),
        );
        await change.delete("vicidial_remote_agents", { server_ip: "10.20.30.11" }, audit("DELETE", "all"));
        await change.delete("vicidial_users", { user: "1001" });
        await change.insert("vicidial_campaign_stats", { campaign_id: "NEW1" });
        change.onFailure(() => Promise.resolve(void order.push("last")));
      }),
    ).rejects.toThrow("a later step failed");
    expect(differences(before, withoutTraces(await db.dump()))).toEqual([]);
    expect(order).toEqual(["last", "first"]);
    expect((await log()).map(({ event_code }) => event_code)).toEqual(
      expect.arrayContaining([
        "UNDO ADMIN ADD REMOTE AGENT",
        "UNDO ADMIN MODIFY REMOTE AGENT",
        "UNDO ADMIN DELETE REMOTE AGENT",
      ]),
    );
  });

  test("undo leaves alone what somebody changed meanwhile, and says what is left", async () => {
    const id = await vicidial.locked("test", (change) => insertAgent(change));
    const work = failing(async (change) => {
      await change.update("vicidial_remote_agents", { remote_agent_id: id }, {}, { conf_exten: "5" });
      await db.query("UPDATE vicidial_remote_agents SET conf_exten = '6' WHERE remote_agent_id = ?", [id]);
    });
    await expect(work).rejects.toThrow(NotUndone);
    await expect(work).rejects.toThrow(
      `a later step failed\nThis could not be undone and may still be there: vicidial_remote_agents: the new values of remote_agent_id ${id} (conf_exten 5): somebody else changed them meanwhile.`,
    );
    expect(await agents()).toMatchObject([{ conf_exten: "6" }]);
  });

  test("a refused insert undoes nothing of the row that stands in its way", async () => {
    const before = withoutTraces(await db.dump());
    const user = (await db.query("SELECT user, pass FROM vicidial_users WHERE user = '1001'"))[0]!;
    await expect(vicidial.locked("test", (change) => change.insert("vicidial_users", user as never))).rejects.toThrow(
      "MySQL: ER_DUP_ENTRY: Duplicate entry '1001'",
    );
    expect(differences(before, withoutTraces(await db.dump()))).toEqual([]);
  });

  test("passwords reach neither the log nor an error", async () => {
    await vicidial.locked("test", (change) =>
      change.insert(
        "vicidial_users",
        { user: "7000", pass: "hunter2-secret" },
        { section: "USERS", type: "ADD", recordId: "7000", code: "ADMIN ADD USER" },
      ),
    );
    expect(JSON.stringify(await log())).not.toContain("hunter2");
    expect((await log())[0]!["event_sql"]).toBe(
      "INSERT INTO `vicidial_users` SET `user` = '7000', `pass` = '[secret]'",
    );
    const work = vicidial.locked("test", (change) =>
      change.insert("vicidial_users", { user: "hunter2-secret", pass: "hunter2-secret", phone_pass: "x".repeat(200) }),
    );
    await expect(work).rejects.toThrow(/^`vicidial_users.phone_pass`: the value has 200 characters/);
  });

  test("flags the diallers that generate their configuration, and all of them for 0.0.0.0", async () => {
    const flagged = (...ips: string[]) => vicidial.locked("test", (change) => change.flagRebuild(ips));
    expect(await flagged("10.20.30.12", "10.20.30.19")).toEqual(["10.20.30.12"]);
    expect(await db.query("SELECT server_ip, rebuild_conf_files AS flag FROM servers ORDER BY server_ip")).toEqual([
      { server_ip: "10.20.30.11", flag: "N" },
      { server_ip: "10.20.30.12", flag: "Y" },
      { server_ip: "10.20.30.19", flag: "N" },
    ]);
    expect(await flagged("0.0.0.0")).toEqual(["10.20.30.11", "10.20.30.12"]);
    await db.query("UPDATE servers SET rebuild_conf_files = 'N'");
    await expect(failing((change) => change.flagRebuild(["10.20.30.11"]))).rejects.toThrow("a later step failed");
    expect(await db.query("SELECT server_ip FROM servers WHERE rebuild_conf_files = 'Y'")).toEqual([
      { server_ip: "10.20.30.11" },
    ]);
  });
});

describe("the lock", () => {
  let db: FreshDatabase;
  let vicidial: Vicidial & { reports: string[] };
  beforeEach(async () => {
    db = await freshDatabase({ schema: "1720" });
    vicidial = await sessionOn(db);
  });
  afterEach(async () => {
    await vicidial.close();
    await db.drop();
  });

  test("lets one work at a time, within a process and between sessions", async () => {
    const other = await sessionOn(db);
    const events: string[] = [];
    const work = (session: Vicidial, name: string) =>
      session.locked(name, async (change) => {
        events.push(`${name} begins`);
        await change.rows(z.unknown(), "SELECT SLEEP(0.02)");
        events.push(`${name} ends`);
      });
    await Promise.all([...Array(8).keys()].map((n) => work(n % 2 ? other : vicidial, `work ${n}`)));
    for (let n = 0; n < events.length; n += 2) expect(events[n + 1]).toBe(events[n]!.replace("begins", "ends"));
    await other.close();
  });

  test("whoever does not get it in time learns who holds it, and what for", async () => {
    const other = await sessionOn(db, { lockTimeoutSeconds: "3" });
    let holder = 0;
    let done: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (done = resolve));
    const holding = vicidial.locked("the holder's purpose", async (change) => {
      holder = (await change.row(z.object({ id: z.number() }), "SELECT CONNECTION_ID() AS id"))!.id;
      await Promise.race([change.rows(z.unknown(), "SELECT SLEEP(30)").catch(() => undefined), held]);
    });
    await waitFor(() => Promise.resolve(holder > 0));
    const message = await other.locked("the waiter's purpose", () => Promise.resolve()).then(String, String);
    await db.query(`KILL QUERY ${holder}`);
    done();
    await holding;
    expect(message).toMatch(
      new RegExp(
        `\`voicebridge:${db.database}\`: this lock is held by connection ${holder}, ${db.user}@\\S+ \\(Query for \\d+ s\\), doing "voicebridge on \\S+ pid ${process.pid}: the holder.s purpose"`,
      ),
    );
    expect(message).toContain('so "the waiter\'s purpose" has changed nothing');
    expect(other.reports[0]).toMatch(/waiting for lock .* held by connection .* wanted for: the waiter's purpose/);
    await other.close();
  });

  test("a holder that dies frees it", async () => {
    const dead = await createConnection({
      ...{ host: db.host, port: db.port, user: db.user, password: db.password, database: db.database },
    });
    await dead.query("SELECT GET_LOCK(?, 0)", [`voicebridge:${db.database}`]);
    const waiting = vicidial.locked("test", () => Promise.resolve("got it"));
    dead.destroy();
    expect(await waiting).toBe("got it");
  });

  test("is free again after a failure", async () => {
    await expect(vicidial.locked("test", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await db.query("SELECT IS_FREE_LOCK(?) AS free", [`voicebridge:${db.database}`])).toEqual([{ free: 1 }]);
  });
});

describe("a connection that breaks", () => {
  let db: FreshDatabase;
  let proxy: CuttingProxy;
  let vicidial: Vicidial & { reports: string[] };
  beforeAll(async () => {
    db = await freshDatabase({ schema: "1720" });
    proxy = await CuttingProxy.start(db);
    vicidial = await sessionOn({ ...db, host: proxy.host, port: proxy.port });
    // A twin of the row that is inserted, made by somebody else: the undo must not take it for ours.
    await db.query("INSERT INTO vicidial_remote_agents SET ?", [AGENT]);
  });
  afterAll(async () => {
    await vicidial.close();
    await proxy.close();
    await db.drop();
  });

  beforeEach(() => proxy.reset());

  const work = () =>
    vicidial.locked("test", async (change) => {
      const id = await change.insert("vicidial_remote_agents", AGENT, audit("ADD", "7000"));
      await change.update(
        "vicidial_remote_agents",
        { remote_agent_id: id },
        { conf_exten: AGENT.conf_exten },
        { conf_exten: "5" },
        audit("MODIFY", String(id)),
      );
      await change.delete("vicidial_remote_agents", { user_start: "5570" }, audit("DELETE", "5570"));
      await change.insert(
        "vicidial_users",
        { user: "7000", pass: "x" },
        { section: "USERS", type: "ADD", recordId: "7000", code: "ADMIN ADD USER" },
      );
    });

  test.each([1, 2, 3, 4, 5, 6, 7, 8].flatMap((write) => [[write, "before"] as const, [write, "after"] as const]))(
    "at write %i, %s it: everything is undone over a new connection",
    async (write, when) => {
      const before = withoutTraces(await db.dump());
      proxy.cut({ write, when });
      await expect(work()).rejects.toThrow(/The connection to MySQL at 127.0.0.1:\d+ was lost/);
      expect(proxy.left).toEqual([]);
      expect(differences(before, withoutTraces(await db.dump()))).toEqual([]);
    },
  );

  test("the table above holds every write", async () => {
    await work();
    expect(proxy.writes).toHaveLength(8);
    await db.query("DELETE FROM vicidial_users WHERE user = '7000'");
  });

  test("and stays away: the error says what is left", async () => {
    proxy.cut({ write: 3, when: "after", stayAway: true });
    const failure = work();
    await expect(failure).rejects.toThrow(NotUndone);
    await expect(failure).rejects.toThrow(
      /was lost[^]*still be there: vicidial_remote_agents: the new values of remote_agent_id \d+ \(conf_exten 5\): .*; vicidial_remote_agents: the row added \(user_start 7000, number_of_lines 2, server_ip 10.20.30.11, conf_exten 979719895551234\)/,
    );
    proxy.heal();
    expect(await vicidial.row(z.object({ n: z.number() }), "SELECT 1 AS n")).toEqual({ n: 1 });
  });

  test("while idle: the next query and the next work take a new one", async () => {
    const own = z.object({ id: z.number() });
    const { id } = (await vicidial.row(own, "SELECT CONNECTION_ID() AS id"))!;
    await db.query(`KILL ${id}`);
    expect((await vicidial.row(own, "SELECT CONNECTION_ID() AS id"))!.id).not.toBe(id);
    const second = (await vicidial.row(own, "SELECT CONNECTION_ID() AS id"))!.id;
    await db.query(`KILL ${second}`);
    expect(await vicidial.locked("test", () => Promise.resolve("done"))).toBe("done");
  });

  test("a statement that outlives its deadline is ended on the server too, before the undo", async () => {
    const patient = await sessionOn(db, { queryTimeoutSeconds: "1" });
    const { adminUser: user, adminPassword: password } = JSON.parse(process.env[serverVariable]!) as DatabaseServer;
    const backup = await createConnection({ host: db.host, port: db.port, user, password, database: db.database });
    const before = withoutTraces(await db.dump());
    await backup.query("LOCK TABLES vicidial_campaign_stats READ");
    const stuck = patient.locked("test", async (change) => {
      await change.insert("vicidial_remote_agents", { ...AGENT, user_start: "7300" });
      await change.insert("vicidial_campaign_stats", { campaign_id: "LATE" });
    });
    // The undo waits for the same table: it ends when the backup does, and by then the late insert must be gone.
    const ended = expect(stuck).rejects.toThrow(/did not finish a statement within 1 s/);
    await waitFor(async () => (await waiting("INSERT INTO `vicidial_campaign_stats`")) > 0);
    await waitFor(async () => (await waiting("INSERT INTO `vicidial_campaign_stats`")) === 0);
    await backup.end();
    await ended;
    expect(differences(before, withoutTraces(await db.dump()))).toEqual([]);
    await patient.close();
  });

  const waiting = async (statement: string) =>
    (
      await db.query(
        "SELECT 1 FROM information_schema.PROCESSLIST WHERE DB = ? AND STATE LIKE 'Waiting%' AND INFO LIKE ?",
        [db.database, `%${statement}%`],
      )
    ).length;
});

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
