import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Calls, ManagerAction, Reloadable } from "../../lab/dialler/calls/contract";
import { configuration } from "../../lab/dialler/configuration";
import { runPrograms } from "../../lab/dialler/daemon";
import { openDatabase, type DiallerDatabase } from "../../lab/dialler/database";
import { diallingTurn } from "../../lab/dialler/dialling";
import { hopperTurn } from "../../lab/dialler/hopper";
import { managerTurn } from "../../lab/dialler/manager";
import { register } from "../../lab/dialler/registration";
import { remoteAgentsTurn } from "../../lab/dialler/remoteAgents";
import { readSettings, type DiallerSettings } from "../../lab/dialler/settings";
import { freshDatabase, type FreshDatabase } from "../kit/database";
import { waitFor } from "../kit/files";

/**
 * The dialler daemon's database side against the real MariaDB: what VICIdial's own programs would write
 * (docs/facts/vicidial.md). The call side is a recorder here; its own tests have Asterisk.
 */
const ip = "10.99.0.11";

class Recorder implements Calls {
  listening = true;
  readonly actions: ManagerAction[] = [];
  readonly reloads: Reloadable[][] = [];
  failReload = false;
  act(action: ManagerAction) {
    this.actions.push(action);
    return Promise.resolve({ ok: true, message: "Originate successfully queued" });
  }
  reload(what: readonly Reloadable[]) {
    if (this.failReload) return Promise.reject(new Error("AMI is away"));
    this.reloads.push([...what]);
    return Promise.resolve();
  }
  close() {
    return Promise.resolve();
  }
}

interface Site {
  site: FreshDatabase;
  database: DiallerDatabase;
  settings: DiallerSettings;
  calls: Recorder;
  directory: string;
  close(): Promise<void>;
}

async function open(schema: "1720" | "1302"): Promise<Site> {
  const site = await freshDatabase({ schema });
  const directory = mkdtempSync(join(tmpdir(), "dialler-"));
  const settings = readSettings({
    ...site.env,
    DIALLER_ID: "DIALLER1",
    DIALLER_IP: ip,
    DIALLER_AMI_SECRET: "s3cretForAmi",
    DIALLER_CONFIG_DIR: directory,
  });
  const database = openDatabase(settings.database);
  return {
    ...{ site, database, settings, directory, calls: new Recorder() },
    async close() {
      await database.close();
      await site.drop();
      rmSync(directory, { recursive: true });
    },
  };
}

const silent = () => undefined;
const contextOf = ({ database, calls }: Site) => ({ database, ip, calls, log: silent });

let here: Site;
const rows = (sql: string, ...values: unknown[]) => here.site.query(sql, values);
const row = async (sql: string, ...values: unknown[]) => (await rows(sql, ...values))[0];
const line = (user: string) => row("SELECT * FROM vicidial_live_agents WHERE user = ?", user);

/** Rounds of the remote-agent program up to and with the fifth, in which it takes queued calls over. */
async function remoteAgents(rounds = 1): Promise<void> {
  const turn = remoteAgentsTurn(contextOf(here));
  for (let count = 6 - rounds; count <= 5; count++) await turn(count);
}
const dial = () => diallingTurn({ ...contextOf(here), lagSeconds: 30 })();
const fillHopper = () => hopperTurn(contextOf(here))();

beforeAll(async () => {
  here = await open("1720");
  // Only what a test declares shall be dialled.
  await rows("UPDATE vicidial_campaigns SET active = 'N'");
  await rows("DELETE FROM vicidial_remote_agents");
  await rows("DELETE FROM vicidial_hopper");
});
afterAll(() => here.close());

