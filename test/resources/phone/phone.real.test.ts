import { messageOf } from "../../../core/refusal";
import { phone } from "../../../providers/vicidial/resources/phone/phone";
import type { PhoneMemory } from "../../../providers/vicidial/resources/phone/phone";
import type { Vicidial } from "../../../providers/vicidial/session";
import { type Args, acceptance } from "../../kit/acceptance";
import { differences, type Dump, type FreshDatabase, freshDatabase, type Schema } from "../../kit/database";
import { Engine, sessionOn } from "../../kit/session";

/** What a change of a phone leaves behind by its nature: the audit trail, and the order to write configuration anew. */
const leaves = [/^\+ vicidial_admin_log: /, /^[-+] servers: /];
const damage = (before: Dump, after: Dump) =>
  differences(before, after).filter((line) => !leaves.some((allowed) => allowed.test(line)));

describe.each<Schema>(["1720", "1302"])("a phone, schema %s", (schema) => {
  let db: FreshDatabase;
  let vicidial: Vicidial & { reports: string[] };
  let engine: Engine;
  const base = { extension: "5565", serverIp: "10.20.30.11" };
  const row = async (extension = "5565") =>
    (await db.query("SELECT * FROM phones WHERE extension = ? AND server_ip = '10.20.30.11'", [extension]))[0];
  const log = () => db.query("SELECT * FROM vicidial_admin_log WHERE user = 'voicebridge' ORDER BY admin_log_id");
  const flagged = async () =>
    (await db.query("SELECT server_ip AS ip FROM servers WHERE rebuild_conf_files = 'Y' ORDER BY server_ip")).map(
      ({ ip }) => ip,
    );
  const unflag = () => db.query("UPDATE servers SET rebuild_conf_files = 'N'");
  const memory = () => engine.kept?.outputs as unknown as PhoneMemory;

  beforeEach(async () => {
    db = await freshDatabase({ schema });
    vicidial = await sessionOn(db);
    engine = new Engine(phone, () => vicidial);
  });
  afterEach(async () => {
    await vicidial.close();
    await db.drop();
  });

  test("is created with secrets of its own, flags its server, and is destroyed without a trace in other rows", async () => {
    const before = await db.dump();
    await engine.up(base);
    const stored = await row();
    expect(stored).toMatchObject({
      ...{ dialplan_number: "5565", voicemail_id: "5565", login: "5565", fullname: "Phone 5565", protocol: "SIP" },
      ...{ active: "Y", status: "ACTIVE", phone_context: "default", template_id: "", outbound_cid: "" },
    });
    expect(stored?.conf_secret).toMatch(/^[-_0-9A-Za-z]{20}$/);
    expect(stored?.pass).not.toBe(stored?.conf_secret);
    expect(memory().registrationSecret).toBe(stored?.conf_secret);
    expect(memory().loginPassword).toBe(stored?.pass);
    expect(await flagged()).toEqual(["10.20.30.11"]);
    const [entry] = await log();
    expect(entry).toMatchObject({
      event_section: "PHONES",
      event_type: "ADD",
      record_id: "5565",
      event_code: "ADMIN ADD PHONE",
    });
    expect(JSON.stringify(entry)).not.toContain(stored?.conf_secret);
    expect(JSON.stringify(entry)).not.toContain(stored?.pass);
    expect(await engine.preview(base)).toEqual([]);
    await engine.refresh();
    expect(await engine.preview(base)).toEqual([]);
    await unflag();
    await engine.destroy();
    expect(await flagged()).toEqual(["10.20.30.11"]);
    expect(damage(before, await db.dump())).toEqual([]);
  });

  test("flags the voicemail server too", async () => {
    await engine.up({ ...base, serverIp: "10.20.30.12" });
    expect(await flagged()).toEqual(["10.20.30.11", "10.20.30.12"]);
  });

  test("keeps its secrets when something else changes, and takes a declared one", async () => {
    await engine.up(base);
    const before = await row();
    await engine.up({ ...base, fullName: "Desk in Denver" });
    expect(await row()).toMatchObject({
      fullname: "Desk in Denver",
      conf_secret: before?.conf_secret,
      pass: before?.pass,
    });
    await engine.up({ ...base, sipSecret: "declared-secret-1" });
    expect(await row()).toMatchObject({ conf_secret: "declared-secret-1", pass: before?.pass, fullname: "Phone 5565" });
    expect(memory().registrationSecret).toBe("declared-secret-1");
  });

  test("a secret changed by hand: a random one is learnt, a declared one is put back", async () => {
    await engine.up(base);
    await db.query("UPDATE phones SET conf_secret = 'by-hand-123' WHERE extension = '5565'");
    await engine.refresh();
    expect(await engine.preview(base)).toEqual([]);
    expect(memory().registrationSecret).toBe("by-hand-123");
    const declared = { ...base, sipSecret: "declared-secret-1" };
    await engine.up(declared);
    await db.query("UPDATE phones SET conf_secret = 'by-hand-456' WHERE extension = '5565'");
    await engine.refresh();
    expect(await engine.preview(declared)).toEqual(["sipSecret"]);
    await engine.up(declared);
    expect(await row()).toMatchObject({ conf_secret: "declared-secret-1" });
  });

  test("a phone that exists is refused, or adopted with its own secrets and left in place on destroy", async () => {
    await expect(engine.up({ extension: "401", serverIp: "10.20.30.11" })).rejects.toThrow(
      /`extension` "401": dialler 10.20.30.11 has a phone with this extension already \(phones\).*adopt: true/,
    );
    await engine.up({ extension: "401", serverIp: "10.20.30.11", fullName: "Alice at home", adopt: true });
    expect(await row("401")).toMatchObject({ fullname: "Alice at home", conf_secret: "secret-401", pass: "phone-401" });
    expect(vicidial.reports).toContain(
      'phone 10.20.30.11/401: adopted, fullname "Alice Adams" becomes "Alice at home"',
    );
    await engine.destroy();
    expect(await row("401")).toBeDefined();
  });

  test("an adopted phone with VICIdial's default secret gets a random one, which no message shows", async () => {
    await db.query("UPDATE phones SET conf_secret = 'test' WHERE extension = '402'");
    await engine.up({ extension: "402", serverIp: "10.20.30.11", adopt: true });
    const secret = String((await row("402"))?.conf_secret);
    expect(secret).toHaveLength(20);
    expect(vicidial.reports.join("\n")).toContain('conf_secret "[secret]" becomes "[secret]"');
    expect(vicidial.reports.join("\n")).not.toContain(secret);
  });

  test("an update on stale knowledge is refused; nobody's secret is in the message", async () => {
    await engine.up({ ...base, sipSecret: "declared-secret-1" });
    await db.query("UPDATE phones SET conf_secret = 'by-hand-789', login = 'theirs' WHERE extension = '5565'");
    const failure = await engine.up({ ...base, sipSecret: "declared-secret-2" }).catch(messageOf);
    expect(failure).toMatch(/login.*theirs/s);
    expect(failure).not.toMatch(/by-hand-789|declared-secret/);
  });

  test("warns of a server that does not write its configuration from the database", async () => {
    await engine.up({ ...base, serverIp: "10.20.30.19" });
    expect(vicidial.reports.join()).toMatch(
      /server 10.20.30.19 does not write its Asterisk configuration from the database/,
    );
  });

  const bad: [string, object, RegExp][] = [
    [
      "an unknown dialler",
      { serverIp: "10.9.9.9" },
      /`serverIp` "10.9.9.9": VICIdial has no server.*Use one of 10.20.30.11, 10.20.30.12/,
    ],
    ["a login that a phone has", { login: "401b" }, /`login` "401b": phone 401 on 10.20.30.12 has this login/],
    ["a login of the same dialler", { login: "402" }, /`login` "402": phone 402 on 10.20.30.11 has this login/],
    ["a login that a phone alias has", { login: "alice" }, /`login` "alice": a phone alias has this id/],
    [
      "a mailbox that is taken",
      { voicemailId: "85011" },
      /`voicemailId` "85011": mailbox "Night voicemail" has this id/,
    ],
    [
      "a number that a phone has",
      { dialplanNumber: "402" },
      /`dialplanNumber` "402": phone 402 on 10.20.30.11 has this number/,
    ],
    ["several faults at once", { login: "alice", voicemailId: "85011" }, /`login`.*\n`voicemailId`/],
    ["a secret with a semicolon", { sipSecret: "hunter2;hunter2" }, /must be 8 to 100 letters/],
  ];
  test.each(bad)("refuses %s and writes nothing", async (_name, fields, message) => {
    const before = await db.dump();
    const failure = await engine.up({ ...base, ...fields }).catch(messageOf);
    expect(failure).toMatch(message);
    expect(failure).not.toContain("hunter2");
    expect(differences(before, await db.dump())).toEqual([]);
  });

  test("PJSIP only where the site uses it", async () => {
    const attempt = engine.up({ ...base, protocol: "PJSIP" });
    if (schema === "1302") return expect(attempt).rejects.toThrow(/phones.protocol.*'SIP'/s);
    await attempt;
    await db.query("UPDATE system_settings SET allowed_sip_stacks = 'SIP'");
    await expect(engine.up({ ...base, protocol: "PJSIP", fullName: "Other" })).rejects.toThrow(
      /`protocol` "PJSIP": the site uses SIP only/,
    );
  });

  test("a secret shorter than the site asks for is refused without showing it", async () => {
    await db.query("UPDATE system_settings SET require_password_length = 16");
    const failure = await engine.up({ ...base, sipSecret: "ten-digits" }).catch(messageOf);
    expect(failure).toMatch(/`sipSecret`: it has 10 characters, the site asks for 16/);
    expect(failure).not.toContain("ten-digits");
  });

  test("a phone deleted by hand is found gone, and its destroy succeeds", async () => {
    await engine.up(base);
    await db.query("DELETE FROM phones WHERE extension = '5565'");
    await engine.destroy();
    await engine.up(base);
    await db.query("DELETE FROM phones WHERE extension = '5565'");
    await engine.refresh();
    expect(engine.kept).toBeUndefined();
  });
});

