import { z } from "zod";

import type { Lead, List } from "./schema";
import type { Catalogue, Cell, Row } from "../../session";

/** Inputs of a list and their columns in `vicidial_lists`. */
const LIST_COLUMNS = {
  name: "list_name",
  campaignId: "campaign_id",
  active: "active",
  description: "list_description",
  resetTime: "reset_time",
  callerId: "campaign_cid_override",
  answeringMachineMessage: "am_message_exten_override",
  localCallTime: "local_call_time",
  expirationDate: "expiration_date",
  dialPrefix: "dial_prefix",
  dailyResetLimit: "daily_reset_limit",
} as const satisfies Partial<Record<keyof List, string>>;

/** Inputs of a lead and their columns in `vicidial_list`. `status` is missing: the dialler owns it after creation. */
const LEAD_COLUMNS = {
  vendorLeadCode: "vendor_lead_code",
  phoneNumber: "phone_number",
  phoneCode: "phone_code",
  gmtOffset: "gmt_offset_now",
  title: "title",
  firstName: "first_name",
  middleInitial: "middle_initial",
  lastName: "last_name",
  address1: "address1",
  address2: "address2",
  address3: "address3",
  city: "city",
  state: "state",
  province: "province",
  postalCode: "postal_code",
  countryCode: "country_code",
  gender: "gender",
  dateOfBirth: "date_of_birth",
  altPhone: "alt_phone",
  email: "email",
  securityPhrase: "security_phrase",
  comments: "comments",
  rank: "rank",
  owner: "owner",
  sourceId: "source_id",
} as const satisfies Partial<Record<keyof Lead, string>>;

/** A row as it is read: each value as the server prints it. */
export const cells = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** The declared columns of a list. */
export function listRow(list: List): Row {
  return rowOf(LIST_COLUMNS, list);
}

/** The columns of `row` as inputs, for the fields that `declared` has. */
export function listInputs(declared: List, row: Row): Partial<List> {
  return inputsOf(LIST_COLUMNS, declared, row);
}

/** The declared columns of a lead, without its status. */
export function leadRow(lead: Lead): Row {
  return rowOf(LEAD_COLUMNS, lead);
}

/** The lead as it is stored: the fields that `declared` has, with what the row holds. */
export function leadInputs(declared: Lead, row: Row): Lead {
  return { ...declared, ...(inputsOf(LEAD_COLUMNS, declared, row) as Partial<Lead>) };
}

/** Columns to read of a list on this server. */
export function listColumns(catalogue: Catalogue): string[] {
  return Object.values(LIST_COLUMNS).filter((column) => catalogue.column("vicidial_lists", column) !== undefined);
}

/** Columns to read of a lead. */
export const leadColumns: readonly string[] = ["lead_id", "called_since_last_reset", ...Object.values(LEAD_COLUMNS)];

/** `to`, and the column's default for what only `from` has: a field that leaves the declaration goes back to it. */
export function withDefaults(catalogue: Catalogue, table: string, from: Row, to: Row): Row {
  const dropped = Object.keys(from).filter((column) => !(column in to));
  const back = dropped.map((column): [string, Cell] => [column, catalogue.column(table, column)?.default ?? null]);
  return { ...Object.fromEntries(back), ...to };
}

type Columns = Readonly<Record<string, string>>;
type Inputs = Readonly<Record<string, unknown>>;

function rowOf(columns: Columns, inputs: object): Row {
  const declared = Object.entries(columns).filter(([name]) => (inputs as Inputs)[name] !== undefined);
  return Object.fromEntries(declared.map(([name, column]) => [column, cellOf((inputs as Inputs)[name])]));
}

function cellOf(value: unknown): Cell {
  if (typeof value === "boolean") return value ? "Y" : "N";
  return typeof value === "number" ? value : String(value);
}

/** Only what differs in meaning: a decimal that the server prints as `-7.00` is the -7 that was declared. */
function inputsOf(columns: Columns, declared: object, row: Row): Inputs {
  const managed = Object.entries(columns).filter(([name]) => (declared as Inputs)[name] !== undefined);
  return Object.fromEntries(
    managed.map(([name, column]) => [name, inputOf((declared as Inputs)[name], row[column] ?? null)]),
  );
}

function inputOf(declared: unknown, cell: Cell): unknown {
  if (typeof declared === "boolean") return cell === "Y";
  if (typeof declared === "number") return Number(cell ?? 0);
  return cell === null ? "" : String(cell);
}
