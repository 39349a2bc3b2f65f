import { type JsonObject, sameJson } from "./json";

/** What the engine is told of a difference. */
export interface Diff {
  /** Identity fields that changed, or may change once a value is known. */
  replaces: string[];
  /** Always: the new object has the key of the old one, or would be refused beside it. */
  deleteBeforeReplace: true;
}

/**
 * Which changes replace the object. Says nothing of the others on purpose: without a `changes` answer the engine compares
 * old with new inputs itself and shows the reviewer each property (docs/facts/pulumi.md#check-and-diff). A value that is
 * not known yet is never the old one, so it counts as changed.
 */
export function diff(identity: readonly string[], state: JsonObject, wanted: JsonObject): Diff {
  const replaces = identity.filter((field) => !sameJson(state[field], wanted[field]));
  return { replaces, deleteBeforeReplace: true };
}
