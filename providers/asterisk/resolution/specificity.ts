import type { Pattern, Position } from "./pattern";

/**
 * Asterisk's own order of the extensions of one context (main/pbx.c, `ext_cmp`): the first that matches and has the wanted
 * priority is executed. Exact extensions come before patterns. Patterns are compared position by position from the
 * left: fewer characters first; equally many, the one with the lowest first character; then `.`, then `!`, then the
 * end of the pattern. A longer pattern with the same beginning therefore wins over a shorter one.
 *
 * This is the order of the default algorithm, which VICIdial's sample configuration uses (`extenpatternmatchnew` off).
 *
 * @returns negative where `left` is tried first, 0 where both are one and the same extension for Asterisk.
 * @example
 * compareSpecificity(parsePattern("_9797NXXNXXXXXX"), parsePattern("_9797X.")) // negative: N has fewer characters than X
 */
export function compareSpecificity(left: Pattern, right: Pattern): number {
  const [ours, theirs] = [keyOf(left), keyOf(right)];
  if (ours === theirs) return 0;
  return ours < theirs ? -1 : 1;
}

/** Whether Asterisk takes both for one extension, however they are written: `_9797X.` and `_97-97[0-9].`. */
export function sameExtension(left: Pattern, right: Pattern): boolean {
  return keyOf(left) === keyOf(right);
}

const keys = new WeakMap<Pattern, string>();

/** A text whose alphabetical order is Asterisk's order. */
function keyOf(pattern: Pattern): string {
  const known = keys.get(pattern);
  if (known !== undefined) return known;
  const key = pattern.exact
    ? `0${pattern.positions.map(setOf).join("")}`
    : `1${pattern.positions.map(score).join("")}${fiveDigits(0x30000)}`;
  keys.set(pattern, key);
  return key;
}

/**
 * Asterisk's score of a position: number of characters, then the first of them; wildcards and the pattern's end above
 * every set. Of equal scores, the first character that only one set has decides, and its owner comes first.
 */
function score(position: Position): string {
  if ("rest" in position) return fiveDigits(position.rest === "some" ? 0x18000 : 0x28000);
  if ("set" in position) return fiveDigits(position.set.length * 0x100 + position.set.charCodeAt(0)) + position.set;
  // Sets without a character (`[]`, `[9-1]`) count for nothing in the order.
  return "broken" in position && position.broken === "open" ? fiveDigits(0x40000) : "";
}

function setOf(position: Position): string {
  return "set" in position ? position.set : "";
}

function fiveDigits(number: number): string {
  return number.toString(16).padStart(5, "0");
}