describe("registration", () => {
  test("makes the server's row its own and takes everything of the old address along", async () => {
    await rows(
      "INSERT INTO vicidial_remote_agents (user_start, server_ip) VALUES ('4000', '10.20.30.11'), ('4100', '10.20.30.12')",
    );
    await register(here.database, here.settings, silent);
    expect(await row("SELECT * FROM servers WHERE server_id = 'DIALLER1'")).toMatchObject({
      server_ip: ip,
      asterisk_version: "16.28.0",
      telnet_port: 5038,
      ASTmgrUSERNAME: "cron",
      ASTmgrSECRET: "s3cretForAmi",
      active: "Y",
      active_asterisk_server: "Y",
      rebuild_conf_files: "Y",
    });
    const addresses = async (table: string) =>
      (await rows(`SELECT DISTINCT server_ip AS ip FROM ${table} ORDER BY 1`)).map((one) => one["ip"]);
    expect(await addresses("phones")).toEqual(["10.20.30.12", ip]);
    expect(await addresses("vicidial_remote_agents")).toEqual(["10.20.30.12", ip]);
    expect(await addresses("vicidial_server_trunks")).toEqual([ip]);
    expect(await addresses("vicidial_server_carriers")).toEqual(["0.0.0.0", "10.20.30.19", ip]);
    // What happened there stays where it happened.
    expect(await addresses("call_log")).toEqual(["10.20.30.11"]);
    await rows("DELETE FROM vicidial_remote_agents");
  });

  test("changes no default secret twice, and keeps the row at the next start", async () => {
    const secret = async () =>
      (await row("SELECT conf_secret FROM servers WHERE server_id = 'DIALLER1'"))?.["conf_secret"];
    const first = await secret();
    expect(first).not.toBe("test");
    await register(here.database, here.settings, silent);
    expect(await secret()).toBe(first);
  });

  test("has the other diallers write their dialplan again when it comes or moves, not when it only starts", async () => {
    const flag = async () =>
      (await row("SELECT rebuild_conf_files AS flag FROM servers WHERE server_id = 'DIALLER2'"))?.["flag"];
    await rows("UPDATE servers SET rebuild_conf_files = 'N'");
    await register(here.database, here.settings, silent);
    expect(await flag()).toBe("N");
    await rows("UPDATE servers SET active_asterisk_server = 'N' WHERE server_id = 'DIALLER1'");
    await register(here.database, here.settings, silent);
    expect(await flag()).toBe("Y");
  });

  test("forgets the calls and lines of its last run", async () => {
    await rows("INSERT INTO vicidial_auto_calls (server_ip, lead_id) VALUES (?, 1), ('10.20.30.12', 2)", ip);
    await register(here.database, here.settings, silent);
    expect(await rows("SELECT server_ip FROM vicidial_auto_calls")).toEqual([{ server_ip: "10.20.30.12" }]);
    expect(await rows("SELECT user FROM vicidial_live_agents")).toEqual([]);
    await rows("DELETE FROM vicidial_auto_calls");
  });

  test("inserts a row for a dialler that the site does not know", async () => {
    await register(here.database, { ...here.settings, id: "DIALLER9", ip: "10.99.0.19" }, silent);
    expect(await row("SELECT * FROM servers WHERE server_id = 'DIALLER9'")).toMatchObject({
      server_ip: "10.99.0.19",
      active: "Y",
    });
    await rows("DELETE FROM servers WHERE server_id = 'DIALLER9'");
  });

  test("refuses the address of another server", async () => {
    await expect(register(here.database, { ...here.settings, ip: "10.20.30.12" }, silent)).rejects.toThrow(
      "is the address of server DIALLER2",
    );
  });
});

