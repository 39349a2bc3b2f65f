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
  if (left.exact !== right.exact) return left.exact ? -1 : 1;
  const compare = left.exact ? compareCharacters : comparePositions;
  const [ours, theirs] = [compared(left), compared(right)];
  for (let at = 0; ; at++) {
    const [one, other] = [ours[at], theirs[at]];
    const order = compare(one, other);
    if (order !== 0 || (one === undefined && other === undefined)) return order;
  }
}

/** Whether Asterisk takes both for one extension, however they are written: `_9797X.` and `_97-97[0-9].`. */
export function sameExtension(left: Pattern, right: Pattern): boolean {
  return compareSpecificity(left, right) === 0;
}

// Sets without a character (`[]`, `[9-1]`) count for nothing in the order.
function compared(pattern: Pattern): readonly Position[] {
  return pattern.positions.filter(
    (position) => !("skipped" in position || ("broken" in position && position.broken === "empty")),
  );
}

function compareCharacters(left: Position | undefined, right: Position | undefined): number {
  return firstCode(left) - firstCode(right);
}

function comparePositions(left: Position | undefined, right: Position | undefined): number {
  const order = weight(left) - weight(right);
  if (order !== 0 || !left || !right || !("set" in left) || !("set" in right)) return order;
  return compareSets(left.set, right.set);
}

/** Asterisk's score of a position: number of characters, then the first of them; wildcards and the end above every set. */
function weight(position: Position | undefined): number {
  if (position === undefined) return 0x30000;
  if ("broken" in position || "skipped" in position) return 0x40000;
  if ("rest" in position) return position.rest === "some" ? 0x18000 : 0x28000;
  return position.set.length * 0x100 + firstCode(position);
}

function firstCode(position: Position | undefined): number {
  return position !== undefined && "set" in position ? position.set.charCodeAt(0) : 0;
}

// Equal scores: the first character that only one of them has decides, and its owner comes first.
function compareSets(left: string, right: string): number {
  for (let at = 0; at < left.length; at++) {
    const order = left.charCodeAt(at) - right.charCodeAt(at);
    if (order !== 0) return order;
  }
  return 0;
}
