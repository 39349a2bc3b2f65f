import fc from "fast-check";
import { HEADER_VALUE_LENGTH, headersOf, LEAD_COLUMNS, leadVariable } from "../../providers/asterisk";
import { Refusal } from "../../core/refusal";
import { commandLine, DEFAULT_LIMITS } from "../../core/protocols/fastagi";
import { Metrics, percentile } from "./metrics";
import { leadIdOf, wantedColumns } from "./request";
import { safeValue } from "./safeValue";
import { readSettings } from "./settings";

/** Anything that a column can hold, hostile texts among it. */
const anything = fc.oneof(
  fc.string({ unit: "binary", maxLength: 3000 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc
    .array(fc.constantFrom("${", "}", "$[", '"', "\\", "\r\n", "\0", ",", ";", "SHELL(id)", "EXEC System ", "你"), {
      maxLength: 90,
    })
    .map((parts) => parts.join("")),
  fc.constantFrom(null, undefined, true, Infinity),
  fc.double(),
  fc.bigInt(),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.object(),
);

describe("safeValue", () => {
  test("whatever is in the database, what travels is short, plain, kept by the dialplan, and one AGI line", () => {
    fc.assert(
      fc.property(anything, fc.constantFrom(...LEAD_COLUMNS), (column, name) => {
        const value = safeValue(column);
        expect(value).toMatch(/^[A-Za-z0-9 .@_+:/#-]*$/);
        expect(value.length).toBeLessThanOrEqual(HEADER_VALUE_LENGTH);
        // The bridge itself would accept it as a static header.
        expect(headersOf({ headers: { "X-x": value } }).refused).toEqual([]);
        const line = commandLine(DEFAULT_LIMITS.commandBytes, "SET VARIABLE", [`_${leadVariable(name)}`, value]);
        expect(line).toBe(`SET VARIABLE "_AIBL_${name}" "${value}"\n`);
        expect(line.length).toBeLessThan(140);
        expect(safeValue(value)).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  test("plain values stay as they are", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9.@_+:/#-]{1,20}( [A-Za-z0-9.@_+:/#-]{1,20}){0,2}$/), (value) => {
        expect(safeValue(value)).toBe(value);
      }),
    );
  });

  test.each<[unknown, string]>([
    ["O’Brien", "OBrien"],
    ["Łódź, ul. Wąska 7", "Lodz ul. Waska 7"],
    ["12 Main St\r\nApt\t4", "12 Main St Apt 4"],
    ["你好", "Ni Hao"],
    ["Zu\u0308rich", "Zurich"],
    ["１２３", "123"],
    ["${SHELL(id)}", "SHELLid"],
    ['a"; EXEC System "id', "a EXEC System id"],
    ["x".repeat(4096), "x".repeat(64)],
    [`${"x".repeat(63)} y`, "x".repeat(63)],
    ["-7.00", "-7.00"],
    [0, "0"],
    [" ", ""],
    [null, ""],
    ["0000-00-00", ""],
    ["0000-00-00 00:00:00", ""],
    ["2024-11-01 12:30:00", "2024-11-01 12:30:00"],
    [Buffer.from("Ada"), "Ada"],
  ])("%j is %j", (column, value) => expect(safeValue(column)).toBe(value));

  test("megabytes cost no more than their first kilobyte", () => {
    expect(safeValue("你".repeat(5_000_000))).toHaveLength(64);
  });
});

describe("the lead of a call", () => {
  test.each([
    ["V1221116230000000008", 8],
    ["M1221116230000001234", 1234],
    ["Y1221116239999999999", 9999999999],
  ])("%s is lead %i", (name, id) => expect(leadIdOf(name)).toBe(id));

  test.each([
    undefined,
    "",
    "unknown",
    "V1221116230000000000",
    "V122111623000000008",
    "V12211162300000000081",
    "X1221116230000000008",
    "V122111623000000000a",
    " V1221116230000000008",
    "V1221116230000000008\n",
  ])("%j is nobody's", (name) => expect(leadIdOf(name)).toBeUndefined());
});

test("columns: the whitelist's order, each once, everything else refused", () => {
  expect(wantedColumns(["city", "first_name", "city", "password", "city FROM vicidial_users", "__proto__"])).toEqual({
    columns: ["first_name", "city"],
    refused: 3,
  });
  expect(wantedColumns([])).toEqual({ columns: [], refused: 0 });
  expect(wantedColumns(LEAD_COLUMNS).columns).toEqual(LEAD_COLUMNS);
});

describe("metrics", () => {
  test("a period's figures, then nothing", () => {
    const metrics = new Metrics();
    for (let ms = 1; ms <= 100; ms++) metrics.record(ms <= 90 ? "found" : "failed", ms);
    metrics.record("left", 1000);
    expect(metrics.take()).toEqual({ lookups: 101, found: 90, unknown: 0, left: 1, failed: 10, p50Ms: 51, p95Ms: 96 });
    expect(metrics.take()).toEqual({ lookups: 0, found: 0, unknown: 0, left: 0, failed: 0, p50Ms: null, p95Ms: null });
  });

  test.each<[number[], number | null]>([
    [[], null],
    [[7.04], 7],
    [[1, 2], 2],
  ])("p95 of %j", (sorted, value) => expect(percentile(sorted, 95)).toBe(value));
});

describe("settings", () => {
  const least = { VICIDIAL_HOST: "database", VICIDIAL_USER: "leads", VICIDIAL_PASSWORD: "hunter2" };

  test("the least that is needed, and the defaults", () => {
    expect(readSettings({ ...least, VICIDIAL_TLS: "" })).toEqual({
      database: {
        ...{ host: "database", port: 3306, user: "leads", password: "hunter2", database: "asterisk" },
        ...{ tls: "off", connections: 4 },
      },
      listen: { host: "127.0.0.1", port: 4573 },
      health: { host: "127.0.0.1", port: 4574 },
      deadlineMs: 1000,
      metricsMs: 60_000,
    });
  });

  test("everything missing is named at once", () => {
    expect(() => readSettings({})).toThrow(/`VICIDIAL_HOST`[^]*`VICIDIAL_USER`[^]*`VICIDIAL_PASSWORD`/);
  });

  test("a certificate that cannot be read is refused, and one that would not be looked at", () => {
    const read = (tls: string) => () => readSettings({ ...least, VICIDIAL_TLS: tls, VICIDIAL_TLS_CA: "/nowhere.pem" });
    expect(read("verify")).toThrow(/`VICIDIAL_TLS_CA` "\/nowhere.pem": the certificate file cannot be read/);
    expect(read("required")).toThrow(/no certificate is checked unless VICIDIAL_TLS is verify/);
  });

  test.each([
    ["LEADS_PORT", "70000"],
    ["LEADS_CONNECTIONS", "50"],
    ["LEADS_DEADLINE_MS", "1500"],
    ["VICIDIAL_TLS", "yes"],
    ["VICIDIAL_TLS_CA", "/nowhere.pem"],
  ])("%s=%s is refused by its name, the password never shown", (name, value) => {
    const read = () => readSettings({ ...least, [name]: value });
    expect(read).toThrow(Refusal);
    expect(read).toThrow(name);
    expect(read).not.toThrow(/hunter2/);
  });
});
