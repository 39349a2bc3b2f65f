import { execFile } from "node:child_process";
import { amplify, resample, type Sound } from "./sound";
import { readMonoWav } from "./wav";

/** How espeak-ng speaks. */
export interface Voice {
  /** An espeak-ng voice, e.g. `en-us`, `en-us+f3` (a variant), `de`. Default `en-us`. */
  name?: string;
  /** Words per minute. Default 160. */
  speed?: number;
  /** 0 to 99. Default 50. */
  pitch?: number;
  /** Pause between words beyond the voice's own, in ms, in tens. Default 0. */
  gapMs?: number;
}

/** Words spoken by espeak-ng, which must be installed, as telephone audio. The same text and voice give the same samples. */
export async function speak(text: string, voice: Voice = {}): Promise<Sound> {
  const { name = "en-us", speed = 160, pitch = 50, gapMs = 0 } = voice;
  const wav = await new Promise<Buffer>((resolve, reject) => {
    const child = execFile(
      "espeak-ng",
      [
        "-v",
        name,
        "-s",
        String(speed),
        "-p",
        String(pitch),
        "-g",
        String(Math.round(gapMs / 10)),
        "--stdin",
        "--stdout",
      ],
      { encoding: "buffer", maxBuffer: 64 * 1024 * 1024, timeout: 20_000 },
      (error, stdout) => (error ? reject(new Error(`espeak-ng: ${error.message}`)) : resolve(stdout)),
    );
    // On standard input, so that a text that begins with a dash is no option.
    child.stdin?.end(text);
  });
  // Its loudest vowels are at full scale, where a telephone would clip them.
  return amplify(resample(readMonoWav(wav)), -3);
}
