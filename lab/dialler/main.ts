import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, Refusal } from "../../core/refusal";
import { startCalls } from "./calls";
import { runPrograms } from "./daemon";
import { openDatabase, type DiallerDatabase } from "./database";
import { stdoutLog } from "../../core/log";
import { register } from "./registration";
import { readSettings, type DiallerSettings } from "./settings";

/**
 * The dialler daemon: stands in for VICIdial's own programs beside the Asterisk of this container (lab/dialler/README.md).
 * Its settings come from the environment (settings.ts).
 */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const settings = readSettings(env);
  const database = openDatabase(settings.database);
  await registered(database, settings);
  const calls = await startCalls({ database, settings, log: stdoutLog });
  const programs = runPrograms({ database, settings, calls, log: stdoutLog });
  stdoutLog("running", { server: settings.id, ip: settings.ip });
  const stop = (): void => {
    stdoutLog("stopping");
    // Whatever hangs must not keep the container: Docker's patience is longer than ours.
    setTimeout(() => process.exit(0), 4500).unref();
    void programs
      .close()
      .then(() => calls.close())
      .then(() => database.close())
      .finally(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

/** Waits for a database that is not there yet; a refusal is final. */
async function registered(database: DiallerDatabase, settings: DiallerSettings): Promise<void> {
  for (let wait = 500; ; wait = Math.min(wait * 2, 10_000)) {
    try {
      await register(database, settings, stdoutLog);
      return;
    } catch (thrown) {
      if (thrown instanceof Refusal) throw thrown;
      stdoutLog("database not ready", { reason: messageOf(thrown), retryInMs: wait });
      await sleep(wait);
    }
  }
}

main(process.env).catch((thrown: unknown) => {
  process.stderr.write(`${messageOf(thrown)}\n`);
  process.exit(1);
});
