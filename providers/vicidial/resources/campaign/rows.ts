import { z } from "zod";
import type { Campaign } from "./campaign";
import type { Audit, Change, Reader, Row } from "../../session";

const cells = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
const clock = z.object({ now: z.string() });
const groupRow = z.object({ user_group: z.string(), allowed_campaigns: z.string().nullable() });
const counted = z.object({ n: z.coerce.number() });

/** Inputs that stay managed after creation, and their columns. */
const COLUMNS = {
  name: "campaign_name",
  description: "campaign_description",
  active: "active",
  userGroup: "user_group",
  localCallTime: "local_call_time",
  nextAgentCall: "next_agent_call",
  leadOrder: "lead_order",
  dialTimeout: "dial_timeout",
} as const satisfies Partial<Record<keyof Campaign, string>>;

/** What the admin page's add form writes (ADD=21) where nothing is declared: its defaults, and '' where it leaves a field empty. */
const FORM: Row = {
  campaign_description: "",
  active: "Y",
  user_group: "---ALL---",
  local_call_time: "9am-9pm",
  next_agent_call: "longest_wait_time",
  lead_order: "DOWN",
  dial_status_a: "NEW",
  park_ext: "",
  park_file_name: "default",
  web_form_address: "",
  web_form_address_two: "",
  web_form_address_three: "",
  allow_closers: "Y",
  hopper_level: 1,
  auto_dial_level: "0",
  voicemail_ext: "",
  campaign_script: "",
  campaign_script_two: "",
  get_call_launch: "NONE",
  campaign_stats_refresh: "Y",
  list_order_mix: "DISABLED",
  start_call_url: "",
  dispo_call_url: "",
  na_call_url: "",
  agent_hangup_value: "",
  survey_first_audio_file: "US_pol_survey_hello",
  survey_ni_audio_file: "US_thanks_no_contact",
  survey_opt_in_audio_file: "US_pol_survey_transfer",
  survey_third_audio_file: "US_thanks_no_contact",
  survey_fourth_audio_file: "US_thanks_no_contact",
};

/** Rows that every campaign has beside its own. */
const COMPANIONS = ["vicidial_campaign_stats", "vicidial_campaign_stats_debug"];

/** What the admin page deletes with a campaign (ADD=61). Its lists stay, and so do their leads. */
const DELETED_WITH = [
  "vicidial_campaign_agents",
  "vicidial_live_agents",
  "vicidial_campaign_statuses",
  "vicidial_campaign_hotkeys",
  "vicidial_callbacks",
  ...COMPANIONS,
  "vicidial_lead_recycle",
  "vicidial_campaign_server_stats",
  "vicidial_server_trunks",
  "vicidial_pause_codes",
  "vicidial_campaigns_list_mix",
  "vicidial_xfer_presets",
  "vicidial_xfer_stats",
  "vicidial_campaign_cid_areacodes",
  "vicidial_url_multi",
  "vicidial_hopper",
];

/** The declared columns. */
export function columnsOf(reader: Reader, wanted: Campaign): Row {
  const row = Object.entries(COLUMNS).flatMap(([input, column]) => {
    const value = wanted[input as keyof typeof COLUMNS];
    if (value === undefined) return [];
    reader.catalogue.require("vicidial_campaigns", column);
    return [[column, typeof value === "boolean" ? (value ? "Y" : "N") : value] as const];
  });
  return Object.fromEntries(row);
}

/** The managed columns as they are; `undefined` when there is no such campaign. */
export async function findCampaign(reader: Reader, campaignId: string): Promise<Row | undefined> {
  const columns = Object.values(COLUMNS).filter((column) => has(reader, column));
  const sql = `SELECT ${columns.join(", ")} FROM vicidial_campaigns WHERE campaign_id = ?`;
  return reader.row(cells, sql, [campaignId]);
}

/** The inputs that columns stand for. */
export function inputsOf(row: Row): Partial<Campaign> {
  const inputs = Object.entries(COLUMNS)
    .filter(([, column]) => column in row)
    .map(([input, column]) => [
      input,
      input === "active" ? row[column] === "Y" : input === "dialTimeout" ? Number(row[column]) : (row[column] ?? ""),
    ]);
  return Object.fromEntries(inputs) as Partial<Campaign>;
}

