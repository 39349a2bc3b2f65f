/* eslint-disable @typescript-eslint/no-non-null-assertion -- indexes that a loop over the same array gives */
/** One channel of sound: 16-bit samples. Telephone audio has 8,000 of them a second. */
export interface Sound {
  /** Samples per second. */
  readonly rate: number;
  readonly samples: Int16Array;
}

/** The rate of telephone audio (G.711), and of every sound that this folder makes. */
export const TELEPHONE_RATE = 8000;

export function durationMs({ samples, rate }: Sound): number {
  return (samples.length / rate) * 1000;
}

export function silence(ms: number, rate = TELEPHONE_RATE): Sound {
  return { rate, samples: new Int16Array(Math.round((ms / 1000) * rate)) };
}

/**
 * A sine wave.
 *
 * @param hz frequency, below half the rate
 * @param ms length
 * @param level loudness of the peak in dB below full scale; -12 is loud speech on a telephone
 */
export function tone(hz: number, ms: number, level = -12, rate = TELEPHONE_RATE): Sound {
  const peak = 32_767 * 10 ** (level / 20);
  const samples = Int16Array.from({ length: Math.round((ms / 1000) * rate) }, (_, at) =>
    Math.round(peak * Math.sin((2 * Math.PI * hz * at) / rate)),
  );
  return { rate, samples };
}

/** One after the other. All must have the same rate. */
export function concat(...sounds: readonly Sound[]): Sound {
  const rate = commonRate(sounds);
  const samples = new Int16Array(sounds.reduce((length, sound) => length + sound.samples.length, 0));
  let at = 0;
  for (const sound of sounds) {
    samples.set(sound.samples, at);
    at += sound.samples.length;
  }
  return { rate, samples };
}

/** All at once, as long as the longest; what is too loud is cut off at full scale. */
export function mix(...sounds: readonly Sound[]): Sound {
  const rate = commonRate(sounds);
  const sum = new Float64Array(Math.max(0, ...sounds.map(({ samples }) => samples.length)));
  for (const { samples } of sounds) samples.forEach((sample, at) => (sum[at]! += sample));
  return { rate, samples: Int16Array.from(sum, clipped) };
}

/** Louder or, below 0 dB, quieter. */
export function amplify({ rate, samples }: Sound, decibels: number): Sound {
  const factor = 10 ** (decibels / 20);
  return { rate, samples: samples.map((sample) => clipped(sample * factor)) };
}

/** The part from one time to another, in ms from the start; what lies outside the sound is left out. */
export function slice({ rate, samples }: Sound, fromMs: number, toMs = Infinity): Sound {
  const at = (ms: number) => Math.max(0, Math.min(samples.length, Math.round((ms / 1000) * rate)));
  return { rate, samples: samples.subarray(at(fromMs), at(toMs)) };
}

/**
 * Another number of samples per second: windowed sinc, which also removes what the lower rate cannot carry.
 * Speech synthesisers give 22,050; the telephone takes 8,000.
 */
export function resample({ rate, samples }: Sound, to: number = TELEPHONE_RATE): Sound {
  if (rate === to) return { rate, samples };
  const lobes = 16;
  // Relative to the sound's own rate: half of the lower of both rates, a little less for the filter's slope.
  const cutoff = 0.95 * Math.min(1, to / rate);
  const reach = Math.ceil(lobes / cutoff);
  const filter = (distance: number) => {
    const x = Math.PI * distance * cutoff;
    if (Math.abs(distance) >= reach) return 0;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / reach);
    return cutoff * window * (x === 0 ? 1 : Math.sin(x) / x);
  };
  // An output sample lies some part of a sample after an input sample; few such parts occur.
  const weights = new Map<number, Float64Array>();
  const weightsFor = (part: number) => {
    const made =
      weights.get(part) ?? Float64Array.from({ length: 2 * reach + 1 }, (_, tap) => filter(tap - reach - part / to));
    weights.set(part, made);
    return made;
  };
  const out = Int16Array.from({ length: Math.round((samples.length * to) / rate) }, (_, at) => {
    const centre = Math.floor((at * rate) / to);
    const sum = weightsFor((at * rate) % to).reduce(
      (total, weight, tap) => total + weight * (samples[centre + tap - reach] ?? 0),
      0,
    );
    return clipped(sum);
  });
  return { rate: to, samples: out };
}

function clipped(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample)));
}

function commonRate(sounds: readonly Sound[]): number {
  const rates = new Set(sounds.map(({ rate }) => rate));
  if (rates.size > 1) throw new Error(`sounds of different rates: ${[...rates].join(", ")}; resample() them first`);
  return sounds[0]?.rate ?? TELEPHONE_RATE;
}
