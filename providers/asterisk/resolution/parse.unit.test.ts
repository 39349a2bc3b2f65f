import fc from "fast-check";
import { aiCarrier, CARRIER_CONTEXT, parseDialplan } from "..";
import { renderDialplan, step } from "../text/dialplanText";
import { aiCarrierArgs, among } from "../../../test/kit/arbitraryPatterns";

test("reads VICIdial's sample carrier", () => {
  const text = [
    "exten => _91999NXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)",
    "exten => _91999NXXXXXX,2,Dial(${SIPTRUNK}/${EXTEN:1},${CAMPDTO},To)",
    "exten => _91999NXXXXXX,3,Hangup",
  ].join("\r\n");
  expect(parseDialplan(text)).toEqual({
    lines: [
      { application: "AGI", data: "agi://127.0.0.1:4577/call_log", line: 1, priority: 1 },
      { application: "Dial", data: "${SIPTRUNK}/${EXTEN:1},${CAMPDTO},To", line: 2, priority: 2 },
      { application: "Hangup", data: "", line: 3, priority: 3 },
    ].map((line) => ({ ...line, context: CARRIER_CONTEXT, extension: "_91999NXXXXXX" })),
    includes: [],
    sections: [],
    problems: [],
    end: { context: CARRIER_CONTEXT, extension: "_91999NXXXXXX", priority: 3 },
  });
});

test("same, n, labels, offsets, comments, caller ids, hints, spaces and other sections", () => {
  const { lines, sections, includes, problems, end } = parseDialplan(`
; exten => 1,1,NoOp(not this one)
exten => _97 97X.,1,NoOp(a\\;b) ; a comment
 same => n(again),NoOp()
;-- same => n,NoOp(nor this
same => n,NoOp(one) --; same => n+2,Hangup()
exten = 100/3035550000,1,Dial(SIP/x,,b(a^b^1))
exten => 100,hint,SIP/x
[mine](+)
include => other
exten => s,n,NoOp
[${CARRIER_CONTEXT}]
`);
  expect(problems).toEqual([]);
  expect(sections).toEqual(["mine"]);
  expect(includes).toEqual([{ line: 10, context: "mine", included: "other" }]);
  expect(end.context).toBe(CARRIER_CONTEXT);
  expect(
    lines.map((line) => [
      line.context,
      line.extension,
      line.callerId,
      line.priority,
      line.label,
      line.application,
      line.data,
    ]),
  ).toEqual([
    [CARRIER_CONTEXT, "_9797X.", undefined, 1, undefined, "NoOp", "a;b"],
    [CARRIER_CONTEXT, "_9797X.", undefined, 2, "again", "NoOp", ""],
    [CARRIER_CONTEXT, "_9797X.", undefined, 5, undefined, "Hangup", ""],
    [CARRIER_CONTEXT, "100", "3035550000", 1, undefined, "Dial", "SIP/x,,b(a^b^1)"],
    [CARRIER_CONTEXT, "100", undefined, "hint", undefined, "SIP/x", ""],
    ["mine", "s", undefined, 2, undefined, "NoOp", ""],
  ]);
});

test.each([
  ["exten => 9,n,NoOp()", "`n` is not a priority"],
  ["exten => 9,label,NoOp()", "`label` is not a priority"],
  ["same => n,NoOp()", "`same` before any `exten`"],
  ["#include foo.conf", "directive"],
  ["#exec /bin/sh", "directive"],
  ["[open", "not closed"],
  ["hello", "no `=>`"],
  ["register => x", "none of exten"],
])("%s is a problem", (text, problem) => {
  expect(parseDialplan(text).problems).toEqual([
    { line: 1, text, problem: expect.stringContaining(problem) as string },
  ]);
});

test("a text that leaves a section open says where it ends", () => {
  expect(parseDialplan("[mine]\nexten => s,1,NoOp()").end.context).toBe("mine");
});

const word = fc.string({ unit: among("abX019+*#_."), minLength: 1, maxLength: 8 });
const steps = fc.array(
  fc.record(
    {
      application: fc.constantFrom("Dial", "NoOp", "Set"),
      data: fc.string({ unit: among("a1(),=${}:|&@ ^-"), maxLength: 20 }),
      label: word,
    },
    { requiredKeys: ["application", "data"] },
  ),
  { minLength: 1, maxLength: 4 },
);
const extensions = fc.uniqueArray(fc.record({ extension: word, steps }), {
  maxLength: 4,
  selector: (one) => one.extension,
});

test("what is rendered reads back as it was", () => {
  fc.assert(
    fc.property(
      extensions,
      fc.uniqueArray(fc.record({ context: word.map((w) => `aib-${w}`), extensions }), {
        maxLength: 3,
        selector: (one) => one.context,
      }),
      (own, sections) => {
        const parsed = parseDialplan(renderDialplan(own, sections));
        const written = [{ context: CARRIER_CONTEXT, extensions: own }, ...sections].flatMap((section) =>
          section.extensions.flatMap(({ extension, steps: list }) =>
            list.map((one, index) => ({ context: section.context, extension, priority: index + 1, ...one })),
          ),
        );
        expect(parsed.problems).toEqual([]);
        expect(parsed.lines.map(({ line: _, ...rest }) => rest)).toEqual(written);
        expect(parsed.end.context).toBe(CARRIER_CONTEXT);
      },
    ),
  );
});

test("every AI carrier's text reads back without a problem, ends where it began and opens what it says", () => {
  fc.assert(
    fc.property(aiCarrierArgs, (args) => {
      const { dialplanEntry, sections, remoteExtension } = aiCarrier(args);
      const parsed = parseDialplan(dialplanEntry);
      expect(parsed.problems).toEqual([]);
      expect(parsed.sections).toEqual(sections);
      expect(parsed.end.context).toBe(CARRIER_CONTEXT);
      expect(parsed.lines[0]).toMatchObject({
        extension: remoteExtension,
        priority: 1,
        application: "AGI",
        data: "agi://127.0.0.1:4577/call_log",
      });
    }),
  );
});

test("an empty step list renders to nothing", () => {
  expect(renderDialplan([], [])).toBe("");
  expect(renderDialplan([{ extension: "9", steps: [step("Hangup")] }], [])).toBe("exten => 9,1,Hangup()");
});
