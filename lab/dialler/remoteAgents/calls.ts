import { z } from "zod";
import type { DiallerDatabase } from "../database";
import type { Log } from "../../../core/log";
import type { Moment } from "../moment";
import { inactiveUsers, randomId } from "./listing";
import { text } from "../../../core/columns";

const queuedSchema = z.object({
  live_agent_id: z.coerce.number(),
  lead_id: z.coerce.number(),
  uniqueid: z.string(),
  user: z.string(),
  ra_user: text,
  callerid: text,
});

const onCallSchema = z.object({ user: z.string(), uniqueid: z.string(), call_server_ip: text });
const countSchema = z.object({ count: z.coerce.number() });

/** Deletes the paused lines of this server: what is left of a remote agent that went inactive or lagged. */
export async function deletePaused(database: DiallerDatabase, ip: string, log: Log): Promise<void> {
  const { affected } = await database.run(
    "DELETE FROM vicidial_live_agents WHERE server_ip = ? AND status = 'PAUSED' AND extension LIKE 'R/%'",
    [ip],
  );
  if (affected > 0) log("paused lines deleted", { lines: affected });
}

/**
 * QUEUE becomes INCALL: the pass that makes a call the remote agent's in every table. A conversation that ends before it
 * never shows under the user, and ends as DROP (docs/facts/vicidial.md#ten-second-pass).
 */
export async function takeQueued(database: DiallerDatabase, ip: string, moment: Moment, log: Log): Promise<void> {
  const queued = await database.rows(
    queuedSchema,
    `SELECT vla.live_agent_id, vla.lead_id, vla.uniqueid, vla.user, vla.ra_user, vac.callerid
     FROM vicidial_live_agents vla
     JOIN vicidial_auto_calls vac ON vla.uniqueid = vac.uniqueid AND vla.channel = vac.channel
     WHERE vla.server_ip = ? AND vla.status = 'QUEUE' AND vla.extension LIKE 'R/%'`,
    [ip],
  );
  for (const call of queued) {
    await markInCall(database, call.live_agent_id, moment);
    await database.run("UPDATE vicidial_list SET status = 'XFER', user = ? WHERE lead_id = ?", [
      call.user,
      call.lead_id,
    ]);
    await database.run("UPDATE vicidial_log SET status = 'XFER', user = ?, comments = 'REMOTE' WHERE uniqueid = ?", [
      call.user,
      call.uniqueid,
    ]);
    await countCall(database, call.ra_user, moment);
    log("line in call", { user: call.user, lead: call.lead_id, call: call.callerid, uniqueid: call.uniqueid });
  }
}

async function markInCall(database: DiallerDatabase, liveAgentId: number, { date }: Moment): Promise<void> {
  const filtered = await database.has("vicidial_live_agents", "last_inbound_call_time_filtered");
  await database.run(
    `UPDATE vicidial_live_agents SET status = 'INCALL', last_call_time = ?, comments = 'REMOTE', calls_today = calls_today + 1,
       last_state_change = ?${filtered ? ", last_inbound_call_time_filtered = ?" : ""} WHERE live_agent_id = ?`,
    filtered ? [date, date, date, liveAgentId] : [date, date, liveAgentId],
  );
}

/** `vicidial_daily_ra_stats`: calls of the day and how many of them at once. */
async function countCall(database: DiallerDatabase, raUser: string, { date }: Moment): Promise<void> {
  const busy = await database.row(
    countSchema,
    `SELECT COUNT(*) AS count FROM vicidial_live_agents
     WHERE ra_user = ? AND extension LIKE 'R/%' AND status IN ('QUEUE', 'INCALL')`,
    [raUser],
  );
  const calls = busy?.count ?? 0;
  const { affected } = await database.run(
    `UPDATE vicidial_daily_ra_stats SET update_time = NOW(), total_calls = total_calls + 1, max_calls = GREATEST(max_calls, ?)
     WHERE user = ? AND stats_flag = 'OPEN'`,
    [calls, raUser],
  );
  if (affected > 0) return;
  await database.insert("vicidial_daily_ra_stats", {
    stats_date: date.slice(0, 10),
    update_time: date,
    max_calls: calls,
    user: raUser,
    stats_flag: "OPEN",
    total_calls: 1,
  });
}

/**
 * A line whose call is gone from `vicidial_auto_calls` is free again: READY, or PAUSED when its remote agent is inactive.
 * One whose remote agent was deleted becomes READY, and stays listed until it lags
 * (docs/facts/vicidial.md#removal-of-a-line).
 */
export async function endCalls(database: DiallerDatabase, ip: string, moment: Moment, log: Log): Promise<void> {
  const onCall = await database.rows(
    onCallSchema,
    "SELECT user, uniqueid, call_server_ip FROM vicidial_live_agents WHERE extension LIKE 'R/%' AND server_ip = ? AND uniqueid > 10",
    [ip],
  );
  if (onCall.length === 0) return;
  const inactive = await inactiveUsers(database, ip);
  for (const { user, uniqueid, call_server_ip: callServer } of onCall) {
    const alive = await database.row(
      countSchema,
      "SELECT COUNT(*) AS count FROM vicidial_auto_calls WHERE uniqueid = ? AND server_ip IN (?, ?)",
      [uniqueid, ip, callServer],
    );
    if ((alive?.count ?? 0) > 0) continue;
    const status = inactive.has(user) ? "PAUSED" : "READY";
    await database.run(
      `UPDATE vicidial_live_agents SET random_id = ?, status = ?, last_call_finish = ?, lead_id = 0, uniqueid = '', callerid = '',
         channel = '', last_state_change = ? WHERE user = ? AND server_ip = ?`,
      [randomId(), status, moment.date, moment.date, user, ip],
    );
    log("line's call ended", { user, status, uniqueid });
  }
}