/** Inserts what a campaign consists of, as far as it is not there. */
export async function insertMissing(change: Change, wanted: Campaign): Promise<void> {
  const key = { campaign_id: wanted.campaignId };
  if ((await findCampaign(change, wanted.campaignId)) === undefined) {
    const { now } = (await change.row(clock, "SELECT DATE_FORMAT(NOW(), '%Y-%m-%d %H:%i:%s') AS now")) ?? { now: "" };
    const form = known(change, { ...FORM, campaign_changedate: now });
    await change.insert(
      "vicidial_campaigns",
      { ...key, ...form, ...columnsOf(change, wanted) },
      added(wanted.campaignId),
    );
  }
  for (const table of COMPANIONS.filter((name) => change.catalogue.hasTable(name))) {
    const found = await change.row(counted, `SELECT COUNT(*) AS n FROM ${table} WHERE campaign_id = ?`, [
      wanted.campaignId,
    ]);
    // The page leaves `server_ip` out, which a strict session refuses: the column has no default.
    const place: Row = change.catalogue.column(table, "server_ip") ? { server_ip: "" } : {};
    if (found?.n === 0) await change.insert(table, { ...key, ...place });
  }
}

/** Deletes a campaign as the admin page does: callbacks are archived, lists stay. */
export async function deleteCampaign(change: Change, campaignId: string): Promise<void> {
  const key = { campaign_id: campaignId };
  await change.delete("vicidial_campaigns", key, deleted(campaignId));
  if (change.catalogue.hasTable("vicidial_callbacks") && change.catalogue.hasTable("vicidial_callbacks_archive")) {
    const callbacks = await change.rows(cells, "SELECT * FROM vicidial_callbacks WHERE campaign_id = ?", [campaignId]);
    for (const callback of callbacks) await change.insert("vicidial_callbacks_archive", callback);
  }
  for (const table of DELETED_WITH.filter((name) => change.catalogue.hasTable(name))) await change.delete(table, key);
}

/**
 * Lets user groups that may not use every campaign use this one. Notes in `opened` those that could not before, each before
 * it is written: a write whose answer is lost may have gone through.
 */
export async function allow(
  change: Change,
  campaignId: string,
  groups: readonly string[],
  opened: string[],
): Promise<void> {
  for (const { user_group, allowed_campaigns } of await limited(change, groups)) {
    if (listed(allowed_campaigns).includes(campaignId)) continue;
    if (!opened.includes(user_group)) opened.push(user_group);
    await relist(change, user_group, allowed_campaigns, [...listed(allowed_campaigns), campaignId]);
  }
}

/** Those of the groups that may not use this campaign. */
export async function closedTo(reader: Reader, campaignId: string, groups: readonly string[]): Promise<string[]> {
  const rows = await limited(reader, groups);
  return rows
    .filter(({ allowed_campaigns }) => !listed(allowed_campaigns).includes(campaignId))
    .map(({ user_group }) => user_group);
}

/** Takes this campaign out of the groups' lists again. */
export async function disallow(change: Change, campaignId: string, groups: readonly string[]): Promise<void> {
  for (const { user_group, allowed_campaigns } of await limited(change, groups)) {
    const left = listed(allowed_campaigns).filter((id) => id !== campaignId);
    if (left.length < listed(allowed_campaigns).length) await relist(change, user_group, allowed_campaigns, left);
  }
}

async function limited(reader: Reader, groups: readonly string[]): Promise<z.infer<typeof groupRow>[]> {
  if (groups.length === 0) return [];
  const sql = "SELECT user_group, allowed_campaigns FROM vicidial_user_groups WHERE user_group IN (?)";
  const rows = await reader.rows(groupRow, sql, [groups]);
  return rows.filter(({ allowed_campaigns }) => !/-ALL/i.test(allowed_campaigns ?? ""));
}

async function relist(change: Change, group: string, from: string | null, ids: readonly string[]): Promise<void> {
  const audit: Audit = { section: "USERGROUPS", type: "MODIFY", recordId: group, code: "ADMIN MODIFY USER GROUP" };
  const to = { allowed_campaigns: `${ids.map((id) => ` ${id}`).join("")} -` };
  await change.update("vicidial_user_groups", { user_group: group }, { allowed_campaigns: from }, to, audit);
}

/** ` A B -` → A, B. */
function listed(allowed: string | null): string[] {
  return (allowed ?? "").split(" ").filter((id) => id !== "" && id !== "-");
}

function known(reader: Reader, row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([column]) => has(reader, column)));
}

function has(reader: Reader, column: string): boolean {
  return reader.catalogue.column("vicidial_campaigns", column) !== undefined;
}

const audit =
  (type: Audit["type"], code: string) =>
  (campaignId: string): Audit => ({ section: "CAMPAIGNS", type, recordId: campaignId, code });
const added = audit("ADD", "ADMIN ADD CAMPAIGN");
const deleted = audit("DELETE", "ADMIN DELETE CAMPAIGN");
export const modified = audit("MODIFY", "ADMIN MODIFY CAMPAIGN DETAIL");
