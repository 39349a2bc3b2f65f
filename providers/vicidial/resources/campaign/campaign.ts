import { z } from "zod";
import { resource } from "../../../dynamic/resource";
import { Refusal, type Refused } from "../../../../core/refusal";
import {
  allow,
  closedTo,
  columnsOf,
  deleteCampaign,
  disallow,
  findCampaign,
  inputsOf,
  insertMissing,
  modified,
} from "./rows";
import { userGroup } from "../../site/fields";
import { orHalfDone } from "../../change/halfDone";
import type { Reader, Vicidial } from "../../session";

const TABLE = "vicidial_campaigns";

/** Text as the admin page leaves it: letters, digits, space and `-` `.` `,` `_`. */
const pageText = (max: number, min: number) =>
  z.string().regex(new RegExp(`^(?! )[-0-9A-Za-z .,_]{${min},${max}}$(?<! )`), {
    error: `must be ${min} to ${max} letters, digits, spaces and - . , _ (what the campaign page keeps), no space at the ends`,
  });

/**
 * A campaign of its own. Most sites have theirs: a bridge only patches it, see `vicidial:CampaignRouting`. Table
 * `vicidial_campaigns`. Defaults are those of the admin page's form; they are written when the campaign is made, and what is
 * not declared is not looked at later.
 */
export const campaignSchema = z.strictObject({
  /**
   * Unique id (`campaign_id`), 2 to 8 letters, digits or `_` (the page drops `-` when it adds a campaign); no
   * in-group or status group may have the same.
   * @example "SIGMA1"
   */
  campaignId: z
    .string()
    .regex(/^[_0-9A-Za-z]{2,8}$/, { error: "must be 2 to 8 letters, digits or _ (vicidial_campaigns.campaign_id)" }),
  /**
   * Name in menus and reports (`campaign_name`), 6 to 40 letters, digits, spaces and `-` `.` `,` `_`.
   * @example "Sigma Voice Agent"
   */
  name: pageText(40, 6),
  /**
   * What it is for (`campaign_description`), up to 255 characters.
   * @default ""
   * @example "Renewals, evenings"
   */
  description: pageText(255, 0).optional(),
  /**
   * Whether the campaign dials and agents may log in (`active`).
   * @default true
   * @example false
   */
  active: z.boolean().optional(),
  /**
   * Which admins see it (`user_group`); servers before schema 1400 have no such column.
   * @default "---ALL---"
   * @example "AGENCY7"
   */
  userGroup: userGroup.optional(),
  /**
   * When leads may be called (`local_call_time`), an id of `vicidial_call_times`.
   * @default "9am-9pm"
   * @example "9am-5pm"
   */
  localCallTime: z
    .string()
    .regex(/^[-_0-9A-Za-z]{1,10}$/)
    .optional(),
  /**
   * Which free agent gets the next call (`next_agent_call`).
   * @default "longest_wait_time"
   * @example "random"
   */
  nextAgentCall: z
    .string()
    .regex(/^[-_0-9A-Za-z]{1,40}$/)
    .optional(),
  /**
   * Order in which leads are dialled (`lead_order`).
   * @default "DOWN"
   * @example "DOWN COUNT"
   */
  leadOrder: z
    .string()
    .regex(/^[ 0-9A-Za-z]{2,30}$/)
    .optional(),
  /**
   * Seconds that a phone rings (`dial_timeout`), 4 to 255; the page turns less than 4 into 30.
   * @default 60
   * @example 26
   */
  dialTimeout: z.int().min(4).max(255).optional(),
  /**
   * User groups that may use it although they may not use every campaign (`allowed_campaigns` of
   * `vicidial_user_groups`); the admin user's own group is added, as the page does.
   * @default []
   * @example ["AGENTS"]
   */
  allowedFor: z.array(userGroup).default([]),
  /**
   * Take over a campaign that exists. It is then not deleted on destroy.
   * @default false
   * @example true
   */
  adopt: z.boolean().default(false),
});

export type Campaign = z.infer<typeof campaignSchema>;

const campaignMemory = z.object({
  /** The campaign was there before: it is never deleted. */
  adopted: z.boolean().default(false),
  /** User groups whose list of allowed campaigns got this one from us. */
  opened: z.array(z.string()).default([]),
});

const counted = z.object({ n: z.coerce.number() });
const named = z.object({ name: z.coerce.string() });

