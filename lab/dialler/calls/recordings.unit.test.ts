import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concat, durationMs, readMonoWav, silence, tone, toneTimes, writeWav, type Sound } from "../../audio";
import { moveRecordings, sizes } from "./recordings";

let directory: string;
let folders: { from: string; to: string };
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "recordings-"));
  folders = { from: join(directory, "MIX"), to: join(directory, "DONE") };
  await mkdir(folders.from);
});
afterEach(() => rm(directory, { recursive: true }));

const written: unknown[][] = [];
const database = {
  row: () => Promise.resolve({ recording_id: 7, length_in_sec: 0 } as never),
  run: (_sql: string, values: readonly unknown[] = []) => {
    written.push([...values]);
    return Promise.resolve({ affected: 1, id: 0 });
  },
};

test("a recording that does not grow any more is mixed, told to recording_log and put aside; one that grows is left alone", async () => {
  const put = (name: string, sound: Sound) => writeFile(join(folders.from, name), writeWav(sound));
  await put("first-in.wav", tone(580, 1_000));
  await put("first-out.wav", concat(silence(1_500), tone(1_000, 1_000)));
  await put("second-in.wav", tone(580, 1_000));
  const before = await sizes(folders.from);
  await put("second-in.wav", tone(580, 1_500));
  expect(await moveRecordings(database, "10.0.0.1", folders, before)).toEqual(["first"]);

  const whole = readMonoWav(await readFile(join(folders.to, "first-all.wav")));
  expect(durationMs(whole)).toBe(2_500);
  expect(toneTimes(whole).map(({ hz }) => Math.round(hz / 10) * 10)).toEqual([580, 1_000]);
  expect(written).toEqual([["http://10.0.0.1/RECORDINGS/first-all.wav", 2, "0.03", 7]]);
  expect((await readdir(join(folders.to, "ORIG"))).sort()).toEqual(["first-in.wav", "first-out.wav"]);
  expect(await readdir(folders.from)).toEqual(["second-in.wav"]);
});
