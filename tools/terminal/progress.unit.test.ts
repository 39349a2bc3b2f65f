import { NotToBeHad } from "./failure";
import { progressOn, secondsText } from "./progress";

function screen(isTTY: boolean, columns = 60) {
  const written: string[] = [];
  return { written, isTTY, columns, write: (text: string) => written.push(text) > 0 };
}

test("a step says its start, its end and its time, and gives back the result", async () => {
  const plain = screen(false);
  expect(await progressOn(plain).step("Building", () => Promise.resolve(7))).toBe(7);
  expect(plain.written.join("")).toMatch(/^▸ Building\n✓ Building \(\d\.\d s\)\n$/);
});

test("a failed step says so and passes the error on", async () => {
  const plain = screen(false);
  await expect(progressOn(plain).step("Building", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(plain.written.join("")).toMatch(/✗ Building failed after \d\.\d s\n$/);
});

test("what is not to be had is no failure: its reason is said", async () => {
  const plain = screen(false);
  await expect(
    progressOn(plain).step("Pulling", () => Promise.reject(new NotToBeHad("first\nno such host"))),
  ).rejects.toThrow();
  expect(plain.written.join("")).toMatch(/– Pulling: no such host \(\d\.\d s\)\n$/);
});

describe("while it lasts", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  async function after(milliseconds: number, isTTY: boolean): Promise<string> {
    const shown = screen(isTTY);
    let end: () => void = () => undefined;
    const step = progressOn(shown).step("Building", (detail) => {
      detail(`compiling ${"x".repeat(100)}`);
      return new Promise<void>((resolve) => (end = resolve));
    });
    await jest.advanceTimersByTimeAsync(milliseconds);
    const text = shown.written.join("");
    end();
    await step;
    return text;
  }

  test("a terminal shows the seconds and the last detail on one line that never wraps", async () => {
    const lines = (await after(1_000, true)).split("\r\x1b[K").slice(1);
    expect(lines.length).toBe(5);
    expect(lines.at(-1)).toMatch(/^ {2}Building \d\.\d s compiling x+…$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  test("anything else hears a sign of life every half minute", async () => {
    expect(await after(29_000, false)).toBe("▸ Building\n");
    expect(await after(61_000, false)).toMatch(/still at it after 30\.0 s .*\n.*still at it after 1 min 0 s/);
  });
});

test.each([
  [340, "0.3 s"],
  [12_340, "12.3 s"],
  [210_000, "3 min 30 s"],
])("%d ms is %s", (milliseconds, text) => expect(secondsText(milliseconds)).toBe(text));
