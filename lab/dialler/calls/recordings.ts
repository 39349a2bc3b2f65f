import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { durationMs, mix, readMonoWav, writeWav } from "../../audio";
import type { DiallerDatabase } from "../database";
import { loop, type Loop } from "../loop";
import type { CallsContext } from "./contract";
import { RECORDINGS } from "./remoteLine";

/** Where finished recordings go: both sides mixed, and below `ORIG` the two files of the call. */
const DONE = "/var/spool/asterisk/monitorDONE";
/** A file that does not grow for so long is finished. */
const STILL_MS = 15_000;

/** VICIdial's job for recordings (a cron of three minutes): see {@link moveRecordings}. */
export function followRecordings({ database, settings, log }: CallsContext): Loop {
  const folders = { from: RECORDINGS, to: DONE };
  return loop(
    "recordings",
    settings.recordingsSeconds * 1000,
    async () => {
      const before = await sizes(RECORDINGS);
      if (before.size === 0) return;
      await sleep(STILL_MS, undefined, { ref: false });
      const names = await moveRecordings(database, settings.ip, folders, before);
      if (names.length > 0) log("recordings mixed", { names });
    },
    log,
  );
}

/** Sizes of the customers' sides by name without `-in.wav`. */
export async function sizes(folder: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const file of await readdir(folder).catch(() => [])) {
    if (file.endsWith("-in.wav")) found.set(file.slice(0, -"-in.wav".length), (await stat(join(folder, file))).size);
  }
  return found;
}

const recordingRow = z.object({ recording_id: z.number(), length_in_sec: z.coerce.number() });

/**
 * Mixes every recording that has not grown since `before` into `<name>-all.wav`, tells `recording_log` its length and
 * where a web server of the dialler would serve it (there is none in the lab), and puts the two sides aside
 * (docs/facts/vicidial.md#recordings). Returns names.
 */
export async function moveRecordings(
  database: Pick<DiallerDatabase, "row" | "run">,
  serverIp: string,
  { from, to }: { from: string; to: string },
  before: ReadonlyMap<string, number>,
): Promise<string[]> {
  await mkdir(join(to, "ORIG"), { recursive: true });
  const moved: string[] = [];
  for (const [name, size] of await sizes(from)) {
    if (before.get(name) !== size) continue;
    const sides = [`${name}-in.wav`, `${name}-out.wav`];
    const files = await Promise.all(sides.map((side) => readFile(join(from, side)).catch(() => undefined)));
    const whole = mix(...files.filter((file) => file !== undefined).map(readMonoWav));
    await writeFile(join(to, `${name}-all.wav`), writeWav(whole));
    const seconds = Math.floor(durationMs(whole) / 1000);
    const sql =
      "SELECT recording_id, length_in_sec FROM recording_log WHERE filename = ? ORDER BY recording_id DESC LIMIT 1";
    const row = await database.row(recordingRow, sql, [name]);
    if (row) {
      const length = row.length_in_sec < 1 ? seconds : row.length_in_sec;
      const update =
        "UPDATE recording_log SET location = ?, length_in_sec = ?, length_in_min = ? WHERE recording_id = ?";
      const location = `http://${serverIp}/RECORDINGS/${name}-all.wav`;
      await database.run(update, [location, length, (length / 60).toFixed(2), row.recording_id]);
    }
    // Not renamed: the two folders may be volumes of their own.
    for (const [at, side] of sides.entries()) {
      const file = files[at];
      if (file !== undefined) await writeFile(join(to, "ORIG", side), file);
      await rm(join(from, side), { force: true });
    }
    moved.push(name);
  }
  return moved;
}
