import { z } from "zod";
import { parseDialplan } from "../../../asterisk";
import { Refusal } from "../../../../core/refusal";
import { blockOf, shownBlock } from "../../site/agentBlocks";
import { CARRIERS } from "../carrier/rows";
import { OWNER_MARK } from "../carrier/schema";
import { remoteAgentsOf, type RemoteAgentRow } from "./rows";
import type { Reader, Vicidial } from "../../session";

/** What joins a campaign to an AI agent. */
export interface Claim {
  campaignId: string;
  /** AI prefix and route number. */
  extension: string;
  adopt: boolean;
}

/**
 * Refuses a campaign that another bridge has: the calls would be divided between two AI agents, and whichever stack is
 * destroyed last would put back what the other had written. What counts is what is live: remote agents on the
 * campaign whose extension stands in a carrier with our mark. So nothing is left to clean up after a destroy, and a state
 * that was imported meets no claim of its own.
 *
 * With `adopt` the other bridge is only reported.
 *
 * @param spared remote agents that are no rivals; `stack` wrote the carrier, as far as the admin log knows.
 */
export async function refuseRivals(
  reader: Reader,
  { campaignId, extension, adopt }: Claim,
  spared: (row: RemoteAgentRow, stack: string | undefined) => boolean,
  vicidial: Vicidial,
): Promise<void> {
  const others = (await remoteAgentsOf(reader, campaignId)).filter((row) => row.conf_exten !== extension);
  if (others.length === 0) return;
  const carriers = await markedCarriers(reader);
  const rivals = [];
  for (const row of others) {
    const carrier = carriers.find(({ extensions }) => extensions.has(row.conf_exten ?? ""));
    if (carrier === undefined) continue;
    const writer = await lastWriter(reader, "CARRIERS", [carrier.carrierId]);
    if (!spared(row, writer?.stack)) rivals.push(`${inWords(row, carrier)}${said(writer)}`);
  }
  if (rivals.length === 0) return;
  const rule = `another bridge has this campaign: ${rivals.join("; ")}`;
  if (adopt) {
    vicidial.report(`warning: campaign ${campaignId}: ${rule}. Both take its calls.`);
    return;
  }
  throw new Refusal({
    field: "campaignId",
    value: campaignId,
    rule,
    fix:
      "choose another campaign, or destroy that bridge first (where no stack knows it any more: delete it in Admin → Remote Agents " +
      "and Carriers); to let both share the campaign's calls declare `adopt: true`",
  });
}

/** Which stack wrote records last, by `vicidial_admin_log`: `, written by stack acme/prod on 2026-01-31 12:00:00`; else nothing. */
export async function writtenBy(reader: Reader, section: string, recordIds: readonly string[]): Promise<string> {
  return recordIds.length === 0 ? "" : said(await lastWriter(reader, section, recordIds));
}

interface Writer {
  stack: string;
  at: string;
}

function said(writer: Writer | undefined): string {
  return writer === undefined ? "" : `, written by stack ${writer.stack} on ${writer.at}`;
}

async function lastWriter(reader: Reader, section: string, recordIds: readonly string[]): Promise<Writer | undefined> {
  const last = await reader.row(
    z.object({ event_date: z.string(), event_notes: z.string() }),
    `SELECT event_date, event_notes FROM vicidial_admin_log WHERE event_section = ? AND record_id IN (?)
       AND event_notes LIKE 'voicebridge:%' ORDER BY admin_log_id DESC LIMIT 1`,
    [section, recordIds],
  );
  const stack = /\(stack ([^()]+)\)$/.exec(last?.event_notes ?? "")?.[1];
  return last === undefined || stack === undefined ? undefined : { stack, at: last.event_date };
}

interface MarkedCarrier {
  carrierId: string;
  description: string;
  extensions: ReadonlySet<string>;
}

async function markedCarriers(reader: Reader): Promise<MarkedCarrier[]> {
  const rows = await reader.rows(
    z.object({ carrier_id: z.string(), carrier_description: z.string(), dialplan_entry: z.string().nullable() }),
    `SELECT carrier_id, carrier_description, dialplan_entry FROM ${CARRIERS} WHERE carrier_description LIKE ?`,
    [`%${OWNER_MARK}%`],
  );
  return rows.map(({ carrier_id, carrier_description, dialplan_entry }) => ({
    carrierId: carrier_id,
    description: carrier_description,
    extensions: new Set(parseDialplan(dialplan_entry ?? "").lines.map(({ extension }) => extension)),
  }));
}

function inWords(row: RemoteAgentRow, { carrierId, description }: MarkedCarrier): string {
  const lines = shownBlock(blockOf(row.user_start ?? "", row.number_of_lines ?? 1));
  const to = `${row.conf_exten ?? ""} of carrier ${carrierId} (${JSON.stringify(description)})`;
  return `remote agent ${lines} on ${row.server_ip} takes its calls to ${to}`;
}
