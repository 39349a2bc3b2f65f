/** A value as the engine's protocol carries it: plain JSON, with unknown values as {@link UNKNOWN}. */
export type Value = string | number | boolean | null | Value[] | Values;
/** Inputs or outputs of one resource. */
export interface Values {
  [key: string]: Value;
}

/** Stands for a value that a preview does not know yet (SDK: `runtime/rpc.ts`, `unknownValue`). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Where Check lists the properties that it filled in; the bridge of the official plugin puts it in every object. */
export const DEFAULTS = "__defaults";

export function isValues(value: Value | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the value, or anything inside it, is still unknown. */
export function hasUnknown(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (isValues(value)) return Object.values(value).some(hasUnknown);
  return value === UNKNOWN;
}

/** Zero values and absence are the same thing to the Terraform SDK under the official plugin. */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isValues(value) && Object.keys(value).every((key) => key === DEFAULTS);
}
