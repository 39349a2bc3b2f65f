import { z } from "zod";
import { resource, type State } from "../../../dynamic/resource";
import { adoption } from "../../change/adoption";
import { orHalfDone } from "../../change/halfDone";
import { same } from "../../change/sameCell";
import { foreignLeads, knownLeads, leadRecord, planLeads, putLeads, removeLeads, storedLeads } from "./leads";
import { pendingReset, planReset, resetList } from "./reset";
import { cells, listColumns, listInputs, listRow, withDefaults } from "./rows";
import { refuseOrphans, refuseTaken, requireReferences } from "./rules";
import { type List, listSchema } from "./schema";
import { serverNow } from "../../database/clock";
import type { Audit, Change, Reader, Row, Vicidial } from "../../session";

const TABLE = "vicidial_lists";

/** What the state remembers of a list. */
const listMemory = z.object({
  /** The list was there before: it is never deleted. */
  adopted: z.boolean().default(false),
  /** The declared leads, in their order. */
  leadRecords: z.array(leadRecord).default([]),
  /** A reset that broke off, so that the next try does not count it twice; null after every success. */
  pendingReset: pendingReset.nullable().default(null),
});
type ListMemory = z.infer<typeof listMemory>;

/**
 * A list of leads, for labs, tests and small campaigns (docs/facts/guide.md#step-5-list). Production leads come from
 * VICIdial's lead loader.
 */
export const list = resource<Vicidial>()({
  kind: "vicidial:List",
  schema: listSchema,
  memory: listMemory,
  identity: ["listId"],
  secrets: [],

  async create(wanted, vicidial) {
    const id = wanted.listId;
    const memory = listMemory.parse({});
    await orHalfDone(
      id,
      () => ({ ...memory }),
      () =>
        vicidial.locked(`list ${id}`, async (change) => {
          const live = await findList(change, id);
          memory.adopted = live !== undefined;
          refuseTaken(wanted, memory.adopted);
          await requireReferences(change, wanted);
          if (live === undefined) await refuseOrphans(change, wanted);
          const plans = await planLeads(change, wanted, [], memory.adopted);
          if (live === undefined) await addList(change, wanted);
          else {
            for (const line of adoption(`list ${id}`, TABLE, live, listRow(wanted))) vicidial.report(line);
            await modifyList(change, id, live, listRow(wanted));
          }
          await putLeads(change, id, plans, memory.leadRecords);
        }),
    );
    return { id, ...memory };
  },

  async read(state, vicidial) {
    const row = await findList(vicidial, state.listId);
    if (row === undefined) return undefined;
    const leads = await storedLeads(vicidial, state.listId, leadsOf(state));
    const inputs = { ...listInputs(state, row), leads: leads.map(({ lead }) => lead) };
    return { inputs, computed: { leadRecords: leads.map(({ record }) => record) } };
  },

  async update(state, wanted, vicidial) {
    const id = wanted.listId;
    const { adopted } = state;
    const leadRecords = [...state.leadRecords];
    let pendingReset = state.pendingReset;
    await orHalfDone(
      id,
      () => ({ adopted, leadRecords, pendingReset }),
      () =>
        vicidial.locked(`list ${id}`, async (change) => {
          await requireReferences(change, wanted);
          const reset = await planReset(change, wanted, state);
          const plans = await planLeads(change, wanted, leadsOf(state), adopted);
          const from = listRow(state);
          await modifyList(change, id, from, withDefaults(change.catalogue, TABLE, from, listRow(wanted)));
          if (state.campaignId !== wanted.campaignId)
            await change.delete("vicidial_hopper", { list_id: id, campaign_id: state.campaignId });
          await putLeads(change, id, plans, leadRecords);
          if (reset === undefined) return;
          pendingReset = reset;
          vicidial.report(`list ${id}: ${await resetList(change, id, reset)} leads may be called again.`);
        }),
    );
    return { adopted, leadRecords, pendingReset: null };
  },

  async delete(state, vicidial) {
    const id = state.listId;
    await vicidial.locked(`list ${id}`, async (change) => {
      const strangers = await foreignLeads(
        change,
        id,
        state.leadRecords.filter(({ adopted }) => !adopted),
      );
      await removeLeads(change, id, state.leadRecords);
      const why = reasonToStay(state, strangers);
      if (why !== undefined) {
        vicidial.report(`list ${id} stays: ${why}.`);
        return;
      }
      await change.delete(TABLE, { list_id: id }, audit("DELETE", id));
      await change.delete("vicidial_hopper", { list_id: id });
    });
  },
});

function leadsOf(state: State<List, ListMemory>) {
  return knownLeads(state.leads, state.leadRecords);
}

/** A list with other people's leads stays, because without it they would be lost to every campaign. */
function reasonToStay({ adopted }: ListMemory, strangers: readonly number[]): string | undefined {
  if (adopted) return "it was there before this stack";
  if (strangers.length === 0) return undefined;
  const shown = strangers.slice(0, 10).join(", ") + (strangers.length > 10 ? ", …" : "");
  return `others put ${strangers.length} leads into it (lead_id ${shown}); delete it in Admin → Lists when they are not needed`;
}

/** The columns of a list that this server has; `undefined` when there is no such list. */
async function findList(reader: Reader, listId: string): Promise<Row | undefined> {
  const columns = listColumns(reader.catalogue).join(", ");
  return reader.row(cells, `SELECT ${columns} FROM ${TABLE} WHERE list_id = ?`, [listId]);
}

async function addList(change: Change, wanted: List): Promise<void> {
  const row = { list_id: Number(wanted.listId), ...listRow(wanted), list_changedate: await serverNow(change) };
  await change.insert(TABLE, row, audit("ADD", wanted.listId));
}

async function modifyList(change: Change, listId: string, from: Row, to: Row): Promise<void> {
  const differs = Object.entries(to).some(
    ([column, value]) => !same(from[column] ?? null, value, change.catalogue.column(TABLE, column)),
  );
  if (!differs) return;
  await change.update(
    TABLE,
    { list_id: listId },
    from,
    { ...to, list_changedate: await serverNow(change) },
    audit("MODIFY", listId),
  );
}

function audit(type: Audit["type"], recordId: string): Audit {
  return { section: "LISTS", type, recordId, code: `ADMIN ${type} LIST` };
}
