import { Refusal } from "../../core/refusal";
import { exitCode, parseFlags } from "./commandLine";
import { StepFailure } from "./failure";

const flags = { json: { about: "one JSON object" }, only: { about: "one part", values: ["unit", "real"] } } as const;
const parse = (...args: string[]) => ({ ...parseFlags("npm start", args, flags) });

test("switches and options are understood", () => {
  expect(parse()).toEqual({});
  expect(parse("--json")).toEqual({ json: true });
  expect(parse("--only", "unit")).toEqual({ only: "unit" });
  expect(parse("--only=real", "--json")).toEqual({ only: "real", json: true });
});

test.each([
  [["--jsn"], /Unknown option '--jsn'\./],
  [["json"], /Unexpected argument 'json'/],
  [["--json=yes"], /'--json' does not take an argument/],
  [["--only"], /'--only <value>' argument missing/],
  [["--only", "units"], /--only "units" is not one of unit, real\./],
])("%j is refused with what is understood", (args, message) => {
  expect(() => parse(...args)).toThrow(message);
  expect(() => parse(...args)).toThrow(/Understood are:\n {2}npm start\n {2}npm start -- --json {3}one JSON object/);
});

describe("exit codes", () => {
  let written: string;
  beforeEach(() => {
    written = "";
    jest.spyOn(process.stderr, "write").mockImplementation((text) => (written += String(text)) !== "");
  });
  afterEach(() => jest.restoreAllMocks());

  test("the work's own", async () => expect(await exitCode(() => Promise.resolve(3))).toBe(3));

  test("what people can mend is told without a stack trace", async () => {
    expect(await exitCode(() => Promise.reject(new StepFailure("It broke.", "Mend it.")))).toBe(1);
    expect(
      await exitCode(() => Promise.reject(new Refusal({ field: "lines", value: 0, rule: "at least 1", fix: "say 1" }))),
    ).toBe(1);
    expect(written).toBe("\nIt broke.\nMend it.\n\n`lines` 0: at least 1. Say 1.\n");
  });

  test("a bug keeps its stack trace", async () => {
    expect(await exitCode(() => Promise.reject(new TypeError("undefined is not a function")))).toBe(1);
    expect(written).toMatch(/TypeError: undefined is not a function\n +at /);
  });
});
