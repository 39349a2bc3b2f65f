import type { Cell, Column } from "../session";

/** Values that a human save in the admin page writes for one another (docs/facts/vicidial.md#what-a-save-rewrites). */
const EMPTY = new Set(["", "---NONE---"]);
const NUMERIC = /^(tinyint|smallint|mediumint|int|bigint|decimal|float|double)/;

/** Is the column of a number type? */
export function isNumeric(column: Pick<Column, "type"> | undefined): boolean {
  return column !== undefined && NUMERIC.test(column.type);
}

/**
 * Do two cells mean the same? `NULL`, `''` and `---NONE---` do, and so do `5`, `"5"` and `"5.00"` of a numeric column.
 * Text is compared exactly: letter case and trailing spaces count, whatever the column's collation thinks.
 *
 * @example
 * same(null, "---NONE---") // true
 * same("abc", "ABC")       // false
 */
export function same(a: Cell, b: Cell, column?: Pick<Column, "type">): boolean {
  if (a === b) return true;
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
  if (isNumeric(column) || typeof a === "number" || typeof b === "number")
    return Number(a) === Number(b) || String(a) === String(b);
  return a === b;
}

/** `NULL`, `''` or `---NONE---`. */
function isEmpty(cell: Cell): boolean {
  return cell === null || (typeof cell === "string" && EMPTY.has(cell));
}
