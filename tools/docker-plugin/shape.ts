import { DEFAULTS, isEmpty, isValues } from "./values";
import type { Value, Values } from "./values";

/** One property of a resource or of an object inside it. Says what Check, Diff and the outputs need to know. */
export interface Property {
  /** `set`: a list whose order means nothing. Lists and sets without `of` hold strings. */
  readonly type: "string" | "number" | "bool" | "list" | "set" | "map" | "object";
  /** Properties of the object, or of each object in the list or set. */
  readonly of?: Shape;
  readonly required?: true;
  /** Check fills it in unless it is a zero value; the outputs always show it. */
  readonly default?: Value;
  /** The daemon chooses when the program does not: leaving it out is never a difference. */
  readonly computed?: true;
  /** A change makes a new object. */
  readonly replaces?: true;
  /** What is wrong with a value, or `undefined`. */
  readonly rule?: (value: string | number) => string | undefined;
  /** Why this stand-in refuses the property that the official plugin has. */
  readonly refused?: string;
  /** Own idea of equality between the wanted value and the one in state. */
  readonly same?: (wanted: Value, live: Value) => boolean;
}

export type Shape = Readonly<Record<string, Property>>;

/** A shape that names every property of an argument type of `@pulumi/docker`, so that none is forgotten. */
export type ShapeOf<Args> = { readonly [Key in keyof Required<Args>]: Property };

/** What the outputs show: every property, unset ones as their default or null. */
export function complete(shape: Shape, values: Values): Values {
  const outputs: Values = {};
  for (const [key, property] of Object.entries(shape)) {
    const value = values[key];
    outputs[key] = value === undefined || value === null ? (property.default ?? null) : completeInside(property, value);
  }
  return outputs;
}

function completeInside(property: Property, value: Value): Value {
  const { of } = property;
  if (of === undefined && Array.isArray(value)) return property.type === "set" ? [...value].sort(byText) : value;
  if (of === undefined) return isValues(value) ? withoutDefaults(value) : value;
  if (Array.isArray(value)) return value.map((item) => (isValues(item) ? complete(of, item) : item));
  return isValues(value) ? complete(of, value) : value;
}

function withoutDefaults({ [DEFAULTS]: _, ...rest }: Values): Values {
  return rest;
}

/** Whether the wanted value and the one in state mean the same: sets ignore order, zero is absence, defaults are filled in. */
export function same(property: Property, wanted: Value | undefined, live: Value | undefined): boolean {
  if (property.same !== undefined && wanted !== undefined && live !== undefined) return property.same(wanted, live);
  return canonical(property, wanted) === canonical(property, live);
}

/** A text that is equal for values that mean the same. */
function canonical(property: Property, value: Value | undefined): string {
  return JSON.stringify(normal(property, value ?? property.default ?? null));
}

function normal(property: Property, value: Value): Value {
  if (isEmpty(value)) return null;
  if (Array.isArray(value)) {
    const items = value.map((item) => (property.of && isValues(item) ? normalObject(property.of, item) : item));
    return property.type === "set" ? items.sort(byText) : items;
  }
  if (isValues(value)) return property.of ? normalObject(property.of, value) : sorted(withoutDefaults(value));
  return value;
}

function normalObject(shape: Shape, values: Values): Value {
  const out: Values = {};
  for (const [key, property] of Object.entries(shape)) {
    const value = values[key] ?? property.default;
    if (!isEmpty(value) && value !== undefined) out[key] = normal(property, value);
  }
  return sorted(out);
}

function sorted(values: Values): Value {
  const keys = Object.keys(values).sort();
  return keys.length === 0 ? null : Object.fromEntries(keys.map((key) => [key, values[key] ?? null]));
}

function byText(a: Value, b: Value): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
