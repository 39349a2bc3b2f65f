import { setTimeout as sleep } from "node:timers/promises";

import { carrier } from "../../../providers/vicidial/resources/carrier/carrier";
import { remoteAgent } from "../../../providers/vicidial/resources/remoteAgent/remoteAgent";
import type { Vicidial } from "../../../providers/vicidial/session";
import { differences, freshDatabase, type FreshDatabase, type Schema } from "../../kit/database";
import { Daemon } from "../../kit/remoteAgentDaemon";
import { Engine, sessionOn, withoutTraces } from "../../kit/session";

jest.setTimeout(30_000);

const ARGS = {
  serverIp: "10.20.30.11",
  userStart: "5565",
  lines: 2,
  extension: "979719895551234",
  campaignId: "SIGMA1",
};
const makeUsers = (db: FreshDatabase) =>
  db.query(
    "INSERT INTO vicidial_users (user, pass, full_name) VALUES ('5565','x','a'), ('5566','x','b'), ('5567','x','c'), ('5568','x','d')",
  );

describe.each<Schema>(["1720", "1302"])("a remote agent, schema %s", (schema) => {
  let db: FreshDatabase;
  let vicidial: Vicidial & { reports: string[] };
  let engine: Engine;
  let before: Record<string, string[]>;

  const row = async () => (await db.query("SELECT * FROM vicidial_remote_agents WHERE user_start = '5565'"))[0];
  const set = (assignment: string) =>
    db.query(`UPDATE vicidial_remote_agents SET ${assignment} WHERE user_start = '5565'`);
  const log = () =>
    db.query(
      "SELECT event_type, record_id, event_code FROM vicidial_admin_log WHERE user = 'voicebridge' ORDER BY admin_log_id",
    );
  const changed = async () => differences(before, withoutTraces(await db.dump()));

  beforeEach(async () => {
    db = await freshDatabase({ schema });
    await makeUsers(db);
    before = withoutTraces(await db.dump());
    vicidial = await sessionOn(db);
    engine = new Engine(remoteAgent, () => vicidial);
  });
  afterEach(async () => {
    await vicidial.close();
    await db.drop();
  });

  test("comes, changes and goes with every column, and logs it as the page does", async () => {
    await engine.up(ARGS);
    expect(await row()).toMatchObject({
      ...{
        user_start: "5565",
        number_of_lines: 2,
        server_ip: "10.20.30.11",
        conf_exten: "979719895551234",
        status: "ACTIVE",
      },
      ...{
        campaign_id: "SIGMA1",
        closer_campaigns: " -",
        extension_group: "NONE",
        on_hook_agent: "N",
        on_hook_ring_time: 15,
      },
    });
    const id = String((await row())?.["remote_agent_id"]);
    await engine.up({
      ...ARGS,
      lines: 4,
      extension: "818119895551234",
      campaignId: "SIGMA2",
      closerCampaigns: ["SUPPORT"],
      status: "INACTIVE",
      onHook: true,
      onHookRingSeconds: 20,
    });
    expect(await row()).toMatchObject({
      ...{ number_of_lines: 4, conf_exten: "818119895551234", status: "INACTIVE", campaign_id: "SIGMA2" },
      ...{ closer_campaigns: " SUPPORT -", on_hook_agent: "Y", on_hook_ring_time: 20 },
    });
    await engine.destroy();
    expect(await changed()).toEqual([]);
    expect(await log()).toEqual([
      { event_type: "ADD", record_id: "5565", event_code: "ADMIN ADD REMOTE AGENT" },
      { event_type: "MODIFY", record_id: id, event_code: "ADMIN MODIFY REMOTE AGENT" },
      { event_type: "DELETE", record_id: id, event_code: "ADMIN DELETE REMOTE AGENT" },
    ]);
  });

  test("a campaign that another stack's carrier takes calls of is refused; one stack may divide its own", async () => {
    const sessions = await Promise.all(
      ["east", "west"].map((stack) => sessionOn(db, { "pulumi:project": "acme", "pulumi:stack": stack })),
    );
    const [east, west] = sessions as [typeof vicidial, typeof vicidial];
    const dialplanEntry = "exten => 979719895551234,1,Dial(SIP/+19895551234@ai)";
    await new Engine(carrier, () => east).up({ carrierId: "AIEAST", name: "AI east", dialplanEntry });
    await new Engine(remoteAgent, () => east).up({ ...ARGS, status: "INACTIVE" });

    const other = { ...ARGS, status: "INACTIVE", userStart: "5567", lines: 1, extension: "979719895550000" };
    const theirs = new Engine(remoteAgent, () => west);
    const claimed =
      /`campaignId` "SIGMA1": another bridge has this campaign: remote agent 5565-5566 on 10\.20\.30\.11 takes its calls to 979719895551234 of carrier AIEAST \("voicebridge:"\), written by stack acme\/east on/;
    await expect(theirs.up(other)).rejects.toThrow(claimed);
    await theirs.up({ ...other, campaignId: "SIGMA2" });
    await expect(theirs.up(other)).rejects.toThrow(claimed);
    await theirs.up({ ...other, adopt: true });
    expect(west.reports).toEqual([
      expect.stringContaining("warning: campaign SIGMA1: another bridge has this campaign"),
    ]);
    await theirs.destroy();

    // Without our mark it is no bridge: a person's remote agent, or one that a person took over.
    await db.query("UPDATE vicidial_server_carriers SET carrier_description = 'by hand' WHERE carrier_id = 'AIEAST'");
    await theirs.up(other);
    await theirs.destroy();
    await db.query(
      "UPDATE vicidial_server_carriers SET carrier_description = 'voicebridge:' WHERE carrier_id = 'AIEAST'",
    );
    await new Engine(remoteAgent, () => east).up(other);
    for (const session of sessions) await session.close();
  });

  test.each<[string, object, RegExp]>([
    [
      "all servers",
      { serverIp: "0.0.0.0" },
      /serverIp: 0\.0\.0\.0 \("all servers"\) never becomes READY: each dialler runs only the remote agents of its own address/,
    ],
    ["the guide's words", { serverIp: "All Servers" }, /serverIp: must be the IPv4 address of a dialler/],
    [
      "a dialler that is not there",
      { serverIp: "10.20.30.99" },
      /`serverIp` "10\.20\.30\.99": VICIdial has no server with this address \(servers\.server_ip\), so the lines would never become READY\. Use an active dialler: 10\.20\.30\.11, 10\.20\.30\.12\./,
    ],
    [
      "a dialler that is switched off",
      { serverIp: "10.20.30.19" },
      /`serverIp` "10\.20\.30\.19": this server is switched off/,
    ],
    ["a campaign that is not there", { campaignId: "NOCAMP" }, /`campaignId` "NOCAMP": there is no such campaign/],
    ["a campaign in other letters", { campaignId: "sigma1" }, /`campaignId` "sigma1": the campaign is spelt SIGMA1/],
    [
      "a user that is not there",
      { userStart: "5600", lines: 1 },
      /`userStart` "5600": there is no such user \(vicidial_users\).*declare a VicidialAgentUsers with the same userStart/i,
    ],
    [
      "lines of another remote agent",
      { userStart: "5568", lines: 4 },
      /`userStart` "5568": lines 5568-5571 overlap remote agent 5570-5571 of campaign OLDCAMP on 10\.20\.30\.11\. Choose a free block; the next one is 5572-5575\./,
    ],
    [
      "lines of one on another dialler",
      { userStart: "5589", lines: 2, serverIp: "10.20.30.11" },
      /lines 5589-5590 overlap remote agent 5590 of campaign SOLAR on 10\.20\.30\.12/,
    ],
    [
      "a remote agent that exists",
      { userStart: "5570" },
      /`userStart` "5570": remote agent 1 of campaign OLDCAMP exists already with this user start on 10\.20\.30\.11\. Take it over with `adopt: true`/,
    ],
    [
      "a host in the extension",
      { extension: "+19895551234@28y698lhv2f.sip.livekit.cloud" },
      /extension: `conf_exten` is 20 digits of dialplan extension; a host does not fit and would be cut off silently/,
    ],
    ["21 digits", { extension: "9".repeat(21) }, /extension: `conf_exten` holds 2 to 20 digits/],
    ["text as a user", { userStart: "sigma_agent" }, /userStart: must be 2 to 9 digits/],
    ["no line", { lines: 0 }, /lines: must be at least 1; to pause a remote agent set `status: INACTIVE`/],
    ["256 lines", { lines: 256 }, /lines: must be at most 255/],
    ["a strange status", { status: "PAUSED" }, /status: must be one of "ACTIVE", "INACTIVE"/],
    ["the administrator's id", { userStart: "6660", lines: 10 }, /userStart: lines 6660-6669 hold 6666/],
    [
      "an in-group that is not there",
      { closerCampaigns: ["SUPPORT", "NOPE"] },
      /`closerCampaigns` \["NOPE"\]: there are no such in-groups/,
    ],
    [
      "an extension group that is not there",
      { extensionGroup: "EG1" },
      /extensionGroup` "EG1": there is no such extension group|there is no table vicidial_extension_groups/,
    ],
  ])("refuses %s", async (_, args, message) => {
    await expect(engine.up({ ...ARGS, ...args })).rejects.toThrow(message);
    expect(await changed()).toEqual([]);
    expect(await log()).toEqual([]);
  });

  test("refuses a line under whose id a person is logged in", async () => {
    await db.query(
      "INSERT INTO vicidial_live_agents (user, server_ip, extension, status, lead_id) VALUES ('5566', '10.20.30.11', 'SIP/401', 'READY', 0)",
    );
    await expect(engine.up(ARGS)).rejects.toThrow("people are logged in as 5566 (SIP/401)");
  });

  test("says which lines have no user of their own", async () => {
    await db.query("DELETE FROM vicidial_users WHERE user = '5566'");
    await engine.up(ARGS);
    expect(vicidial.reports).toEqual([
      "vicidial:RemoteAgent 10.20.30.11/5565: users 5566 do not exist, so real-time reports will not show these lines",
    ]);
  });

  test("drift of each column is shown and repaired; a save of the untouched page is none", async () => {
    await engine.up({ ...ARGS, closerCampaigns: [] });
    await set("closer_campaigns = '', extension_group = ''");
    await engine.refresh();
    expect(await engine.preview(ARGS)).toEqual([]);
    const drifts: [string, string][] = [
      ["number_of_lines = 1", "lines"],
      ["conf_exten = '123'", "extension"],
      ["status = 'INACTIVE'", "status"],
      ["campaign_id = 'SOLAR'", "campaignId"],
      ["closer_campaigns = ' SUPPORT -'", "closerCampaigns"],
      ["extension_group = 'EG1'", "extensionGroup"],
      ["on_hook_agent = 'Y'", "onHook"],
      ["on_hook_ring_time = 60", "onHookRingSeconds"],
    ];
    for (const [assignment, property] of drifts) {
      await set(assignment);
      await engine.refresh();
      expect(await engine.preview(ARGS)).toEqual([property]);
      await engine.up(ARGS);
      await engine.refresh();
      expect(await engine.preview(ARGS)).toEqual([]);
    }
  });

  test("what changed since the last look is not overwritten, also where it would not be written", async () => {
    await engine.up(ARGS);
    await set("on_hook_ring_time = 60");
    await expect(engine.up({ ...ARGS, lines: 3 })).rejects.toThrow(
      "`vicidial_remote_agents.on_hook_ring_time` 60: was 15 when this stack last read it",
    );
    expect(await row()).toMatchObject({ number_of_lines: 2, on_hook_ring_time: 60 });
  });

  test("a row that was moved to other users is not deleted", async () => {
    await engine.up(ARGS);
    await set("user_start = '5567'");
    await expect(engine.destroy()).rejects.toThrow('`vicidial_remote_agents.user_start` "5567": was "5565"');
    await engine.refresh();
    expect(await engine.preview(ARGS)).toEqual(["userStart"]);
    await engine.up(ARGS);
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test("gone by hand: refresh drops it, up makes it again, destroy is content", async () => {
    await engine.up(ARGS);
    await db.query("DELETE FROM vicidial_remote_agents WHERE user_start = '5565'");
    await expect(engine.up({ ...ARGS, lines: 3 })).rejects.toThrow(
      "remote agent 10.20.30.11/5565 is gone from vicidial_remote_agents. Run `pulumi refresh`",
    );
    await engine.refresh();
    expect(engine.kept).toBeUndefined();
    await engine.up(ARGS);
    await db.query("DELETE FROM vicidial_remote_agents WHERE user_start = '5565'");
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test("adopt brings an existing one to what is declared, and says what changes", async () => {
    await db.query(
      "INSERT INTO vicidial_remote_agents (user_start, number_of_lines, server_ip, conf_exten, campaign_id) VALUES ('5565', 1, '10.20.30.11', '123', 'SIGMA1')",
    );
    await expect(engine.up(ARGS)).rejects.toThrow(
      "exists already with this user start on 10.20.30.11. Take it over with `adopt: true`",
    );
    await engine.up({ ...ARGS, adopt: true });
    expect(await row()).toMatchObject({ number_of_lines: 2, conf_exten: "979719895551234", status: "ACTIVE" });
    expect(vicidial.reports).toContain(
      'vicidial:RemoteAgent 10.20.30.11/5565: adopted, conf_exten "123" becomes "979719895551234"',
    );
    await engine.refresh();
    expect(await engine.preview({ ...ARGS, adopt: true })).toEqual([]);
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });
});

describe("a remote agent with its daemon running", () => {
  let db: FreshDatabase;
  let vicidial: Vicidial & { reports: string[] };
  let engine: Engine;
  let daemon: Daemon;

  const live = () =>
    db.query("SELECT user, status, lead_id, conf_exten FROM vicidial_live_agents WHERE user LIKE '556%' ORDER BY user");
  const status = async () =>
    (await db.query("SELECT status FROM vicidial_remote_agents WHERE user_start = '5565'"))[0]?.["status"];
  const modifications = async () =>
    (
      await db.query(
        "SELECT 1 FROM vicidial_admin_log WHERE event_code = 'ADMIN MODIFY REMOTE AGENT' AND user = 'voicebridge'",
      )
    ).length;
  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await sleep(20);
  };
  const listed = (lines: number) => until(async () => (await live()).length === lines);

  beforeEach(async () => {
    db = await freshDatabase({ schema: "1720" });
    await makeUsers(db);
    // Five loops of this daemon.
    vicidial = await sessionOn(db, { drainLoopSeconds: "0.1" });
    engine = new Engine(remoteAgent, () => vicidial);
    daemon = new Daemon(db);
    await engine.up(ARGS);
    await listed(2);
  });
  afterEach(async () => {
    await daemon.stop();
    await vicidial.close();
    await db.drop();
  });

  test("a change waits for the call, never makes a busy line READY, and is in service again", async () => {
    await daemon.callBegins("5566");
    const change = engine.up({ ...ARGS, extension: "818119895551234" });
    await until(async () => (await status()) === "INACTIVE" && (await live()).length === 1);
    expect(await live()).toMatchObject([{ user: "5566", status: "INCALL", conf_exten: ARGS.extension }]);
    expect(vicidial.reports).toEqual([
      "vicidial:RemoteAgent 10.20.30.11/5565: waiting for 1 call(s) on lines 5566 (INCALL) to end, 0 s of 900 s",
    ]);
    await daemon.callEnds("5566");
    await change;
    await listed(2);
    expect(await live()).toMatchObject([
      { conf_exten: "818119895551234", status: "READY" },
      { conf_exten: "818119895551234", status: "READY" },
    ]);
    expect(daemon.flipped).toEqual([]);
    expect(await status()).toBe("ACTIVE");
  });

  test("the daemon of this test does flip busy lines: without a drain it is seen", async () => {
    await daemon.callBegins("5566");
    await db.query("UPDATE vicidial_remote_agents SET conf_exten = '1' WHERE user_start = '5565'");
    await until(() => Promise.resolve(daemon.flipped.length > 0));
    expect(daemon.flipped).toEqual(["5566"]);
  });

  test("destroy leaves no line listed, also none that was on a call", async () => {
    await daemon.callBegins("5565");
    const destroy = engine.destroy();
    await until(async () => (await status()) === "INACTIVE" && (await live()).length === 1);
    expect(await status()).toBe("INACTIVE");
    await daemon.callEnds("5565");
    await destroy;
    await sleep(100);
    expect(await live()).toEqual([]);
    expect(await status()).toBeUndefined();
  });

  test("a call that does not end in time: refused, and in service as before", async () => {
    await daemon.callBegins("5565");
    await expect(engine.up({ ...ARGS, extension: "818119895551234", drainTimeoutSeconds: 0 })).rejects.toThrow(
      /`drainTimeoutSeconds` 0: remote agent 5565-5566 of campaign SIGMA1 on 10\.20\.30\.11 still has 1 call\(s\) on lines 5565 \(INCALL\)\. Try again when they have ended, wait longer, or set `force: true`/,
    );
    expect(await status()).toBe("ACTIVE");
    await listed(2);
    expect(await live()).toMatchObject([
      { user: "5565", status: "INCALL" },
      { user: "5566", status: "READY" },
    ]);
    expect(daemon.flipped).toEqual([]);
  });

  test("force goes on during calls, and says so", async () => {
    await daemon.callBegins("5565");
    await engine.up({ ...ARGS, extension: "818119895551234", force: true });
    expect(vicidial.reports).toEqual([
      "vicidial:RemoteAgent 10.20.30.11/5565: forced, although there are 1 call(s) on lines 5565 (INCALL)",
    ]);
    await until(() => Promise.resolve(daemon.flipped.length > 0));
  });

  test("more lines need no drain; fewer do", async () => {
    await daemon.callBegins("5565");
    await engine.up({ ...ARGS, lines: 4 });
    expect(await modifications()).toBe(1);
    await listed(4);
    await daemon.callEnds("5565");
    await engine.up({ ...ARGS, lines: 1 });
    expect(await modifications()).toBe(3);
    await sleep(100);
    expect((await live()).map(({ user }) => user)).toEqual(["5565"]);
    expect(daemon.flipped).toEqual([]);
  });

  test("a pause frees idle lines and does not wait for calls", async () => {
    await daemon.callBegins("5565");
    await engine.up({ ...ARGS, status: "INACTIVE" });
    expect(await live()).toMatchObject([{ user: "5565", status: "INCALL" }]);
    expect(vicidial.reports).toEqual([]);
    await daemon.callEnds("5565");
    await listed(0);
    await engine.up(ARGS);
    await listed(2);
  });

  test("a change of how to wait changes no row", async () => {
    await engine.up({ ...ARGS, force: true, drainTimeoutSeconds: 5 });
    expect(await modifications()).toBe(0);
  });
});

describe("a remote agent that no daemon lists", () => {
  let db: FreshDatabase;
  beforeEach(async () => {
    db = await freshDatabase({ schema: "1720" });
    await makeUsers(db);
  });
  afterEach(() => db.drop());
  const modifications = async () =>
    (await db.query("SELECT 1 FROM vicidial_admin_log WHERE event_code = 'ADMIN MODIFY REMOTE AGENT'")).length;

  test("changes at once when it has been there for two loops, and is drained when it could be listed just now", async () => {
    const vicidial = await sessionOn(db, { drainLoopSeconds: "60" });
    const engine = new Engine(remoteAgent, () => vicidial);
    await engine.up(ARGS);
    await db.query("UPDATE vicidial_admin_log SET event_date = NOW() - INTERVAL 61 SECOND");
    await engine.up({ ...ARGS, extension: "818119895551234" });
    expect(await modifications()).toBe(1);
    await vicidial.close();

    const hasty = await sessionOn(db, { drainLoopSeconds: "1" });
    const second = new Engine(remoteAgent, () => hasty);
    second.kept = engine.kept;
    await db.query("UPDATE vicidial_admin_log SET event_date = NOW() + INTERVAL 60 SECOND");
    await second.up(ARGS);
    expect(await modifications()).toBe(3);
    await hasty.close();
  });
});
