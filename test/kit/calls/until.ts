import { setTimeout as pause } from "node:timers/promises";

/**
 * Asks until the answer is something (not undefined, null or false), and returns it.
 *
 * @throws Error saying what was waited for, with the last answer or error, when the time is over.
 */
export async function until<T>(
  what: string,
  withinMs: number,
  ask: () => T | Promise<T>,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    let last: unknown;
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false)
        return answer as Exclude<T, undefined | null | false>;
      last = answer;
    } catch (thrown) {
      last = thrown;
    }
    if (Date.now() > deadline) throw new Error(`waited ${withinMs / 1000} s in vain: ${what} (${String(last)})`);
    await pause(200);
  }
}
