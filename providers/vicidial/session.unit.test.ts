import { Refusal } from "../../core/refusal";
import { auditRow, cut, withoutSecrets } from "./change/audit";
import { masked, secretsIn } from "./change/secretColumns";
import { enumValues, integerRange, TableCatalogue } from "./database/catalogue";
import { refuseUnfaithful, refuseUnfit } from "./change/fits";
import { holding, insertSql, keyed, updateSql } from "./change/sql";
import { same } from "./change/sameCell";
import * as fields from "./site/fields";
import { lockName, signature } from "./database/lock";
import { connectError, ConnectionLost, statementError } from "./database/driverErrors";
import { databaseSettings, settingName } from "./database/settings";
import type { Column } from "./session";

const column = (table: string, name: string, more: Partial<Column>): Column => ({
  table,
  name,
  type: "varchar(20)",
  nullable: true,
  default: null,
  ...more,
});
const columns = [
  column("phones", "login", { maxLength: 5, maxBytes: 5, charset: "latin1" }),
  column("phones", "conf_secret", { maxLength: 5, maxBytes: 5, charset: "latin1" }),
  column("phones", "fullname", { maxLength: 50, maxBytes: 150, charset: "utf8mb3" }),
  column("phones", "conf_override", { type: "text", maxLength: 65535, maxBytes: 65535, charset: "utf8mb4" }),
  column("phones", "protocol", { type: "enum('SIP','IAX2')", values: ["SIP", "IAX2"], charset: "latin1" }),
  column("phones", "ring", { type: "tinyint(3) unsigned", range: [0, 255], nullable: false }),
  column("phones", "gmt", { type: "decimal(4,2)" }),
  column("vicidial_admin_log", "event_sql", { type: "text", maxLength: 65535, maxBytes: 65535, charset: "latin1" }),
];
const catalogue = new TableCatalogue(
  1302,
  new Map([
    ["phones", new Map(columns.filter(({ table }) => table === "phones").map((c) => [c.name, c]))],
    ["vicidial_admin_log", new Map(columns.filter(({ table }) => table !== "phones").map((c) => [c.name, c]))],
  ]),
);
const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.message;
    throw thrown;
  }
  throw new Error("was not refused");
};

describe("values against their columns", () => {
  test.each<[string, Record<string, string | number | null>, string]>([
    [
      "too long",
      { login: "abcdef" },
      '`phones.login` "abcdef": the value has 6 characters, the column (varchar(20)) holds 5. ',
    ],
    [
      "not in the enum",
      { protocol: "PJSIP" },
      "`phones.protocol` \"PJSIP\": this server's column takes only 'SIP', 'IAX2'. ",
    ],
    [
      "an enum's empty value",
      { protocol: "" },
      "`phones.protocol` \"\": this server's column takes only 'SIP', 'IAX2'. ",
    ],
    ["above the range", { ring: 300 }, "`phones.ring` 300: the column takes whole numbers from 0 to 255. "],
    ["no number", { ring: "" }, '`phones.ring` "": the column takes whole numbers from 0 to 255. '],
    ["a fraction", { ring: 1.5 }, "`phones.ring` 1.5: the column takes whole numbers from 0 to 255. "],
    ["NULL", { ring: null }, "`phones.ring` null: the column does not take NULL. "],
    [
      "a character of another alphabet",
      { login: "漢" },
      '`phones.login` "漢": the character "漢" does not exist in the column\'s character set latin1. ',
    ],
    [
      "an emoji",
      { fullname: "Bob 🤖" },
      '`phones.fullname` "Bob 🤖": the character "🤖" does not exist in the column\'s character set utf8mb3. ',
    ],
    [
      "too many bytes",
      { conf_override: "é".repeat(40_000) },
      `"${"é".repeat(117)}...": the value has 80000 bytes, the column (text) holds 65535. `,
    ],
    [
      "a secret",
      { conf_secret: "hunter2" },
      "`phones.conf_secret`: the value has 7 characters, the column (varchar(20)) holds 5. ",
    ],
    [
      "an unknown column",
      { on_fire: "Y" },
      "`phones.on_fire`: table phones has no column on_fire on this VICIdial server (schema 1302). ",
    ],
  ])("%s", (_, row, message) => {
    expect(refusal(() => refuseUnfit(catalogue, "phones", row))).toContain(message);
  });

  test("all misfits at once, and no value of a secret", () => {
    const message = refusal(() =>
      refuseUnfit(catalogue, "phones", { login: "abcdef", conf_secret: "hunter2", ring: -1 }),
    );
    expect(message.split("\n")).toHaveLength(3);
    expect(message).not.toContain("hunter2");
  });

  test("what fits passes", () => {
    const row = { login: "é€“”x", conf_secret: null, fullname: "漢字", protocol: "IAX2", ring: "255", gmt: "-5.00" };
    expect(() => refuseUnfit(catalogue, "phones", row)).not.toThrow();
  });

  test("a row that reads back otherwise is an error without the value of a secret", () => {
    const check = (wanted: string, stored: string, name = "login") =>
      refuseUnfaithful(catalogue, "phones", { [name]: wanted }, { [name]: stored });
    expect(() => check("abc", "abc")).not.toThrow();
    expect(() => check("abc", "ab")).toThrow('phones.login: the server stored "ab" for "abc"');
    expect(() => check("abc", "xyz", "conf_secret")).toThrow("phones.conf_secret: the server stored something else");
    expect(() => refuseUnfaithful(catalogue, "phones", {}, undefined)).toThrow(
      "phones: the row just written is not there",
    );
  });
});

