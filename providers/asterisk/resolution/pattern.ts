/**
 * Grammar of a dialplan extension as Asterisk 16 reads it (main/pbx.c, `_extension_match_core` and `ext_cmp_pattern_pos`;
 * unchanged in 11 to 22).
 *
 * Without a leading `_` it is an exact extension. With it, `N` is 2-9, `X` 0-9, `Z` 1-9 (either case), `[…]` a set
 * of characters and ranges, `.` one or more of anything, `!` zero or more; every other character stands for itself,
 * `+`, `*` and `#` included. Spaces, and dashes outside a set, count nowhere: `_1-N XX` is `_1NXX`.
 */
export interface Pattern {
  /** As written, `_` and dashes included. */
  text: string;
  /** No leading `_`: matches its own text only. */
  exact: boolean;
  positions: readonly Position[];
}

/**
 * One position: a set of characters, `.` (one or more), `!` (zero or more), a broken set that nothing fits (`[12` or `[9-1]`),
 * or the empty set `[]`, which is skipped where more was dialled and does not match where nothing was.
 */
export type Position = { set: string } | { rest: "some" | "any" } | { broken: "open" | "empty" } | { skipped: "[]" };

const DIGITS = "0123456789";
const CLASSES: Readonly<Record<string, string>> = { X: DIGITS, Z: DIGITS.slice(1), N: DIGITS.slice(2) };

/** Reads an extension as it stands before the first comma of an `exten =>` line. Never fails: what Asterisk loads, this reads. */
export function parsePattern(written: string): Pattern {
  const text = written.replaceAll(" ", "");
  if (!text.startsWith("_")) {
    const characters = Array.from(text).filter((character) => character !== "-");
    return { text, exact: true, positions: characters.map((set) => ({ set })) };
  }
  return { text, exact: false, positions: positionsOf(text.slice(1)) };
}

function positionsOf(body: string): Position[] {
  const positions: Position[] = [];
  for (let at = 0; at < body.length; at++) {
    const character = body.charAt(at);
    if (character === "-") continue;
    if (character === "[") {
      const end = body.indexOf("]", at);
      if (end < 0) return [...positions, { broken: "open" }];
      const set = setOf(body.slice(at + 1, end));
      if (end === at + 1) positions.push({ skipped: "[]" });
      else positions.push(set === "" ? { broken: "empty" } : { set });
      at = end;
    } else if (character === ".") positions.push({ rest: "some" });
    else if (character === "!") positions.push({ rest: "any" });
    else positions.push({ set: CLASSES[character.toUpperCase()] ?? character });
  }
  return positions;
}

/** Characters between `[` and `]`, each once, in ASCII order. There is no escape; a dash at either end is itself. */
function setOf(inside: string): string {
  const set = new Set<string>();
  for (let at = 0; at < inside.length; at++) {
    const isRange = inside[at + 1] === "-" && at + 2 < inside.length;
    const first = inside.charCodeAt(at);
    const last = isRange ? inside.charCodeAt(at + 2) : first;
    for (let code = first; code <= last; code++) set.add(String.fromCharCode(code));
    if (isRange) at += 2;
  }
  return [...set].sort().join("");
}

/**
 * Whether a dial string reaches this extension (Asterisk's E_MATCH). Dashes in the dial string count as little as those in
 * the pattern.
 *
 * @example
 * matches(parsePattern("_9797X."), "97973035500914") // true
 */
export function matches(pattern: Pattern, dialString: string): boolean {
  const dialled = dialString.replaceAll("-", "");
  let at = 0;
  for (const position of pattern.positions) {
    if ("rest" in position) return position.rest === "any" || at < dialled.length;
    if ("broken" in position || at >= dialled.length) return false;
    if ("skipped" in position) continue;
    if (!position.set.includes(dialled.charAt(at))) return false;
    at++;
  }
  return at === dialled.length;
}

/**
 * Whether every dial string that reaches `inner` also fits `outer`. Sound but not complete across several overlapping
 * outer patterns: it compares with one at a time.
 *
 * @example
 * covers(parsePattern("_9X."), parsePattern("_9797X.")) // true
 */
export function covers(outer: Pattern, inner: Pattern): boolean {
  for (let at = 0; ; at++) {
    const wide = outer.positions[at];
    const narrow = inner.positions[at];
    if (wide === undefined) return narrow === undefined;
    if ("broken" in wide || "skipped" in wide) return false;
    if ("rest" in wide) return wide.rest === "any" || atLeastOneMore(narrow);
    if (narrow === undefined || !("set" in narrow)) return false;
    if (!Array.from(narrow.set).every((character) => wide.set.includes(character))) return false;
  }
}

function atLeastOneMore(position: Position | undefined): boolean {
  return position !== undefined && !("rest" in position && position.rest === "any");
}
