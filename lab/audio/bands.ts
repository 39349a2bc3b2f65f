/* eslint-disable @typescript-eslint/no-non-null-assertion -- indexes that a loop over the same array gives */
import { slice, type Sound } from "./sound";
import { powerSpectrum } from "./spectrum";

export const HOP_MS = 10;
export const BANDS = 22;
/** What is so many dB below the loudest is not compared: there the codec's noise is. */
export const DEPTH = 45;
const SIZE = 256;

/** Loudness in dB per band, one row every 10 ms. */
export function bands({ samples, rate }: Sound): Float32Array[] {
  const hop = (rate * HOP_MS) / 1000;
  const edges = bandEdges(rate);
  const rows = Math.max(0, Math.floor((samples.length - SIZE) / hop) + 1);
  return Array.from({ length: rows }, (_, row) => {
    const spectrum = powerSpectrum(samples, row * hop, SIZE);
    return Float32Array.from({ length: BANDS }, (_, band) => {
      let power = 1;
      for (let bin = edges[band]!; bin < edges[band + 1]!; bin++) power += spectrum[bin]!;
      return 10 * Math.log10(power);
    });
  });
}

/** Bands as the ear has them: narrow below, wide above, from 150 to 3,500 Hz (what a telephone carries). */
function bandEdges(rate: number): number[] {
  const mel = (hz: number) => 2595 * Math.log10(1 + hz / 700);
  const hz = (mels: number) => 700 * (10 ** (mels / 2595) - 1);
  const [low, high] = [mel(150), mel(3500)];
  const edges: number[] = [];
  for (let i = 0; i <= BANDS; i++) {
    const bin = Math.round((hz(low + ((high - low) * i) / BANDS) * SIZE) / rate);
    edges.push(Math.max(bin, (edges.at(-1) ?? 0) + 1));
  }
  return edges;
}

/** Without the silence before and after. */
export function trimmed(sound: Sound): Sound {
  const loud = (sample: number) => Math.abs(sample) > 150;
  const { samples, rate } = sound;
  const first = samples.findIndex(loud);
  if (first < 0) return { rate, samples: new Int16Array() };
  const last = samples.findLastIndex(loud);
  return slice(sound, (first / rate) * 1000, ((last + 1) / rate) * 1000);
}
