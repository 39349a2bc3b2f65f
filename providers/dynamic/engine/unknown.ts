/**
 * What stands for a value that is not known yet (an output of a resource that does not exist), whatever type was
 * declared: the dynamic-provider protocol has no better way (docs/facts/pulumi.md#unknown-values).
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether `value` or anything inside it is not known yet. */
export function containsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(containsUnknown);
}
