import { z } from "zod";
import { resource, type State } from "../../../dynamic/resource";
import { Refusal } from "../../../../core/refusal";
import { orHalfDone } from "../../change/halfDone";
import { userGroup } from "../../site/fields";
import type { Audit, Reader, Row, Vicidial } from "../../session";
import { anyRow } from "../../database/rows";

const TABLE = "vicidial_settings_containers";

/** A text that VICIdial's programs look up by its id. Admin → Settings Containers; schema 1720 has the table, 1302 has not. */
export const settingsContainerSchema = z.strictObject({
  /**
   * Unique id (`container_id`), 2 to 40 letters, digits, `-` or `_`. VICIdial's programs look it up by this name.
   * @example "AMD_AGENT_OPT_SIGMA1"
   */
  containerId: z
    .string()
    .regex(/^[-_0-9A-Za-z]{2,40}$/, { error: "must be 2 to 40 letters, digits, - or _ (container_id)" }),
  /**
   * What it is for (`container_notes`), 2 to 255 letters, digits, spaces and `-` `.` `,` `_`.
   * @example "Detection results that reach the AI"
   */
  notes: z
    .string()
    .regex(/^[-0-9A-Za-z .,_]{2,255}$/, { error: "must be 2 to 255 letters, digits, spaces and - . , _" }),
  /**
   * Which program reads it (`container_type`), 2 to 40 letters, digits or `_`.
   * @default "OTHER"
   * @example "AMD_AGENT_OPTIONS"
   */
  type: z
    .string()
    .regex(/^[_0-9A-Za-z]{2,40}$/)
    .default("OTHER"),
  /**
   * Which admins see it (`user_group`).
   * @default "---ALL---"
   * @example "AGENCY7"
   */
  userGroup: userGroup.default("---ALL---"),
  /**
   * The text (`container_entry`). No backslash, quote or tab, which the admin page would remove.
   * @example "HUMAN,HUMAN"
   */
  entry: z.string().regex(/^[^\\'"\r\t]*$/, {
    error: "must hold no backslash, quote, tab or carriage return: the admin page removes them",
  }),
  /**
   * Take over a container that exists; destroy then puts its old text back.
   * @default false
   * @example true
   */
  adopt: z.boolean().default(false),
});

export type SettingsContainer = z.infer<typeof settingsContainerSchema>;

const settingsContainerMemory = z.object({
  /** What an adopted container held before; null where this stack made it. */
  previous: anyRow.nullable().default(null),
});

export const settingsContainer = resource<Vicidial>()({
  kind: "vicidial:SettingsContainer",
  schema: settingsContainerSchema,
  memory: settingsContainerMemory,
  identity: ["containerId"],
  secrets: [],

  async create(wanted, vicidial) {
    let previous: Row | null = null;
    await orHalfDone(
      wanted.containerId,
      () => ({ previous }),
      () =>
        vicidial.locked(`settings container ${wanted.containerId}`, async (change) => {
          const live = await find(change, wanted.containerId);
          if (live !== undefined && !wanted.adopt) throw taken(wanted);
          const row = { container_id: wanted.containerId, ...columnsOf(wanted) };
          if (live === undefined) await change.insert(TABLE, row, audit("ADD", wanted));
          else await change.update(TABLE, keyOf(wanted), live, columnsOf(wanted), audit("MODIFY", wanted));
          previous = live ?? null;
        }),
    );
    return { id: wanted.containerId, previous };
  },

  async read(state, vicidial) {
    const live = await find(vicidial, state.containerId);
    return live && { inputs: inputsOf(live, state) };
  },

  async update(state, wanted, vicidial) {
    await orHalfDone(
      state.id,
      () => ({ previous: state.previous }),
      () =>
        vicidial.locked(`settings container ${state.containerId}`, (change) =>
          change.update(TABLE, keyOf(wanted), columnsOf(state), columnsOf(wanted), audit("MODIFY", wanted)),
        ),
    );
    return { previous: state.previous };
  },

  async delete(state, vicidial) {
    await vicidial.locked(`settings container ${state.containerId}`, async (change) => {
      const live = await find(change, state.containerId);
      if (live === undefined) return;
      if (state.previous === null) await change.delete(TABLE, keyOf(state), audit("DELETE", state));
      else await change.update(TABLE, keyOf(state), columnsOf(state), state.previous, audit("MODIFY", state));
    });
  },
});

type Known = State<SettingsContainer, z.infer<typeof settingsContainerMemory>>;

function columnsOf({ notes, type, userGroup, entry }: SettingsContainer): Row {
  return { container_notes: notes, container_type: type, user_group: userGroup, container_entry: entry };
}

/** A human save ends lines with CR LF; to VICIdial's programs that is the same text. */
function inputsOf(row: Row, state: Known): Partial<SettingsContainer> {
  const text = (column: string) => String(row[column] ?? "");
  const entry = text("container_entry").replaceAll("\r", "");
  return {
    notes: text("container_notes"),
    type: text("container_type"),
    userGroup: text("user_group"),
    entry: entry.trimEnd() === state.entry.trimEnd() ? state.entry : entry,
  };
}

const row = z.record(z.string(), z.string().nullable());

async function find(reader: Reader, containerId: string): Promise<Row | undefined> {
  reader.catalogue.require(TABLE, "container_entry");
  const sql = `SELECT container_notes, container_type, user_group, container_entry FROM ${TABLE} WHERE container_id = ?`;
  return reader.row(row, sql, [containerId]);
}

function keyOf({ containerId }: SettingsContainer): Row {
  return { container_id: containerId };
}

function taken({ containerId }: SettingsContainer): Refusal {
  return new Refusal({
    field: "containerId",
    value: containerId,
    rule: `there is a settings container with this id already (${TABLE})`,
    fix: "take it over with `adopt: true`, which puts its old text back on destroy, or delete it in Admin → Settings Containers",
  });
}

function audit(type: "ADD" | "MODIFY" | "DELETE", { containerId }: SettingsContainer): Audit {
  return { section: "CONTAINERS", type, recordId: containerId, code: `ADMIN ${type} CONTAINER` };
}
