import fc from "fast-check";
import { commandLine, LONGEST_COMMAND_BYTES } from ".";
import { checkedVariable, quoted } from "./command";
import { EnvironmentReader, type AgiEnvironment } from "./environment";
import { LineReader } from "./lines";
import { ReplyReader, type AgiReply } from "./reply";

/** Asterisk's `parse_args` (res_agi.c) in so many words: what it makes of a line of words, quotes and backslashes. */
function parsedByAsterisk(line: string): string[] {
  const words: string[] = [];
  let [quoting, escaped, between] = [false, false, true];
  const add = (character: string) => {
    if (between) words.push("");
    between = false;
    words.push(`${words.pop() ?? ""}${character}`);
  };
  for (const character of line) {
    if (!escaped && character === '"') {
      quoting = !quoting;
      if (quoting && between) add("");
    } else if (!escaped && character === "\\") {
      escaped = true;
      continue;
    } else if (!escaped && !quoting && character === " ") between = true;
    else add(character);
    escaped = false;
  }
  return words;
}

const plain = fc.string({ unit: "binary", maxLength: 60 }).map((text) => text.replace(/[\p{Cc}\u2028\u2029]/gu, ""));

describe("commandLine", () => {
  test("Asterisk reads back exactly the arguments that were given", () => {
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 4 }), (args) => {
        const line = commandLine(LONGEST_COMMAND_BYTES, "SET VARIABLE", args);
        expect(line.endsWith("\n")).toBe(true);
        expect(parsedByAsterisk(line.slice(0, -1))).toEqual(["SET", "VARIABLE", ...args]);
      }),
    );
  });

  test("whatever is asked for, a line is one line within its length, or nothing is sent", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 3 }),
        fc.array(fc.string({ unit: "binary", maxLength: 90 }), { maxLength: 4 }),
        fc.integer({ min: 20, max: 200 }),
        (verb, args, longest) => {
          let line: string;
          try {
            line = commandLine(longest, verb, args);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(RangeError);
            return;
          }
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(longest);
          expect(line.slice(0, -1)).not.toMatch(/[\n\r\0]/);
        },
      ),
    );
  });

  test.each([
    ["a newline", "SET VARIABLE", ["city", "Denver\nEXEC System rm"]],
    ["a NUL", "NOOP", ["a\0b"]],
    ["a C1 control", "NOOP", ["a\u0085b"]],
    ["a verb with a quote", 'NOOP "', []],
    ["a verb with a newline", "NOOP\nEXEC", []],
    ["1,025 bytes", "NOOP", ["é".repeat(509)]],
  ])("refuses %s and quotes nothing of it", (_what, verb, args) => {
    expect(() => commandLine(1024, verb, args)).toThrow(RangeError);
    expect(() => commandLine(1024, verb, args)).not.toThrow(/rm|é/);
  });

  test("1,024 bytes are allowed", () => {
    expect(Buffer.byteLength(commandLine(1024, "NOOP", ["x".repeat(1016)]))).toBe(1024);
  });

  test("a quote and a backslash are escaped", () => expect(quoted('\\"')).toBe('"\\\\\\""'));

  test.each(["city", "_AIBL_city", "__x", "CALLERID(name)", "TIMEOUT(absolute)"])("%s is a variable", (name) => {
    expect(checkedVariable(name)).toBe(name);
  });
  test.each(["", "a b", "${city}", "SHELL(id;ls)", 'a"', "___x", "1a", "a(b", "x".repeat(99)])("%j is none", (name) => {
    expect(() => checkedVariable(name)).toThrow(RangeError);
  });
});

