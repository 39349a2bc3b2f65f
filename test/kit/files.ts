import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** The checkout's root. */
export const repository = join(__dirname, "..", "..");
/** Ignored folder for what tests leave between runs. */
export const workspace = join(repository, ".tools", "test");

/** Asks `met` until it says yes. */
export async function waitFor(what: string, timeoutMs: number, met: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await met())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain: ${what}`);
    await pause(100);
  }
}

/** Runs `work` while no other test run of this checkout does the same. A lock whose owner is dead is taken over. */
export async function whileLocked<T>(name: string, work: () => Promise<T>): Promise<T> {
  const path = join(workspace, `${name}.lock`);
  mkdirSync(dirname(path), { recursive: true });
  await waitFor(`another test run releases ${path}`, 600_000, () => taken(path));
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function taken(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    if (!alive(ownerOf(path))) rmSync(path, { force: true });
    return false;
  }
}

function ownerOf(path: string): number {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return 0;
  }
}

/** Whether a process with this id runs. */
export function alive(pid: number): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
