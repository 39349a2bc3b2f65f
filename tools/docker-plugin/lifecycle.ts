import { check } from "./check";
import { differences, inputsAsRead, isAutonamed } from "./diff";
import { complete } from "./shape";
import { DEFAULTS, UNKNOWN, isEmpty } from "./values";
import type { Checked } from "./check";
import type { Difference } from "./diff";
import type { Found, Kind, Request, Stored } from "./kind";
import type { Values } from "./values";

/** A kind whose inputs' type has been forgotten: Check has proved it against the kind's shape by the time it matters. */
export interface AnyKind extends Omit<Kind<never>, "create" | "read" | "update" | "delete"> {
  checkInputs(name: string, news: Values, olds: Values, proposedName: string): Checked;
  differences(state: Values, inputs: Values): { found: Difference[]; deleteFirst: boolean };
  /** Outputs that a preview shows: what the daemon will say is unknown. */
  foresee(inputs: Values): Values;
  /** Outputs of an object that exists, from its inputs (or old state) and what the daemon said. */
  outputsOf(known: Values, found?: Values): Values;
  /** The state after an update: inputs as given, what the daemon computed as it was. */
  plan(state: Values, inputs: Values): Values;
  inputsAsRead(oldInputs: Values, outputs: Values): Values;
  create(inputs: Values, request: Request): Promise<Found>;
  read(id: string, state: Values, request: Request): Promise<Found | undefined>;
  update(id: string, state: Values, inputs: Values, request: Request): Promise<void>;
  delete(id: string, state: Values, request: Request): Promise<void>;
}

/** Gives a kind the behaviour that all kinds share. */
export function anyKind<Inputs>(kind: Kind<Inputs>): AnyKind {
  const everything = { ...kind.inputs, ...kind.outputs };
  const meta: Values =
    kind.stateVersion === undefined ? {} : { __meta: JSON.stringify({ schema_version: kind.stateVersion }) };
  const outputsOf = (known: Values, found: Values = {}): Values => ({
    ...complete(everything, { ...known, ...found }),
    ...meta,
  });
  const trusted = (inputs: Values): Inputs => plain(inputs) as Inputs;
  const stored = (state: Values): Stored<Inputs> => state as Stored<Inputs>;

  return {
    ...kind,

    checkInputs(name, news, olds, proposedName) {
      const oldName = isAutonamed(olds) ? olds["name"] : undefined;
      const named = kind.autonamed && isEmpty(news["name"]);
      const { inputs, failures } = check(kind.inputs, name, named ? { ...news, name: oldName ?? proposedName } : news);
      if (named) inputs[DEFAULTS] = [...(inputs[DEFAULTS] as string[]), "name"].sort();
      for (const conflict of kind.conflicts?.(inputs) ?? []) {
        failures.push(`Conflicting configuration arguments. ${conflict}. Examine values at '${name}.build'.`);
      }
      return { inputs, failures };
    },

    differences(state, inputs) {
      const found = differences(kind.inputs, state, inputs);
      for (const output of kind.unfinished ?? []) {
        if (state[output] === null) found.push({ property: output, change: "add", replaces: true });
      }
      const deleteFirst = kind.deleteFirst === "always" || (kind.deleteFirst === "named" && !isAutonamed(inputs));
      return { found, deleteFirst };
    },

    foresee(inputs) {
      const outputs = outputsOf(inputs);
      for (const key of Object.keys(kind.outputs)) outputs[key] = UNKNOWN;
      for (const [key, property] of Object.entries(kind.inputs)) {
        if (property.computed && inputs[key] === undefined) outputs[key] = UNKNOWN;
      }
      return outputs;
    },

    outputsOf,
    inputsAsRead: (oldInputs, outputs) => inputsAsRead(kind.inputs, oldInputs, outputs),
    create: (inputs, request) => kind.create(trusted(inputs), request),
    read: (id, state, request) => kind.read(id, stored(state), request),

    plan(state, inputs) {
      const kept: Values = {};
      for (const key of Object.keys(kind.outputs)) kept[key] = state[key] ?? null;
      for (const [key, property] of Object.entries(kind.inputs)) if (property.computed) kept[key] = state[key] ?? null;
      return outputsOf({ ...kept, ...inputs });
    },

    async update(id, state, inputs, request) {
      await kind.update?.(id, stored(state), trusted(inputs), request);
    },

    delete: (id, state, request) => kind.delete(id, stored(state), request),
  };
}

/** Inputs without Check's own notes, at any depth. */
function plain(values: Values): Values {
  return JSON.parse(JSON.stringify(values, (key, value: unknown) => (key === DEFAULTS ? undefined : value))) as Values;
}
