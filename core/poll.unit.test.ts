import { poll, systemClock, type Clock } from "./poll";

/** A clock that only a sleep moves, and looks that take time themselves. */
class TestClock implements Clock {
  seconds = 0;
  readonly slept: number[] = [];
  now(): number {
    return 1_000_000 + this.seconds * 1000;
  }
  sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
    this.seconds += milliseconds / 1000;
    return Promise.resolve();
  }
}

/** Polls until the clock shows `at`; answers how it ended and what was told. */
async function untilClock(at: number, more: { seconds: number; everySeconds?: number; quietSeconds?: number }) {
  const clock = new TestClock();
  const told: number[] = [];
  const lefts: number[] = [];
  const polled = await poll(
    (left) => {
      lefts.push(left);
      return Promise.resolve(clock.seconds);
    },
    { everySeconds: 1, ...more, done: (seen) => seen >= at, tell: (_seen, waited) => told.push(waited), clock },
  );
  return { polled, told, lefts, slept: clock.slept };
}

test("what is there at the first look costs no wait and no word", async () => {
  const { polled, told, slept } = await untilClock(0, { seconds: 180 });
  expect(polled).toEqual({ seen: 0, done: true, waitedSeconds: 0 });
  expect(told).toEqual([]);
  expect(slept).toEqual([]);
});

test("it looks as often as it should, and says so at once and then every ten seconds", async () => {
  const { polled, told, slept } = await untilClock(25, { seconds: 180, everySeconds: 0.5 });
  expect(polled).toEqual({ seen: 25, done: true, waitedSeconds: 25 });
  expect(told).toEqual([0, 10, 20]);
  expect(new Set(slept)).toEqual(new Set([500]));
});

test("a quiet wait says its first word late", async () => {
  expect((await untilClock(25, { seconds: 180, quietSeconds: 10 })).told).toEqual([10, 20]);
});

test("when the time is up it answers what it saw last", async () => {
  const { polled, lefts } = await untilClock(60, { seconds: 3 });
  expect(polled).toEqual({ seen: 3, done: false, waitedSeconds: 3 });
  expect(lefts).toEqual([3, 2, 1, 0]);
});

test("no time at all is one look", async () => {
  const { polled, slept, told } = await untilClock(1, { seconds: 0 });
  expect(polled).toEqual({ seen: 0, done: false, waitedSeconds: 0 });
  expect([...slept, ...told]).toEqual([]);
});

test("a look that fails ends the wait with its own error", async () => {
  const options = { done: () => false, seconds: 9, everySeconds: 1, tell: () => undefined, clock: new TestClock() };
  await expect(poll(() => Promise.reject(new Error("no connection")), options)).rejects.toThrow("no connection");
});

test("the system's clock moves on while it sleeps", async () => {
  const before = systemClock.now();
  await systemClock.sleep(20);
  expect(systemClock.now()).toBeGreaterThan(before);
});