test("NULL, '' and ---NONE--- are one value; case and trailing spaces count", () => {
  expect([same(null, ""), same("", "---NONE---"), same("---NONE---", null)]).toEqual([true, true, true]);
  expect([same("a", "A"), same("a", "a "), same("", "a"), same(null, 0)]).toEqual([false, false, false, false]);
  expect([same("5", 5), same("5.00", 5, { type: "decimal(4,2)" }), same("05", "5", { type: "varchar(3)" })]).toEqual([
    true,
    true,
    false,
  ]);
});

test("enum values and integer ranges come from the column's type", () => {
  expect(enumValues("enum('Y','it''s','','a,b')")).toEqual(["Y", "it's", "", "a,b"]);
  expect([integerRange("tinyint", true), integerRange("smallint", false), integerRange("varchar", false)]).toEqual([
    [0, 255],
    [-32768, 32767],
    undefined,
  ]);
});

describe("SQL", () => {
  test("escapes values and names", () => {
    expect(insertSql("phones", { login: "o'neil\\", ring: 1, gmt: null })).toBe(
      "INSERT INTO `phones` SET `login` = 'o\\'neil\\\\', `ring` = 1, `gmt` = NULL",
    );
    expect(updateSql("phones", { login: "a" }, keyed({ ring: 7 }))).toBe(
      "UPDATE `phones` SET `login` = 'a' WHERE `ring` <=> 7",
    );
    expect(() => keyed({})).toThrow("A key needs at least one column");
  });

  test("compares text byte by byte, numbers as numbers, NULL as NULL", () => {
    expect(holding(catalogue, "phones", { login: "a", ring: 3, gmt: null })).toBe(
      "CAST(CONVERT(`login` USING utf8mb4) AS BINARY) <=> CAST(CONVERT('a' USING utf8mb4) AS BINARY) AND `ring` <=> 3 AND `gmt` <=> NULL",
    );
  });
});

