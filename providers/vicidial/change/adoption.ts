import { masked } from "./secretColumns";
import { same } from "./sameCell";
import type { Cell, Row } from "../session";

/**
 * What taking over an object changes in it, for the operator; secrets stay hidden.
 *
 * @example
 * adoption("list 101", "vicidial_lists", { list_name: "Old" }, { list_name: "New" })
 * // ['list 101: adopted, list_name "Old" becomes "New"']
 */
export function adoption(what: string, table: string, live: Row, to: Row): string[] {
  const changed = Object.entries(to).filter(([column, value]) => !same(live[column] ?? null, value));
  const lines = changed.map(([column, value]) => {
    const shown = (cell: Cell) => JSON.stringify(masked(table, column, cell) ?? "");
    return `${what}: adopted, ${column} ${shown(live[column] ?? null)} becomes ${shown(value)}`;
  });
  return lines.length === 0 ? [`${what}: adopted as it is`] : lines;
}