describe("LineReader", () => {
  test("lines are the same however the packets fall", () => {
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 6 }), fc.array(fc.nat(200), { maxLength: 8 }), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
        const reader = new LineReader(1000);
        const read = at.slice(1).flatMap((end, index) => [...reader.read(bytes.subarray(at[index], end))]);
        expect(read).toEqual(bytes.toString().split("\n").slice(0, -1));
      }),
    );
  });

  test("a carriage return before the newline goes; bytes that are not UTF-8 are marked", () => {
    expect([...new LineReader(10).read(Buffer.from([0x61, 0xff, 0x0d, 0x0a]))]).toEqual(["a\ufffd"]);
  });

  test("a line over the limit is refused as it grows, not when it ends", () => {
    const reader = new LineReader(10);
    expect([...reader.read(Buffer.from("0123456789"))]).toEqual([]);
    expect(() => [...reader.read(Buffer.from("x"))]).toThrow("more than 10 bytes");
  });
});

describe("EnvironmentReader", () => {
  const limits = { environmentLines: 6, environmentBytes: 200 };
  function read(...lines: string[]): AgiEnvironment | undefined {
    const reader = new EnvironmentReader(limits);
    return lines.map((line) => reader.read(line)).at(-1);
  }

  test("path, arguments in their order, values with colons", () => {
    const environment = read(
      "agi_network: yes",
      "agi_network_script: lead",
      "agi_request: agi://10.0.0.1:4573/lead",
      "agi_arg_2: city",
      "agi_arg_1: ",
      "",
    )!;
    expect(environment).toMatchObject({ path: "lead", args: ["", "city"] });
    expect(environment.values.get("agi_request")).toBe("agi://10.0.0.1:4573/lead");
  });

  test("names are no properties of objects", () => {
    expect(read("agi_proto__: x", "")!.values.get("__proto__")).toBeUndefined();
  });

  test.each([
    ["another line", ["GET / HTTP/1.1"], "another line"],
    ["a name twice", ["agi_arg_1: a", "agi_arg_1: b"], "agi_arg_1 twice"],
    ["too many lines", Array.from({ length: 7 }, (_, at) => `agi_${at}: 1`), "more than 6 lines"],
    ["too many bytes", [`agi_a: ${"x".repeat(200)}`], "more than 200 bytes"],
  ])("refuses %s", (_what, lines, message) => expect(() => read(...lines)).toThrow(message));
});

describe("ReplyReader", () => {
  const read = (...lines: string[]): (AgiReply | undefined)[] => {
    const reader = new ReplyReader(200);
    return lines.map((line) => reader.read(line));
  };

  test.each<[string, AgiReply]>([
    ["200 result=1", { code: 200, result: "1", data: "" }],
    ["200 result=1 (Salt Lake City)", { code: 200, result: "1", data: "Salt Lake City" }],
    ["200 result=1 (a) (b)", { code: 200, result: "1", data: "a) (b" }],
    ["200 result=1 ()", { code: 200, result: "1", data: "" }],
    ["200 result=-1 (timeout) endpos=3200", { code: 200, result: "-1", data: "timeout" }],
    ["200 result=0 Gosub complete", { code: 200, result: "0", data: "Gosub complete" }],
    ["510 Invalid or unknown command", { code: 510, result: "", data: "Invalid or unknown command" }],
  ])("%s", (line, reply) => expect(read(line)).toEqual([reply]));

  test("a value with a newline", () => {
    expect(read("200 result=1 (one", "two)")).toEqual([undefined, { code: 200, result: "1", data: "one\ntwo" }]);
  });

  test("an announcement is not the answer", () => {
    expect(read("100 result=0 Trying...", "200 result=0")).toMatchObject([undefined, { code: 200 }]);
  });

  test("a usage text", () => {
    expect(
      read(
        "520-Invalid command syntax.  Proper usage follows:",
        "Usage: NOOP",
        "520 End of proper usage.",
        "200 result=1",
      ),
    ).toEqual([undefined, undefined, { code: 520, result: "", data: "" }, { code: 200, result: "1", data: "" }]);
  });

  test.each([
    ["no reply", ["hello"]],
    ["a value without end", ["200 result=1 (", "x".repeat(200)]],
    ["a usage without end", ["520-Usage", "x".repeat(200)]],
  ])("refuses %s", (_what, lines) => expect(() => read(...lines)).toThrow("repl"));
});
