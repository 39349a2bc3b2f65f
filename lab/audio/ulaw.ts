import { TELEPHONE_RATE, type Sound } from "./sound";

/** G.711 µ-law, the codec of the lab's calls (RTP payload type 0): 8 bits a sample. */

/** The byte of silence. */
export const ULAW_SILENCE = 0xff;

const BIAS = 132;
const LOUDEST = 32_635;

export function encodeUlaw({ samples }: Sound): Buffer {
  return Buffer.from(Array.from(samples, encoded));
}

export function decodeUlaw(bytes: Uint8Array): Sound {
  return { rate: TELEPHONE_RATE, samples: Int16Array.from(bytes, decoded) };
}

/** What is left of a sound after the codec. */
export function throughUlaw(sound: Sound): Sound {
  return { rate: sound.rate, samples: decodeUlaw(encodeUlaw(sound)).samples };
}

/** Sign, one of eight segments (each twice as wide as the one before), one of 16 steps; all bits turned over. */
function encoded(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), LOUDEST) + BIAS;
  const segment = Math.floor(Math.log2(magnitude)) - 7;
  const step = (magnitude >> (segment + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | step) & 0xff;
}

function decoded(byte: number): number {
  const bits = ~byte & 0xff;
  const segment = (bits >> 4) & 0x07;
  const magnitude = (((bits & 0x0f) << 3) + BIAS) << segment;
  return bits & 0x80 ? BIAS - magnitude : magnitude - BIAS;
}
