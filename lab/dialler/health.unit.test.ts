import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { healthReport } from "./health";

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "health-"))));
afterEach(() => rm(directory, { recursive: true }));

test("the file comes with the last program's first good turn, and not while Asterisk is away", async () => {
  const file = join(directory, "healthy");
  let connected = false;
  const report = healthReport({ file, needed: ["configuration", "lines"], connected: () => connected });
  const good = () => Promise.resolve();
  const written = () => readFile(file, "utf8").then(Number, () => undefined);
  const turns = [report("configuration", good), report("lines", good)] as const;
  for (const turn of turns) await turn(1);
  expect(await written()).toBeUndefined();
  connected = true;
  await turns[0](2);
  expect(await written()).toBeUndefined();
  await expect(report("lines", () => Promise.reject(new Error("no database")))(2)).rejects.toThrow("no database");
  expect(await written()).toBeUndefined();
  await turns[1](3);
  expect(await written()).toBeGreaterThan(0);
});
