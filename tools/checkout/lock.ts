import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Progress } from "../terminal/progress";

/** Whether a process of this machine still runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process answers EPERM.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Runs `work` while this process holds the lock file, so that two commands in one checkout do not prepare the same things
 * at once. Waits for whoever holds it; a lock whose process is gone counts for nothing.
 */
export async function whileLocked<T>(file: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  if (!take(file)) {
    await progress.step(`Waiting for process ${holder(file) ?? "?"}, which prepares the same tools`, async () => {
      while (!take(file)) await new Promise((resolve) => setTimeout(resolve, 300));
    });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  const pid = holder(file);
  if (pid !== undefined && !isAlive(pid)) rmSync(file, { force: true });
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** `undefined` where nobody holds it, or where the holder is about to write its number. */
function holder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
