/* eslint-disable @typescript-eslint/no-non-null-assertion -- indexes that a loop over the same array gives */
import { BANDS, bands, DEPTH, trimmed } from "./bands";
import type { Sound } from "./sound";

/** One row of a sound: where its energy lies, as a vector with mean 0 and length 1, and whether there is any. */
interface Row {
  shape: Float32Array;
  silent: boolean;
}

/** What a row costs that is in one sound only: words left out or put in … */
const ODD_ROW = 0.5;
/** … and silence put in, which is what a late packet becomes. */
const ODD_SILENCE = 0.02;
/** A row that is silent in one sound only. */
const HALF_SILENT = 0.8;
/** So many dB above what is not compared is sound. */
const SILENT = 8;

/**
 * How far a known utterance is from the nearest part of a recording: 0 for the same samples, about 0.05 to 0.13 through the
 * calls of a machine that is too busy to send every packet in time, 0.1 and more for other words. Sounds may be stretched,
 * interrupted and lack pieces (dynamic time warping), unlike with {@link findUtterance}.
 */
export function wordingDistance(utterance: Sound, recording: Sound): number {
  if (utterance.rate !== recording.rate) throw new Error("utterance and recording have different rates");
  const wanted = rowsOf(trimmed(utterance));
  const heard = rowsOf(recording);
  if (wanted.length === 0) throw new Error("the utterance is silent");
  // The cheapest way to fit the rows so far into the recording up to each of its rows; it may begin anywhere.
  let costs = new Float64Array(heard.length + 1);
  wanted.forEach((want, at) => {
    const next = new Float64Array(heard.length + 1);
    next[0] = (at + 1) * ODD_ROW;
    heard.forEach((row, j) => {
      const same = costs[j]! + difference(want, row);
      const more = next[j]! + (row.silent ? ODD_SILENCE : ODD_ROW);
      const less = costs[j + 1]! + ODD_ROW;
      next[j + 1] = Math.min(same, more, less);
    });
    costs = next;
  });
  return Math.min(...costs) / wanted.length;
}

/**
 * Which of several utterances a recording holds, judged against each other: the nearest, if it is clearly nearer than the
 * next. Among many names it tells the right one where {@link findUtterance} finds the audio too broken to be sure.
 *
 * @param recording the part to look in; a minute of it takes a second or two
 */
export function likeliest<Name extends string>(
  utterances: Readonly<Record<Name, Sound>>,
  recording: Sound,
  { furthest = 0.2, lead = 0.02 }: { furthest?: number; lead?: number } = {},
): Name | undefined {
  const names = Object.keys(utterances) as Name[];
  const [best, next] = names
    .map((name) => ({ name, distance: wordingDistance(utterances[name], recording) }))
    .sort((a, b) => a.distance - b.distance);
  if (best === undefined || best.distance > furthest) return undefined;
  return next === undefined || next.distance - best.distance >= lead ? best.name : undefined;
}

function rowsOf(sound: Sound): Row[] {
  const rows = bands(sound);
  let loudest = 0;
  for (const row of rows) for (const value of row) loudest = Math.max(loudest, value);
  return rows.map((row) => {
    const depths = row.map((value) => Math.max(0, value - loudest + DEPTH));
    const mean = depths.reduce((sum, value) => sum + value, 0) / BANDS;
    const squares = depths.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const scale = squares > 1e-6 ? 1 / Math.sqrt(squares) : 0;
    return { shape: depths.map((value) => (value - mean) * scale), silent: Math.max(...depths) < SILENT };
  });
}

function difference(a: Row, b: Row): number {
  if (a.silent || b.silent) return a.silent === b.silent ? 0 : HALF_SILENT;
  let product = 0;
  for (let band = 0; band < BANDS; band++) product += a.shape[band]! * b.shape[band]!;
  return 1 - product;
}