describe("configuration", () => {
  const turn = () => configuration({ ...contextOf(here), directory: here.directory });
  const flag = () => rows("UPDATE servers SET rebuild_conf_files = 'Y' WHERE server_ip = ?", ip);
  const file = (name: string) => readFileSync(join(here.directory, `${name}-vicidial.conf`), "utf8");
  beforeEach(() => here.calls.reloads.splice(0));

  test("is written and loaded on the flag, which goes back at once", async () => {
    await flag();
    await turn()();
    expect(readdirSync(here.directory).sort()).toEqual(
      ["extensions", "iax", "pjsip", "pjsip_wizard", "sip"].map((name) => `${name}-vicidial.conf`),
    );
    expect(here.calls.reloads).toEqual([["dialplan", "sip", "pjsip", "iax2"]]);
    expect(await row("SELECT rebuild_conf_files AS flag FROM servers WHERE server_ip = ?", ip)).toEqual({ flag: "N" });
    expect(file("extensions")).toContain("exten => _9797X.,2,Dial(${TELCO}/${EXTEN:4},${CAMPDTO},o)");
    expect(file("extensions")).toContain("TRUNK8 = SIP/trunk8");
    expect(file("extensions")).not.toContain("_91999NXXXXXX");
    expect(file("sip")).toContain("[telco]");
    expect(file("sip")).toContain("secret=secret-401");
  });

  test("loads nothing when no text changed, and nothing without the flag", async () => {
    await flag();
    await turn()();
    await rows(
      "UPDATE vicidial_server_carriers SET dialplan_entry = CONCAT(dialplan_entry, ' ; new') WHERE carrier_id = 'TELCO'",
    );
    await turn()();
    expect(here.calls.reloads).toEqual([]);
  });

  test("loads only what changed, and again when Asterisk was away", async () => {
    const repeated = turn();
    await flag();
    here.calls.failReload = true;
    await repeated();
    here.calls.failReload = false;
    expect(file("extensions")).toContain(" ; new");
    await repeated();
    await repeated();
    expect(here.calls.reloads).toEqual([["dialplan"]]);
  });

  test("knows IAX2, SIP, PJSIP_WIZ and PJSIP; Zap and EXTERNAL are never written", async () => {
    for (const protocol of ["EXTERNAL", "Zap", "PJSIP", "PJSIP_WIZ", "IAX2"])
      await rows(
        `INSERT INTO vicidial_server_carriers (carrier_id, carrier_name, template_id, account_entry, protocol, dialplan_entry, server_ip)
         VALUES (?, '', 'SIP_generic', '', ?, ?, '0.0.0.0')`,
        `P${protocol}`,
        protocol,
        `exten => _77${protocol},1,NoOp()`,
      );
    await flag();
    await turn()();
    const order = [...file("extensions").matchAll(/_77(\w+),1/g)].map((found) => found[1]);
    expect(order).toEqual(["IAX2", "PJSIP_WIZ", "PJSIP"]);
    expect(file("extensions").indexOf("_77IAX2")).toBeLessThan(file("extensions").indexOf("_9797X."));
  });
});

