import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../../core/refusal";
import type { Calls, Reloadable } from "../calls/contract";
import type { DiallerDatabase } from "../database";
import type { Log } from "../../../core/log";
import { generatedFiles, type GeneratedFile } from "./files";
import { readServer, readSources } from "./sources";

/** Parts of the daemon that the configuration needs. */
export interface ConfigurationContext {
  database: DiallerDatabase;
  ip: string;
  /** Where Asterisk looks for the generated files. */
  directory: string;
  calls: Pick<Calls, "reload">;
  log: Log;
}

/**
 * VICIdial's configuration writer: looks at this server's rebuild flag, and when it is set writes the files that changed
 * and reloads what owns them. The flag goes back to `N` at the start, so `N` means "picked up", not "loaded"
 * (docs/facts/vicidial.md#configuration-files). Returns the turn to repeat.
 */
export function configuration({ database, ip, directory, calls, log }: ConfigurationContext): () => Promise<void> {
  // A reload that failed is asked for again: Asterisk may start after the daemon.
  const owed = new Set<Reloadable>();
  return async () => {
    const server = await readServer(database, ip);
    if (server && flagged(server)) {
      await database.run("UPDATE servers SET rebuild_conf_files = 'N' WHERE server_ip = ?", [ip]);
      for (const file of generatedFiles(await readSources(database, server))) {
        if (!(await writeIfChanged(directory, file))) continue;
        owed.add(file.reload);
        log("configuration written", { file: file.name, reload: file.reload });
      }
    }
    if (owed.size === 0) return;
    const what = [...owed];
    try {
      await calls.reload(what);
      what.forEach((one) => owed.delete(one));
      log("configuration loaded", { reloaded: what });
    } catch (thrown) {
      log("configuration not loaded, trying again", { reload: what, reason: messageOf(thrown) });
    }
  };
}

function flagged(server: {
  active_asterisk_server: string;
  generate_vicidial_conf: string;
  rebuild_conf_files: string;
}): boolean {
  return [server.active_asterisk_server, server.generate_vicidial_conf, server.rebuild_conf_files].every((flag) =>
    flag.includes("Y"),
  );
}

/** Replaces the file in one step, so that Asterisk never reads half of it; true when the text differs. */
async function writeIfChanged(directory: string, { name, text }: GeneratedFile): Promise<boolean> {
  const path = join(directory, name);
  if ((await currentText(path)) === text) return false;
  await writeFile(`${path}.new`, text, { mode: 0o640 });
  await rename(`${path}.new`, path);
  return true;
}

async function currentText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw thrown;
  }
}
