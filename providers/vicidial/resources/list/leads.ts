import { z } from "zod";

import { Refusal, type Refused } from "../../../../core/refusal";
import { refuseUnfit } from "../../change/fits";
import { same } from "../../change/sameCell";
import { gmtOffsetOf } from "./gmtOffset";
import { cells, leadColumns, leadInputs, leadRow, withDefaults } from "./rows";
import { keyOf, type Lead, type List } from "./schema";
import { serverNow } from "../../database/clock";
import type { Audit, Change, Reader, Row } from "../../session";

const TABLE = "vicidial_list";

/** A lead that the state knows. */
export const leadRecord = z.object({
  /** Its vendor code, or its phone number where it has none, as declared. */
  key: z.string(),
  leadId: z.number(),
  /** It was in the list before this stack: destroy leaves it there. */
  adopted: z.boolean(),
});
export type LeadRecord = z.infer<typeof leadRecord>;

/** A lead of the state with its record: as declared when it was written, as stored since the last refresh. */
export interface KnownLead {
  lead: Lead;
  record: LeadRecord;
}

/** Leads and records stand in one order; after a write that broke off there are fewer records. */
export function knownLeads(leads: readonly Lead[], records: readonly LeadRecord[]): KnownLead[] {
  const aligned = leads.length === records.length;
  return records.flatMap((record, index) => {
    const lead = aligned ? leads[index] : leads.find((one) => keyOf(one) === record.key);
    return lead === undefined ? [] : [{ lead, record }];
  });
}

type StoredLead = Row & { lead_id: number };
const leadRowShape = cells.transform((row): StoredLead => ({ ...row, lead_id: Number(row["lead_id"]) }));

/** The known leads that are still in the list, as they are stored. One that was moved to another list is gone. */
export async function storedLeads(reader: Reader, listId: string, known: readonly KnownLead[]): Promise<KnownLead[]> {
  const rows = new Map((await rowsOf(reader, listId, known)).map((row) => [row.lead_id, row]));
  return known.flatMap(({ lead, record }) => {
    const row = rows.get(record.leadId);
    return row === undefined ? [] : [{ lead: leadInputs(lead, row), record }];
  });
}

async function rowsOf(reader: Reader, listId: string, known: readonly KnownLead[]): Promise<StoredLead[]> {
  if (known.length === 0) return [];
  const ids = known.map(({ record }) => record.leadId);
  const sql = `SELECT ${quoted(leadColumns)} FROM ${TABLE} WHERE list_id = ? AND lead_id IN (?)`;
  return reader.rows(leadRowShape, sql, [listId, ids]);
}

/** Ids of the leads in the list that others put there. */
export async function foreignLeads(reader: Reader, listId: string, ours: readonly LeadRecord[]): Promise<number[]> {
  const sql = `SELECT lead_id AS id FROM ${TABLE} WHERE list_id = ? ORDER BY lead_id`;
  const all = await reader.rows(z.object({ id: z.number() }), sql, [listId]);
  const own = new Set(ours.map(({ leadId }) => leadId));
  return all.map(({ id }) => id).filter((id) => !own.has(id));
}

/**
 * Carries out the plans for the declared leads, and removes the known ones that are declared no more. `records` is emptied
 * and filled as the writes go, so that it tells what is there when one of them fails.
 */
export async function putLeads(
  change: Change,
  listId: string,
  plans: readonly LeadPlan[],
  records: LeadRecord[],
): Promise<void> {
  const kept = new Set(plans.map(({ key }) => key));
  for (const record of records.filter(({ key }) => !kept.has(key))) {
    await removeLead(change, listId, record);
    records.splice(records.indexOf(record), 1);
  }
  const waiting = new Map(records.splice(0).map((record) => [record.key, record]));
  try {
    for (const plan of plans) {
      records.push(await carryOut(change, listId, plan));
      waiting.delete(plan.key);
    }
  } finally {
    records.push(...waiting.values());
  }
}

/** What to do for one declared lead. */
export interface LeadPlan {
  key: string;
  lead: Lead;
  /** Columns that follow from the declaration but are not in it. */
  derived: Row;
  /** The row that there is, and what it is known to hold. */
  present?: { record: LeadRecord; from: Row; newStatus: boolean };
}

/** Decides what to do for each declared lead, or refuses, all at once, before anything is written. */
export async function planLeads(
  reader: Reader,
  wanted: List,
  known: readonly KnownLead[],
  adoptedList: boolean,
): Promise<LeadPlan[]> {
  const before = new Map(known.map((one) => [one.record.key, one]));
  const strangers = await otherLeads(reader, wanted, known);
  const refused: Refused[] = [];
  const plans: LeadPlan[] = [];
  for (const [index, lead] of wanted.leads.entries()) {
    refuseUnfit(reader.catalogue, TABLE, { ...leadRow(lead), status: lead.status });
    const key = keyOf(lead);
    const mine = before.get(key);
    const stranger = mine === undefined ? strangers.find((row) => isSameLead(lead, row)) : undefined;
    if (stranger !== undefined && !wanted.adopt && (adoptedList || !holds(stranger, lead)))
      refused.push(taken(index, lead, stranger, wanted.listId));
    const derived = await derivedColumns(reader, lead, mine?.lead);
    if ("refused" in derived) refused.push({ field: `leads[${index}].gmtOffset`, ...derived.refused });
    else plans.push({ key, lead, derived: derived.columns, ...presence(key, lead, mine, stranger, wanted.adopt) });
  }
  if (refused.length > 0) throw new Refusal(...refused);
  return plans;
}

