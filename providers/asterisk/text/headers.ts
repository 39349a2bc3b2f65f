import type { Refused } from "../../../core/refusal";

/**
 * Columns of `vicidial_list` that may travel to the AI agent. A whitelist, because the lead service puts each name into
 * its SELECT. Every server from schema 1302 to 1720 has them. Custom-field tables (`custom_<list>`) are not among them.
 */
export const LEAD_COLUMNS = [
  "lead_id",
  "entry_date",
  "modify_date",
  "status",
  "user",
  "vendor_lead_code",
  "source_id",
  "list_id",
  "gmt_offset_now",
  "called_since_last_reset",
  "phone_code",
  "phone_number",
  "title",
  "first_name",
  "middle_initial",
  "last_name",
  "address1",
  "address2",
  "address3",
  "city",
  "state",
  "province",
  "postal_code",
  "country_code",
  "gender",
  "date_of_birth",
  "alt_phone",
  "email",
  "security_phrase",
  "comments",
  "called_count",
  "last_local_call_time",
  "rank",
  "owner",
  "entry_list_id",
] as const;
export type LeadColumn = (typeof LEAD_COLUMNS)[number];

/**
 * The first argument of the dialplan function FILTER: the characters a header value may hold. It needs no backslash and
 * no quote, so it survives an admin's save (docs/facts/vicidial.md#what-a-save-keeps), and a leading `-` is literal. What
 * the list lacks is dropped from a lead's value (`O'Brien` arrives as `OBrien`) and refused in a static one.
 */
export const HEADER_CHARACTERS = "-A-Za-z0-9 .@_+:/#";

/** Characters of a header value that travel; what is beyond is cut from a lead's value and refused in a static one. */
export const HEADER_VALUE_LENGTH = 64;

/** Channel variable into which the lead service writes a column; inherited by the AI leg (`_`), read in the headers. */
export const leadVariable = (column: string) => `AIBL_${column}`;

/** Channel variable that the lead service sets last, when all columns of the lead are there; inherited by the AI leg. */
export const LEAD_FOUND = "AIBLEAD";

/** What the dialplan sends of one column: filtered and cut again there, because a lead's value is hostile input. */
export const leadValue = (column: string) =>
  `\${FILTER(${HEADER_CHARACTERS},\${${leadVariable(column)}}):0:${HEADER_VALUE_LENGTH}}`;

/** The header that carries a transfer's result back to the agent (`{{transfer_status}}`): BUSY, NOANSWER, CONGESTION … */
export const TRANSFER_STATUS_HEADER = "X-transfer_status";

const HEADER_NAME = /^X-[a-z0-9_]{1,40}$/;
const HEADER_VALUE = new RegExp(`^[A-Za-z0-9 .@_+:/#-]{0,${HEADER_VALUE_LENGTH}}$`);
/**
 * Names that another part of the chain gives a meaning: VICIdial (X-CIDNAME), LiveKit (docs/facts/livekit.md#headers).
 */
const RESERVED = new Set(["X-cidname", "X-call_leg_id", "X-call_session_id", TRANSFER_STATUS_HEADER]);

/** One header of the AI leg: a lead's column, or a fixed value. */
export type Header = { name: string; column: LeadColumn } | { name: string; value: string };

/** Lead columns to send, each under its own name (`X-city`), or renamed: `{ vendor_lead_code: "X-account_id" }`. */
export type LeadFields = readonly string[] | Readonly<Record<string, string>>;

/**
 * The headers that a bridge declares, in the order declared, and every rule that they break.
 *
 * @example
 * headersOf({ leadFields: ["city"], headers: { "X-source": "autumn" } }).headers
 * // [{ name: "X-city", column: "city" }, { name: "X-source", value: "autumn" }]
 */
export function headersOf(wanted: { leadFields?: LeadFields; headers?: Readonly<Record<string, string>> }): {
  headers: Header[];
  refused: Refused[];
} {
  const columns = Object.entries(renamed(wanted.leadFields ?? []));
  const fixed = Object.entries(wanted.headers ?? {});
  const headers: Header[] = [
    ...columns.map(([column, name]) => ({ name, column: column as LeadColumn })),
    ...fixed.map(([name, value]) => ({ name, value })),
  ];
  const refused = [
    ...columns.flatMap(([column, name]) => [columnProblem(column), nameProblem(`leadFields.${column}`, name)]),
    ...fixed.flatMap(([name, value]) => [nameProblem("headers", name), valueProblem(`headers.${name}`, value)]),
    ...twice(headers.map((header) => header.name)),
  ].filter((problem) => problem !== undefined);
  return { headers, refused };
}

function renamed(fields: LeadFields): Record<string, string> {
  return isList(fields) ? Object.fromEntries(fields.map((column) => [column, `X-${column}`])) : { ...fields };
}

function isList(fields: LeadFields): fields is readonly string[] {
  return Array.isArray(fields);
}

function columnProblem(column: string): Refused | undefined {
  if ((LEAD_COLUMNS as readonly string[]).includes(column)) return undefined;
  return {
    field: "leadFields",
    value: column,
    rule: "is not a column of `vicidial_list` that may travel",
    fix: `choose from ${LEAD_COLUMNS.join(", ")}`,
  };
}

function nameProblem(field: string, name: string): Refused | undefined {
  if (RESERVED.has(name)) {
    return { field, value: name, rule: "this header name has a meaning of its own on this leg", fix: "choose another" };
  }
  if (HEADER_NAME.test(name)) return undefined;
  return {
    field,
    value: name,
    rule: "a header name is `X-` and 1-40 lower-case letters, digits or `_`; the edge lower-cases names, the agent reads them as {{variables}}",
    fix: `write ${JSON.stringify(suggestedName(name))}`,
  };
}

function suggestedName(name: string): string {
  const rest = name
    .replace(/^x-/i, "")
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "_");
  return `X-${rest.slice(0, 40) || "name"}`;
}

function valueProblem(field: string, value: string): Refused | undefined {
  if (HEADER_VALUE.test(value)) return undefined;
  return {
    field,
    value,
    rule: `a header value has at most ${HEADER_VALUE_LENGTH} characters of A-Z a-z 0-9, space and . @ _ + : / # -`,
    fix: "leave the other characters out",
  };
}

function twice(names: readonly string[]): Refused[] {
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((name) => ({
    field: "headers",
    value: name,
    rule: "the same header is declared twice, and only the last one would reach the agent",
    fix: "keep one of them",
  }));
}
