import { z } from "zod";
import type { DiallerDatabase } from "../database";
import type { Log } from "../../../core/log";
import type { Moment } from "../moment";

const laggedSchema = z.object({
  user: z.string(),
  campaign_id: z.string().nullish(),
  agent_log_id: z.coerce.number().nullish(),
  user_group: z.string().nullish(),
});

/**
 * Pauses and logs out agents that were not refreshed for 30 s. The trap is kept: writing `LAGGED` makes the row look
 * fresh, so the PAUSED of the same sweep misses it. A line whose remote agent is gone stays READY, looks alive for 10 s
 * from then on and can be dialled for: a ghost that calls real people. A second sweep 30 s later, which changes nothing
 * by writing the same pause code, pauses it (docs/facts/vicidial.md#ghost-lines).
 */
export async function sweepLagged(
  database: DiallerDatabase,
  { ip, seconds }: { ip: string; seconds: number },
  moment: Moment,
  log: Log,
): Promise<void> {
  const old = "server_ip = ? AND last_update_time < ? - INTERVAL ? SECOND AND status <> 'PAUSED'";
  const values = [ip, moment.date, seconds];
  const lagged = await database.rows(
    laggedSchema,
    `SELECT vla.user, vla.campaign_id, vla.agent_log_id, u.user_group
     FROM vicidial_live_agents vla LEFT JOIN vicidial_users u ON u.user = vla.user WHERE ${old}`,
    values,
  );
  if (lagged.length === 0) return;
  for (const agent of lagged) {
    await database.run("UPDATE vicidial_live_agents SET pause_code = 'LAGGED' WHERE user = ?", [agent.user]);
    await logPause(database, ip, agent, moment);
    log("agent lagged", { user: agent.user, campaign: agent.campaign_id });
  }
  const stale = await database.rows(
    z.object({ user: z.string() }),
    `SELECT user FROM vicidial_live_agents WHERE ${old}`,
    values,
  );
  await database.run(`UPDATE vicidial_live_agents SET status = 'PAUSED', random_id = 10 WHERE ${old}`, values);
  for (const { user } of stale) {
    const agent = lagged.find((one) => one.user === user);
    await database.insert("vicidial_user_log", {
      user,
      event: "LOGOUT",
      campaign_id: agent?.campaign_id ?? "",
      event_date: moment.date,
      event_epoch: Math.floor(moment.epoch),
      user_group: agent?.user_group ?? "",
    });
    log("lagged agent logged out", { user });
  }
}

async function logPause(
  database: DiallerDatabase,
  ip: string,
  agent: z.infer<typeof laggedSchema>,
  moment: Moment,
): Promise<void> {
  await database.run(
    "UPDATE vicidial_agent_log SET sub_status = 'LAGGED', pause_type = 'SYSTEM' WHERE agent_log_id = ?",
    [agent.agent_log_id ?? 0],
  );
  await database.insert("vicidial_agent_log", {
    event_time: moment.date,
    server_ip: ip,
    campaign_id: agent.campaign_id ?? "",
    user_group: agent.user_group ?? "",
    user: agent.user,
    pause_epoch: Math.floor(moment.epoch),
    pause_sec: 0,
    wait_epoch: Math.floor(moment.epoch),
    pause_type: "SYSTEM",
  });
}