export const campaign = resource<Vicidial>()({
  kind: "vicidial:Campaign",
  schema: campaignSchema,
  memory: campaignMemory,
  identity: ["campaignId"],
  secrets: [],

  async create(wanted, vicidial) {
    const id = wanted.campaignId;
    const memory = campaignMemory.parse({});
    await orHalfDone(
      id,
      () => ({ ...memory }),
      () =>
        vicidial.locked(`campaign ${id}`, async (change) => {
          const live = await findCampaign(change, id);
          memory.adopted = live !== undefined;
          await refuseTaken(change, wanted, memory.adopted);
          await refuseDangling(change, wanted);
          if (live !== undefined)
            await change.update(TABLE, { campaign_id: id }, live, columnsOf(change, wanted), modified(id));
          await insertMissing(change, wanted);
          const allowed = await groups(change, wanted, vicidial.adminUser);
          // A new campaign's id that stands there already was left over by one that somebody deleted.
          if (!memory.adopted) await disallow(change, id, allowed);
          await allow(change, id, allowed, memory.opened);
        }),
    );
    return { id, ...memory };
  },

  async read(state, vicidial) {
    const row = await findCampaign(vicidial, state.campaignId);
    if (row === undefined) return undefined;
    const closed = await closedTo(vicidial, state.campaignId, state.allowedFor);
    return { inputs: { ...inputsOf(row), allowedFor: state.allowedFor.filter((group) => !closed.includes(group)) } };
  },

  async update(state, wanted, vicidial) {
    const id = wanted.campaignId;
    const opened = [...state.opened];
    await orHalfDone(
      id,
      () => ({ opened }),
      () =>
        vicidial.locked(`campaign ${id}`, async (change) => {
          await refuseDangling(change, wanted);
          if ((await findCampaign(change, id)) !== undefined)
            await change.update(
              TABLE,
              { campaign_id: id },
              columnsOf(change, state),
              columnsOf(change, wanted),
              modified(id),
            );
          await insertMissing(change, wanted);
          const allowed = await groups(change, wanted, vicidial.adminUser);
          const closed = opened.filter((group) => !allowed.includes(group));
          await disallow(change, id, closed);
          await allow(change, id, allowed, opened);
          for (const group of closed) opened.splice(opened.indexOf(group), 1);
        }),
    );
    return { adopted: state.adopted, opened };
  },

  async delete(state, vicidial) {
    const id = state.campaignId;
    await vicidial.locked(`campaign ${id}`, async (change) => {
      if (state.adopted) {
        vicidial.report(`campaign ${id} was there before this stack and is left as it is.`);
      } else {
        await deleteCampaign(change, id);
        await reportLists(change, id, vicidial);
      }
      await disallow(change, id, state.opened);
    });
  },
});

/** The groups that shall be able to use the campaign: the declared ones and the admin user's own, as the page does. */
async function groups(reader: Reader, wanted: Campaign, adminUser: string): Promise<string[]> {
  const own = await reader.rows(
    named,
    "SELECT user_group AS name FROM vicidial_users WHERE user = ? AND user_group IS NOT NULL",
    [adminUser],
  );
  return [...new Set([...wanted.allowedFor, ...own.map(({ name }) => name)])];
}

/** The page leaves the lists of a deleted campaign orphaned, and so does this; it says which. */
async function reportLists(reader: Reader, campaignId: string, vicidial: Vicidial): Promise<void> {
  const lists = await reader.rows(
    named,
    "SELECT list_id AS name FROM vicidial_lists WHERE campaign_id = ? ORDER BY list_id",
    [campaignId],
  );
  if (lists.length === 0) return;
  vicidial.report(
    `warning: campaign ${campaignId} is deleted; its lists ${lists.map(({ name }) => name).join(", ")} stay, without a campaign, as when the admin page deletes it. ` +
      "Assign them to another campaign in Admin → Lists.",
  );
}

/** Why a campaign with this id cannot be made: one is there, or VICIdial has the id in another role. */
async function refuseTaken(reader: Reader, { campaignId, adopt }: Campaign, exists: boolean): Promise<void> {
  if (exists && adopt) return;
  if (exists)
    throw new Refusal({
      field: "campaignId",
      value: campaignId,
      rule: "there is a campaign with this id already (vicidial_campaigns)",
      fix: "choose another id, leave out `campaign` to bridge the existing one, or take it over with `adopt: true`",
    });
  const rivals = [
    ["vicidial_inbound_groups", "group_id", "an in-group"],
    ["vicidial_status_groups", "status_group_id", "a status group"],
  ] as const;
  for (const [table, column, what] of rivals) {
    if (!(await found(reader, table, column, campaignId))) continue;
    const rule = `${what} has this id (${table}.${column}), and the admin page allows it to one of them only`;
    throw new Refusal({ field: "campaignId", value: campaignId, rule, fix: "choose another id" });
  }
}

/** What the campaign names must be there. */
async function refuseDangling(reader: Reader, wanted: Campaign): Promise<void> {
  const references = [
    ["localCallTime", "vicidial_call_times", "call_time_id", "Admin → Call Times"],
    ["userGroup", "vicidial_user_groups", "user_group", "Admin → User Groups"],
  ] as const;
  const refused: Refused[] = [];
  for (const [field, table, column, page] of references) {
    const value = wanted[field];
    if (
      value === undefined ||
      value === "---ALL---" ||
      !reader.catalogue.hasTable(table) ||
      (await found(reader, table, column, value))
    )
      continue;
    refused.push({
      field,
      value,
      rule: `there is none with this id (${table}.${column})`,
      fix: `choose one of ${page}`,
    });
  }
  if (refused.length > 0) throw new Refusal(...refused);
}

async function found(reader: Reader, table: string, column: string, id: string): Promise<boolean> {
  if (!reader.catalogue.hasTable(table)) return false;
  const row = await reader.row(counted, `SELECT COUNT(*) AS n FROM ${table} WHERE ${column} = ?`, [id]);
  return row !== undefined && row.n > 0;
}