describe("remote agents", () => {
  const agent = (columns: string) => rows(`UPDATE vicidial_remote_agents SET ${columns} WHERE user_start = '5565'`);

  beforeAll(async () => {
    await rows(
      "UPDATE vicidial_campaigns SET dial_method = 'RATIO', auto_dial_level = '1' WHERE campaign_id = 'SIGMA1'",
    );
    await rows(
      `INSERT INTO vicidial_remote_agents (user_start, number_of_lines, server_ip, conf_exten, status, campaign_id, closer_campaigns)
       VALUES ('5565', 2, ?, '979719895551234', 'ACTIVE', 'SIGMA1', ''), ('5600', 1, '0.0.0.0', '9', 'ACTIVE', 'SIGMA1', ''),
         ('sigma', 3, ?, '9', 'ACTIVE', 'SIGMA1', '')`,
      ip,
      ip,
    );
  });

  test("are listed as lines, those of 0.0.0.0 and of a name are not", async () => {
    await remoteAgents();
    const listed = await rows(
      "SELECT user, status, extension, ra_user, outbound_autodial FROM vicidial_live_agents WHERE campaign_id = 'SIGMA1' ORDER BY user",
    );
    expect(listed).toEqual(
      ["5565", "5566"].map((user) => ({
        user,
        status: "READY",
        extension: `R/${user}`,
        ra_user: "5565",
        outbound_autodial: "Y",
      })),
    );
  });

  test("are refreshed by a new random id", async () => {
    await rows("UPDATE vicidial_live_agents SET last_update_time = '2024-01-01' WHERE user = '5565'");
    await remoteAgents();
    expect(String((await line("5565"))?.["last_update_time"])).not.toContain("2024-01-01");
  });

  test("are not, without a listener", async () => {
    here.calls.listening = false;
    await rows("UPDATE vicidial_live_agents SET last_update_time = '2024-01-01' WHERE user = '5565'");
    await remoteAgents();
    expect(String((await line("5565"))?.["last_update_time"])).toContain("2024-01-01");
    here.calls.listening = true;
    await remoteAgents();
  });

  test("of a campaign dialled by hand are not dialled for, though READY", async () => {
    await rows("UPDATE vicidial_campaigns SET dial_method = 'MANUAL' WHERE campaign_id = 'SIGMA1'");
    await remoteAgents();
    expect(await line("5565")).toMatchObject({ status: "READY", outbound_autodial: "N" });
    await rows("UPDATE vicidial_campaigns SET dial_method = 'RATIO' WHERE campaign_id = 'SIGMA1'");
    await remoteAgents();
    expect(await line("5565")).toMatchObject({ status: "READY", outbound_autodial: "Y" });
  });

  test("that were changed become READY in the middle of a call", async () => {
    await rows(
      "UPDATE vicidial_live_agents SET status = 'INCALL', lead_id = 1, uniqueid = '1700000000.1', channel = 'SIP/a' WHERE user = '5566'",
    );
    await rows(
      "INSERT INTO vicidial_auto_calls (server_ip, campaign_id, status, lead_id, uniqueid, channel) VALUES (?, 'SIGMA1', 'XFER', 1, '1700000000.1', 'SIP/a')",
      ip,
    );
    await remoteAgents();
    expect(await line("5566")).toMatchObject({ status: "INCALL" });
    await agent("conf_exten = '979719895559999'");
    await remoteAgents();
    expect(await line("5566")).toMatchObject({
      status: "READY",
      lead_id: 1,
      uniqueid: "1700000000.1",
      conf_exten: "979719895559999",
    });
    await rows("DELETE FROM vicidial_auto_calls");
    await remoteAgents();
    expect(await line("5566")).toMatchObject({ status: "READY", lead_id: 0, uniqueid: "" });
  });

  /** A call that the routing AGI has just given to line 5565. */
  async function queuedCall(): Promise<void> {
    await rows("UPDATE vicidial_list SET status = 'QUEUE', user = 'VDAD' WHERE vendor_lead_code = 'SIGMA-1'");
    const lead = (await row("SELECT lead_id FROM vicidial_list WHERE vendor_lead_code = 'SIGMA-1'"))?.["lead_id"];
    await rows("DELETE FROM vicidial_log WHERE uniqueid = '1700000001.2'");
    await rows(
      "INSERT INTO vicidial_log (uniqueid, lead_id, status, user, comments) VALUES ('1700000001.2', ?, 'QUEUE', 'VDAD', 'AUTO')",
      lead,
    );
    await rows(
      "UPDATE vicidial_live_agents SET status = 'QUEUE', comments = 'AUTO', lead_id = ?, uniqueid = '1700000001.2', channel = 'SIP/b', callerid = 'V1' WHERE user = '5565'",
      lead,
    );
    await rows(
      "INSERT INTO vicidial_auto_calls (server_ip, campaign_id, status, lead_id, uniqueid, channel, callerid, call_type) VALUES (?, 'SIGMA1', 'XFER', ?, '1700000001.2', 'SIP/b', 'V1', 'OUT')",
      ip,
      lead,
    );
  }

  test("take a queued call over in every fifth round, in every table", async () => {
    await queuedCall();
    await remoteAgentsTurn(contextOf(here))(4);
    expect(await line("5565")).toMatchObject({ status: "QUEUE" });
    await remoteAgents();
    expect(await line("5565")).toMatchObject({ status: "INCALL", comments: "REMOTE", calls_today: 1 });
    expect(await row("SELECT status, user FROM vicidial_list WHERE vendor_lead_code = 'SIGMA-1'")).toEqual({
      status: "XFER",
      user: "5565",
    });
    expect(await row("SELECT status, user, comments FROM vicidial_log WHERE uniqueid = '1700000001.2'")).toEqual({
      status: "XFER",
      user: "5565",
      comments: "REMOTE",
    });
    expect(await row("SELECT user, max_calls, total_calls, stats_flag FROM vicidial_daily_ra_stats")).toEqual({
      user: "5565",
      max_calls: 1,
      total_calls: 1,
      stats_flag: "OPEN",
    });
  });

  test("are free when the call is gone", async () => {
    await rows("DELETE FROM vicidial_auto_calls");
    await remoteAgents();
    expect(await line("5565")).toMatchObject({ status: "READY", lead_id: 0, callerid: "", channel: "" });
  });

  test("that went inactive are paused when their call ends, and then deleted; idle ones stay until they lag", async () => {
    await queuedCall();
    await remoteAgents();
    await agent("status = 'INACTIVE'");
    await remoteAgents();
    expect(await line("5565")).toMatchObject({ status: "INCALL" });
    await rows("DELETE FROM vicidial_auto_calls");
    await remoteAgentsTurn(contextOf(here))(1);
    expect(await line("5565")).toMatchObject({ status: "PAUSED", lead_id: 0 });
    await remoteAgents();
    expect(await line("5565")).toBeUndefined();
    expect(await line("5566")).toMatchObject({ status: "READY" });
  });

  test("that are gone leave a ghost: lagged but READY and fresh, then paused and logged out, then deleted", async () => {
    await rows("DELETE FROM vicidial_remote_agents");
    await rows("UPDATE vicidial_live_agents SET last_update_time = NOW() - INTERVAL 1 MINUTE WHERE user = '5566'");
    await dial();
    expect(await line("5566")).toMatchObject({ status: "READY", pause_code: "LAGGED" });
    expect(
      await row(
        "SELECT last_update_time > NOW() - INTERVAL 5 SECOND AS fresh FROM vicidial_live_agents WHERE user = '5566'",
      ),
    ).toEqual({ fresh: 1 });
    await rows("UPDATE vicidial_live_agents SET last_update_time = NOW() - INTERVAL 1 MINUTE WHERE user = '5566'");
    await dial();
    expect(await line("5566")).toMatchObject({ status: "PAUSED" });
    expect(await row("SELECT event, campaign_id FROM vicidial_user_log WHERE user = '5566'")).toEqual({
      event: "LOGOUT",
      campaign_id: "SIGMA1",
    });
    await remoteAgents();
    expect(await line("5566")).toBeUndefined();
  });
});

