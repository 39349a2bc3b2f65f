import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { concat, silence, tone, writeWavFile } from "../audio";
import { speak } from "../audio/speech";
import { BEEP_HZ, PHRASES, toneOf, VOICES, type Phrase } from "./customers";

/** Writes every sound of the customers into a folder, as the dialplan names them. */
export async function writeSounds(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = (name: string): string => join(folder, `${name}.wav`);
  for (const [name, text] of Object.entries(PHRASES) as [Phrase, string][])
    await writeWavFile(file(name), await speak(text, VOICES[name]));
  await writeWavFile(file("beep"), tone(BEEP_HZ, 800, -9));
  for (let last = 0; last < 100; last++) {
    const hz = toneOf(String(last));
    // The pauses keep the tone apart from the words before, for who looks at the recording.
    await writeWavFile(file(`tone-${hz}`), concat(silence(120), tone(hz, 800), silence(60)));
  }
}
