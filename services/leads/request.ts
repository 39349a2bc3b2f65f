import { LEAD_COLUMNS, type LeadColumn } from "../../providers/asterisk";

/**
 * V-code of an outbound call (docs/facts/vicidial.md#v-code), and the same layout of a call that an agent dialled (`M`)
 * or that came in (`Y`, which reaches a remote agent from an in-group): a letter, nine digits of the moment, the lead id
 * with ten digits.
 */
const CALL_CODE = /^[VMY]\d{9}(\d{10})$/;

/** The lead of the call whose caller id has this name; undefined for a call that VICIdial did not make. */
export function leadIdOf(callerIdName: string | undefined): number | undefined {
  const id = Number(CALL_CODE.exec(callerIdName ?? "")?.[1] ?? 0);
  return id > 0 ? id : undefined;
}

/**
 * The columns that the dialplan asks for and that may travel, each once and in the order of {@link LEAD_COLUMNS}: so the same
 * set is always the same prepared statement. What is asked for beyond them is counted only.
 */
export function wantedColumns(args: readonly string[]): { columns: LeadColumn[]; refused: number } {
  const asked = new Set(args);
  const columns = LEAD_COLUMNS.filter((column) => asked.has(column));
  return { columns, refused: asked.size - columns.length };
}
