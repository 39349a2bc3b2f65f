/* eslint-disable @typescript-eslint/no-non-null-assertion -- indexes that a loop over the same array gives */
import type { Sound } from "./sound";

/** How strongly one frequency is in a sound, 0 to 1: the share of the sound's energy that a pure tone there explains (Goertzel). */
export function shareOf(hz: number, { samples, rate }: Sound): number {
  const factor = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let [before, last, energy] = [0, 0, 0];
  for (const sample of samples) {
    [before, last] = [last, sample + factor * last - before];
    energy += sample * sample;
  }
  if (energy === 0) return 0;
  const power = last * last + before * before - factor * last * before;
  return Math.min(1, (2 * power) / (samples.length * energy));
}

/**
 * The strongest frequency of a sound in Hz, for a tone accurate to a fraction of 1 Hz, and its share of the energy
 * (see {@link shareOf}: near 1 means a pure tone). Undefined for digital silence.
 */
export function dominantFrequency(sound: Sound): { hz: number; share: number } | undefined {
  const size = 256;
  const total = new Float64Array(size / 2);
  for (let at = 0; at === 0 || at + size <= sound.samples.length; at += size / 2)
    powerSpectrum(sound.samples, at, size).forEach((power, bin) => (total[bin]! += power));
  const strongest = total.indexOf(Math.max(...total));
  if (total[strongest] === 0) return undefined;
  const bin = sound.rate / size;
  // From the grid of the transform to the accuracy that the sound's length allows, in two steps.
  const around = (centre: number, reach: number, step: number) => {
    let best = { hz: centre, share: -1 };
    for (let hz = centre - reach; hz <= centre + reach; hz += step) {
      const share = shareOf(hz, sound);
      if (share > best.share) best = { hz, share };
    }
    return best;
  };
  const step = Math.min(8, sound.rate / sound.samples.length / 2);
  return around(around(strongest * bin, bin, step).hz, step, step / 10);
}

/** Powers of `size` / 2 frequencies, `rate` / `size` Hz apart, of the samples from `at` on (Hann window). `size`: a power of 2. */
export function powerSpectrum(samples: Int16Array, at: number, size: number): Float64Array {
  const window = hann(size);
  const re = Float64Array.from(window, (weight, i) => (samples[at + i] ?? 0) * weight);
  const im = new Float64Array(size);
  transform(re, im);
  return Float64Array.from({ length: size / 2 }, (_, bin) => re[bin]! ** 2 + im[bin]! ** 2);
}

/** Fades each piece in and out, so that its edges are no sound of their own. */
const hann = kept((size) =>
  Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size)),
);

/** cos and -sin of the first half of a circle in `size` steps. */
const circle = kept((size) => ({
  cos: Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size)),
  sin: Float64Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size)),
}));

function kept<T>(make: (size: number) => T): (size: number) => T {
  const made = new Map<number, T>();
  return (size) => {
    const value = made.get(size) ?? make(size);
    made.set(size, value);
    return value;
  };
}

/** The fast Fourier transform (Cooley and Tukey), in place. */
function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  const table = circle(size);
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  for (let length = 2; length <= size; length <<= 1) {
    for (let k = 0; k < length / 2; k++) {
      const [cos, sin] = [table.cos[(k * size) / length]!, table.sin[(k * size) / length]!];
      for (let i = k; i < size; i += length) {
        const j = i + length / 2;
        const [x, y] = [re[j]! * cos - im[j]! * sin, re[j]! * sin + im[j]! * cos];
        [re[j], im[j]] = [re[i]! - x, im[i]! - y];
        [re[i], im[i]] = [re[i]! + x, im[i]! + y];
      }
    }
  }
}
