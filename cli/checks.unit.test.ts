import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type CheckResult, exitCodeOf, failed, passed, runChecks, skipped, together, unknown } from "./check";
import { failureSchema } from "./failure";
import { paint } from "./paint";
import { checkText, closingText, verifyResultSchema } from "./verifyResult";

describe("a run of checks", () => {
  test("a check that throws could not be made, and the next one sees what was before", async () => {
    const seen: string[] = [];
    const results = await runChecks(
      [
        { name: "one", question: "?", run: () => Promise.reject(new Error("no way there")) },
        {
          name: "two",
          question: "?",
          run: (subject: string, before) => Promise.resolve(passed(`${subject} after ${before[0]?.verdict ?? ""}`)),
        },
      ],
      "it",
      { start: ({ name }) => seen.push(name), end: ({ verdict }) => seen.push(verdict) },
    );
    expect(results).toMatchObject([
      { name: "one", verdict: "unknown", summary: "no way there" },
      { name: "two", verdict: "passed", summary: "it after unknown" },
    ]);
    expect(seen).toEqual(["one", "unknown", "two", "passed"]);
  });

  test.each([
    [0, ["passed", "skipped"]],
    [2, ["passed", "unknown"]],
    [1, ["unknown", "failed", "passed"]],
  ] as const)("exit code %i of %j", (code, verdicts) => {
    expect(exitCodeOf(verdicts.map((verdict) => ({ verdict })))).toBe(code);
  });

  test("several findings make one: the worst verdict, its own words, all evidence", () => {
    const all = [passed("a", ["1"]), unknown("b", ["2"], "do b"), failed("c", ["3"], "do c"), failed("d", [], "do c")];
    expect(together(all, "good")).toEqual({
      verdict: "failed",
      summary: "c; d",
      evidence: ["1", "2", "3"],
      fix: "do c",
    });
    expect(together([passed("a", ["1"])], "good")).toEqual({ verdict: "passed", summary: "good", evidence: ["1"] });
  });
});

test("what a person reads", () => {
  const result: CheckResult = {
    ...failed("no line", ["line 5565 is not listed"], "start it"),
    name: "lines",
    startedAt: 0,
    milliseconds: 1234,
  };
  expect(checkText(result)).toBe(
    ["✗ lines      no line  (1.2 s)", "             line 5565 is not listed", "             → Start it."].join("\n"),
  );
  const said = (verdict: "passed" | "failed" | "unknown", checks: CheckResult[]) =>
    closingText({ bridge: "denver", verdict, checks });
  expect(said("failed", [result])).toBe("Bridge denver does not work: lines.");
  expect(said("passed", [{ ...result, ...skipped("not asked") }])).toBe(
    "Bridge denver works, as far as it was checked (not: lines).",
  );
  expect(said("unknown", [{ ...result, verdict: "unknown" }])).toContain("could not be checked: lines");
});

test("colours: the mark and the closing line, and nothing else", () => {
  const result: CheckResult = { name: "lines", startedAt: 0, milliseconds: 0, ...failed("no", ["seen"], "mend it") };
  const coloured = checkText(result, paint(true));
  expect(coloured.startsWith("\x1b[31m✗\x1b[39m lines ")).toBe(true);
  expect(stripVTControlCharacters(coloured)).toBe(checkText(result));
  const closing = { bridge: "denver", verdict: "failed" as const, checks: [result] };
  expect(closingText(closing, paint(true))).toBe(`\x1b[31m${closingText(closing)}\x1b[39m`);
});

test("the documentation knows every field and every check of the JSON object", () => {
  const text = readFileSync(join(__dirname, "../docs/verify.md"), "utf8");
  const fields = [
    ...Object.keys(failureSchema.shape),
    ...Object.keys(failureSchema.shape.error.shape),
    ...Object.keys(verifyResultSchema.shape),
    ...Object.keys(verifyResultSchema.shape.checks.element.shape),
  ];
  expect(fields.filter((field) => !text.includes(`\`${field}\``) && !text.includes(`\`${field}[]\``))).toEqual([]);
  const checks = readdirSync(join(__dirname, "checks")).map((name) => name.replace(".ts", ""));
  expect(checks.filter((name) => !text.includes(`| \`${name}\` `))).toEqual([]);
});
