import { z } from "zod";

/** A row of whatever columns. */
export const anyRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** Passes each row through its schema once, where it enters; the error names columns, not values. */
export function parseRows<T>(schema: z.ZodType<T>, rows: readonly unknown[], sql: string): T[] {
  return rows.map((row) => {
    const parsed = schema.safeParse(row);
    if (parsed.success) return parsed.data;
    const what = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    throw new Error(
      `A row of the database is not as expected (${what}); the query was: ${sql.replace(/\s+/g, " ").slice(0, 200)}`,
    );
  });
}