describe("hopper", () => {
  const campaign = (columns: string) => rows(`UPDATE vicidial_campaigns SET ${columns} WHERE campaign_id = 'SIGMA1'`);
  const lead = (columns: string) => rows(`UPDATE vicidial_list SET ${columns} WHERE vendor_lead_code = 'SIGMA-1'`);
  const inHopper = async () => (await rows("SELECT lead_id FROM vicidial_hopper WHERE campaign_id = 'SIGMA1'")).length;

  beforeEach(async () => {
    await rows("DELETE FROM vicidial_hopper");
    await campaign(
      "active = 'Y', local_call_time = '24hours', dial_statuses = ' NEW -', use_internal_dnc = 'N', use_campaign_dnc = 'N', lead_filter_id = 'NONE'",
    );
    await rows(
      "UPDATE vicidial_lists SET active = 'Y', expiration_date = '2099-12-31', local_call_time = 'campaign' WHERE list_id = 1001",
    );
    await lead("status = 'NEW', called_since_last_reset = 'N', gmt_offset_now = -7.00, called_count = 0");
  });

  test("gets the dialable lead, once, and says how many there are", async () => {
    await fillHopper();
    await fillHopper();
    expect(await rows("SELECT status, list_id, source FROM vicidial_hopper WHERE campaign_id = 'SIGMA1'")).toEqual([
      { status: "READY", list_id: 1001, source: "S" },
    ]);
    expect(await row("SELECT dialable_leads FROM vicidial_campaign_stats WHERE campaign_id = 'SIGMA1'")).toEqual({
      dialable_leads: 1,
    });
  });

  test.each([
    ["another status", () => lead("status = 'XFER'")],
    ["called since the last reset", () => lead("called_since_last_reset = 'Y'")],
    ["statuses without the leading blank", () => campaign("dial_statuses = 'NEW -'")],
    ["an inactive list", () => rows("UPDATE vicidial_lists SET active = 'N' WHERE list_id = 1001")],
    ["an expired list", () => rows("UPDATE vicidial_lists SET expiration_date = '2024-01-01' WHERE list_id = 1001")],
    ["a campaign whose active was never set", () => campaign("active = NULL")],
    ["an offset that no hours know", () => lead("gmt_offset_now = 20.00")],
    ["hours that do not exist", () => campaign("local_call_time = 'nowhere'")],
    [
      "a filter",
      () =>
        rows("UPDATE vicidial_campaigns SET lead_filter_id = 'NOFL' WHERE campaign_id = 'SIGMA1'").then(() =>
          lead("state = 'FL'"),
        ),
    ],
  ])("stays empty for %s", async (_what, change) => {
    await change();
    await fillHopper();
    expect(await inHopper()).toBe(0);
    await lead("state = 'CO'");
  });

  test("asks the do-not-call lists only where the campaign switches them on", async () => {
    await rows("INSERT INTO vicidial_dnc VALUES ('3035500914')");
    await fillHopper();
    expect(await inHopper()).toBe(1);
    await rows("DELETE FROM vicidial_hopper");
    await campaign("use_internal_dnc = 'Y'");
    await fillHopper();
    expect(await inHopper()).toBe(0);
    expect(await row("SELECT status FROM vicidial_list WHERE vendor_lead_code = 'SIGMA-1'")).toEqual({
      status: "DNCL",
    });
    await rows("DELETE FROM vicidial_dnc WHERE phone_number = '3035500914'");
  });

  test("throws out what has become too late", async () => {
    await fillHopper();
    await rows("UPDATE vicidial_hopper SET gmt_offset_now = 20.00");
    await lead("called_since_last_reset = 'Y'");
    await fillHopper();
    expect(await inHopper()).toBe(0);
  });
});

