import { z } from "zod";
import { resource, type State } from "../../../dynamic/resource";
import { Refusal } from "../../../../core/refusal";
import { masked } from "../../change/secretColumns";
import { CARRIERS, columnsOf, findCarrier, fromRow, toRow, type CarrierRow } from "./rows";
import { carrierSchema, OWNER_MARK, type Carrier } from "./schema";
import { refuseOnServer, warningsFor } from "./siteRules";
import { orHalfDone } from "../../change/halfDone";
import { writtenBy } from "../remoteAgent/rivals";
import { same } from "../../change/sameCell";
import type { Audit, Change, Reader, Row, Vicidial } from "../../session";
import { anyRow } from "../../database/rows";

/** What the state remembers of a carrier. */
const carrierMemory = z.object({
  /** Columns of somebody else's carrier before it was adopted; `{}` for a carrier of our own. Secret: it has an account. */
  previous: anyRow.default({}),
});
type CarrierMemory = z.infer<typeof carrierMemory>;
type Known = State<Carrier, CarrierMemory>;

/**
 * A carrier: the account and the dialplan that diallers write into their Asterisk configuration
 * (docs/facts/vicidial.md#configuration-files).
 */
export const carrier = resource<Vicidial>()({
  kind: "vicidial:Carrier",
  schema: carrierSchema,
  memory: carrierMemory,
  identity: ["carrierId"],
  // A telephony carrier's account and registration hold its password.
  secrets: ["accountEntry", "registrationString", "previous"],

  async create(wanted, vicidial) {
    const id = wanted.carrierId;
    const memory = carrierMemory.parse({});
    await written(vicidial, wanted, memory, async (change) => {
      const found = await findCarrier(change, id);
      if (found === undefined) {
        await refuseOnServer(change, wanted);
        await change.insert(CARRIERS, { carrier_id: id, ...toRow(wanted, change.catalogue) }, audit("ADD", id));
        return [wanted.serverIp];
      }
      await refuseTaken(change, found, wanted);
      await refuseOnServer(change, wanted);
      // A carrier with our mark is ours: a stack that lost its state takes it back.
      if (!isMarked(found)) memory.previous = columnsOf(found);
      reportAdoption(found, toRow(wanted, change.catalogue), vicidial);
      await change.update(
        CARRIERS,
        { carrier_id: id },
        columnsOf(found),
        toRow(wanted, change.catalogue),
        audit("MODIFY", id),
      );
      return [found.server_ip, wanted.serverIp];
    });
    return { id, ...memory };
  },

  async read(state, vicidial) {
    const row = await findCarrier(vicidial, state.carrierId);
    return row && { inputs: fromRow(row) };
  },

  async update(state, wanted, vicidial) {
    const { previous } = state;
    await written(vicidial, wanted, { previous }, async (change) => {
      await refuseOnServer(change, wanted);
      const { catalogue } = change;
      const id = wanted.carrierId;
      await change.update(
        CARRIERS,
        { carrier_id: id },
        toRow(state, catalogue),
        toRow(wanted, catalogue),
        audit("MODIFY", id),
      );
      // A carrier that moves leaves its old dialler too; the admin page forgets that one
      // (docs/facts/vicidial.md#saving-carriers).
      return [state.serverIp, wanted.serverIp];
    });
    return { previous };
  },

  async delete(state, vicidial) {
    await vicidial.locked(`carrier ${state.carrierId}`, async (change) => {
      const row = await findCarrier(change, state.carrierId);
      if (row === undefined) return;
      await remove(change, state, row);
      await change.flagRebuild([row.server_ip, state.serverIp, ...serverOf(state.previous)]);
    });
  },
});

/** Runs a write under the lock, flags the diallers that it names, and tells the operator what to know about the result. */
async function written(
  vicidial: Vicidial,
  wanted: Carrier,
  memory: CarrierMemory,
  write: (change: Change) => Promise<readonly string[]>,
): Promise<void> {
  const work = () =>
    vicidial.locked(`carrier ${wanted.carrierId}`, async (change) => {
      const flagged = await change.flagRebuild(await write(change));
      return warningsFor(change, wanted, flagged);
    });
  const warnings = await orHalfDone(wanted.carrierId, () => ({ ...memory }), work);
  for (const line of warnings) vicidial.report(`warning: carrier ${wanted.carrierId}: ${line}`);
}

/** Deletes a carrier of ours; puts an adopted one back to what it was. Either only where nobody else has made it theirs. */
async function remove(change: Change, state: Known, row: CarrierRow): Promise<void> {
  const key = { carrier_id: row.carrier_id };
  if (Object.keys(state.previous).length > 0) {
    await change.update(CARRIERS, key, toRow(state, change.catalogue), state.previous, audit("MODIFY", row.carrier_id));
    return;
  }
  if (!isMarked(row))
    await change.update(CARRIERS, key, { carrier_description: state.description }, {}, audit("MODIFY", row.carrier_id));
  await change.delete(CARRIERS, key, audit("DELETE", row.carrier_id));
}

async function refuseTaken(reader: Reader, found: CarrierRow, wanted: Carrier): Promise<void> {
  if (wanted.adopt && found.carrier_id === wanted.carrierId) return;
  const spelled = found.carrier_id === wanted.carrierId ? "" : `, spelled ${found.carrier_id}`;
  throw new Refusal({
    field: "carrierId",
    value: wanted.carrierId,
    rule: `a carrier with this id exists${spelled} (${CARRIERS}.carrier_id), named ${JSON.stringify(found.carrier_name)}${await writtenBy(reader, "CARRIERS", [found.carrier_id])}`,
    fix:
      spelled === ""
        ? "choose another id, or take the carrier over with `adopt: true`"
        : `choose another id, or write ${found.carrier_id} and \`adopt: true\``,
  });
}

function reportAdoption(found: CarrierRow, to: Row, vicidial: Vicidial): void {
  const live = columnsOf(found);
  const shown = (column: string, row: Row) => JSON.stringify(masked(CARRIERS, column, row[column] ?? null));
  for (const column of Object.keys(to)) {
    if (same(live[column] ?? null, to[column] ?? null)) continue;
    vicidial.report(
      `carrier ${found.carrier_id}: adopted, ${column} ${shown(column, live)} becomes ${shown(column, to)}`,
    );
  }
}

function isMarked({ carrier_description }: CarrierRow): boolean {
  return carrier_description?.includes(OWNER_MARK) ?? false;
}

function serverOf({ server_ip }: Row): string[] {
  return typeof server_ip === "string" ? [server_ip] : [];
}

function audit(type: "ADD" | "MODIFY" | "DELETE", carrierId: string): Audit {
  return { section: "CARRIERS", type, recordId: carrierId, code: `ADMIN ${type} CARRIER` };
}
