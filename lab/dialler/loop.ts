import { messageOf } from "../../core/refusal";
import type { Log } from "../../core/log";

/** Work that repeats until it is closed. */
export interface Loop {
  /** Waits for the turn that runs, then no other follows. */
  close(): Promise<void>;
}

/** Failed turns are tried again ever more slowly, up to this many milliseconds. */
const slowest = 10_000;

/**
 * Runs `turn` again and again, `pause` milliseconds after the one before ended: turns never overlap, as in VICIdial's
 * programs, which sleep between two rounds. A turn that throws is logged and tried again; the daemon outlives its database.
 */
export function loop(name: string, pause: number, turn: (count: number) => Promise<void>, log: Log): Loop {
  let closed = false;
  let wake: () => void = () => undefined;
  const sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const running = (async () => {
    let failures = 0;
    for (let count = 1; !isClosed(); count++) {
      try {
        await turn(count);
        failures = 0;
      } catch (thrown) {
        failures++;
        log("turn failed", { loop: name, failures, reason: messageOf(thrown) });
      }
      if (!isClosed()) await sleep(failures === 0 ? pause : Math.max(pause, Math.min(slowest, 250 * 2 ** failures)));
    }
  })();
  // A function, because the compiler would take `closed` for constant inside the loop.
  function isClosed(): boolean {
    return closed;
  }
  return {
    async close() {
      closed = true;
      wake();
      await running;
    },
  };
}
