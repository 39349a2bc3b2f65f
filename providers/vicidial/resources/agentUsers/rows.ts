import { randomBytes } from "node:crypto";

import { z } from "zod";

import { blockOf, usersOf } from "../../site/agentBlocks";
import type { AgentUsers } from "./schema";
import { same } from "../../change/sameCell";
import type { Catalogue, Reader, Row } from "../../session";

/** The columns that a refresh watches. */
const WATCHED = ["full_name", "user_group", "vicidial_recording", "active"] as const;

const agentUserRow = z.object({
  user_id: z.number(),
  user: z.string(),
  user_level: z.number().nullable(),
  full_name: z.string().nullable(),
  user_group: z.string().nullable(),
  vicidial_recording: z.string().nullable(),
  active: z.string().nullable(),
});
export type AgentUserRow = z.infer<typeof agentUserRow>;

/** The watched columns of one line as declared; `line` counts from 0. */
export function declaredRow(inputs: AgentUsers, line: number): Row {
  return {
    full_name: `${inputs.namePrefix} ${line + 1}`,
    user_group: inputs.userGroup,
    vicidial_recording: inputs.recording ? "1" : "0",
    active: inputs.active ? "Y" : "N",
  };
}

/** The watched columns of a stored user. */
export function watched(row: AgentUserRow): Row {
  return Object.fromEntries(WATCHED.map((column) => [column, row[column]]));
}

/** Powers that a user of level 1 could still have; a line needs none. Columns that the server lacks are left out. */
const POWERLESS: Row = { user_level: 1, vdc_agent_api_access: "0", api_only_user: "0", modify_dial_prefix: "0" };

/**
 * A password that nobody knows: the lines of a remote agent never log in. Where passwords are hashed (schema 1720 and
 * up, `system_settings.pass_hash_enabled`), `pass` is empty as the admin page writes it, and the hash has a form that
 * VICIdial's own program never produces.
 */
export async function unknownPassword(reader: Reader): Promise<Row> {
  const secret = randomBytes(15).toString("base64url");
  if (!reader.catalogue.column("vicidial_users", "pass_hash")) return { pass: secret };
  const hashed =
    reader.catalogue.column("system_settings", "pass_hash_enabled") &&
    (await reader.row(
      z.object({ on: z.coerce.number().nullable() }),
      "SELECT pass_hash_enabled AS `on` FROM system_settings LIMIT 1",
    ));
  return hashed?.on ? { pass: "", pass_hash: `!${secret}` } : { pass: secret, pass_hash: "" };
}

/** A whole new row. */
export function newRow(inputs: AgentUsers, line: number, password: Row, catalogue: Catalogue): Row {
  return {
    user: usersOf(blockOf(inputs.userStart, inputs.lines))[line] ?? "",
    ...ruledRow(inputs, line, password, catalogue),
  };
}

/** What an adopted user is set to: the same as a new one. */
export function ruledRow(inputs: AgentUsers, line: number, password: Row, catalogue: Catalogue): Row {
  const powers = Object.entries(POWERLESS).filter(([column]) => catalogue.column("vicidial_users", column));
  return { ...password, ...declaredRow(inputs, line), ...Object.fromEntries(powers) };
}

/** The users of a block that exist, in line order. */
export async function storedUsers(reader: Reader, users: readonly string[]): Promise<AgentUserRow[]> {
  if (users.length === 0) return [];
  const rows = await reader.rows(
    agentUserRow,
    "SELECT user_id, user, user_level, full_name, user_group, vicidial_recording, active FROM vicidial_users WHERE user IN (?)",
    [users],
  );
  return rows.sort((one, other) => Number(one.user) - Number(other.user));
}

/** How a line differs from the inputs, by user; what the state remembers so that an update can compare and set. */
export type Deviations = Record<string, Row>;

/**
 * What the stored lines say the inputs are. A value that any line holds otherwise is shown, because one input stands for
 * all lines; what each line really holds is in the deviations.
 */
export function foundInputs(
  state: AgentUsers,
  lines: readonly { line: number; row: AgentUserRow }[],
): { inputs: Partial<AgentUsers>; deviations: Deviations } {
  const odd = <Column extends (typeof WATCHED)[number]>(column: Column): AgentUserRow[Column] | undefined =>
    lines.find(({ line, row }) => !same(row[column], declaredRow(state, line)[column] ?? null))?.row[column];
  const inputs = {
    lines: lines.length,
    namePrefix: shown(odd("full_name"), state.namePrefix, (name) => name.replace(/ \d+$/, "")),
    userGroup: shown(odd("user_group"), state.userGroup, (group) => group),
    recording: shown(odd("vicidial_recording"), state.recording, (flag) => flag === "1"),
    active: shown(odd("active"), state.active, (flag) => flag === "Y"),
  };
  const deviations = lines.flatMap(({ line, row }) => {
    const expected = declaredRow({ ...state, ...inputs }, line);
    const different = WATCHED.filter((column) => !same(row[column], expected[column] ?? null));
    return different.length === 0
      ? []
      : [[row.user, Object.fromEntries(different.map((column) => [column, row[column]]))] as const];
  });
  return { inputs, deviations: Object.fromEntries(deviations) };
}

function shown<T>(found: string | null | undefined, declared: T, decode: (text: string) => T): T {
  return found === undefined ? declared : decode(found ?? "");
}
