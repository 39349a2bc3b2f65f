import { isNumeric } from "./sameCell";
import { format } from "../database/pool";
import type { Catalogue, Row } from "../session";

/** `INSERT INTO t SET a = 1, b = 'x'`. */
export function insertSql(table: string, row: Readonly<Record<string, unknown>>): string {
  return `${format("INSERT INTO ?? SET ", [table])}${assignments(row)}`;
}

/** `UPDATE t SET a = 1 WHERE …`. */
export function updateSql(table: string, to: Row, where: string): string {
  return `${format("UPDATE ?? SET ", [table])}${assignments(to)} WHERE ${where}`;
}

/** `DELETE FROM t WHERE …`. */
export function deleteSql(table: string, where: string): string {
  return `${format("DELETE FROM ??", [table])} WHERE ${where}`;
}

/** `SELECT a, b FROM t WHERE …`; every column when none is named. */
export function selectSql(table: string, columns: readonly string[], where: string): string {
  const list = columns.length === 0 ? "*" : columns.map((column) => format("??", [column])).join(", ");
  return `SELECT ${list} FROM ${format("??", [table])} WHERE ${where}`;
}

/** Rows by key, as the column's collation compares: the way VICIdial itself looks them up. */
export function keyed(key: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(key).map(([column, value]) => format("?? <=> ?", [column, value]));
  if (parts.length === 0) throw new Error("A key needs at least one column.");
  return parts.join(" AND ");
}

/**
 * Rows that hold exactly these values. Text is compared byte by byte: most of VICIdial's collations ignore letter case
 * and trailing spaces, so a plain `=` would take somebody else's change for ours.
 */
export function holding(catalogue: Catalogue, table: string, row: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(row).map(([name, value]) => {
    const column = catalogue.column(table, name);
    return value === null || column?.charset === undefined || isNumeric(column)
      ? format("?? <=> ?", [name, value])
      : format("CAST(CONVERT(?? USING utf8mb4) AS BINARY) <=> CAST(CONVERT(? USING utf8mb4) AS BINARY)", [name, value]);
  });
  return parts.length === 0 ? "1" : parts.join(" AND ");
}

/** `a = 1, b = 'x'`. */
export function assignments(row: Readonly<Record<string, unknown>>): string {
  return Object.entries(row)
    .map(([column, value]) => format("?? = ?", [column, value]))
    .join(", ");
}
