import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "./catalogue";
import { elsewhere } from "./elsewhere";
import { mistakesTable } from "./support/table";

/**
 * How many silent mistakes docs/facts/vicidial.md#silent-mistakes lists, and situations
 * docs/facts/guide.md#troubleshooting.
 */
const SILENT_MISTAKES = 50;
const SITUATIONS = 6;

const mistakes = Object.values(catalogue);
const numbers = (from: RegExp) =>
  new Set(mistakes.flatMap(({ sources }) => sources.flatMap((source) => Number(from.exec(source)?.[1] ?? 0) || [])));
const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

test("every file is in the catalogue", () => {
  const files = readdirSync(join(__dirname, "catalogue")).filter((file) => file !== "index.ts");
  expect(Object.keys(catalogue).sort()).toEqual(files.map((file) => file.replace(".ts", "")).sort());
});

test("every silent mistake is made, or is said to be elsewhere", () => {
  const made = numbers(/^silent mistake (\d+)$/);
  const said = new Set(Object.keys(elsewhere).map(Number));
  expect(upTo(SILENT_MISTAKES).filter((number) => !made.has(number) && !said.has(number))).toEqual([]);
  expect([...said].filter((number) => made.has(number))).toEqual([]);
});

test("every situation of the guide's troubleshooting is made", () => {
  const made = numbers(/^guide troubleshooting (\d)$/);
  expect(upTo(SITUATIONS).filter((number) => !made.has(number))).toEqual([]);
});

test("mistakes that share a bridge agree on it", () => {
  const bridges = new Map<number, unknown>();
  for (const { n, bridge = {} } of mistakes) {
    expect(n).toBeGreaterThanOrEqual(100);
    expect(n).toBeLessThan(200);
    if (bridges.has(n)) expect(bridge).toEqual(bridges.get(n));
    bridges.set(n, bridge);
  }
});

test("docs/mistakes.md tells them all", () => {
  const page = readFileSync(join(__dirname, "../../docs/mistakes.md"), "utf8");
  const cells = (text: string) => text.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const wanted = cells(mistakesTable()).filter((row) => row.length > 1 && !row[1]!.startsWith("-"));
  const told = new Set(cells(page).map((row) => row.join("|")));
  expect(wanted.filter((row) => !told.has(row.join("|")))).toEqual([]);
});
