import { readFileSync } from "node:fs";
import { join } from "node:path";
import floors from "./floors.cjs";

/** `asterisk["providers/asterisk: …"] --> core & dynamic`: short name, floor, what it may import. */
const LINE = /^ {2}(\w+)\["([^:"]+): [^"]*"\](?: --> (.*))?$/;

test("CONTRIBUTING.md draws the floors that dependency-cruiser checks", () => {
  const page = readFileSync(join(__dirname, "../CONTRIBUTING.md"), "utf8");
  const picture = /```mermaid\nflowchart BT\n([^]*?)\n```/.exec(page)?.[1] ?? "";
  const lines: (string | undefined)[][] = picture.split("\n").map((line) => LINE.exec(line) ?? [line]);
  const floorOf = Object.fromEntries(lines.map(([, name = "", floor]): [string, string | undefined] => [name, floor]));
  const drawn = lines.map(([line, , floor, below]) => [
    floor ?? line,
    (below?.split(" & ") ?? []).map((name) => floorOf[name] ?? name).sort(),
  ]);
  const wanted = Object.entries(floors).map(([floor, below]) => [floor, [...below].sort()]);
  expect(drawn).toEqual(wanted);
});
