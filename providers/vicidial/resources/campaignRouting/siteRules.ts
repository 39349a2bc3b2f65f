import { z } from "zod";
import { Refusal, type Refused } from "../../../../core/refusal";
import { prefixProblems } from "./prefix";
import { columnsOf, inputsOf } from "./columns";
import { contradictions, type Pacing } from "./rules";
import type { CampaignRouting } from "./schema";
import type { Reader, Row } from "../../session";

/** Columns that decide together, declared or not. */
const TOGETHER = [
  "dial_method",
  "auto_dial_level",
  "campaign_vdad_exten",
  "amd_send_to_vmx",
  "am_message_exten",
  "amd_agent_route_options",
];

const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
const count = z.object({ n: z.coerce.number() });
const limit = z.object({ auto_dial_limit: z.coerce.number() });
const status = z.object({ status: z.string() });
const list = z.object({ list_id: z.coerce.string(), dial_prefix: z.string() });

/**
 * What can only be judged beside the rest of the server: other columns of the campaign, its call times, the site's limits.
 *
 * @param back columns that the same change puts back to what they were before the stack.
 * @returns what is allowed but worth knowing before calls are made.
 */
export async function refuseOnServer(reader: Reader, wanted: CampaignRouting, back: Row = {}): Promise<string[]> {
  const prefixes = await prefixProblems(reader, wanted);
  const refused = [
    ...(await brought(reader, wanted, back)),
    ...(await overLimit(reader, wanted)),
    ...(await withoutCallTime(reader, wanted)),
    ...(await unknownStatuses(reader, wanted)),
    ...prefixes.refused,
  ];
  if (refused.length > 0) throw new Refusal(...refused);
  return [...direct(wanted), ...prefixes.warnings, ...(await overridden(reader, wanted))];
}

/** Contradictions that this patch brings into the row. Those that were there before it are not its business. */
async function brought(reader: Reader, wanted: CampaignRouting, back: Row): Promise<Refused[]> {
  const columns = TOGETHER.filter((column) => reader.catalogue.column("vicidial_campaigns", column) !== undefined);
  const live: Row =
    (await reader.row(row, `SELECT ${columns.join(", ")} FROM vicidial_campaigns WHERE campaign_id = ?`, [
      wanted.campaignId,
    ])) ?? {};
  const flags = { routing: wanted.routing, lab: wanted.lab };
  const before = contradictions({ ...(inputsOf(live) as Pacing), ...flags }).map(text);
  const after = contradictions({ ...(inputsOf({ ...live, ...back, ...columnsOf(wanted) }) as Pacing), ...flags });
  return after.filter((one) => !before.includes(text(one)));
}

const text = ({ field, rule }: Refused) => `${field}: ${rule}`;

async function overLimit(reader: Reader, { autoDialLevel }: CampaignRouting): Promise<Refused[]> {
  if (autoDialLevel === undefined) return [];
  const site = await reader.row(limit, "SELECT auto_dial_limit FROM system_settings LIMIT 1");
  if (site === undefined || autoDialLevel <= site.auto_dial_limit) return [];
  const fix = "lower it, or raise the limit in Admin → System Settings";
  const rule = `the site allows ${site.auto_dial_limit} (system_settings.auto_dial_limit)`;
  return [{ field: "autoDialLevel", value: autoDialLevel, rule, fix }];
}

async function withoutCallTime(reader: Reader, { localCallTime }: CampaignRouting): Promise<Refused[]> {
  if (localCallTime === undefined || !reader.catalogue.hasTable("vicidial_call_times")) return [];
  const found = await reader.row(count, "SELECT COUNT(*) AS n FROM vicidial_call_times WHERE call_time_id = ?", [
    localCallTime,
  ]);
  if (found !== undefined && found.n > 0) return [];
  const rule = "there is no such call time (vicidial_call_times.call_time_id), so that no lead would ever be dialled";
  return [{ field: "localCallTime", value: localCallTime, rule, fix: "choose one of Admin → Call Times" }];
}

/**
 * The hopper looks for leads by the very text: a status that nobody can set is never dialled, and nothing says so
 * (docs/facts/vicidial.md#hopper).
 */
async function unknownStatuses(reader: Reader, { campaignId, dialStatuses = [] }: CampaignRouting): Promise<Refused[]> {
  if (dialStatuses.length === 0) return [];
  const known = await reader.rows(
    status,
    "SELECT status FROM vicidial_statuses UNION SELECT status FROM vicidial_campaign_statuses WHERE campaign_id = ?",
    [campaignId],
  );
  // The 2013 script alone leaves the table empty (docs/facts/vicidial.md#versions): then nothing can be judged.
  if (known.length === 0) return [];
  const missing = dialStatuses.filter((wanted) => !known.some(({ status }) => status === wanted));
  return missing.map((value) => ({
    field: "dialStatuses",
    value,
    rule: "there is no such status (vicidial_statuses, vicidial_campaign_statuses), so that no lead would ever have it",
    fix: "choose one of Admin → System Statuses or of the campaign's own",
  }));
}

function direct({ routing, routingExtension }: CampaignRouting): string[] {
  if (routing !== "direct" || routingExtension === undefined) return [];
  return [
    `routing "direct" sends answered calls to ${routingExtension} past VICIdial's agent routing: no remote agent is chosen (its line stays READY, so ` +
      "the dialler overdials), no statuses, no recording, no answering-machine detection, and the AI sees the campaign's caller id instead of the customer's number. " +
      "On Asterisk 12 and later no call is placed at all unless `servers.routing_prefix` is emptied.",
  ];
}

async function overridden(reader: Reader, { campaignId, dialPrefix }: CampaignRouting): Promise<string[]> {
  if (dialPrefix === undefined || reader.catalogue.column("vicidial_lists", "dial_prefix") === undefined) return [];
  const lists = await reader.rows(
    list,
    "SELECT list_id, dial_prefix FROM vicidial_lists WHERE campaign_id = ? AND active = 'Y' AND dial_prefix NOT IN ('', ?) ORDER BY list_id",
    [campaignId, dialPrefix],
  );
  return lists.map(
    ({ list_id, dial_prefix }) =>
      `list ${list_id} has a dial prefix of its own, ${dial_prefix}, which wins over ${dialPrefix}.`,
  );
}
