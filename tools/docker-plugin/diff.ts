import { same } from "./shape";
import { DEFAULTS, hasUnknown, isEmpty, isValues } from "./values";
import type { Shape } from "./shape";
import type { Values } from "./values";

type Change = "add" | "update" | "delete";
export interface Difference {
  property: string;
  change: Change;
  replaces: boolean;
}

/**
 * What would have to change for the state to become what the program asks for. Compares the *state* (outputs) with the new
 * inputs, as the official plugin does, so that what a refresh found is repaired.
 */
export function differences(shape: Shape, state: Values, inputs: Values): Difference[] {
  const found: Difference[] = [];
  for (const [key, property] of Object.entries(shape)) {
    const wanted = inputs[key] ?? undefined;
    const live = state[key] ?? undefined;
    if (wanted === undefined && property.computed) continue;
    if (!hasUnknown(wanted) && same(property, wanted, live)) continue;
    found.push({
      property: key,
      change: isEmpty(live) ? "add" : wanted === undefined ? "delete" : "update",
      replaces: property.replaces === true,
    });
  }
  return found;
}

/** Inputs after a read: the old ones, each property that drifted with its live value, and unasked-for values that are there. */
export function inputsAsRead(shape: Shape, oldInputs: Values, outputs: Values): Values {
  const imported = Object.keys(oldInputs).length === 0;
  const inputs: Values = { [DEFAULTS]: oldInputs[DEFAULTS] ?? [] };
  for (const [key, property] of Object.entries(shape)) {
    const old = oldInputs[key];
    const live = outputs[key] ?? undefined;
    if (old !== undefined && same(property, old, live)) inputs[key] = old;
    else if (old !== undefined) inputs[key] = live ?? null;
    else if (imported ? !isEmpty(live) : !property.computed && !same(property, undefined, live))
      inputs[key] = live ?? null;
  }
  return inputs;
}

/** Whether the inputs' name was chosen by Check rather than by the program. */
export function isAutonamed(inputs: Values): boolean {
  const filled = isValues(inputs) ? inputs[DEFAULTS] : undefined;
  return Array.isArray(filled) && filled.includes("name");
}
