import type { Sound } from "../../lab/audio";

/** What Asterisk's AMD application says of a customer, and after how much of his voice. */
export interface Verdict {
  status: "HUMAN" | "MACHINE" | "NOTSURE";
  cause: "HUMAN" | "INITIALSILENCE" | "LONGGREETING" | "MAXWORDS" | "TOOLONG";
  ms: number;
}

/** VICIdial's arguments at 8369, `AMD(2000,2000,1000,5000,120,50,4,256)` (docs/facts/vicidial.md#amd). Times in ms. */
const LIMITS = {
  initialSilence: 2000,
  greeting: 2000,
  afterGreeting: 1000,
  total: 5000,
  wordLength: 120,
  betweenWords: 50,
  words: 4,
  loudness: 256,
};
const FRAME_MS = 20;

/**
 * AMD's own rules over a recording, from `fromMs` on. `haste` says how much faster than the voice its clock for the total time
 * runs: 1 when every packet comes in time, up to 2 when they come in bursts, because the wait for each burst counts as well.
 */
export function amdVerdict({ samples, rate }: Sound, fromMs: number, haste = 1): Verdict {
  const size = (rate * FRAME_MS) / 1000;
  let [silence, voice, unbroken, words] = [0, 0, 0, 0];
  let [inWord, greeted] = [true, false];
  for (let ms = FRAME_MS; ; ms += FRAME_MS) {
    if (ms * haste >= LIMITS.total) return { status: "NOTSURE", cause: "TOOLONG", ms };
    const at = ((fromMs + ms) / FRAME_MS - 1) * size;
    if (loudness(samples.subarray(at, at + size)) < LIMITS.loudness) {
      silence += FRAME_MS;
      if (silence >= LIMITS.betweenWords) [inWord, unbroken] = [false, 0];
      if (!greeted && silence >= LIMITS.initialSilence) return { status: "MACHINE", cause: "INITIALSILENCE", ms };
      if (greeted && silence >= LIMITS.afterGreeting) return { status: "HUMAN", cause: "HUMAN", ms };
    } else {
      [silence, unbroken, voice] = [0, unbroken + FRAME_MS, voice + FRAME_MS];
      if (unbroken >= LIMITS.wordLength && !inWord) [inWord, words] = [true, words + 1];
      if (words > LIMITS.words) return { status: "MACHINE", cause: "MAXWORDS", ms };
      if (greeted && voice >= LIMITS.greeting) return { status: "MACHINE", cause: "LONGGREETING", ms };
      greeted ||= unbroken >= LIMITS.wordLength;
    }
  }
}

/** Mean amplitude; of what is no longer recorded, silence. */
function loudness(samples: Int16Array): number {
  return samples.length === 0 ? 0 : samples.reduce((sum, sample) => sum + Math.abs(sample), 0) / samples.length;
}
