import { shorterTraces } from "../../providers/dynamic/traces";

/** As the SDK takes it: with a limit of its own. */
function trace(): string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Infinity;
  const lines = new Error("here").stack?.split("\n").slice(1) ?? [];
  Error.stackTraceLimit = stackTraceLimit;
  return lines;
}

/** Called by Node itself, as a program is by its loader. */
function fromNode<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => setImmediate(() => resolve(work())));
}

function shortTrace(): string[] {
  const end = shorterTraces();
  try {
    return trace();
  } finally {
    end();
  }
}

test("a trace begins where it is taken and ends where Node began; afterwards all is as before", async () => {
  const before = [Error.stackTraceLimit, Reflect.get(Error, "prepareStackTrace") as unknown];
  const short = await fromNode(shortTrace);
  expect(short[0]).toMatch(/at trace .*traces\.unit\.test\.ts:/);
  expect(short).toHaveLength(3);
  expect(short.filter((line) => line.includes("node:"))).toEqual([]);
  expect([Error.stackTraceLimit, Reflect.get(Error, "prepareStackTrace") as unknown]).toEqual(before);
  expect(await fromNode(trace)).toContainEqual(expect.stringContaining("node:"));
});

test("other errors that are made meanwhile have no trace at all", () => {
  const end = shorterTraces();
  const { stack } = new Error("here");
  end();
  expect(stack).toBe("Error: here");
});
