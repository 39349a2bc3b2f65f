import { Refusal } from "../../../core/refusal";
import { fieldAt, parse } from "../../../core/schema/problems";
import { inputNames } from "../../../core/schema/shape";
import type { Resource } from "../resource";
import { type JsonObject, jsonObject } from "./json";

/** The version of the memory's shape, from the second on. The engine hides keys that begin with `__`. */
const VERSION = "__memory";

type Remembering = Pick<Resource<object, object, never>, "kind" | "schema" | "memory" | "upgrades">;

/** What marks the properties of a state as of this version's shape. */
export function version({ upgrades = [] }: Remembering): JsonObject {
  return upgrades.length === 0 ? {} : { [VERSION]: upgrades.length + 1 };
}

/**
 * The properties of a state in the shape of this version: brought there one version after the other where an older one wrote
 * it, and what is not remembered filled in.
 *
 * @throws Refusal where a newer version wrote it, or something else spoiled it.
 */
export function remembered(definition: Remembering, id: string, state: JsonObject): JsonObject {
  const { kind, memory, upgrades = [] } = definition;
  const written = Number(state[VERSION] ?? 1);
  const field = `${kind} ${id}`;
  if (written > upgrades.length + 1) {
    const rule = `a newer version of this package wrote its state (memory ${written}, this one knows ${upgrades.length + 1})`;
    throw new Refusal({ field, rule, fix: "install that version" });
  }
  const properties = Object.entries(state).filter(([name]) => !name.startsWith("__"));
  const inputs = inputNames(definition.schema);
  const [declared, known] = [true, false].map((input) =>
    Object.fromEntries(properties.filter(([name]) => inputs.includes(name) === input)),
  );
  const parsed = parse(
    memory,
    upgrades.slice(written - 1).reduce((older, upgrade) => upgrade(older), known ?? {}),
  );
  if ("value" in parsed) return { ...declared, ...jsonObject(parsed.value) };
  throw new Refusal(
    ...parsed.problems.map(({ path, rule }) => ({
      field,
      rule: `\`${fieldAt(path)}\` of its state ${rule}`,
      fix: "import the state of the last good update (`pulumi stack export --version <n>`)",
    })),
  );
}
