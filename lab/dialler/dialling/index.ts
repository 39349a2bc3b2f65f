import { z } from "zod";
import type { DiallerDatabase } from "../database";
import type { Log } from "../../../core/log";
import { now, type Moment } from "../moment";
import { autodialActive, callsInUse, campaignsWithAgents, trunksOf, type DiallingCampaign } from "./campaigns";
import { endDeadCalls, purgeSent } from "./deadCalls";
import { callsToPlace } from "./goal";
import { sweepLagged } from "./lag";
import type { DiallingServer } from "./originate";
import { placeCalls } from "./place";

export interface DiallingContext {
  database: DiallerDatabase;
  ip: string;
  lagSeconds: number;
  log: Log;
}

const serverSchema = z.object({
  asterisk_version: z.string(),
  // Schema 1302 has no such column; its program knew no prefix, and an Asterisk of that time needs none.
  routing_prefix: z
    .string()
    .nullish()
    .transform((value) => value ?? ""),
  ext_context: z.string(),
  answer_transfer_agent: z.string(),
  max_vicidial_trunks: z.coerce.number(),
});

/** What the dialling program reads of its server. */
async function diallingServer(database: DiallerDatabase, ip: string): Promise<DiallingServer> {
  const row = await database.row(serverSchema, "SELECT * FROM servers WHERE server_ip = ?", [ip]);
  if (!row) throw new Error(`table servers has no row for ${ip}`);
  return {
    ip,
    asteriskVersion: row.asterisk_version,
    routingPrefix: row.routing_prefix,
    extContext: row.ext_context === "" ? "default" : row.ext_context,
    answerTransferAgent: row.answer_transfer_agent,
    maxTrunks: row.max_vicidial_trunks,
  };
}

/**
 * VICIdial's dialling program, one round of it (every 2.5 s): decides how many calls each campaign gets, places them,
 * ends the dead ones, pauses agents that lag, purges what was sent and never heard of.
 */
export function diallingTurn({ database, ip, lagSeconds, log }: DiallingContext): () => Promise<void> {
  let known: DiallingServer | undefined;
  let turn = 0;
  return async () => {
    if (known === undefined || turn % READ_AGAIN_TURNS === 0) known = await readAgain(database, ip, known);
    turn++;
    await dial(database, known, await now(database), log);
    const moment = await now(database);
    await endDeadCalls(database, ip, moment, log);
    await sweepLagged(database, { ip, seconds: lagSeconds }, moment, log);
    await purgeSent(database, ip, moment, log);
  };
}

/** Some 25 s. */
const READ_AGAIN_TURNS = 10;

/** Trunks, context and default extension follow a change of the server's row; version and routing prefix wait for a restart. */
async function readAgain(
  database: DiallerDatabase,
  ip: string,
  before: DiallingServer | undefined,
): Promise<DiallingServer> {
  const read = await diallingServer(database, ip);
  const { asteriskVersion, routingPrefix } = before ?? read;
  return { ...read, asteriskVersion, routingPrefix };
}

async function dial(database: DiallerDatabase, server: DiallingServer, moment: Moment, log: Log): Promise<void> {
  const dialling = await autodialActive(database);
  const campaigns = await campaignsWithAgents(database, server.ip, moment);
  let used = await callsInUse(database, server.ip);
  const granted: [DiallingCampaign, number][] = [];
  // All are counted before the first call is placed, so that the first campaign does not take what belongs to all.
  for (const campaign of campaigns) {
    const trunks = await trunksOf(database, server.ip, campaign.id, { most: server.maxTrunks, used });
    const { place, shortage } = callsToPlace(campaign.pace, trunks);
    used += place;
    granted.push([campaign, place]);
    await recordShortage(database, server.ip, campaign, shortage);
  }
  for (const [campaign, place] of granted)
    if (dialling && !campaign.byHand && place > 0) await placeCalls(database, server, campaign, place, log);
}

async function recordShortage(
  database: DiallerDatabase,
  ip: string,
  campaign: DiallingCampaign,
  shortage: number,
): Promise<void> {
  const { affected } = await database.run(
    "UPDATE vicidial_campaign_server_stats SET local_trunk_shortage = ?, update_time = NOW() WHERE server_ip = ? AND campaign_id = ?",
    [campaign.byHand ? 0 : shortage, ip, campaign.id],
  );
  if (affected === 0)
    await database.insert("vicidial_campaign_server_stats", {
      local_trunk_shortage: 0,
      server_ip: ip,
      campaign_id: campaign.id,
    });
}
