import fc from "fast-check";
import { z } from "zod";
import { refuse } from "../../../core/schema/problems";
import { check } from "./check";
import type { JsonObject } from "./json";
import { UNKNOWN } from "./unknown";

const schema = z
  .strictObject({
    host: z.ipv4(),
    lines: z.int().min(1).max(255).default(1),
    level: z.number().gt(0).optional(),
    method: z.enum(["RATIO", "MANUAL"]).default("RATIO"),
    codecs: z
      .array(z.enum(["ulaw", "alaw"]))
      .min(1)
      .default(["ulaw"]),
    trunk: z.strictObject({ username: z.string(), password: z.string().min(12) }).optional(),
    name: z.string().trim().toLowerCase().max(10).optional(),
    answer: z.union([z.literal("hangup"), z.strictObject({ play: z.string() })]).optional(),
  })
  .superRefine(({ method, level }, context) => {
    if (method === "MANUAL" && level !== undefined) {
      refuse(context, ["level"], { rule: "has no effect with MANUAL", fix: "leave it out" });
    }
  });
const definition = { schema, secrets: ["trunk"] };
const good: JsonObject = { host: "10.0.0.103" };

const failuresOf = (declared: JsonObject) => check(definition, { ...good, ...declared }).failures;

test("applies defaults and normalises", () => {
  expect(check(definition, { ...good, name: " Denver " })).toEqual({
    inputs: { host: "10.0.0.103", lines: 1, method: "RATIO", codecs: ["ulaw"], name: "denver" },
    failures: [],
  });
});

test.each<[string, JsonObject, { property: string; reason: string }]>([
  ["too big", { lines: 256 }, { property: "lines", reason: "must be at most 255." }],
  ["too small", { lines: 0 }, { property: "lines", reason: "must be at least 1." }],
  ["exclusive bound", { level: 0 }, { property: "level", reason: "must be more than 0." }],
  ["no number", { lines: true }, { property: "lines", reason: "must be a number, not true or false. Give a number." }],
  ["quoted", { lines: "2" }, { property: "lines", reason: "must be a number, not text. Write it without quotes." }],
  ["unquoted", { name: 1 }, { property: "name", reason: "must be text, not a number. Write it in quotes." }],
  ["null", { lines: null }, { property: "lines", reason: "must be a number, not null. Give a number." }],
  [
    "fraction",
    { lines: 1.5 },
    { property: "lines", reason: "must be a whole number, not a fraction. Give a whole number." },
  ],
  ["too long", { name: "a name too long" }, { property: "name", reason: "must have at most 10 characters." }],
  [
    "choice",
    { method: "RATIOS" },
    { property: "method", reason: 'must be one of "RATIO", "MANUAL". Give one of these.' },
  ],
  ["address", { host: "denver" }, { property: "host", reason: "must be an IPv4 address, for example 10.0.0.103." }],
  ["empty list", { codecs: [] }, { property: "codecs", reason: "must have at least 1 entry." }],
  [
    "nested",
    { codecs: ["ulaw", "g729"] },
    { property: "codecs", reason: '`codecs[1]` "g729": must be one of "ulaw", "alaw". Give one of these.' },
  ],
  [
    "rule between fields",
    { method: "MANUAL", level: 2 },
    { property: "level", reason: "has no effect with MANUAL. Leave it out." },
  ],
  ["unknown name", { line: 4 }, { property: "", reason: "`line`: there is no such input. Did you mean `lines`?" }],
  [
    "unknown nested name, beside a secret",
    { trunk: { username: "u", password: "a-long-enough-one", passwort: "hush" } },
    { property: "", reason: "`trunk.passwort`: there is no such input. Did you mean `password`?" },
  ],
  [
    "a secret",
    { trunk: { username: "u", password: "hush" } },
    { property: "", reason: "`trunk.password`: must have at least 12 characters." },
  ],
  [
    "a secret of the wrong type",
    { trunk: "hush" },
    { property: "", reason: "`trunk`: must be an object, not text. Give an object." },
  ],
])("%s", (_title, declared, failure) => {
  expect(failuresOf(declared)).toEqual([failure]);
});

test("a union says what the form wants that was meant", () => {
  expect(failuresOf({ answer: { play: 4 } })).toEqual([
    { property: "answer", reason: "`answer.play` 4: must be text, not a number. Write it in quotes." },
  ]);
});

test("a required field that is missing has no property to print", () => {
  expect(check(definition, {}).failures).toEqual([{ property: "", reason: "`host`: is required. Give text." }]);
});

test("all issues at once", () => {
  expect(failuresOf({ lines: 0, method: "x", hots: "y", codecs: ["a", "b"] })).toHaveLength(5);
});

test("inputs stay as declared when something is wrong", () => {
  expect(check(definition, { host: "x", name: " A " }).inputs).toEqual({ host: "x", name: " A " });
});

describe("values that are not known yet", () => {
  test.each<[string, JsonObject]>([
    ["a number", { lines: UNKNOWN }],
    ["an address", { host: UNKNOWN }],
    ["a choice", { method: UNKNOWN }],
    ["an item of a list", { codecs: ["ulaw", UNKNOWN] }],
    ["a whole list", { codecs: UNKNOWN }],
    ["a part of an object", { trunk: { username: UNKNOWN, password: "short" } }],
    ["a rule between fields", { method: UNKNOWN, level: 2 }],
  ])("%s passes as it is", (_title, declared) => {
    const { inputs, failures } = check(definition, { ...good, ...declared });
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject(declared);
  });

  test("other fields are checked and normalised beside it", () => {
    expect(check(definition, { host: UNKNOWN, lines: 0 }).failures).toEqual([
      { property: "lines", reason: "must be at least 1." },
    ]);
    expect(check(definition, { host: UNKNOWN, name: " A " }).inputs).toMatchObject({ name: "a", lines: 1 });
  });
});

const declared = fc.record(
  {
    host: fc.ipV4(),
    lines: fc.integer({ min: 1, max: 255 }),
    method: fc.constantFrom("RATIO", "MANUAL"),
    codecs: fc.array(fc.constantFrom("ulaw", "alaw"), { minLength: 1 }),
    name: fc.string({ maxLength: 12 }),
    trunk: fc.record({ username: fc.string(), password: fc.string({ minLength: 12 }) }),
  },
  { requiredKeys: ["host"] },
);

test("normalising twice is normalising once", () => {
  fc.assert(
    fc.property(declared, (one) => {
      const { inputs, failures } = check(definition, one);
      fc.pre(failures.length === 0);
      expect(check(definition, inputs)).toEqual({ inputs, failures: [] });
    }),
  );
});

test("no failure names a value of a secret, whatever is wrong", () => {
  const anything = fc.record({ username: fc.jsonValue(), password: fc.string({ minLength: 5, maxLength: 11 }) });
  fc.assert(
    fc.property(anything, (trunk) => {
      const { failures } = check(definition, { ...good, lines: 0, trunk: trunk as JsonObject });
      expect(failures.length).toBeGreaterThan(1);
      for (const { property } of failures) expect(property).not.toBe("trunk");
      expect(JSON.stringify(failures)).not.toContain(JSON.stringify(trunk.password).slice(1, -1));
    }),
  );
});
