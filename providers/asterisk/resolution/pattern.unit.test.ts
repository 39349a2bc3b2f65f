import fc from "fast-check";
import { compareSpecificity, covers, matches, parsePattern, sameExtension } from "..";
import { dialString, patternText } from "../../../test/kit/arbitraryPatterns";

const fits = (pattern: string, dialled: string) => matches(parsePattern(pattern), dialled);
const order = (left: string, right: string) => Math.sign(compareSpecificity(parsePattern(left), parsePattern(right)));

test.each([
  ["_9797X.", "97973035500914", true],
  ["_9797X.", "9797", false],
  ["_9797X.", "97971", false],
  ["_9797X!", "97971", true],
  ["_97971NXXNXXXXXX", "979719895551234", true],
  ["_97971NXXNXXXXXX", "979711895551234", false],
  ["_97971NXXNXXXXXX", "9797919895551234", false],
  ["_+1NXXNXXXXXX", "+1-813-555-1111", true],
  ["_1-NXX-NXX", "1234567", true],
  ["_[1-5]00", "300", true],
  ["_[1-5]00", "600", false],
  ["_[-5]0", "-50", true],
  ["_851XXXXX", "85112345", true],
  ["_90009.", "90009*SALES**12**3035500914*VDAD*", true],
  ["_8320*.", "8320*1", true],
  ["_8320*.", "83201", false],
  ["_x", "5", true],
  ["_#X", "#1", true],
  ["979719895551234", "979719895551234", true],
  ["979719895551234", "97971989555123", false],
  ["97-97", "9797", true],
  ["_97 97X", "97971", true],
  ["X", "5", false],
  ["_97[1", "971", false],
  ["_97[9-1]", "975", false],
  ["_97[]1", "971", true],
  ["_97[]", "97", false],
])("%s and %s: %p", (pattern, dialled, expected) => {
  expect(fits(pattern, dialled)).toBe(expected);
});

test.each([
  ["979719895551234", "_9797X.", "an exact extension before any pattern"],
  ["_9797NXXNXXXXXX", "_9797X.", "N has fewer characters than X"],
  ["_9797ZX", "_9797XX", "Z has fewer characters than X"],
  ["_97[12]X", "_97[123]X", "fewer characters in a set"],
  ["_97[12]X", "_97[13]X", "equally many: the lower characters first"],
  ["_97[1-8]X", "_97NX", "equally many: the lower first character"],
  ["_97X.", "_97.", "a character before `.`"],
  ["_97.", "_97!", "`.` before `!`"],
  ["_97!", "_97", "`!` before the end"],
  ["_979X", "_97X9", "the first position decides"],
])("%s comes before %s: %s", (left, right) => {
  expect(order(left, right)).toBe(-1);
  expect(order(right, left)).toBe(1);
});

test.each([
  ["_9797X.", "_97-97[0-9]."],
  ["_9797X.", "_9797x."],
  ["_[9]7N", "_97[2-9]"],
  ["_97[]1", "_971"],
  ["97-1", "971"],
])("%s and %s are one extension to Asterisk", (left, right) => {
  expect(sameExtension(parsePattern(left), parsePattern(right))).toBe(true);
});

test("a pattern and its look-alike extension are two", () => {
  expect(sameExtension(parsePattern("_971"), parsePattern("971"))).toBe(false);
});

test("the order is a total order", () => {
  fc.assert(
    fc.property(patternText, patternText, patternText, (a, b, c) => {
      expect(order(a, b)).toBe(-order(b, a) + 0);
      if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

test("a pattern that covers another fits whatever the other fits", () => {
  fc.assert(
    fc.property(patternText, patternText, dialString, (outer, inner, dialled) => {
      if (!covers(parsePattern(outer), parsePattern(inner)) || !fits(inner, dialled)) return;
      expect(fits(outer, dialled)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["_9X.", "_9797X.", true],
  ["_9.", "979719895551234", true],
  ["_9797X.", "979719895551234", true],
  ["_9797X.", "_9797", false],
  ["_9797X.", "_9797!", false],
  ["_9797!", "_9797", true],
  ["_9797NXX", "_9797XXX", false],
  ["_9797NXX", "_9797NXX", true],
])("%s covers %s: %p", (outer, inner, expected) => {
  expect(covers(parsePattern(outer), parsePattern(inner))).toBe(expected);
});
