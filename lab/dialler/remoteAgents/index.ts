import type { Calls } from "../calls/contract";
import type { DiallerDatabase } from "../database";
import type { Log } from "../../../core/log";
import { now } from "../moment";
import { deletePaused, endCalls, takeQueued } from "./calls";
import { listLines } from "./listing";

export interface RemoteAgentsContext {
  database: DiallerDatabase;
  ip: string;
  calls: Pick<Calls, "listening">;
  log: Log;
}

/**
 * VICIdial's remote-agent program, one round of it (every 2 s). In every fifth round it deletes paused lines and takes
 * queued calls over first, so a call waits up to 10 s for that (docs/facts/vicidial.md#ten-second-pass).
 */
export function remoteAgentsTurn({ database, ip, calls, log }: RemoteAgentsContext): (count: number) => Promise<void> {
  let listened = true;
  return async (count) => {
    const moment = await now(database);
    if (count % 5 === 0) {
      await deletePaused(database, ip, log);
      await takeQueued(database, ip, moment, log);
    }
    // The real program ends here when no AMI listener runs, and is started again and again: no line is listed or refreshed.
    if (calls.listening !== listened) log(calls.listening ? "listener is back" : "no listener, no lines", {});
    listened = calls.listening;
    if (!listened) return;
    await listLines(database, ip, moment, log);
    await endCalls(database, ip, moment, log);
  };
}
