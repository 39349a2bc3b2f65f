import { DEFAULTS, UNKNOWN, isEmpty, isValues } from "./values";
import type { Property, Shape } from "./shape";
import type { Value, Values } from "./values";

export interface Checked {
  inputs: Values;
  /** Texts as the official plugin words them; their `property` is always empty there. */
  failures: string[];
}

/** Validates the inputs of a resource and fills in the defaults that are not zero values. */
export function check(shape: Shape, name: string, news: Values): Checked {
  const failures: string[] = [];
  const inputs = checkObject(shape, name, news, failures);
  return { inputs, failures };
}

function checkObject(shape: Shape, path: string, given: Values, failures: string[]): Values {
  const out: Values = {};
  const filled: string[] = [];
  for (const [key, value] of Object.entries(given)) {
    if (key === DEFAULTS) continue;
    const property = shape[key];
    const at = `${path}.${key}`;
    if (property === undefined) failures.push(`Invalid or unknown key. Examine values at '${at}'.`);
    else if (value !== null) out[key] = checkValue(property, at, value, failures);
  }
  for (const [key, property] of Object.entries(shape)) {
    if (out[key] !== undefined) continue;
    if (property.required) {
      failures.push(
        `Missing required argument. The argument "${key}" is required, but no definition was found.. ` +
          `Examine values at '${path}.${key}'.`,
      );
    } else if (property.default !== undefined && !isEmpty(property.default)) {
      out[key] = property.default;
      filled.push(key);
    }
  }
  out[DEFAULTS] = filled.sort();
  return out;
}

function checkValue(property: Property, at: string, value: Value, failures: string[]): Value {
  if (value === UNKNOWN) return value;
  if (property.refused !== undefined) {
    failures.push(
      `Not in this stand-in of the docker plugin: ${property.refused}. Leave it out, or install the official plugin ` +
        `5.2.0. Examine values at '${at}'.`,
    );
    return value;
  }
  if (!hasType(property, value)) {
    failures.push(`expected type '${property.type}', got ${nameOfType(value)}. Examine values at '${at}'.`);
    return value;
  }
  const { of } = property;
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      const where = `${at}[${index}]`;
      if (of !== undefined && isValues(item)) return checkObject(of, where, item, failures);
      if (item !== UNKNOWN && (of !== undefined || typeof item !== "string")) {
        failures.push(
          `expected type '${of ? "object" : "string"}', got ${nameOfType(item)}. Examine values at '${where}'.`,
        );
      }
      return item;
    });
  }
  if (of !== undefined && isValues(value)) return checkObject(of, at, value, failures);
  const wrong = typeof value === "string" || typeof value === "number" ? property.rule?.(value) : undefined;
  if (wrong !== undefined) failures.push(`${wrong}. ${wrong}. Examine values at '${at}'.`);
  return value;
}

function hasType({ type }: Property, value: Value): boolean {
  switch (type) {
    case "string":
    case "number":
      return typeof value === type;
    case "bool":
      return typeof value === "boolean";
    case "list":
    case "set":
      return Array.isArray(value);
    case "map":
    case "object":
      return isValues(value);
  }
}

function nameOfType(value: Value): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `'${typeof value === "boolean" ? "bool" : typeof value}'`;
}
