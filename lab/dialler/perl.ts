/**
 * A text as Perl's arithmetic reads it: leading blanks, sign, digits and decimals count, the rest does not. VICIdial's
 * programs compute with columns that hold text, and several of its traps come from here: user `0055` is line 55, and a
 * name is line 0 (docs/facts/vicidial.md#line-users).
 */
export function numberOf(text: string | number | null | undefined): number {
  const found = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/i.exec(String(text ?? ""));
  return found ? Number(found[0]) : 0;
}

/** `sprintf("%.0f")`: a half goes to the even neighbour, so 0.5 calls are none and 1.5 are two. */
export function rounded(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
