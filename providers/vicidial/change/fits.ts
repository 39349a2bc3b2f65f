import { Refusal, type Refused } from "../../../core/refusal";
import { masked } from "./secretColumns";
import { same } from "./sameCell";
import type { Catalogue, Cell, Column, Row } from "../session";

/**
 * Refuses a row whose values do not fit their columns on this server, all misfits at once. The server's strict mode
 * would refuse most of them too, but only the first, and without saying what to do.
 */
export function refuseUnfit(catalogue: Catalogue, table: string, row: Row): void {
  const misfits = Object.entries(row).flatMap(([name, value]) => {
    const column = catalogue.require(table, name);
    const misfit = misfitOf(column, value);
    return misfit === undefined ? [] : [{ field: `${table}.${name}`, ...shownValue(table, name, value), ...misfit }];
  });
  if (misfits.length > 0) throw new Refusal(...misfits);
}

type Misfit = Pick<Refused, "rule" | "fix">;

function misfitOf(column: Column, value: Cell): Misfit | undefined {
  if (value === null)
    return column.nullable ? undefined : { rule: "the column does not take NULL", fix: "give it a value" };
  if (column.values) return enumMisfit(column.values, String(value));
  if (column.range) return integerMisfit(column.range, value);
  if (column.maxLength !== undefined) return textMisfit(column, String(value));
  return undefined;
}

function enumMisfit(values: readonly string[], value: string): Misfit | undefined {
  if (values.includes(value)) return undefined;
  return {
    rule: `this server's column takes only ${values.map((known) => `'${known}'`).join(", ")}`,
    fix: "choose one of them",
  };
}

function integerMisfit([min, max]: readonly [number, number], value: Cell): Misfit | undefined {
  const text = String(value);
  if (/^-?[0-9]+$/.test(text) && Number(text) >= min && Number(text) <= max) return undefined;
  return { rule: `the column takes whole numbers from ${min} to ${max}`, fix: "choose a number within them" };
}

function textMisfit(column: Column, value: string): Misfit | undefined {
  const length = Array.from(value).length;
  if (column.maxLength !== undefined && length > column.maxLength) {
    return {
      rule: `the value has ${length} characters, the column (${column.type}) holds ${column.maxLength}`,
      fix: "shorten it; most VICIdial servers would cut it off silently",
    };
  }
  const bytes = Buffer.byteLength(value);
  if (column.maxBytes !== undefined && column.maxBytes >= 65535 && bytes > column.maxBytes) {
    return {
      rule: `the value has ${bytes} bytes, the column (${column.type}) holds ${column.maxBytes}`,
      fix: "shorten it",
    };
  }
  const strange = Array.from(value).find((character) => !fitsCharset(character, column.charset));
  if (strange === undefined) return undefined;
  return {
    rule: `the character "${strange}" does not exist in the column's character set ${column.charset ?? ""}`,
    fix: "leave it out, or write it in plain letters",
  };
}

/** The characters that MySQL's `latin1` (Windows-1252) has above U+00FF. */
const CP1252 = new Set("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ");

function fitsCharset(character: string, charset: string | undefined): boolean {
  const code = character.codePointAt(0) ?? 0;
  switch (charset) {
    case "ascii":
      return code < 0x80;
    case "latin1":
      return code <= 0xff || CP1252.has(character);
    case "utf8":
    case "utf8mb3":
      return code <= 0xffff;
    default:
      return true;
  }
}

/** The value for a message: absent when it is secret, shortened when it is long. */
export function shownValue(table: string, column: string, value: Cell): { value?: Cell } {
  if (masked(table, column, value) !== value) return {};
  return { value: typeof value === "string" && value.length > 120 ? `${value.slice(0, 117)}...` : value };
}

/** Throws unless the row reads back as it was written: the last line of defence against a server that "helps". */
export function refuseUnfaithful(catalogue: Catalogue, table: string, wanted: Row, stored: Row | undefined): void {
  if (stored === undefined)
    throw new Error(`${table}: the row just written is not there; another program may have removed it.`);
  for (const [name, value] of Object.entries(wanted)) {
    if (same(value, stored[name] ?? null, catalogue.column(table, name))) continue;
    const shown =
      masked(table, name, value) === value ? ` "${String(stored[name])}" for "${String(value)}"` : " something else";
    throw new Error(`${table}.${name}: the server stored${shown}; a trigger or another program may have changed it.`);
  }
}
