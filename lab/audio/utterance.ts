/* eslint-disable @typescript-eslint/no-non-null-assertion -- indexes that a loop over the same array gives */
import { BANDS, bands, DEPTH, HOP_MS, trimmed } from "./bands";
import type { Sound } from "./sound";

/** How well a known utterance was found in a recording. Correlations: 1 is the same sound, 0 an unrelated one. */
export interface Match {
  /** Over the whole utterance, at the place where it fits best. */
  score: number;
  /**
   * Over the 300 ms that fit worst. A wrong name in a right sentence changes the score little and this a lot, so this is
   * what tells "Hello Maria, …" from "Hello Noah, …".
   */
  weakest: number;
  /** Where it starts, in ms from the start of the recording. */
  startMs: number;
}

/**
 * The same words of the same voice have at least this `weakest`: 0.94 to 0.99 was measured through µ-law, at another volume
 * and with faint noise, and at most 0.84 with a name that differs in one sound (Maria and Marie).
 */
export const SAME_WORDS = 0.88;

/**
 * Looks for a known utterance (what a synthesiser says to a known text) in a recording of a call. What is compared are
 * loudnesses in 22 frequency bands over time, so that codec, volume and a shift by part of a sample do not matter.
 *
 * @returns undefined when the recording is shorter than the utterance, or one of both is silent
 */
export function findUtterance(utterance: Sound, recording: Sound): Match | undefined {
  if (utterance.rate !== recording.rate) throw new Error("utterance and recording have different rates");
  const wanted = bands(trimmed(utterance));
  const heard = bands(recording);
  if (wanted.length === 0 || heard.length < wanted.length) return undefined;
  // Every third row finds the place, because the rows overlap; all rows judge it.
  const third = (rows: readonly Float32Array[]) => rows.filter((_, at) => at % COARSE === 0);
  const place = bestFit(third(wanted), third(heard)).at * COARSE;
  const best = bestFit(wanted, heard, place - COARSE, place + COARSE);
  if (best.score === 0) return undefined;
  return { score: best.score, weakest: weakestPart(wanted, heard, best.at), startMs: best.at * HOP_MS };
}

/** Whether these words were said, see {@link SAME_WORDS}. */
export function wasSaid(utterance: Sound, recording: Sound): boolean {
  return (findUtterance(utterance, recording)?.weakest ?? 0) >= SAME_WORDS;
}

const COARSE = 3;
const PART = 30;

/** `length` rows as one vector, cut off {@link DEPTH} below the loudest, with mean 0 and length 1 (all 0 when there is nothing to compare). */
function normalised(rows: readonly Float32Array[], from: number, length: number, loudest?: number): Float32Array {
  const vector = new Float32Array(length * BANDS);
  const peak = loudest ?? loudestOf(rows, from, length);
  let sum = 0;
  for (let row = 0; row < length; row++)
    for (let band = 0; band < BANDS; band++) {
      const value = Math.max(0, rows[from + row]![band]! - peak + DEPTH);
      vector[row * BANDS + band] = value;
      sum += value;
    }
  const mean = sum / vector.length;
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += (vector[i]! -= mean) ** 2;
  const scale = squares > 1e-6 ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < vector.length; i++) vector[i]! *= scale;
  return vector;
}

function loudestOf(rows: readonly Float32Array[], from: number, length: number): number {
  let peak = -Infinity;
  for (let row = from; row < from + length; row++) for (const value of rows[row]!) if (value > peak) peak = value;
  return peak;
}

/** Where rows fit best into others, of the places from `first` to `last`; a score of 0 when nowhere. */
function bestFit(
  wanted: readonly Float32Array[],
  heard: readonly Float32Array[],
  first = 0,
  last = heard.length,
): { at: number; score: number } {
  const pattern = normalised(wanted, 0, wanted.length);
  let best = { at: 0, score: 0 };
  for (let at = Math.max(0, first); at <= Math.min(last, heard.length - wanted.length); at++) {
    const score = correlation(pattern, normalised(heard, at, wanted.length));
    if (score > best.score) best = { at, score };
  }
  return best;
}

function correlation(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The worst of all parts of 300 ms, each allowed to lie 30 ms off: a jitter buffer stretches and shrinks. */
function weakestPart(wanted: readonly Float32Array[], heard: readonly Float32Array[], at: number): number {
  const slip = 3;
  const part = Math.min(PART, wanted.length);
  const peaks = { wanted: loudestOf(wanted, 0, wanted.length), heard: loudestOf(heard, at, wanted.length) };
  let weakest = 1;
  for (let from = 0; from + part <= wanted.length; from += 5) {
    const pattern = normalised(wanted, from, part, peaks.wanted);
    // A pause between two words: nothing to compare.
    if (pattern.every((value) => value === 0)) continue;
    let best = -1;
    for (let start = Math.max(0, at + from - slip); start <= at + from + slip; start++) {
      if (start + part > heard.length) break;
      best = Math.max(best, correlation(pattern, normalised(heard, start, part, peaks.heard)));
    }
    weakest = Math.min(weakest, best);
  }
  return weakest;
}
