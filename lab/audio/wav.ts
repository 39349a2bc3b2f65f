import { readFile, writeFile } from "node:fs/promises";
import type { Sound } from "./sound";

const HEADER = 44;
const PCM = 1;

/**
 * A WAV file's channels, each as a sound of its own.
 *
 * A recording that is still being written, or that a stopped program left behind, has a wrong length in its header
 * (0, or more than is there): then everything up to the end of the file counts.
 *
 * @throws Error when it is not 16-bit PCM; the message says what it is
 */
export function readWav(file: Buffer): Sound[] {
  if (file.length < 12 || file.toString("latin1", 0, 4) !== "RIFF" || file.toString("latin1", 8, 12) !== "WAVE")
    throw new Error("not a WAV file: it does not begin with RIFF … WAVE");
  let format: { channels: number; rate: number } | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const id = file.toString("latin1", at, at + 4);
    const length = file.readUInt32LE(at + 4);
    const body = at + 8;
    if (id === "fmt ") format = readFormat(file, body);
    if (id === "data") return samplesOf(file, body, length, format);
    at = body + length + (length % 2);
  }
  throw new Error("a WAV file without samples: it has no `data` chunk");
}

/** The same for a file with one channel, which is what each direction of a call is recorded to. */
export function readMonoWav(file: Buffer): Sound {
  const [only, ...others] = readWav(file);
  if (only === undefined || others.length > 0) throw new Error(`a WAV file with ${others.length + 1} channels, not 1`);
  return only;
}

export async function readWavFile(path: string): Promise<Sound[]> {
  return readWav(await readFile(path));
}

/** A WAV file of 16-bit PCM, one channel per sound; a shorter one is followed by silence. */
export function writeWav(...channels: readonly [Sound, ...Sound[]]): Buffer {
  const [{ rate }] = channels;
  if (channels.some((sound) => sound.rate !== rate)) throw new Error("channels of different rates");
  const frames = Math.max(...channels.map(({ samples }) => samples.length));
  const frame = 2 * channels.length;
  const file = Buffer.alloc(HEADER + frames * frame);
  file.write("RIFF", 0, "latin1");
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WAVEfmt ", 8, "latin1");
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(PCM, 20);
  file.writeUInt16LE(channels.length, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * frame, 28);
  file.writeUInt16LE(frame, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36, "latin1");
  file.writeUInt32LE(frames * frame, 40);
  channels.forEach(({ samples }, channel) =>
    samples.forEach((sample, at) => file.writeInt16LE(sample, HEADER + at * frame + 2 * channel)),
  );
  return file;
}

export async function writeWavFile(path: string, ...channels: readonly [Sound, ...Sound[]]): Promise<void> {
  await writeFile(path, writeWav(...channels));
}

function readFormat(file: Buffer, at: number): { channels: number; rate: number } {
  const [coding, channels, rate, bits] = [
    file.readUInt16LE(at),
    file.readUInt16LE(at + 2),
    file.readUInt32LE(at + 4),
    file.readUInt16LE(at + 14),
  ];
  if (coding !== PCM || bits !== 16 || channels === 0)
    throw new Error(
      `a WAV file of coding ${coding} with ${bits} bits and ${channels} channels; only 16-bit PCM is read`,
    );
  return { channels, rate };
}

function samplesOf(file: Buffer, at: number, length: number, format?: { channels: number; rate: number }): Sound[] {
  if (format === undefined) throw new Error("a WAV file whose `data` comes before its `fmt `");
  const { channels, rate } = format;
  const bytes = length === 0 ? file.length - at : Math.min(length, file.length - at);
  const frames = Math.floor(bytes / (2 * channels));
  return Array.from({ length: channels }, (_, channel) => ({
    rate,
    samples: Int16Array.from({ length: frames }, (_, frame) => file.readInt16LE(at + 2 * (frame * channels + channel))),
  }));
}
