import { z } from "zod";
import type { DiallerDatabase } from "./database";

/**
 * Now, by the database's clock and zone: VICIdial needs both machines to agree (docs/facts/vicidial.md#never-ready), so
 * only one is asked.
 */
export interface Moment {
  /** `YYYY-MM-DD hh:mm:ss`, as DATETIME columns take it. */
  date: string;
  /** Seconds since 1970. */
  epoch: number;
}

const momentSchema = z.object({ date: z.string(), epoch: z.coerce.number() });

export async function now(database: DiallerDatabase): Promise<Moment> {
  const row = await database.row(momentSchema, "SELECT NOW() AS date, UNIX_TIMESTAMP() AS epoch");
  if (!row) throw new Error("the database does not tell the time");
  return row;
}
