/** Rows of one table as text: a line per row where that fits the width, else a line per column and row. */
export function tableText(rows: readonly Readonly<Record<string, unknown>>[], width = 110): string {
  const columns = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => columns.map((column) => cellText(row[column])));
  const widths = columns.map((column, at) => Math.max(column.length, ...cells.map((row) => (row[at] ?? "").length)));
  const total = widths.reduce((sum, one) => sum + one + 2, 0);
  const multiline = cells.some((row) => row.some((cell) => cell.includes("\n")));
  if (total <= width && !multiline) {
    const line = (texts: readonly string[]) =>
      texts
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd();
    return [line(columns), ...cells.map(line)].join("\n");
  }
  const nameWidth = Math.max(...columns.map((column) => column.length));
  return cells
    .map((row) =>
      columns
        .map((column, at) => `${column.padEnd(nameWidth)}  ${indented(row[at] ?? "", nameWidth + 2)}`.trimEnd())
        .join("\n"),
    )
    .join("\n\n");
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "string") return value.trimEnd();
  return JSON.stringify(value);
}

/** The lines of a text of several lines stand below one another. */
function indented(text: string, by: number): string {
  return text.replaceAll(/\r?\n/g, `\n${" ".repeat(by)}`);
}
