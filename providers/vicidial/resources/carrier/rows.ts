import { z } from "zod";
import { CARRIER_PROTOCOLS, type Carrier } from "./schema";
import type { Catalogue, Reader, Row } from "../../session";

export const CARRIERS = "vicidial_server_carriers";

const text = z.string().nullable();
const carrierRow = z.object({
  carrier_id: z.string(),
  carrier_name: z.string(),
  carrier_description: text,
  protocol: text,
  registration_string: text,
  template_id: z.string(),
  account_entry: text,
  globals_string: text,
  dialplan_entry: text,
  server_ip: z.string(),
  active: text,
  user_group: text.optional(),
});
export type CarrierRow = z.infer<typeof carrierRow>;

const COLUMNS = Object.keys(carrierRow.shape).filter((column) => column !== "user_group");

/** The row with this id, in whatever letter case it is stored: the column's collation ignores case, and so does its unique key. */
export async function findCarrier(reader: Reader, carrierId: string): Promise<CarrierRow | undefined> {
  const columns = hasUserGroup(reader.catalogue) ? [...COLUMNS, "user_group"] : COLUMNS;
  return reader.row(carrierRow, `SELECT ${columns.join(", ")} FROM ${CARRIERS} WHERE carrier_id = ?`, [carrierId]);
}

/** Columns that the inputs stand for, but for the id. `user_group` only where the server has it. */
export function toRow(wanted: Carrier, catalogue: Catalogue): Row {
  return {
    carrier_name: wanted.name,
    carrier_description: wanted.description,
    protocol: wanted.protocol,
    registration_string: wanted.registrationString,
    template_id: wanted.templateId,
    account_entry: wanted.accountEntry,
    globals_string: wanted.globalsString,
    dialplan_entry: wanted.dialplanEntry,
    server_ip: wanted.serverIp,
    active: wanted.active ? "Y" : "N",
    ...(hasUserGroup(catalogue) ? { user_group: wanted.userGroup } : {}),
  };
}

/** What an operator would have declared to get the row. */
export function fromRow(row: CarrierRow): Partial<Carrier> {
  return {
    name: row.carrier_name,
    description: row.carrier_description ?? "",
    protocol: CARRIER_PROTOCOLS.find((known) => known === row.protocol) ?? "SIP",
    registrationString: row.registration_string ?? "",
    templateId: row.template_id,
    accountEntry: row.account_entry ?? "",
    globalsString: row.globals_string ?? "",
    dialplanEntry: row.dialplan_entry ?? "",
    serverIp: row.server_ip,
    active: row.active === "Y",
    userGroup: row.user_group ?? "---ALL---",
  };
}

/** The stored columns themselves, without the id: what an adopted carrier goes back to. */
export function columnsOf({ carrier_id: _id, ...columns }: CarrierRow): Row {
  return columns;
}

export function hasUserGroup(catalogue: Catalogue): boolean {
  return catalogue.column(CARRIERS, "user_group") !== undefined;
}
