import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, whileLocked } from "./lock";
import { progressOn } from "../terminal/progress";

let folder: string;
let file: string;
let said: string;
const progress = progressOn({ write: (text: string) => (said += text) !== "", isTTY: false, columns: 80 });

beforeEach(() => {
  said = "";
  folder = mkdtempSync(join(tmpdir(), "vb-lock-"));
  file = join(folder, "deep/prepare.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the lock names this process while the work lasts, and is gone after it, also when it failed", async () => {
  expect(await whileLocked(file, progress, () => Promise.resolve(readFileSync(file, "utf8")))).toBe(
    String(process.pid),
  );
  await expect(whileLocked(file, progress, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(existsSync(file)).toBe(false);
  expect(said).toBe("");
});

test("a second one waits for the first, and says for whom", async () => {
  const order: string[] = [];
  let release: () => void = () => undefined;
  const first = whileLocked(file, progress, async () => {
    order.push("first begins");
    await new Promise<void>((resolve) => (release = resolve));
    order.push("first ends");
  });
  const second = whileLocked(file, progress, () => Promise.resolve(order.push("second")));
  release();
  await Promise.all([first, second]);
  expect(order).toEqual(["first begins", "first ends", "second"]);
  expect(said).toContain(`Waiting for process ${process.pid}`);
});

test("a lock whose process is gone holds nobody up", async () => {
  const gone = spawnSync(process.execPath, ["--version"]).pid;
  expect(isAlive(gone)).toBe(false);
  await whileLocked(file, progress, () => Promise.resolve());
  writeFileSync(file, String(gone));
  expect(await whileLocked(file, progress, () => Promise.resolve(7))).toBe(7);
  expect(said).toBe("");
});
