import { setTimeout as sleep } from "node:timers/promises";

/** What a wait asks for the time; tests give their own. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

export const systemClock: Clock = { now: () => Date.now(), sleep: (milliseconds) => sleep(milliseconds) };

export interface PollOptions<Seen> {
  done: (seen: Seen) => boolean;
  /** How long to look again. */
  seconds: number;
  /** Between two looks. */
  everySeconds: number;
  /** A progress line, after a look that was not the last. */
  tell: (seen: Seen, waitedSeconds: number) => void;
  /** Between two progress lines. */
  tellEverySeconds?: number;
  /** Before the first progress line, for what mostly comes at once. */
  quietSeconds?: number;
  clock?: Clock;
}

export interface Polled<Seen> {
  /** What was seen last. */
  seen: Seen;
  /** False: the time was up before it was done. */
  done: boolean;
  waitedSeconds: number;
}

/**
 * Looks again and again until what it sees will do, or the time is up. Looks at least once.
 *
 * @param look is told how many seconds are left, for a look that waits by itself.
 * @example
 * const { done } = await poll(() => isLoaded(), { done: Boolean, seconds: 180, everySeconds: 1, tell: () => report("waiting") });
 */
export async function poll<Seen>(
  look: (secondsLeft: number) => Promise<Seen>,
  options: PollOptions<Seen>,
): Promise<Polled<Seen>> {
  const { seconds, everySeconds, tell, tellEverySeconds = 10, quietSeconds = 0, clock = systemClock } = options;
  const started = clock.now();
  const passed = (): number => (clock.now() - started) / 1000;
  let nextWord = quietSeconds;
  for (;;) {
    const seen = await look(Math.max(0, seconds - passed()));
    const waitedSeconds = Math.round(passed());
    const done = options.done(seen);
    if (done || waitedSeconds >= seconds) return { seen, done, waitedSeconds };
    if (waitedSeconds >= nextWord) {
      tell(seen, waitedSeconds);
      nextWord = waitedSeconds + tellEverySeconds;
    }
    await clock.sleep(everySeconds * 1000);
  }
}