function presence(
  key: string,
  lead: Lead,
  mine: KnownLead | undefined,
  stranger: StoredLead | undefined,
  adopted: boolean,
): Pick<LeadPlan, "present"> {
  if (mine !== undefined)
    return { present: { record: mine.record, from: leadRow(mine.lead), newStatus: mine.lead.status !== lead.status } };
  if (stranger === undefined) return {};
  const record = { key, leadId: stranger.lead_id, adopted };
  return { present: { record, from: leadRow(leadInputs(lead, stranger)), newStatus: false } };
}

async function carryOut(
  change: Change,
  listId: string,
  { key, lead, derived, present }: LeadPlan,
): Promise<LeadRecord> {
  if (present === undefined) {
    const leadId = await change.insert(TABLE, await newLead(change, listId, lead, derived), audit("ADD", key));
    return { key, leadId, adopted: false };
  }
  const { record, from, newStatus } = present;
  const to = { ...leadRow(lead), ...derived, ...(newStatus ? { status: lead.status } : {}) };
  const leadId = { lead_id: record.leadId, list_id: Number(listId) };
  await change.update(
    TABLE,
    leadId,
    from,
    withDefaults(change.catalogue, TABLE, from, to),
    audit("MODIFY", String(record.leadId)),
  );
  return record;
}

/** A row as the lead loader leaves it; `modify_date` is the server's own business. */
async function newLead(change: Change, listId: string, lead: Lead, derived: Row): Promise<Row> {
  return {
    entry_date: await serverNow(change),
    user: "",
    vendor_lead_code: "",
    ...leadRow(lead),
    ...derived,
    status: lead.status,
    list_id: Number(listId),
    called_since_last_reset: "N",
  };
}

/** Deletes a lead and what waits in the hopper for it. */
async function removeLead(change: Change, listId: string, { leadId, adopted }: LeadRecord): Promise<void> {
  if (adopted) return;
  await change.delete(TABLE, { lead_id: leadId, list_id: listId }, audit("DELETE", String(leadId)));
  await change.delete("vicidial_hopper", { lead_id: leadId });
}

/** Deletes those of the known leads that this stack made. */
export async function removeLeads(change: Change, listId: string, records: readonly LeadRecord[]): Promise<void> {
  for (const record of records) await removeLead(change, listId, record);
}

/** The time zone, where it is looked up: at creation, when the lead moves, when `gmtOffset` leaves the declaration. */
async function derivedColumns(
  reader: Reader,
  lead: Lead,
  before: Lead | undefined,
): Promise<{ columns: Row } | { refused: Omit<Refused, "field"> }> {
  if (lead.gmtOffset !== undefined || (before !== undefined && !moved(before, lead))) return { columns: {} };
  const offset = await gmtOffsetOf(reader, lead);
  if ("hours" in offset) return { columns: { gmt_offset_now: offset.hours } };
  return {
    refused: {
      rule: `the time zone of lead ${keyOf(lead)} is not known (${offset.unknown}), and VICIdial would call it by GMT`,
      fix: "declare gmtOffset, in hours, or correct phoneCode, phoneNumber or state",
    },
  };
}

function moved(before: Lead, after: Lead): boolean {
  const place = ({ phoneCode, phoneNumber, state }: Lead) => JSON.stringify([phoneCode, phoneNumber, state ?? null]);
  return before.gmtOffset !== undefined || place(before) !== place(after);
}

/** Leads of the list that are not known and have the vendor code or the number of a declared one. */
async function otherLeads(reader: Reader, wanted: List, known: readonly KnownLead[]): Promise<StoredLead[]> {
  if (wanted.leads.length === 0) return [];
  const codes = wanted.leads.flatMap(({ vendorLeadCode }) => vendorLeadCode ?? []);
  const numbers = wanted.leads.map(({ phoneNumber }) => phoneNumber);
  const sql = `SELECT ${quoted(leadColumns)} FROM ${TABLE}
    WHERE list_id = ? AND (phone_number IN (?) OR vendor_lead_code IN (?)) AND lead_id NOT IN (?) ORDER BY lead_id`;
  const ours = known.map(({ record }) => record.leadId);
  return reader.rows(leadRowShape, sql, [wanted.listId, numbers, [...codes, null], [0, ...ours]]);
}

function isSameLead(lead: Lead, row: Row): boolean {
  const code = row["vendor_lead_code"] ?? "";
  if (lead.vendorLeadCode !== undefined && code !== "") return code === lead.vendorLeadCode;
  return row["phone_number"] === lead.phoneNumber;
}

/** Is the row just what this stack would have written? Then a write of ours went through whose answer was lost. */
function holds(row: Row, lead: Lead): boolean {
  return Object.entries(leadRow(lead)).every(([column, value]) => same(row[column] ?? null, value));
}

function taken(index: number, lead: Lead, row: StoredLead, listId: string): Refused {
  const field = `leads[${index}].${lead.vendorLeadCode === undefined ? "phoneNumber" : "vendorLeadCode"}`;
  return {
    field,
    value: keyOf(lead),
    rule: `list ${listId} has this lead already (vicidial_list.lead_id ${row.lead_id}, ${String(row["phone_number"])}), and it would be called twice`,
    fix: "take it over with `adopt: true`, or leave it out",
  };
}

function quoted(columns: readonly string[]): string {
  return columns.map((column) => `\`${column}\``).join(", ");
}

function audit(type: Audit["type"], recordId: string): Audit {
  return { section: "LEADS", type, recordId, code: `ADMIN ${type} LEAD` };
}
