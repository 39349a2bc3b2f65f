import { z } from "zod";
import type { DiallerDatabase, Value } from "../database";
import type { Log } from "../../../core/log";
import type { Moment } from "../moment";
import { usersOf, wantedLines, type Line, type RemoteAgent } from "./lines";
import { text } from "../../../core/columns";

const remoteAgentSchema = z.object({
  user_start: text,
  number_of_lines: z.coerce.number(),
  conf_exten: text,
  campaign_id: text,
  closer_campaigns: text,
  on_hook_agent: z
    .string()
    .nullish()
    .transform((value) => value ?? "N"),
  on_hook_ring_time: z.coerce
    .number()
    .nullish()
    .transform((value) => value ?? 15),
});

const campaignSchema = z.object({ campaign_id: z.string(), dial_method: text });

/**
 * Remote agents of this server with that status. A row for `0.0.0.0` or for another address is nobody's
 * (docs/facts/vicidial.md#never-ready).
 */
async function remoteAgents(
  database: DiallerDatabase,
  ip: string,
  status: "ACTIVE" | "INACTIVE",
): Promise<RemoteAgent[]> {
  return database.rows(
    remoteAgentSchema,
    "SELECT * FROM vicidial_remote_agents WHERE status = ? AND server_ip = ? ORDER BY user_start",
    [status, ip],
  );
}

/** The users of every inactive block: a line of theirs is paused when its call ends. */
export async function inactiveUsers(database: DiallerDatabase, ip: string): Promise<Set<string>> {
  return new Set((await remoteAgents(database, ip, "INACTIVE")).flatMap(usersOf));
}

/** Lists every line of the active remote agents, refreshes the ones that are as they should be, rewrites the others. */
export async function listLines(database: DiallerDatabase, ip: string, moment: Moment, log: Log): Promise<void> {
  const agents = await remoteAgents(database, ip, "ACTIVE");
  const campaigns =
    agents.length === 0
      ? []
      : await database.rows(campaignSchema, "SELECT campaign_id, dial_method FROM vicidial_campaigns");
  const methods = new Map(campaigns.map((one) => [one.campaign_id.toLowerCase(), one.dial_method]));
  for (const line of wantedLines(agents, methods)) {
    if (await refreshed(database, ip, line)) continue;
    if (await rewritten(database, ip, line, moment)) log("line rewritten", { user: line.user, status: "READY" });
    else {
      await insertLine(database, ip, line, moment);
      log("line listed", { user: line.user, campaign: line.campaignId, autodial: line.outboundAutodial });
    }
  }
}

/** A new random id is all that a line needs to look alive: `last_update_time` follows by itself. */
async function refreshed(database: DiallerDatabase, ip: string, line: Line): Promise<boolean> {
  const { affected } = await database.run(
    `UPDATE vicidial_live_agents SET random_id = ? WHERE user = ? AND server_ip = ? AND campaign_id = ? AND conf_exten = ?
       AND closer_campaigns = ? AND outbound_autodial = ? AND on_hook_agent = ? AND on_hook_ring_time = ?`,
    [randomId(), line.user, ip, ...settingsOf(line)],
  );
  return affected > 0;
}

/**
 * Any difference writes the whole line anew and makes it READY, in the middle of a call too
 * (docs/facts/vicidial.md#lines).
 */
async function rewritten(database: DiallerDatabase, ip: string, line: Line, moment: Moment): Promise<boolean> {
  const { affected } = await database.run(
    `UPDATE vicidial_live_agents SET random_id = ?, campaign_id = ?, conf_exten = ?, closer_campaigns = ?, outbound_autodial = ?,
       on_hook_agent = ?, on_hook_ring_time = ?, status = 'READY', last_state_change = ? WHERE user = ? AND server_ip = ?`,
    [randomId(), ...settingsOf(line), moment.date, line.user, ip],
  );
  return affected > 0;
}

function settingsOf(line: Line): Value[] {
  const { campaignId, confExten, closerCampaigns, outboundAutodial, onHookAgent, onHookRingTime } = line;
  return [campaignId, confExten, closerCampaigns, outboundAutodial, onHookAgent, onHookRingTime];
}

async function insertLine(database: DiallerDatabase, ip: string, line: Line, moment: Moment): Promise<void> {
  const level = await database.row(
    z.object({ user_level: z.coerce.number() }),
    "SELECT user_level FROM vicidial_users WHERE user = ?",
    [line.raUser],
  );
  const soon = await database.row(z.object({ date: z.string() }), "SELECT ? + INTERVAL 10 SECOND AS date", [
    moment.date,
  ]);
  await database.insert("vicidial_live_agents", {
    user: line.user,
    server_ip: ip,
    conf_exten: line.confExten,
    extension: `R/${line.user}`,
    status: "READY",
    campaign_id: line.campaignId,
    random_id: randomId(),
    last_call_time: moment.date,
    last_update_time: soon?.date ?? moment.date,
    last_call_finish: moment.date,
    closer_campaigns: line.closerCampaigns,
    channel: "",
    uniqueid: "",
    callerid: "",
    user_level: level?.user_level ?? 1,
    comments: "REMOTE",
    last_state_change: moment.date,
    outbound_autodial: line.outboundAutodial,
    ra_user: line.raUser,
    on_hook_agent: line.onHookAgent,
    on_hook_ring_time: line.onHookRingTime,
    last_inbound_call_time: moment.date,
    last_inbound_call_finish: moment.date,
    lead_id: 0,
  });
}

export function randomId(): number {
  return 10_000_000 + Math.floor(Math.random() * 9_999_999);
}