describe("the admin log", () => {
  const audit = { section: "PHONES", type: "ADD" as const, recordId: "x".repeat(60), code: "ADMIN ADD PHONE" };
  const context = { catalogue, adminUser: "voicebridge", address: "10.0.0.5", purpose: "phone 401" };

  test("leaves out a column that the server lacks, and cuts to what fits", () => {
    const row = auditRow(audit, "é".repeat(70_000), context);
    expect(row).not.toHaveProperty("user_group");
    expect(Buffer.byteLength(String(row["event_sql"]))).toBeLessThanOrEqual(65535);
    expect(String(row["event_sql"])).toMatch(/é\.\.\.$/);
    expect(String(row["record_id"])).toHaveLength(50);
    expect(row["ip_address"]).toBe("10.0.0.5");
    expect(auditRow(audit, "", { ...context, address: "fe80::1" })["ip_address"]).toBe("0.0.0.0");
  });

  test("never shows a secret", () => {
    expect(withoutSecrets("vicidial_users", { user: "5565", pass: "hunter2", pass_hash: "", full_name: "A" })).toEqual({
      user: "5565",
      pass: "[secret]",
      pass_hash: "",
      full_name: "A",
    });
    const account = "[ai]\r\ntype=peer\nsecret = hunter2\npassword=hunter3\nremotesecret=>hunter4\nhost=x";
    expect(masked("vicidial_server_carriers", "account_entry", account)).toBe(
      "[ai]\r\ntype=peer\nsecret = [secret]\npassword=[secret]\nremotesecret=>[secret]\nhost=x",
    );
    expect(
      masked("vicidial_server_carriers", "registration_string", "register => bob:hunter2@sip.example.com:5060"),
    ).toBe("register => bob:[secret]@sip.example.com:5060");
    expect(secretsIn("phones", { login: "401", conf_secret: "hunter2" })).toEqual(["hunter2"]);
  });

  test.each([
    ["register => me:pa:s/s w@10.0.0.1/99", "register => me:[secret]@10.0.0.1/99"],
    ["register => tls://me@example.com:p@ss@10.0.0.1:5061", "register => tls://me@example.com:[secret]@10.0.0.1:5061"],
    ["register => me@10.0.0.1:5060", "register => me@10.0.0.1:5060"],
  ])("shows of a registration %s nothing but %s", (text, shown) =>
    expect(masked("vicidial_server_carriers", "registration_string", text)).toBe(shown),
  );

  test("cut keeps whole characters", () => {
    expect(cut("ééé", 6)).toBe("ééé");
    expect(cut("éééé", 6)).toBe("é...");
  });
});

