import { setTimeout as sleep } from "node:timers/promises";

/** How often and how long a remote call is tried. All times are milliseconds. */
export interface RetryPolicy {
  /** Attempts in total, the first one included. */
  attempts: number;
  /** Budget of one attempt. An attempt that takes longer is aborted through its signal. */
  perAttempt: number;
  /** Budget of all attempts together with the waits between them. */
  total: number;
  /** Upper bound of the first wait; it doubles with each further one. */
  firstDelay: number;
  /** Upper bound of any wait, except one that the server asked for. */
  longestDelay: number;
}

/** What an attempt is told. */
export interface Attempt {
  /** 1 for the first. */
  number: number;
  /** Aborted when the attempt's own budget, the whole budget or the caller's patience ends. */
  signal: AbortSignal;
}

/** What to do about a failed attempt: give up, or try again, not before `after` milliseconds (`Retry-After`). */
export type Verdict = "give up" | { after?: number };

export interface RetryOptions {
  policy: RetryPolicy;
  /** Decides from what an attempt threw. Called for the last attempt as well, so it must not have effects. */
  judge: (thrown: unknown) => Verdict;
  /** The caller's own reason to stop: no attempt starts and no wait goes on after it. */
  signal?: AbortSignal;
  /** Told before each wait, for a progress line. */
  onRetry?: (thrown: unknown, nextAttempt: number, wait: number) => void;
  /** For tests: a number in [0, 1), and a wait. */
  random?: () => number;
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Runs `work` until it succeeds, `judge` gives up, or a bound is reached; then throws what the last attempt threw.
 *
 * Waits are jittered over their whole range, because ten bridges that fail together must not come back together. A
 * `Retry-After` is a lower bound; one that does not fit the remaining budget ends the attempts at once instead of
 * coming back too early.
 *
 * @example
 * await retry(({ signal }) => api.get("/v1/agents", { signal }), { policy, judge: (e) => (isBusy(e) ? {} : "give up") });
 */
export async function retry<T>(work: (attempt: Attempt) => Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, judge, onRetry, random = Math.random, wait = defaultWait } = options;
  const ends = Date.now() + policy.total;
  const budget = withCaller(AbortSignal.timeout(policy.total), options.signal);
  for (let number = 1; ; number++) {
    options.signal?.throwIfAborted();
    try {
      return await work({ number, signal: AbortSignal.any([budget, AbortSignal.timeout(policy.perAttempt)]) });
    } catch (thrown) {
      const verdict = judge(thrown);
      if (verdict === "give up" || number >= policy.attempts || budget.aborted) throw thrown;
      const pause = delay(policy, number, verdict.after, random());
      if (pause >= ends - Date.now()) throw thrown;
      onRetry?.(thrown, number + 1, pause);
      await wait(pause, budget).catch(() => {
        throw thrown;
      });
    }
  }
}

/** The wait after attempt `number`: anywhere up to the doubling bound, on top of what the server asked for. */
export function delay(policy: RetryPolicy, number: number, after: number | undefined, random: number): number {
  const bound = Math.min(policy.longestDelay, policy.firstDelay * 2 ** (number - 1));
  return Math.round((after ?? 0) + random * bound);
}

/**
 * `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110 §10.2.3); `undefined` where it is absent or unreadable.
 *
 * @example
 * retryAfter("2") // 2000
 */
export function retryAfter(header: unknown, now = Date.now()): number | undefined {
  if (typeof header !== "string" || header.trim() === "") return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function withCaller(signal: AbortSignal, caller: AbortSignal | undefined): AbortSignal {
  return caller === undefined ? signal : AbortSignal.any([signal, caller]);
}

async function defaultWait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}