acceptance("VicidialPhone", async () => {
  const db = await freshDatabase({ schema: "1720" });
  const where = (args: Args): unknown[] => [String(args.extension), args.serverIp];
  const set = (assignment: string) => async (args: Args) => {
    await db.query(`UPDATE phones SET ${assignment} WHERE extension = ? AND server_ip = ?`, where(args));
  };
  const remove = async (args: Args) => {
    await db.query("DELETE FROM phones WHERE extension = ? AND server_ip = ?", where(args));
  };
  const secrets = { sipSecret: "sip-secret-of-test", webPassword: "web-password-of-test" };
  return {
    class: "VicidialPhone",
    env: db.env,
    base: (i) => ({
      ...{ extension: String(6000 + i), serverIp: "10.20.30.11", dialplanNumber: String(16000 + i) },
      ...{ voicemailId: String(26000 + i), login: `login-${i}`, fullName: "A phone", phoneType: "softphone" },
      ...{ active: true, protocol: "SIP", context: "default", callerId: "3035550100", ...secrets },
    }),
    changes: [
      { field: "dialplanNumber", to: "17001" },
      { field: "voicemailId", to: "27001" },
      { field: "login", to: "other" },
      { field: "fullName", to: "Other name" },
      { field: "phoneType", to: "desk" },
      { field: "active", to: false },
      { field: "protocol", to: "PJSIP" },
      { field: "context", to: "agents" },
      { field: "callerId", to: "" },
      { field: "sipSecret", to: "another-sip-secret" },
      { field: "webPassword", to: "another-web-password" },
      { field: "extension", to: (i: number) => String(7000 + i), replaces: true },
      { field: "serverIp", to: "10.20.30.12", replaces: true },
      { field: "adopt", to: true },
    ],
    columns: [
      { property: "dialplanNumber", change: set("dialplan_number = '18000'") },
      { property: "voicemailId", change: set("voicemail_id = '28000'") },
      { property: "login", change: set("login = 'theirs'") },
      { property: "fullName", change: set("fullname = 'Theirs'") },
      { property: "phoneType", change: set("phone_type = 'theirs'") },
      { property: "active", change: set("active = IF(active = 'Y', 'N', 'Y')") },
      { property: "protocol", change: set("protocol = 'IAX2'") },
      { property: "context", change: set("phone_context = 'theirs'") },
      { property: "callerId", change: set("outbound_cid = '999'") },
    ],
    // What drifts in a secret is tested above: the exported state holds it encrypted, so there is nothing to compare with here.
    conflict: { change: set("fullname = 'Once more'"), message: /fullname/ },
    stored: async (args) => {
      const [row] = await db.query("SELECT * FROM phones WHERE extension = ? AND server_ip = ?", where(args));
      if (row === undefined) return undefined;
      return {
        dialplanNumber: row.dialplan_number,
        voicemailId: row.voicemail_id,
        login: row.login,
        fullName: row.fullname,
        phoneType: row.phone_type,
        active: row.active === "Y",
        protocol: row.protocol,
        context: row.phone_context,
        callerId: row.outbound_cid,
      };
    },
    deleteByHand: remove,
    adopt: {
      makeByHand: async (args) => {
        const values = [...where(args), "by-hand-secret", "by-hand-login"];
        await db.query(
          "INSERT INTO phones (extension, server_ip, conf_secret, login, pass, template_id, fullname) VALUES (?, ?, ?, ?, 'by-hand-pass', '', 'By hand')",
          values,
        );
      },
      refusal: /has a phone with this extension already/,
      removeByHand: remove,
    },
    badInputs: [
      { args: { serverIp: "10.9.9.9" }, message: "VICIdial has no server with this address" },
      { args: { serverIp: "0.0.0.0" }, message: "a phone registers at a single server" },
      { args: { login: "alice" }, message: "a phone alias has this id" },
      { args: { login: "401b" }, message: "phone 401 on 10.20.30.12 has this login" },
      { args: { voicemailId: "85011" }, message: 'mailbox "Night voicemail" has this id' },
      { args: { dialplanNumber: "402" }, message: "phone 402 on 10.20.30.11 has this number" },
      { args: { extension: "401" }, message: "has a phone with this extension already" },
      { args: { protocol: "Zap" }, message: "protocol" },
      { args: { sipSecret: "short" }, message: "must be 8 to 100 letters" },
    ],
    unknown: ["extension", "fullName", "sipSecret"],
    secrets: [
      ...Object.values(secrets),
      ...["another-sip-secret", "another-web-password", "by-hand-secret", "by-hand-pass", db.password],
    ],
    dump: () => db.dump(),
    leaves,
    close: () => db.drop(),
  };
});