describe("settings", () => {
  const read = (values: Record<string, string>) =>
    databaseSettings({ get: (key) => values[key.replace("vicidial:", "")] });

  test("have defaults", () => {
    expect(read({ user: "cron" })).toEqual({
      host: "127.0.0.1",
      port: 3306,
      user: "cron",
      password: "",
      database: "asterisk",
      tls: "off",
      adminUser: "voicebridge",
      connectTimeoutSeconds: 10,
      connectAttempts: 3,
      queryTimeoutSeconds: 30,
      lockTimeoutSeconds: 120,
      drainLoopSeconds: 4,
    });
  });

  test("are refused by name, all at once", () => {
    const message = refusal(() => read({ port: "99999", tls: "maybe", tlsCa: "/no/such.pem" }));
    expect(message).toContain(
      "`vicidial:user`: no database user is set. Set it with `pulumi config set vicidial:user <user>`; setting `vicidial:user` (environment VICIDIAL_USER)",
    );
    expect(message).toContain('`vicidial:port` "99999"');
    expect(message).toContain('`vicidial:tls` "maybe": TLS is `off`, `required` (encrypted) or `verify`');
    expect(refusal(() => read({ user: "u", tls: "verify", tlsCa: "/no/such.pem" }))).toMatch(
      /`vicidial:tlsCa` "\/no\/such.pem": the certificate file cannot be read \(.*ENOENT/,
    );
    // What is not looked at is not silently taken either.
    expect(refusal(() => read({ user: "u", tls: "required", tlsCa: "/ca.pem" }))).toBe(
      '`vicidial:tlsCa` "/ca.pem": with TLS `required` no certificate is checked, so that this file would have no effect. ' +
        "Set `vicidial:tls` (environment VICIDIAL_TLS) to verify, or leave the file out.",
    );
    expect(refusal(() => read({ user: "u", tlsCa: "/ca.pem" }))).toContain("with TLS off no certificate is checked");
    expect(settingName("vicidial:socketPath")).toBe("`vicidial:socketPath` (environment VICIDIAL_SOCKET)");
  });

  const settings = read({ user: "cron", password: "hunter2", host: "db", port: "3307" });
  test.each([
    ["ER_ACCESS_DENIED_ERROR", '`vicidial:user` "cron": MySQL at db:3307 does not accept this user'],
    ["ER_BAD_DB_ERROR", '`vicidial:database` "asterisk": MySQL at db:3307 has no such database'],
    ["ECONNREFUSED", '`vicidial:host` "db:3307": no MySQL server answers there (ECONNREFUSED)'],
    ["ETIMEDOUT", '`vicidial:host` "db:3307": no MySQL server answers there (ETIMEDOUT)'],
    ["ENOTFOUND", '`vicidial:host` "db": this host name has no address'],
    ["HANDSHAKE_NO_SSL_SUPPORT", '`vicidial:tls` "off": MySQL at db:3307 does not offer TLS'],
  ])("a failed connection (%s) names the setting", (code, text) => {
    const error = connectError(Object.assign(new Error("boom hunter2"), { code }), settings);
    expect(error).toBeInstanceOf(Refusal);
    expect(error.message).toContain(text);
    expect(error.message).not.toContain("hunter2");
  });

  test("a handshake that failed for another reason than who answers names the setting", () => {
    const failed = Object.assign(new Error("certificate has expired"), { code: "HANDSHAKE_SSL_ERROR" });
    expect(connectError(failed, { ...settings, tls: "verify" }).message).toContain(
      '`vicidial:tls` "verify": the TLS handshake with db:3307 failed (certificate has expired). Correct the server\'s',
    );
  });

  test("a failed statement shows neither its SQL nor secret values", () => {
    const driver = Object.assign(new Error("x"), {
      code: "ER_DUP_ENTRY",
      sqlMessage: "Duplicate entry 'hunter2' for key 'pass'",
      sql: "INSERT … hunter2",
    });
    const error = statementError(driver, settings, ["hunter2"]);
    expect(error.message).toBe("MySQL: ER_DUP_ENTRY: Duplicate entry '[secret]' for key 'pass'");
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("hunter2");
    expect(statementError(Object.assign(new Error("x"), { code: "ECONNRESET" }), settings, [])).toBeInstanceOf(
      ConnectionLost,
    );
  });
});

test("the lock's comment cannot end itself", () => {
  expect(signature("*/ DROP TABLE x; --'", "prod*/")).toMatch(
    /^voicebridge stack prod_\/ on \S+ pid \d+: _\/ DROP TABLE x_ --_$/,
  );
  expect(signature("x", undefined)).not.toContain("*");
  expect(lockName("a".repeat(64))).toHaveLength(64);
});

describe("fields", () => {
  const { agentUser, diallerIp, campaignId, digits, routingExtension, displayName } = fields;
  test.each<[string, { safeParse(v: unknown): { success: boolean; data?: unknown } }, unknown[], unknown[]]>([
    [
      "agentUser",
      agentUser,
      ["5565", 5565, "10", 999999999],
      ["sigma_agent", "0055", "5", 9, "1234567890", "", -5, 1.5, null],
    ],
    ["diallerIp", diallerIp, ["10.0.0.103"], ["0.0.0.0", "dialler1", "::1", "10.0.0", "10.0.0.300", "All Servers"]],
    ["campaignId", campaignId, ["SIGMA", "AB", "A-b_1234"], ["A", "ABCDEFGHI", "SIG MA", "SIGMÄ", ""]],
    [
      "digits",
      digits(20, 2),
      ["97", 979719895551234, "9".repeat(20)],
      ["9", "9".repeat(21), "+19895551234", "1@host", "9 7"],
    ],
    ["routingExtension", routingExtension, ["8368", 8369], ["97919895551234", "8372", ""]],
    [
      "displayName",
      displayName(10),
      ["Sigma 1", "Zoë"],
      ["x", "a".repeat(11), " ab", "a'b", 'a"b', "a\\b", "a;b", "a\nb"],
    ],
  ])("%s", (_, field, good, bad) => {
    for (const value of good)
      expect({ value, ...field.safeParse(value) }).toMatchObject({
        success: true,
        data: typeof value === "number" ? String(value) : value,
      });
    for (const value of bad)
      expect({ value, success: field.safeParse(value).success }).toEqual({ value, success: false });
  });
});
