import { z } from "zod";

import type { Reader } from "../session";

const clock = z.object({ now: z.string() });

/** The database server's own clock, as VICIdial's programs write it into DATETIME columns. */
export async function serverNow(reader: Reader): Promise<string> {
  const row = await reader.row(clock, "SELECT DATE_FORMAT(NOW(), '%Y-%m-%d %H:%i:%s') AS now");
  if (row === undefined) throw new Error("the database server did not tell the time");
  return row.now;
}
