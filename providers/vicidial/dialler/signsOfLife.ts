import { z } from "zod";
import type { Reader } from "../session";

/** Whether a dialler's own programs work on this database right now, and how that shows. */
export interface SignsOfLife {
  alive: boolean;
  /** For the operator: `server_updater.last_update is 0 s old`. */
  evidence: string;
}

/** VICIdial's updater writes its time about once a second; its agent pages call a server dead after a minute. */
const UPDATER_SECONDS = 60;
/**
 * The remote-agent program refreshes every line in each loop of 2 s, and stamps a new one 10 s ahead
 * (docs/facts/vicidial.md#lines).
 */
const LINE_SECONDS = 15;

const age = z.object({ age: z.coerce.number().nullable() });

/**
 * Looks for signs of life of one dialler: the time of its updater (`server_updater`), or lines of remote agents that its
 * daemon refreshes. Both are needed, because `server_updater` is a table in memory: after a restart of the database it is
 * empty until the updater itself restarts.
 */
export async function signsOfLife(reader: Reader, serverIp: string): Promise<SignsOfLife> {
  const updater = await updaterAge(reader, serverIp);
  if (updater !== undefined && Math.abs(updater) <= UPDATER_SECONDS)
    return { alive: true, evidence: `server_updater.last_update of ${serverIp} is ${Math.max(0, updater)} s old` };
  const line = await reader.row(
    age,
    "SELECT MIN(TIMESTAMPDIFF(SECOND, last_update_time, NOW())) AS age FROM vicidial_live_agents WHERE server_ip = ? AND extension LIKE 'R/%'",
    [serverIp],
  );
  if (typeof line?.age === "number" && line.age <= LINE_SECONDS)
    return { alive: true, evidence: `${serverIp} refreshed a remote agent's line ${Math.max(0, line.age)} s ago` };
  const said = updater === undefined ? "is missing" : `is ${updater} s old`;
  return {
    alive: false,
    evidence: `server_updater.last_update of ${serverIp} ${said}, and no line of it is refreshed`,
  };
}

/** Seconds since the updater's last turn, by the database's own clock where the row has it (`db_time`). */
async function updaterAge(reader: Reader, serverIp: string): Promise<number | undefined> {
  const hasOwn = reader.catalogue.column("server_updater", "db_time") !== undefined;
  const since = (column: string) => `ABS(TIMESTAMPDIFF(SECOND, ${column}, NOW()))`;
  const newest = hasOwn ? `LEAST(${since("last_update")}, ${since("db_time")})` : since("last_update");
  const row = await reader.row(age, `SELECT ${newest} AS age FROM server_updater WHERE server_ip = ?`, [serverIp]);
  return row?.age ?? undefined;
}
