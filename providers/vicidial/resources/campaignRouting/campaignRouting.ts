import { z } from "zod";
import { resource, type State } from "../../../dynamic/resource";
import { Refusal } from "../../../../core/refusal";
import { columnsOf, inputOf, inputsOf, sameCell } from "./columns";
import { refuseOnServer } from "./siteRules";
import { type CampaignRouting, campaignRoutingSchema } from "./schema";
import { orHalfDone } from "../../change/halfDone";
import type { Audit, Cell, Reader, Row, Vicidial } from "../../session";
import { anyRow } from "../../database/rows";

const TABLE = "vicidial_campaigns";

/** What the patch remembers. Both are by column. */
const campaignRoutingMemory = z.object({
  /** What each declared column held before this resource first wrote it, as it was stored. */
  previous: anyRow.default({}),
  /** What this resource last wrote. Unlike the inputs it is not replaced by what a refresh finds: only this is ours. */
  written: anyRow.default({}),
});
export type CampaignRoutingMemory = z.infer<typeof campaignRoutingMemory>;

type Known = State<CampaignRouting, CampaignRoutingMemory>;

export const campaignRouting = resource<Vicidial>()({
  kind: "vicidial:CampaignRouting",
  schema: campaignRoutingSchema,
  memory: campaignRoutingMemory,
  identity: ["campaignId"],
  secrets: [],

  async create(wanted, vicidial) {
    const id = wanted.campaignId;
    const written = columnsOf(wanted);
    let previous: Row = {};
    let warnings: string[] = [];
    await orHalfDone(
      id,
      () => ({ previous, written: {} }),
      () =>
        vicidial.locked(`routing of campaign ${id}`, async (change) => {
          previous = await campaign(change, id, Object.keys(written));
          warnings = await refuseOnServer(change, wanted);
          await change.update(TABLE, { campaign_id: id }, previous, written, modified(id));
        }),
    );
    warn(vicidial, wanted, warnings);
    return { id, previous, written };
  },

  async read(state, vicidial) {
    const expected = columnsOf(state);
    const row = await find(vicidial, state.campaignId, Object.keys(expected));
    if (row === undefined) return undefined;
    const drifted = Object.entries(row).filter(([column, live]) => !sameCell(column, live, expected[column] ?? null));
    return { inputs: { ...inputsOf(expected), ...inputsOf(Object.fromEntries(drifted)) } };
  },

  async update(state, wanted, vicidial) {
    const id = wanted.campaignId;
    const written = columnsOf(wanted);
    let previous = state.previous;
    let warnings: string[] = [];
    await orHalfDone(
      id,
      () => ({ previous: { ...state.previous, ...previous } }),
      () =>
        vicidial.locked(`routing of campaign ${id}`, async (change) => {
          const live = await campaign(change, id, [...new Set([...Object.keys(previous), ...Object.keys(written)])]);
          const dropped = Object.keys(previous).filter((column) => !(column in written));
          const back = restorable(state, live, dropped, vicidial);
          warnings = await refuseOnServer(change, wanted, back);
          const first = { ...live, ...previous };
          previous = Object.fromEntries(Object.entries(first).filter(([column]) => column in written));
          await change.update(
            TABLE,
            { campaign_id: id },
            lastKnown(state, live),
            { ...written, ...back },
            modified(id),
          );
        }),
    );
    warn(vicidial, wanted, warnings);
    return { previous, written };
  },

  async delete(state, vicidial) {
    const id = state.campaignId;
    if (state.onDestroy === "leave") return;
    await vicidial.locked(`routing of campaign ${id}`, async (change) => {
      const columns = Object.keys(state.previous);
      const live = await find(change, id, state.onDestroy === "pause" ? ["active"] : columns);
      if (live === undefined) return;
      const to = state.onDestroy === "pause" ? { active: "N" } : restorable(state, live, columns, vicidial);
      await change.update(TABLE, { campaign_id: id }, live, to, modified(id));
    });
  },
});

/** What the columns were at the last look: a patch that finds something else is refused. Columns new to the patch are as they are. */
function lastKnown(state: Known, live: Row): Row {
  const known = columnsOf(state);
  return Object.fromEntries(
    Object.entries(live).map(([column, now]) => {
      const then = known[column];
      return [column, then === undefined || sameCell(column, now, then) ? now : then];
    }),
  );
}

/** Of `columns`, those that still hold what this resource wrote, with what they held before. Tells of those left alone. */
function restorable(state: Known, live: Row, columns: readonly string[], vicidial: Vicidial): Row {
  const known = columnsOf(state);
  const ours = (column: string): Cell => state.written[column] ?? known[column] ?? null;
  const back: Row = {};
  for (const column of columns) {
    const [now = null, before = null] = [live[column], state.previous[column]];
    if (sameCell(column, now, ours(column))) back[column] = before;
    else if (!sameCell(column, now, before))
      vicidial.report(
        `warning: campaign ${state.campaignId}: ${column} (\`${inputOf(column)}\`) is left at ${JSON.stringify(now)}: somebody changed it since this stack ` +
          `wrote ${JSON.stringify(ours(column))}. Before the stack it was ${JSON.stringify(before)}; set it in Admin → Campaigns if you want that back.`,
      );
  }
  return back;
}

async function find(reader: Reader, campaignId: string, columns: readonly string[]): Promise<Row | undefined> {
  for (const column of columns) reader.catalogue.require(TABLE, column);
  const list = ["campaign_id", ...columns].map((column) => `\`${column}\``).join(", ");
  const found = await reader.row(row, `SELECT ${list} FROM ${TABLE} WHERE campaign_id = ?`, [campaignId]);
  if (found === undefined) return undefined;
  const { campaign_id: _, ...values } = found;
  return values;
}

const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

async function campaign(reader: Reader, campaignId: string, columns: readonly string[]): Promise<Row> {
  const found = await find(reader, campaignId, columns);
  if (found !== undefined) return found;
  throw new Refusal({
    field: "campaignId",
    value: campaignId,
    rule: "there is no such campaign (vicidial_campaigns.campaign_id)",
    fix: "choose one of Admin → Campaigns, or create it: a bridge's `campaign: { name: … }`, or a VicidialCampaign that this resource depends on",
  });
}

function warn(vicidial: Vicidial, { campaignId }: CampaignRouting, warnings: readonly string[]): void {
  for (const line of warnings) vicidial.report(`warning: campaign ${campaignId}: ${line}`);
}

function modified(campaignId: string): Audit {
  return { section: "CAMPAIGNS", type: "MODIFY", recordId: campaignId, code: "ADMIN MODIFY CAMPAIGN DETAIL" };
}
