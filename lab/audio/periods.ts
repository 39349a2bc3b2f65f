/* eslint-disable @typescript-eslint/no-non-null-assertion -- indexes that a loop over the same array gives */
import { slice, type Sound } from "./sound";
import { dominantFrequency, powerSpectrum } from "./spectrum";

/** A stretch of sound between silences. Times in ms from the start of the recording. */
export type Period =
  | { startMs: number; endMs: number; kind: "speech" }
  /** A single frequency, in Hz. */
  | { startMs: number; endMs: number; kind: "tone"; hz: number };

export interface Hearing {
  /** What is quieter counts as silence, in dB below full scale (root mean square of 20 ms). Default -46. */
  threshold?: number;
  /** A pause of at most so many ms does not end a period: people breathe. Default 250. */
  pauseMs?: number;
  /** A sound of less than so many ms is a click. Default 60. */
  shortestMs?: number;
}

const FRAME_MS = 20;
/** A tone this long, in ms, is a tone; vowels hold still for less. */
const SHORTEST_TONE_MS = 120;

/** Who spoke when, in one direction of a call: periods of speech and of tones, in order. */
export function periods(sound: Sound, hearing: Hearing = {}): Period[] {
  const { threshold = -46, pauseMs = 250, shortestMs = 60 } = hearing;
  const frames = labels(sound, threshold);
  const runs: Period[] = [];
  for (let at = 0; at < frames.length;) {
    const frame = frames[at]!;
    if (frame === "silence") {
      at++;
      continue;
    }
    const end = endOfRun(frames, at);
    const toneMs = (end - at) * FRAME_MS;
    const startMs = at * FRAME_MS;
    const last = runs.at(-1);
    if (frame !== "speech" && toneMs >= SHORTEST_TONE_MS) {
      runs.push({ startMs, endMs: end * FRAME_MS, kind: "tone", hz: frame });
    } else if (last?.kind === "speech" && startMs - last.endMs <= pauseMs) {
      last.endMs = end * FRAME_MS;
    } else {
      runs.push({ startMs, endMs: end * FRAME_MS, kind: "speech" });
    }
    at = end;
  }
  return runs
    .filter(({ startMs, endMs }) => endMs - startMs >= shortestMs)
    .filter((run, at, all) => !isEdgeOfTone(run, all[at - 1], all[at + 1]))
    .reduce(joinTones(pauseMs), [])
    .map((run) => (run.kind === "tone" ? { ...run, hz: exactly(sound, run) } : run));
}

/** When the first sound starts, in ms from the start of the recording; undefined when there is none. */
export function firstSoundMs(sound: Sound, hearing: Hearing = {}): number | undefined {
  return periods(sound, hearing)[0]?.startMs;
}

/** The tones of a recording, each with its total time in ms: what a test asks for when every party has its own frequency. */
export function toneTimes(sound: Sound, hearing: Hearing = {}): { hz: number; ms: number }[] {
  const found: { hz: number; ms: number }[] = [];
  for (const period of periods(sound, hearing)) {
    if (period.kind !== "tone") continue;
    const same = found.find(({ hz }) => Math.abs(hz - period.hz) <= SAME_TONE_HZ);
    if (same === undefined) found.push({ hz: period.hz, ms: period.endMs - period.startMs });
    else same.ms += period.endMs - period.startMs;
  }
  return found;
}

type Label = "silence" | "speech" | number;
const SAME_TONE_HZ = 8;

/** What each 20 ms hold: silence, speech, or a tone of about so many Hz. */
function labels({ samples, rate }: Sound, threshold: number): Label[] {
  const size = (rate * FRAME_MS) / 1000;
  const quietest = (32_768 * 10 ** (threshold / 20)) ** 2 * size;
  return Array.from({ length: Math.floor(samples.length / size) }, (_, frame): Label => {
    let energy = 0;
    for (let at = frame * size; at < (frame + 1) * size; at++) energy += samples[at]! ** 2;
    return energy < quietest ? "silence" : toneAt(samples, rate, frame * size + size / 2);
  });
}

/** The frequency around a sample when nearly all energy lies there, else speech. */
function toneAt(samples: Int16Array, rate: number, centre: number): number | "speech" {
  const size = 256;
  const spectrum = powerSpectrum(samples, Math.max(0, Math.round(centre - size / 2)), size);
  let [peak, total] = [0, 0];
  spectrum.forEach((power, bin) => {
    total += power;
    if (power > spectrum[peak]!) peak = bin;
  });
  let [near, weighted] = [0, 0];
  for (let bin = Math.max(0, peak - 2); bin <= Math.min(spectrum.length - 1, peak + 2); bin++) {
    near += spectrum[bin]!;
    weighted += spectrum[bin]! * bin;
  }
  return near / total > 0.93 ? (weighted / near) * (rate / size) : "speech";
}

function endOfRun(frames: readonly Label[], from: number): number {
  const first = frames[from]!;
  let at = from + 1;
  while (at < frames.length && continues(first, frames[at]!)) at++;
  return at;
}

function continues(first: Label, next: Label): boolean {
  return typeof first === "number" && typeof next === "number" ? Math.abs(first - next) < 15 : first === next;
}

/** Where a tone starts or ends within a frame, that frame looks like speech. */
function isEdgeOfTone(run: Period, before?: Period, after?: Period): boolean {
  if (run.kind === "tone" || run.endMs - run.startMs > 4 * FRAME_MS) return false;
  return (
    (before?.kind === "tone" && run.startMs - before.endMs <= FRAME_MS) ||
    (after?.kind === "tone" && after.startMs - run.endMs <= FRAME_MS)
  );
}

/** A tone that a lost packet or the frame's edge cut in two is one. */
function joinTones(pauseMs: number) {
  return (joined: Period[], run: Period): Period[] => {
    const last = joined.at(-1);
    const same =
      last?.kind === "tone" &&
      run.kind === "tone" &&
      Math.abs(last.hz - run.hz) <= SAME_TONE_HZ &&
      run.startMs - last.endMs <= Math.min(pauseMs, 100);
    if (same) last.endMs = run.endMs;
    else joined.push({ ...run });
    return joined;
  };
}

function exactly(sound: Sound, { startMs, endMs }: Period): number {
  const middle = slice(sound, startMs + FRAME_MS, endMs - FRAME_MS);
  return Math.round(dominantFrequency(middle)!.hz);
}
