import { aiCarrier, resolve, sipEdge } from "../../../providers/asterisk";
import { carrier } from "../../../providers/vicidial/resources/carrier/carrier";
import { diallerConfiguration } from "../../../providers/vicidial/site/diallerConfiguration";
import type { Vicidial } from "../../../providers/vicidial/session";
import { differences, type Dump, freshDatabase, type FreshDatabase, type Schema } from "../../kit/database";
import { Engine, sessionOn, withoutTraces } from "../../kit/session";

jest.setTimeout(30_000);

const bridge = (stack: "sip" | "pjsip", routeNumber = "+19895551234") =>
  aiCarrier({ aiPrefix: "9797", routeNumber, stack, account: "sigmamind" });
const edge = (stack: "sip" | "pjsip") =>
  sipEdge({ account: "sigmamind", stack, host: "28y698lhv2f.sip.livekit.cloud", transport: "udp" });
const ARGS = {
  carrierId: "SIGMA",
  name: "Sigma",
  description: "voicebridge:denver",
  protocol: "SIP",
  accountEntry: edge("sip").accountEntry,
  dialplanEntry: bridge("sip").dialplanEntry,
};
const telephony = (pattern: string) => ({
  ...{ carrierId: "SIGMA", name: "Telephony" },
  dialplanEntry: `exten => ${pattern},1,AGI(agi://127.0.0.1:4577/call_log)\nexten => ${pattern},n,Dial(SIP/\${EXTEN:4}@telco,,To)\nexten => ${pattern},n,Hangup()`,
});

