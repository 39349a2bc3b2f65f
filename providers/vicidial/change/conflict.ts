import { z } from "zod";

import { Refusal } from "../../../core/refusal";
import { masked } from "./secretColumns";
import { shownValue } from "./fits";
import { format, type PooledConnection } from "../database/pool";
import type { Audit, Cell } from "../session";

/** One column that no longer holds what this stack last saw. */
export interface Moved {
  column: string;
  expected: Cell;
  live: Cell;
}

/** A refusal that names what somebody else changed, and who as far as `vicidial_admin_log` knows. */
export function conflict(table: string, moved: readonly Moved[], who: string): Refusal {
  return new Refusal(
    ...moved.map(({ column, expected, live }) => ({
      field: `${table}.${column}`,
      ...shownValue(table, column, live),
      rule: `${
        masked(table, column, expected) === expected ? `was ${JSON.stringify(expected)}` : "held something else"
      } when this stack last read it, and was changed since ${who}`,
      fix: "run `pulumi refresh` to see the change, then `pulumi up` to overwrite it, or declare the new value",
    })),
  );
}

const lastChangeRow = z.object({ event_date: z.string(), user: z.string(), event_code: z.string() });

/** Who changed a record last, by the admin log: `by 6666 ('ADMIN MODIFY REMOTE AGENT', 2026-01-31 12:00:00)`. */
export async function lastChangeBy(
  connection: PooledConnection,
  audit: Audit | undefined,
  adminUser: string,
): Promise<string> {
  if (audit === undefined) return "(the admin log does not cover it)";
  const [found] = await connection.select(
    format(
      "SELECT event_date, user, event_code FROM vicidial_admin_log WHERE event_section = ? AND record_id = ? ORDER BY event_date DESC, admin_log_id DESC LIMIT 1",
      [audit.section, audit.recordId],
    ),
  );
  if (found === undefined) return "by SQL or a page that does not log: vicidial_admin_log has no entry for it";
  const { event_date: at, user, event_code: code } = lastChangeRow.parse(found);
  const last = `${user} ('${code}', ${at})`;
  return user === adminUser
    ? `by SQL or a page that does not log: the last entry of vicidial_admin_log is ours, ${last}`
    : `by ${last}`;
}
