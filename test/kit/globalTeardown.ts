import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SharedLab } from "./calls/sharedLab";
import { removeDatabaseServer } from "./databaseServer";
import { alive, whileLocked } from "./files";
import { runs } from "./globalSetup";

/** Removes the shared database and the shared lab unless another test run uses it or VOICEBRIDGE_KEEP_TEST_LAB=1 keeps them. */
export default async function globalTeardown(): Promise<void> {
  await whileLocked("setup", async () => {
    rmSync(join(runs, String(process.pid)), { force: true });
    const others = existsSync(runs) && readdirSync(runs).some((pid) => alive(Number(pid)));
    if (others || process.env.VOICEBRIDGE_KEEP_TEST_LAB) return;
    await SharedLab.removeAll();
    await removeDatabaseServer();
  });
}
