import fc from "fast-check";
import { delay, retry, retryAfter, type RetryPolicy, type Verdict } from "./retry";

const policy: RetryPolicy = { attempts: 4, perAttempt: 5_000, total: 60_000, firstDelay: 200, longestDelay: 1_000 };
const again = (): Verdict => ({});
const noWait = (): Promise<void> => Promise.resolve();

function failing(times: number): { work: () => Promise<string>; calls: () => number } {
  let calls = 0;
  const work = (): Promise<string> =>
    ++calls <= times ? Promise.reject(new Error(`failure ${calls}`)) : Promise.resolve("done");
  return { work, calls: () => calls };
}

describe("retry", () => {
  it("comes back until the work succeeds", async () => {
    const { work, calls } = failing(3);
    await expect(retry(work, { policy, judge: again, wait: noWait })).resolves.toBe("done");
    expect(calls()).toBe(4);
  });

  it("throws what the last attempt threw when the attempts are used up", async () => {
    const { work, calls } = failing(9);
    await expect(retry(work, { policy, judge: again, wait: noWait })).rejects.toThrow("failure 4");
    expect(calls()).toBe(4);
  });

  it("does not repeat what the judge gives up on", async () => {
    const { work, calls } = failing(9);
    await expect(retry(work, { policy, judge: () => "give up", wait: noWait })).rejects.toThrow("failure 1");
    expect(calls()).toBe(1);
  });

  it("waits at least as long as the server asked for", async () => {
    const waits: number[] = [];
    const { work } = failing(1);
    const wait = (milliseconds: number): Promise<void> => (waits.push(milliseconds), Promise.resolve());
    await retry(work, { policy, judge: () => ({ after: 3_000 }), wait, random: () => 0 });
    expect(waits).toEqual([3_000]);
  });

  it("gives up at once when the server asks for more than the budget", async () => {
    const { work, calls } = failing(9);
    await expect(retry(work, { policy, judge: () => ({ after: 60_001 }), wait: noWait })).rejects.toThrow("failure 1");
    expect(calls()).toBe(1);
  });

  it("aborts an attempt that outlives its own budget, and tries again", async () => {
    let calls = 0;
    const work = ({ signal }: { signal: AbortSignal }): Promise<string> =>
      ++calls === 2
        ? Promise.resolve("done")
        : new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    await expect(retry(work, { policy: { ...policy, perAttempt: 5 }, judge: again, wait: noWait })).resolves.toBe(
      "done",
    );
  });

  it("stops waiting when the caller does", async () => {
    const caller = new AbortController();
    const { work, calls } = failing(9);
    const slow = { ...policy, firstDelay: 30_000, longestDelay: 30_000 };
    const options = {
      policy: slow,
      judge: again,
      signal: caller.signal,
      random: () => 0.9,
      onRetry: () => caller.abort(),
    };
    await expect(retry(work, options)).rejects.toThrow("failure 1");
    expect(calls()).toBe(1);
  });
});

describe("delay", () => {
  it("lies between what the server asked for and the doubling bound", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.nat(10_000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, after, random) => {
          const pause = delay(policy, n, after, random);
          return (
            pause >= after && pause <= after + policy.longestDelay && pause <= after + policy.firstDelay * 2 ** (n - 1)
          );
        },
      ),
    );
  });
});

describe("retryAfter", () => {
  const now = Date.parse("2026-05-05T10:00:00Z");
  it.each([
    ["2", 2_000],
    [" 0 ", 0],
    ["Tue, 05 May 2026 10:00:07 GMT", 7_000],
    ["Tue, 05 May 2026 09:00:00 GMT", 0],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("reads %p as %p", (header, milliseconds) => expect(retryAfter(header, now)).toBe(milliseconds));
});