describe("dialling", () => {
  const campaign = (columns: string) => rows(`UPDATE vicidial_campaigns SET ${columns} WHERE campaign_id = 'SIGMA1'`);
  const sent = () => rows("SELECT * FROM vicidial_auto_calls WHERE campaign_id = 'SIGMA1'");

  beforeEach(async () => {
    await campaign(
      `active = 'Y', dial_method = 'RATIO', auto_dial_level = '1', dial_prefix = '9797', campaign_cid = '13038142839', omit_phone_code = 'N',
       campaign_vdad_exten = '8368', dial_timeout = 30, drop_call_seconds = 5, local_call_time = '24hours'`,
    );
    await rows("UPDATE servers SET outbound_calls_per_second = 100 WHERE server_ip = ?", ip);
    for (const table of [
      "vicidial_auto_calls",
      "vicidial_manager",
      "vicidial_dial_log",
      "vicidial_hopper",
      "vicidial_live_agents",
      "vicidial_remote_agents",
    ])
      await rows(`DELETE FROM ${table}`);
    // Two calls of one lead within a second have one V-code: the next test's call must not find this one's row.
    await rows("DELETE FROM call_log WHERE server_ip = ?", ip);
    await rows(
      "UPDATE vicidial_list SET status = 'NEW', called_since_last_reset = 'N', called_count = 0, user = '' WHERE vendor_lead_code = 'SIGMA-1'",
    );
    await rows(
      "INSERT INTO vicidial_remote_agents (user_start, number_of_lines, server_ip, conf_exten, status, campaign_id, closer_campaigns) VALUES ('5565', 1, ?, '979719895551234', 'ACTIVE', 'SIGMA1', '')",
      ip,
    );
    await remoteAgents();
    await fillHopper();
    here.calls.actions.splice(0);
  });

  test("places the call with all its rows, and hands it to AMI", async () => {
    await dial();
    const [call] = await sent();
    expect(call).toMatchObject({ status: "SENT", server_ip: ip, phone_number: "3035500914", call_type: "OUT" });
    const code = String(call?.["callerid"]);
    expect(code).toMatch(/^V\d{9}\d{10}$/);
    expect(Number(code.slice(10))).toBe(call?.["lead_id"]);
    expect(await row("SELECT channel, extension, timeout, outbound_cid, context FROM vicidial_dial_log")).toEqual({
      channel: "Local/979713035500914@default",
      extension: "138368",
      timeout: 30_000,
      outbound_cid: `"${code}" <13038142839>`,
      context: "default",
    });
    expect(
      await row(
        "SELECT called_since_last_reset, called_count, user, status FROM vicidial_list WHERE lead_id = ?",
        call?.["lead_id"],
      ),
    ).toEqual({
      called_since_last_reset: "Y",
      called_count: 1,
      user: "VDAD",
      status: "NEW",
    });
    expect(await rows("SELECT * FROM vicidial_hopper")).toEqual([]);
    await managerTurn(contextOf(here))();
    expect(here.calls.actions.map((action) => [action.name, action.callerId])).toEqual([["Originate", code]]);
    expect(here.calls.actions[0]?.headers).toContainEqual(["Channel", "Local/979713035500914@default"]);
    expect(await row("SELECT status FROM vicidial_manager")).toEqual({ status: "SENT" });
    // The only line has its call: nothing more is placed.
    await dial();
    expect(await sent()).toHaveLength(1);
  });

  test.each([
    ["a method dialled by hand", () => campaign("dial_method = 'MANUAL'")],
    ["a campaign that is not active", () => campaign("active = 'N'")],
    ["level 0", () => campaign("auto_dial_level = '0'")],
    [
      "lines that are stale",
      () => rows("UPDATE vicidial_live_agents SET last_update_time = NOW() - INTERVAL 1 MINUTE"),
    ],
    ["no trunks", () => rows("INSERT INTO vicidial_server_trunks VALUES (?, 'SIGMA1', 0, 'MAXIMUM_LIMIT')", ip)],
    ["autodial switched off", () => rows("UPDATE system_settings SET disable_auto_dial = '1'")],
  ])("places nothing with %s", async (_what, change) => {
    await change();
    await dial();
    expect(await sent()).toEqual([]);
    await rows("DELETE FROM vicidial_server_trunks WHERE campaign_id = 'SIGMA1'");
    await rows("UPDATE system_settings SET disable_auto_dial = '0'");
  });

  test("takes the list's prefix and caller id before the campaign's", async () => {
    await rows(
      "UPDATE vicidial_lists SET dial_prefix = '55', campaign_cid_override = '2125550100' WHERE list_id = 1001",
    );
    await dial();
    const dialled = await row("SELECT channel, outbound_cid FROM vicidial_dial_log");
    expect(dialled).toMatchObject({ channel: "Local/5513035500914@default" });
    expect(dialled?.["outbound_cid"]).toMatch(/ <2125550100>$/);
    await rows("UPDATE vicidial_lists SET dial_prefix = '', campaign_cid_override = '' WHERE list_id = 1001");
  });

  test.each([
    ["BUSY", "AB"],
    ["DISCONNECT", "ADC"],
  ])("a call that the carrier answered with %s ends as %s", async (status, expected) => {
    await dial();
    await rows("UPDATE vicidial_auto_calls SET status = ?", status);
    await dial();
    expect(await sent()).toEqual([]);
    expect(await row("SELECT status FROM vicidial_list WHERE vendor_lead_code = 'SIGMA-1'")).toEqual({
      status: expected,
    });
  });

  test("a call that nobody answers ends as NA, with its row in vicidial_log", async () => {
    await dial();
    const code = (await sent())[0]?.["callerid"];
    await rows(
      "INSERT INTO call_log (uniqueid, caller_code, server_ip, start_epoch, start_time) VALUES ('1700000002.3', ?, ?, UNIX_TIMESTAMP() - 43, NOW())",
      code,
      ip,
    );
    await dial();
    expect(await sent()).toEqual([]);
    expect(await row("SELECT status, user, campaign_id FROM vicidial_log WHERE uniqueid = '1700000002.3'")).toEqual({
      status: "NA",
      user: "VDAD",
      campaign_id: "SIGMA1",
    });
    expect(await row("SELECT caller_code FROM vicidial_log_extended WHERE uniqueid = '1700000002.3'")).toEqual({
      caller_code: code,
    });
  });

  test("a call that Asterisk never placed is purged after two minutes and leaves no trace but the dial log", async () => {
    await dial();
    await rows("UPDATE vicidial_auto_calls SET call_time = NOW() - INTERVAL 110 SECOND");
    await dial();
    expect(await sent()).toHaveLength(1);
    await rows("UPDATE vicidial_auto_calls SET call_time = NOW() - INTERVAL 122 SECOND");
    await dial();
    expect(await sent()).toEqual([]);
    expect(
      await row("SELECT status, called_since_last_reset FROM vicidial_list WHERE vendor_lead_code = 'SIGMA-1'"),
    ).toEqual({ status: "NEW", called_since_last_reset: "Y" });
    expect(await rows("SELECT * FROM vicidial_dial_log")).toHaveLength(1);
  });

  test("others' rows of vicidial_manager are sent too, in their order, this server's only", async () => {
    for (const [server, action] of [
      [ip, "Originate"],
      ["10.20.30.12", "Originate"],
      [ip, "Command"],
    ])
      await rows(
        "INSERT INTO vicidial_manager (status, response, server_ip, action, callerid, cmd_line_b) VALUES ('NEW', 'N', ?, ?, 'T1', 'Channel: Local/8600@default')",
        server,
        action,
      );
    await managerTurn(contextOf(here))();
    expect(here.calls.actions.map((action) => action.name)).toEqual(["Originate", "Command"]);
    here.calls.listening = false;
    await rows("INSERT INTO vicidial_manager (status, server_ip, action) VALUES ('NEW', ?, 'Ping')", ip);
    await managerTurn(contextOf(here))();
    here.calls.listening = true;
    expect(await row("SELECT status FROM vicidial_manager WHERE action = 'Ping'")).toEqual({ status: "NEW" });
  });

  test("all programs together: a remote agent is declared, its lead is called", async () => {
    await rows("DELETE FROM vicidial_live_agents");
    await rows("DELETE FROM vicidial_hopper");
    const every = { configuration: 50, hopper: 50, remoteAgents: 50, dialling: 50, manager: 20 };
    const programs = runPrograms({ ...contextOf(here), settings: { ...here.settings, every } });
    try {
      await waitFor("the call goes to AMI", 15_000, () => here.calls.actions.length === 1);
    } finally {
      await programs.close();
    }
    expect(await sent()).toHaveLength(1);
  });
});

test("schema 1302: every program does its round, and the call is placed without a routing prefix", async () => {
  const modern = here;
  here = await open("1302");
  try {
    await rows("UPDATE vicidial_campaigns SET active = 'N'");
    await rows("DELETE FROM vicidial_remote_agents");
    await register(here.database, here.settings, silent);
    await configuration({ ...contextOf(here), directory: here.directory })();
    expect(here.calls.reloads).toHaveLength(1);
    await rows(
      "UPDATE vicidial_campaigns SET active = 'Y', dial_method = 'RATIO', auto_dial_level = '1', local_call_time = '24hours' WHERE campaign_id = 'SIGMA1'",
    );
    await rows(
      "INSERT INTO vicidial_remote_agents (user_start, number_of_lines, server_ip, conf_exten, status, campaign_id, closer_campaigns) VALUES ('5565', 1, ?, '979719895551234', 'ACTIVE', 'SIGMA1', '')",
      ip,
    );
    await remoteAgents(5);
    await fillHopper();
    await dial();
    await managerTurn(contextOf(here))();
    expect(here.calls.actions.map((action) => new Map(action.headers).get("Exten"))).toEqual(["8368"]);
  } finally {
    await here.close();
    here = modern;
  }
});
