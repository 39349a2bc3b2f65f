import { agentUsers } from "../../../providers/vicidial/resources/agentUsers/agentUsers";
import type { Vicidial } from "../../../providers/vicidial/session";
import { differences, freshDatabase, type FreshDatabase, type Schema } from "../../kit/database";
import { Engine, sessionOn, withoutTraces } from "../../kit/session";

jest.setTimeout(30_000);

describe.each<Schema>(["1720", "1302"])("agent users, schema %s", (schema) => {
  let db: FreshDatabase;
  let vicidial: Vicidial & { reports: string[] };
  let engine: Engine;
  let before: Record<string, string[]>;

  const ARGS = { userStart: "5565", lines: 3, namePrefix: "Sigma", userGroup: "AGENTS" };
  const users = (columns = "user, full_name, user_group, active, vicidial_recording AS recording") =>
    db.query(
      `SELECT ${columns} FROM vicidial_users WHERE user BETWEEN 5560 AND 5569 AND LENGTH(user) = 4 ORDER BY user`,
    );
  const log = () =>
    db.query(
      "SELECT event_type, record_id, event_code, event_sql FROM vicidial_admin_log WHERE user = 'voicebridge' ORDER BY admin_log_id",
    );
  const changed = async () => differences(before, withoutTraces(await db.dump()));

  beforeEach(async () => {
    db = await freshDatabase({ schema });
    before = withoutTraces(await db.dump());
    vicidial = await sessionOn(db);
    engine = new Engine(agentUsers, () => vicidial);
  });
  afterEach(async () => {
    await vicidial.close();
    await db.drop();
  });

  test("one user for each line, with a password that nobody knows", async () => {
    await engine.up(ARGS);
    expect(await users()).toEqual(
      [1, 2, 3].map((line) => ({
        user: String(5564 + line),
        full_name: `Sigma ${line}`,
        user_group: "AGENTS",
        active: "Y",
        recording: "1",
      })),
    );
    const rows = await users("pass, user_level, vdc_agent_api_access AS api");
    expect(rows.every(({ user_level, api }) => user_level === 1 && api === "0")).toBe(true);
    expect(new Set(rows.map(({ pass }) => pass)).size).toBe(3);
    expect(rows.every(({ pass }) => /^[-\w]{20}$/.test(String(pass)))).toBe(true);
    expect(await log()).toMatchObject(
      [5565, 5566, 5567].map((user) => ({ event_type: "ADD", record_id: String(user), event_code: "ADMIN ADD USER" })),
    );
    const everywhere = JSON.stringify([await log(), engine.kept]);
    expect(rows.filter(({ pass }) => everywhere.includes(String(pass)))).toEqual([]);
    expect((await changed()).every((line) => line.startsWith("+ vicidial_users: "))).toBe(true);

    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test("who deletes users is told of the remote agents of others that still run under them", async () => {
    await engine.up({ ...ARGS, lines: 4 });
    const theirs = (start: number, lines: number, ip: string) =>
      db.query(
        `INSERT INTO vicidial_remote_agents (user_start, number_of_lines, server_ip, conf_exten, status, campaign_id) VALUES (?, ?, ?, '8600', 'ACTIVE', 'OLDCAMP')`,
        [String(start), lines, ip],
      );
    await theirs(5567, 4, "10.20.30.12");
    // Its own block's: the same `up` makes that one shorter after its users.
    await theirs(5565, 4, "10.20.30.11");
    await engine.up({ ...ARGS, lines: 3 });
    expect(vicidial.reports).toEqual([
      expect.stringMatching(
        /^warning: agent users 5568 are deleted, and remote agent \d+ of campaign OLDCAMP on 10\.20\.30\.12 still runs its lines 5567-5570 under them: .* set it INACTIVE in Admin → Remote Agents\.$/,
      ),
    ]);
    vicidial.reports.length = 0;
    // A user that is left, because he is more than an agent by now, is none that is missing.
    await db.query("UPDATE vicidial_users SET user_level = 7 WHERE user = '5567'");
    await engine.destroy();
    expect(vicidial.reports).toEqual([
      expect.stringContaining("5567: left as it is"),
      expect.stringMatching(
        /^warning: agent users 5565, 5566 are deleted, .* 10\.20\.30\.11 still runs its lines 5565-5568/,
      ),
    ]);
    expect((await users("user")).map(({ user }) => user)).toEqual(["5567"]);
    expect(
      await db.query("SELECT status FROM vicidial_remote_agents WHERE campaign_id = 'OLDCAMP' AND status = 'ACTIVE'"),
    ).not.toHaveLength(0);
  });

  test("lines come and go at the end; names, group, recording and active change in place", async () => {
    await engine.up({ ...ARGS, lines: 1 });
    const first = await users("user_id");
    await engine.up({ ...ARGS, lines: 4, namePrefix: "Robot", userGroup: "SALES", recording: false, active: false });
    expect((await users("user_id"))[0]).toEqual(first[0]);
    expect(await users()).toEqual(
      [1, 2, 3, 4].map((line) => ({
        user: String(5564 + line),
        full_name: `Robot ${line}`,
        user_group: "SALES",
        active: "N",
        recording: "0",
      })),
    );
    await engine.up({ ...ARGS, lines: 2 });
    expect((await users()).map(({ full_name }) => full_name)).toEqual(["Sigma 1", "Sigma 2"]);
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test("what a page adds to a user goes with him, and nothing else", async () => {
    await engine.up(ARGS);
    await db.query("INSERT INTO vicidial_campaign_agents (user, campaign_id) VALUES ('5566', 'SOLAR')");
    await db.query("INSERT INTO vicidial_inbound_group_agents (user, group_id) VALUES ('5566', 'SUPPORT')");
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test.each<[string, object, RegExp]>([
    [
      "existing users, all named",
      { userStart: "5569", lines: 4 },
      /`userStart` "5569": users 5569-5572 are not free, vicidial_users has 5570 "Remote line 1 of OLDCAMP", 5571 "Remote line 2 of OLDCAMP"\. Choose a free block; the next one is 5572-5575\. If these users are the agent's own, take them over with `adopt: true`\./,
    ],
    [
      "lines of somebody's remote agent",
      { userStart: "5589", lines: 2 },
      /`userStart` "5589": users 5589-5590 overlap the lines of remote agent 5590 of campaign SOLAR on 10\.20\.30\.12\. Choose a free block; the next one is 5591-5592\./,
    ],
    [
      "a group that is not there",
      { userGroup: "ROBOTS" },
      /`userGroup` "ROBOTS": there is no such user group \(vicidial_user_groups\)\. Create it in VICIdial, or use one of ADMIN, AGENTS, SALES\./,
    ],
    ["text as a user", { userStart: "sigma_agent" }, /userStart: must be 2 to 9 digits without a leading zero/],
    ["a leading zero", { userStart: "0055" }, /userStart: must be 2 to 9 digits without a leading zero/],
    ["one digit", { userStart: "9" }, /userStart: must be 2 to 9 digits/],
    [
      "the administrator",
      { userStart: "6665", lines: 3 },
      /userStart: the block 6665-6667 holds 6666, VICIdial's built-in administrator/,
    ],
    [
      "a block above nine digits",
      { userStart: "999999999", lines: 2 },
      /userStart: the block ends at 1000000000, above 999999999/,
    ],
    ["no line", { lines: 0 }, /lines: must be at least 1/],
    ["too many lines", { lines: 256 }, /lines: must be at most 255/],
    [
      "a name that the page would change",
      { namePrefix: 'AI; "x"' },
      /namePrefix: must be 2 to 46 characters on one line, without quotes/,
    ],
    ["a name that does not fit", { namePrefix: "x".repeat(47) }, /namePrefix: must be 2 to 46 characters/],
  ])("refuses %s", async (_, args, message) => {
    await expect(engine.up({ ...ARGS, ...args })).rejects.toThrow(message);
    expect(await changed()).toEqual([]);
    expect(await log()).toEqual([]);
  });

  test("growing into somebody's users is refused as a whole", async () => {
    await engine.up(ARGS);
    const small = withoutTraces(await db.dump());
    await expect(engine.up({ ...ARGS, lines: 6, namePrefix: "Robot" })).rejects.toThrow(
      /users 5565-5570 are not free, vicidial_users has 5570 "Remote line 1 of OLDCAMP"\./,
    );
    expect(differences(small, withoutTraces(await db.dump()))).toEqual([]);
  });

  test("a refresh shows what changed on any line, and up repairs only that", async () => {
    await engine.up(ARGS);
    await db.query("UPDATE vicidial_users SET user_group = 'SALES' WHERE user = '5566'");
    await db.query("UPDATE vicidial_users SET full_name = 'Bob', vicidial_recording = '0' WHERE user = '5567'");
    await db.query("UPDATE vicidial_users SET active = 'N' WHERE user IN ('5565', '5566', '5567')");
    await engine.refresh();
    expect(engine.kept?.inputs).toMatchObject({
      namePrefix: "Bob",
      userGroup: "SALES",
      recording: false,
      active: false,
      lines: 3,
    });
    expect(await engine.preview(ARGS)).toEqual(["active", "namePrefix", "recording", "userGroup"]);
    await engine.up(ARGS);
    expect(await users()).toMatchObject(
      [1, 2, 3].map((line) => ({ full_name: `Sigma ${line}`, user_group: "AGENTS", active: "Y", recording: "1" })),
    );
    await engine.refresh();
    expect(await engine.preview(ARGS)).toEqual([]);
  });

  test("what changed since the last look is not overwritten, on any line", async () => {
    await engine.up(ARGS);
    await db.query("UPDATE vicidial_users SET user_group = 'SALES' WHERE user = '5567'");
    const now = await users();
    await expect(engine.up({ ...ARGS, namePrefix: "Robot" })).rejects.toThrow(
      '`vicidial_users.user_group` "SALES": was "AGENTS" when this stack last read it',
    );
    expect(await users()).toEqual(now);
  });

  test("a user deleted by hand comes back; all of them gone is a new block", async () => {
    await engine.up(ARGS);
    await db.query("DELETE FROM vicidial_users WHERE user = '5566'");
    await engine.refresh();
    await engine.refresh();
    expect(await engine.preview(ARGS)).toEqual(["lines"]);
    await engine.up(ARGS);
    expect(await users()).toHaveLength(3);
    await db.query("DELETE FROM vicidial_users WHERE user IN ('5565', '5566', '5567')");
    await engine.refresh();
    expect(engine.kept).toBeUndefined();
    await engine.up(ARGS);
    await db.query("DELETE FROM vicidial_users WHERE user IN ('5565', '5566', '5567')");
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test("a user that is somebody else's by now is neither changed nor deleted", async () => {
    await engine.up(ARGS);
    // Deleted and made anew by a person; another one promoted.
    await db.query("DELETE FROM vicidial_users WHERE user = '5566'");
    await db.query(
      "INSERT INTO vicidial_users (user, pass, full_name, user_level, user_group) VALUES ('5566', 'own', 'Sigma 2', 1, 'AGENTS')",
    );
    await db.query("UPDATE vicidial_users SET user_level = 8 WHERE user = '5567'");
    await engine.refresh();
    await expect(engine.up(ARGS)).rejects.toThrow(/users 5565-5567 are not free, vicidial_users has 5566 "Sigma 2"\./);
    await engine.destroy();
    expect((await users()).map(({ user }) => user)).toEqual(["5566", "5567"]);
    expect(vicidial.reports).toEqual([
      "vicidial:AgentUsers 5567: left as it is, because somebody made it a user of level 8; delete it by hand if it is not needed",
    ]);
  });

  test("adopt takes over what is there, makes what is missing, and says so; a manager is not adopted", async () => {
    await db.query(
      "INSERT INTO vicidial_users (user, pass, full_name, user_level, user_group, phone_login) VALUES ('5566', 'known', 'Sigma', 1, 'SALES', NULL)",
    );
    await expect(engine.up(ARGS)).rejects.toThrow('vicidial_users has 5566 "Sigma"');
    await engine.up({ ...ARGS, adopt: true });
    expect(await users()).toMatchObject(
      [1, 2, 3].map((line) => ({ full_name: `Sigma ${line}`, user_group: "AGENTS" })),
    );
    expect(await users("pass")).not.toContainEqual({ pass: "known" });
    expect(vicidial.reports).toEqual([
      'vicidial:AgentUsers 5566: adopted, full_name "Sigma" becomes "Sigma 2"',
      'vicidial:AgentUsers 5566: adopted, user_group "SALES" becomes "AGENTS"',
      "vicidial:AgentUsers 5566: adopted, its password is replaced by one that nobody knows",
    ]);
    await engine.destroy();
    expect(await changed()).toEqual([]);

    await db.query(
      "INSERT INTO vicidial_users (user, pass, full_name, user_level, user_group) VALUES ('5566', 'known', 'Boss', 8, 'ADMIN')",
    );
    await expect(engine.up({ ...ARGS, adopt: true })).rejects.toThrow(
      'users 5565-5567 cannot be adopted, because these have more rights than an agent: 5566 "Boss" (level 8)',
    );
  });

  test("a new start replaces the block", async () => {
    await engine.up(ARGS);
    await engine.up({ ...ARGS, userStart: 5561 });
    expect((await users()).map(({ user }) => user)).toEqual(["5561", "5562", "5563"]);
  });
});

test("where passwords are hashed, the user has a hash that nothing matches", async () => {
  const db = await freshDatabase({ schema: "1720" });
  await db.query("UPDATE system_settings SET pass_hash_enabled = '1'");
  const vicidial = await sessionOn(db);
  await new Engine(agentUsers, () => vicidial).up({ userStart: "5565" });
  const [row] = await db.query("SELECT pass, pass_hash FROM vicidial_users WHERE user = '5565'");
  expect(row).toEqual({ pass: "", pass_hash: expect.stringMatching(/^![-\w]{20}$/) as unknown });
  expect(JSON.stringify(await db.query("SELECT event_sql FROM vicidial_admin_log"))).not.toContain(
    String(row?.["pass_hash"]),
  );
  await vicidial.close();
  await db.drop();
});
