import { z } from "zod";
import type { DiallerDatabase, Value } from "../database";
import { rounded } from "../perl";
import type { AgiCall } from "./agiCall";
import type { Campaign, QueuedCall } from "./campaign";

/** Where a line is looked for: on every dialler (load balanced), or here first and then elsewhere (overflow). */
export type Search = "LB" | "LO";

/** A call that waits for a line. */
export interface WaitingCall extends AgiCall {
  campaign: Campaign;
  queued: QueuedCall;
  leadId: number;
  /** The dialler that carries the call. */
  serverIp: string;
  /** Lines that were not refreshed since are not picked: five seconds before the call came in, by the database's clock. */
  freshSince: string;
}

const lineRow = z.object({
  user: z.string(),
  conf_exten: z.string().nullable(),
  extension: z.string().nullable(),
  server_ip: z.string(),
  ra_user: z.string().nullable(),
});
/** The line that took the call: `user` is the agent user, `ra_user` the remote agent's first one, `extension` `R/<user>`. */
export type Line = z.infer<typeof lineRow>;

/** `next_agent_call` → who is next. What is not listed counts as the oldest call finish. */
const ORDERS: readonly (readonly [RegExp, string])[] = [
  [/overall_user_level_wait_time/i, "user_level DESC, last_state_change"],
  [/campaign_rank_wait_time/i, "campaign_weight DESC, last_state_change"],
  [/fewest_calls_wait_time/i, "calls_today, last_state_change"],
  [/fewest_calls/i, "calls_today, last_call_finish"],
  [/campaign_rank/i, "campaign_weight DESC, last_call_finish"],
  [/random/i, "random_id"],
  [/oldest_call_finish/i, "last_call_finish"],
  [/oldest_call_start/i, "last_call_time"],
  [/overall_user_level/i, "user_level DESC, last_call_finish"],
  [/longest_wait_time/i, "last_state_change"],
];

export function orderOf(nextAgentCall: string): string {
  return ORDERS.find(([pattern]) => pattern.test(nextAgentCall))?.[1] ?? "last_call_finish";
}

/**
 * Tries once to give the call a line: `READY` → `QUEUE`. Not its turn while as many older calls of the campaign wait as the
 * campaign hands out at a time (`concurrent_transfers`; AUTO is one per ten agents, and one more).
 */
export async function pickLine(
  database: DiallerDatabase,
  call: WaitingCall,
  search: Search,
): Promise<Line | undefined> {
  if (search === "LO") {
    const here = await pick(database, call, call.serverIp);
    if (here) return here;
  }
  return pick(database, call, undefined);
}

const count = z.object({ n: z.coerce.number() });

async function pick(
  database: DiallerDatabase,
  call: WaitingCall,
  onlyOn: string | undefined,
): Promise<Line | undefined> {
  const { campaign, queued, leadId, freshSince } = call;
  const [here, hereValues]: [string, Value[]] = onlyOn === undefined ? ["", []] : [" AND server_ip = ?", [onlyOn]];
  const counted = async (sql: string, values: Value[]): Promise<number> =>
    (await database.row(count, sql + here, [...values, ...hereValues]))?.n ?? 0;
  const before = await counted(
    "SELECT COUNT(*) AS n FROM vicidial_auto_calls WHERE status = 'LIVE' AND lead_id != ? AND campaign_id = ? AND call_time < ?",
    [leadId, campaign.campaign_id, queued.call_time],
  );
  const atOnce = /AUTO/.test(campaign.concurrent_transfers)
    ? rounded(
        (await counted(
          "SELECT COUNT(*) AS n FROM vicidial_live_agents WHERE campaign_id = ? AND last_update_time > ?",
          [campaign.campaign_id, freshSince],
        )) / 10,
      ) + 1
    : Number(campaign.concurrent_transfers);
  if (before >= atOnce) return undefined;
  const update =
    "UPDATE vicidial_live_agents SET status = 'QUEUE', lead_id = ?, uniqueid = ?, channel = ?, call_server_ip = ?, callerid = ?, comments = 'AUTO' " +
    `WHERE status = 'READY' AND lead_id < 1 AND ring_callerid = '' AND campaign_id = ? AND last_update_time > ?${here} ` +
    `ORDER BY ${orderOf(campaign.next_agent_call)} LIMIT 1`;
  const { affected } = await database.run(update, [
    leadId,
    call.uniqueid,
    call.channel,
    call.serverIp,
    call.callerId,
    campaign.campaign_id,
    freshSince,
    ...hereValues,
  ]);
  if (affected === 0) return undefined;
  const picked =
    "SELECT user, conf_exten, extension, server_ip, ra_user FROM vicidial_live_agents " +
    "WHERE status IN ('QUEUE', 'INCALL') AND campaign_id = ? AND callerid = ? AND channel = ? ORDER BY last_call_time LIMIT 1";
  return database.row(lineRow, picked, [campaign.campaign_id, call.callerId, call.channel]);
}