describe.each<Schema>(["1720", "1302"])("a carrier, schema %s", (schema) => {
  let db: FreshDatabase;
  let vicidial: Vicidial & { reports: string[] };
  let engine: Engine;
  let before: Dump;

  const row = async () => (await db.query("SELECT * FROM vicidial_server_carriers WHERE carrier_id = 'SIGMA'"))[0];
  const set = (assignment: string) =>
    db.query(`UPDATE vicidial_server_carriers SET ${assignment} WHERE carrier_id = 'SIGMA'`);
  const changed = async () => differences(before, withoutTraces(await db.dump()));
  const log = async () =>
    (
      await db.query(
        "SELECT event_section, event_type, record_id, event_code FROM vicidial_admin_log WHERE user = 'voicebridge' ORDER BY admin_log_id",
      )
    ).map((line) => Object.values(line).join(" "));
  const flagged = async () =>
    (await db.query("SELECT server_ip FROM servers WHERE rebuild_conf_files = 'Y' ORDER BY server_ip")).map(
      ({ server_ip }) => server_ip,
    );
  const unflag = () => db.query("UPDATE servers SET rebuild_conf_files = 'N'");

  beforeEach(async () => {
    db = await freshDatabase({ schema });
    before = withoutTraces(await db.dump());
    vicidial = await sessionOn(db);
    engine = new Engine(carrier, () => vicidial);
  });
  afterEach(async () => {
    await vicidial.close();
    await db.drop();
  });

  test("comes, changes and goes with every column, logs it as the page does, and flags old and new diallers", async () => {
    await engine.up(ARGS);
    expect(await row()).toMatchObject({
      ...{
        carrier_name: "Sigma",
        registration_string: "",
        template_id: "--NONE--",
        protocol: "SIP",
        globals_string: "",
      },
      ...{ account_entry: ARGS.accountEntry, dialplan_entry: ARGS.dialplanEntry, server_ip: "0.0.0.0", active: "Y" },
      ...{ carrier_description: "voicebridge:denver", ...(schema === "1720" ? { user_group: "---ALL---" } : {}) },
    });
    expect(await flagged()).toEqual(["10.20.30.11", "10.20.30.12"]);

    await unflag();
    await engine.up({ ...ARGS, serverIp: "10.20.30.11" });
    expect(await flagged()).toEqual(["10.20.30.11", "10.20.30.12"]);

    await unflag();
    const more = {
      ...{
        name: "Sigma 2",
        registrationString: "register => a:b@10.0.0.1",
        globalsString: "AIB = SIP/x",
        active: false,
      },
      ...{
        serverIp: "10.20.30.12",
        dialplanEntry: bridge("sip", "+19895551235").dialplanEntry,
        accountEntry: "[other]",
      },
    };
    await engine.up({ ...ARGS, ...more });
    expect(await row()).toMatchObject({
      ...{ carrier_name: "Sigma 2", registration_string: more.registrationString, globals_string: "AIB = SIP/x" },
      ...{ active: "N", server_ip: "10.20.30.12", account_entry: "[other]", dialplan_entry: more.dialplanEntry },
    });
    expect(await flagged()).toEqual(["10.20.30.11", "10.20.30.12"]);

    await unflag();
    await engine.destroy();
    expect(await changed()).toEqual([]);
    expect(await flagged()).toEqual(["10.20.30.12"]);
    expect(await log()).toEqual([
      "CARRIERS ADD SIGMA ADMIN ADD CARRIER",
      "CARRIERS MODIFY SIGMA ADMIN MODIFY CARRIER",
      "CARRIERS MODIFY SIGMA ADMIN MODIFY CARRIER",
      "CARRIERS DELETE SIGMA ADMIN DELETE CARRIER",
    ]);
    expect(vicidial.reports).toEqual([]);
  });

  test("a text is stored as a save in the admin page would leave it", async () => {
    await engine.up({
      ...ARGS,
      dialplanEntry: `\r\n${ARGS.dialplanEntry.replaceAll("\n", "\r\n")}\r\n`,
      accountEntry: "\n[x]\ntype=peer\n\n",
    });
    expect(await row()).toMatchObject({ dialplan_entry: ARGS.dialplanEntry, account_entry: "[x]\ntype=peer" });
  });

  test("every carrier of ours carries the mark in its description", async () => {
    await engine.up({ ...ARGS, description: undefined });
    expect(await row()).toMatchObject({ carrier_description: "voicebridge:" });
    await engine.up({ ...ARGS, description: "for Denver" });
    expect(await row()).toMatchObject({ carrier_description: "voicebridge: for Denver" });
  });

  test("overlapping is fine: the AI's exact extension under the telephony carrier's prefix, and a wider pattern", async () => {
    await engine.up(ARGS);
    const wide = new Engine(carrier, () => vicidial);
    await wide.up({ ...telephony("_97X."), carrierId: "WIDE" });
    const dialler = await diallerConfiguration(vicidial, "10.20.30.11");
    expect(resolve("979719895551234", dialler)).toMatchObject({
      owner: { carrierId: "SIGMA" },
      shadows: [{ owner: { carrierId: "TELCO" } }, { owner: { carrierId: "WIDE" } }],
    });
    expect(resolve("97973035500914", dialler)).toMatchObject({ owner: { carrierId: "TELCO" } });
    expect(resolve("401", dialler)).toMatchObject({ owner: { kind: "phone" } });
    expect(resolve("401", await diallerConfiguration(vicidial, "10.20.30.12"))).toBeUndefined();
  });

  test("phones of other diallers count where the site has cross-server extensions on", async () => {
    await db.query("UPDATE system_settings SET generate_cross_server_exten = '1'");
    await expect(engine.up({ ...telephony("403"), serverIp: "10.20.30.11" })).rejects.toThrow(
      "403 of phone 401 fits the same dial strings",
    );
  });

  test("a pattern of the site's own custom dialplan counts, a server's for that server", async () => {
    await db.query(
      "UPDATE servers SET custom_dialplan_entry = '[default]\nexten => _9797X.,1,NoOp()' WHERE server_ip = '10.20.30.12'",
    );
    await engine.up({ ...ARGS, serverIp: "10.20.30.11" });
    const own = "_9797X. of the custom dialplan of server 10.20.30.12 fits the same dial strings";
    await expect(engine.up({ ...ARGS, serverIp: "10.20.30.12" })).rejects.toThrow(own);
    await expect(engine.up({ ...ARGS, serverIp: "0.0.0.0" })).rejects.toThrow(
      /_9797X\. of the custom .*\(dialler 10\.20\.30\.12\)/,
    );
    // VICIdial writes only entries of more than five characters.
    await db.query("UPDATE servers SET custom_dialplan_entry = ''");
    await db.query("UPDATE system_settings SET custom_dialplan_entry = '[default]\nexten => _97.,1,NoOp()'");
    await expect(engine.up({ ...ARGS, serverIp: "10.20.30.12" })).rejects.toThrow(
      "_97. of the custom dialplan of System Settings fits the same dial strings",
    );
    await db.query("UPDATE system_settings SET custom_dialplan_entry = NULL");
    await engine.up({ ...ARGS, serverIp: "10.20.30.12" });
  });

  test("a phone that is switched off keeps no number", async () => {
    await db.query("UPDATE phones SET active = 'N' WHERE dialplan_number = '402'");
    await engine.up(telephony("402"));
  });

  test("an inactive carrier collides with nobody, until it is switched on", async () => {
    await engine.up({ ...telephony("_9797X."), active: false });
    await expect(engine.up({ ...telephony("_9797X."), active: true })).rejects.toThrow(
      "of carrier TELCO for one extension",
    );
    expect(await row()).toMatchObject({ active: "N" });
  });

  test("drift of each column is shown and repaired", async () => {
    await engine.up(ARGS);
    const drifts: [string, string][] = [
      ["carrier_name = 'Other'", "name"],
      ["carrier_description = 'mine now'", "description"],
      ["protocol = 'IAX2'", "protocol"],
      ["registration_string = 'x'", "registrationString"],
      ["template_id = 'SIP_generic'", "templateId"],
      ["account_entry = '[x]'", "accountEntry"],
      ["globals_string = 'A = b'", "globalsString"],
      ["dialplan_entry = CONCAT(dialplan_entry, '\n')", "dialplanEntry"],
      ["server_ip = '10.20.30.11'", "serverIp"],
      ["active = 'N'", "active"],
      ...(schema === "1720" ? ([["user_group = 'ADMIN'", "userGroup"]] as [string, string][]) : []),
    ];
    for (const [assignment, property] of drifts) {
      await set(assignment);
      await engine.refresh();
      expect(await engine.preview(ARGS)).toEqual([property]);
      await engine.up(ARGS);
      await engine.refresh();
      expect(await engine.preview(ARGS)).toEqual([]);
    }
    await set("registration_string = NULL, globals_string = NULL");
    await engine.refresh();
    expect(await engine.preview(ARGS)).toEqual([]);
  });

  test("what changed since the last look is not overwritten", async () => {
    await engine.up(ARGS);
    await set("carrier_name = 'Theirs'");
    await expect(engine.up({ ...ARGS, globalsString: "A = b" })).rejects.toThrow(
      '`vicidial_server_carriers.carrier_name` "Theirs": was "Sigma" when this stack last read it',
    );
    expect(await row()).toMatchObject({ carrier_name: "Theirs", globals_string: "" });
  });

  test("a carrier that somebody made theirs is not deleted", async () => {
    await engine.up(ARGS);
    await set("carrier_description = 'the new owner'");
    await expect(engine.destroy()).rejects.toThrow(
      '`vicidial_server_carriers.carrier_description` "the new owner": was "voicebridge:denver"',
    );
    expect(await row()).toBeDefined();
  });

  test("gone by hand: refresh drops it, up makes it again, destroy is content", async () => {
    await engine.up(ARGS);
    await db.query("DELETE FROM vicidial_server_carriers WHERE carrier_id = 'SIGMA'");
    await engine.refresh();
    expect(engine.kept).toBeUndefined();
    await engine.up(ARGS);
    await db.query("DELETE FROM vicidial_server_carriers WHERE carrier_id = 'SIGMA'");
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test("adopt says what changes, without the password; destroy puts somebody else's carrier back as it was", async () => {
    await db.query(
      "INSERT INTO vicidial_server_carriers (carrier_id, carrier_name, template_id, account_entry, protocol, server_ip, active) VALUES ('SIGMA', 'By hand', '', '[s]\nsecret=hush-hush', 'IAX2', '10.20.30.11', 'N')",
    );
    const byHand = withoutTraces(await db.dump());
    await engine.up({ ...ARGS, adopt: true });
    expect(await row()).toMatchObject({ carrier_name: "Sigma", protocol: "SIP", template_id: "--NONE--", active: "Y" });
    expect(vicidial.reports).toContain('carrier SIGMA: adopted, carrier_name "By hand" becomes "Sigma"');
    expect(vicidial.reports.join("\n")).toContain("secret=[secret]");
    expect(vicidial.reports.join("\n")).not.toContain("hush-hush");
    await engine.refresh();
    expect(await engine.preview({ ...ARGS, adopt: true })).toEqual([]);
    await engine.destroy();
    expect(differences(byHand, withoutTraces(await db.dump()))).toEqual([]);
  });

  test("adopt after a lost state: what carries the mark is ours, and goes on destroy", async () => {
    await engine.up(ARGS);
    engine = new Engine(carrier, () => vicidial);
    await engine.up({ ...ARGS, adopt: true });
    await engine.destroy();
    expect(await changed()).toEqual([]);
  });

  test.each<[string, object, string, string]>([
    [
      "Zap",
      { protocol: "Zap", accountEntry: "" },
      "",
      "VICIdial never writes Zap carriers to Asterisk: this one has no effect on calls.",
    ],
    [
      "no `o`",
      { dialplanEntry: "exten => _55X,1,AGI(agi://127.0.0.1:4577/call_log)\nexten => _55X,n,Dial(SIP/x,,T)" },
      "",
      "extension _55X: Dial without the option `o`",
    ],
    [
      "no call log",
      { dialplanEntry: "exten => _55X,1,Dial(SIP/x,,To)" },
      "",
      "extension _55X: no AGI(agi://127.0.0.1:4577/call_log) before Dial",
    ],
    [
      "a line that Asterisk ignores",
      { dialplanEntry: "extn => _55X,1,Hangup()" },
      "",
      "dialplanEntry, line 1 (extn => _55X,1,Hangup()): is not a dialplan line",
    ],
    [
      "no configuration from the database",
      { serverIp: "10.20.30.11" },
      "generate_vicidial_conf = 'N'",
      "(servers.generate_vicidial_conf is N): bring the texts there by hand.",
    ],
    [
      "a dialler out of service",
      { serverIp: "10.20.30.11" },
      "active_asterisk_server = 'N'",
      "dialler 10.20.30.11 is not in service",
    ],
    [
      "no dialler at all",
      {},
      "active_asterisk_server = 'N'",
      "no dialler is in service that writes its Asterisk configuration",
    ],
  ])("warns of %s", async (_what, args, servers, warning) => {
    if (servers) await db.query(`UPDATE servers SET ${servers}`);
    await engine.up({ ...ARGS, ...args });
    expect(vicidial.reports).toEqual([expect.stringContaining(`warning: carrier SIGMA: `)]);
    expect(vicidial.reports[0]).toContain(warning);
  });

  if (schema === "1302") {
    test("PJSIP and a user group are refused where the table does not know them", async () => {
      await expect(engine.up({ ...ARGS, protocol: "PJSIP" })).rejects.toThrow(
        '`protocol` "PJSIP": this server (schema 1302) knows only SIP, Zap, IAX2, EXTERNAL (vicidial_server_carriers.protocol). Use chan_sip: `protocol: "SIP"`',
      );
      await expect(engine.up({ ...ARGS, userGroup: "SALES" })).rejects.toThrow(
        '`userGroup` "SALES": this server (schema 1302) has no column vicidial_server_carriers.user_group. Leave it out.',
      );
      expect(await changed()).toEqual([]);
    });
    return;
  }

  test("PJSIP with its edge, on a site that runs both stacks", async () => {
    await engine.up({
      ...ARGS,
      ...edge("pjsip"),
      ...bridge("pjsip"),
      warnings: undefined,
      remoteExtension: undefined,
      sections: undefined,
    });
    expect(await row()).toMatchObject({ protocol: "PJSIP", account_entry: edge("pjsip").accountEntry });
    const second = new Engine(carrier, () => vicidial);
    const { protocol, accountEntry } = sipEdge({
      account: "other",
      stack: "pjsip",
      host: "10.0.0.9",
      transport: "udp",
    });
    await expect(second.up({ carrierId: "OTHER", name: "Other", protocol, accountEntry })).rejects.toThrow(
      /`accountEntry` "\[transport-aib-udp-5070\]": .*\(udp on 0\.0\.0\.0:5070\) is defined by carrier SIGMA already.*Choose another local port \(`bindPort`\)/,
    );
  });

  test.each([
    ["SIP", "PJSIP", "PJSIP_WIZ"],
    ["PJSIP", "SIP"],
  ])("a site that runs %s only refuses %s", async (allowed, ...others) => {
    await db.query("UPDATE system_settings SET allowed_sip_stacks = ?", [allowed]);
    before = withoutTraces(await db.dump());
    for (const protocol of others) {
      await expect(engine.up({ ...ARGS, accountEntry: "", protocol })).rejects.toThrow(
        `\`protocol\` "${protocol}": this site's diallers run ${allowed} (system_settings.allowed_sip_stacks), so Asterisk would ignore the carrier`,
      );
    }
    expect(await changed()).toEqual([]);
  });
});

describe("a carrier that is wrong", () => {
  let db: FreshDatabase;
  let vicidial: Vicidial;
  let before: Dump;
  beforeAll(async () => {
    db = await freshDatabase({ schema: "1720" });
    vicidial = await sessionOn(db);
    before = await db.dump();
  });
  afterAll(async () => {
    await vicidial.close();
    await db.drop();
  });

  test.each<[string, object, RegExp]>([
    ["an id of one character", { carrierId: "S" }, /carrierId: must be 2 to 15 letters/],
    ["an id of 16", { carrierId: "S".repeat(16) }, /carrierId: must be 2 to 15 letters/],
    [
      "a name that the page would change",
      { name: "Sigma/1" },
      /name: must be 2 to 50 letters, digits, spaces and - \. , _/,
    ],
    ["an unknown protocol", { protocol: "SIPS" }, /protocol: .*"SIP", "PJSIP", "PJSIP_WIZ", "IAX2", "Zap", "EXTERNAL"/],
    [
      "a semicolon in the account",
      { accountEntry: "[x]\ncontact=sip:x;transport=tls" },
      /line 2 holds a semicolon \(;\), which the next save in VICIdial's admin page would remove/,
    ],
    [
      "an apostrophe in the dialplan",
      { dialplanEntry: "exten => 5,1,NoOp(it's)" },
      /dialplanEntry: line 1 holds an apostrophe/,
    ],
    [
      "a backslash in the dialplan",
      { dialplanEntry: "exten => 5,1,NoOp(\\)" },
      /dialplanEntry: line 1 holds a backslash/,
    ],
    ["a quote in the description", { description: 'x"y' }, /description: line 1 holds a quote/],
    [
      "globals beyond 255",
      { globalsString: "A".repeat(256) },
      /globalsString: has 256 characters, the column holds 255/,
    ],
    [
      "a password in the globals",
      { globalsString: "T = SIP/me:secret1@x" },
      /globalsString: holds a password, which would stand in clear/,
    ],
    [
      "a password in the dialplan",
      { dialplanEntry: "exten => _5X,1,Dial(SIP/me:secret1@x/${EXTEN},,To)" },
      /dialplanEntry: holds a password/,
    ],
    [
      "a section left open",
      { dialplanEntry: "exten => 5,1,NoOp()\n[mine]\nexten => s,1,NoOp()" },
      /opens \[mine\] and does not reopen \[vicidial-auto-external\], so every later carrier would land in its section/,
    ],
    [
      "a directive",
      { dialplanEntry: "#exec /bin/x" },
      /line 1 \(#exec\) is a directive that reads a file or runs a program/,
    ],
    ["a host name as server", { serverIp: "dialler1" }, /serverIp: must be the IPv4 address of a dialler/],
    [
      "a server that is not there",
      { serverIp: "10.20.30.99" },
      /`serverIp` "10\.20\.30\.99": there is no server with this address \(servers\.server_ip\)\. Use an address of Admin → Servers/,
    ],
    ["a template that is not there", { templateId: "NOPE" }, /`templateId` "NOPE": there is no template with this id/],
    [
      "a user group that is not there",
      { userGroup: "NOPE" },
      /`userGroup` "NOPE": there is no user group with this id/,
    ],
    [
      "an id that is taken",
      { carrierId: "TELCO" },
      /`carrierId` "TELCO": a carrier with this id exists \(vicidial_server_carriers\.carrier_id\), named "Telephony carrier"\. Choose another id, or take the carrier over with `adopt: true`\./,
    ],
    ["an id that is taken in other letters", { carrierId: "telco", adopt: true }, /exists, spelled TELCO/],
    [
      "a pattern that is taken",
      telephony("_9797[0-9]."),
      /`dialplanEntry` "_9797\[0-9\]\.": Asterisk takes it and _9797X\. of carrier TELCO for one extension of \[vicidial-auto-external\]: .*deactivate carrier TELCO/,
    ],
    [
      "a pattern that is taken on one dialler only",
      telephony("_81NXXNXXXXXX"),
      /_81NXXNXXXXXX of carrier TRUNK8 .* \(dialler 10\.20\.30\.11\)/,
    ],
    ["a phone's number", telephony("402"), /no call reaches 402: 402 of phone 402 fits the same dial strings/],
    ["`[default]`'s own", telephony("_8519XXXX"), /_851XXXXX of `\[default\]` itself fits/],
    [
      "an account that is taken",
      { accountEntry: "[TELCO]\ntype=peer" },
      /`accountEntry` "\[TELCO\]": the account section of type peer is defined by carrier TELCO already/,
    ],
    ["a phone's account", { accountEntry: "[401]\ntype=peer" }, /is defined by phone 401 already/],
  ])("refuses %s, and writes nothing", async (_what, args, message) => {
    await expect(new Engine(carrier, () => vicidial).up({ ...ARGS, ...args })).rejects.toThrow(message);
    expect(differences(before, await db.dump())).toEqual([]);
  });
});
