import type { z } from "zod";
import { Refusal, type Refused } from "../../../core/refusal";
import { type JsonObject, jsonObject } from "./json";
import { reasonFor, unknownName } from "../../../core/schema/reason";
import { inputNames, namesAt, tolerating } from "../../../core/schema/shape";
import { containsUnknown } from "./unknown";

/** One thing wrong with the inputs. The engine prints the value of `property` beside `reason`, so a secret has none. */
export interface CheckFailure {
  property: string;
  reason: string;
}

export interface Checked {
  /** Normalised and with defaults; as declared where something is wrong. */
  inputs: JsonObject;
  failures: CheckFailure[];
}

interface Checkable {
  schema: z.ZodType;
  secrets: readonly string[];
}

/**
 * Validates and normalises declared inputs: every issue at once, defaults applied. A field that is not known yet, or holds
 * something that is not, passes as it is. Pure: it runs in every preview.
 */
export function check({ schema, secrets }: Checkable, declared: JsonObject): Checked {
  const known = inputNames(schema);
  const strangers = known.length === 0 ? [] : Object.keys(declared).filter((name) => !known.includes(name));
  const failures = strangers.map((name) => ({ property: "", reason: `\`${name}\`: ${unknownName(name, known)}` }));
  const given = without(declared, strangers);

  const pending = Object.keys(given).filter((field) => containsUnknown(given[field]));
  const usable = pending.length === 0 ? schema : tolerating(schema, pending);
  if (usable === undefined) return { inputs: declared, failures };

  const parsed = parse(usable, given);
  if (!(parsed instanceof Array)) {
    return failures.length === 0 ? { inputs: jsonObject(parsed), failures } : { inputs: declared, failures };
  }
  failures.push(...parsed.map((problem) => present(problem, given, secrets)));
  return { inputs: declared, failures };
}

interface Problem {
  path: readonly PropertyKey[];
  reason: string;
}

/** The normalised inputs, or what is wrong with them. A Refusal thrown inside a schema counts as its issue. */
function parse(schema: z.ZodType, given: JsonObject): object | Problem[] {
  try {
    const result = schema.safeParse(given, { error: reasonFor });
    if (result.success) return result.data as object;
    return result.error.issues.flatMap((issue) => problems(issue, schema));
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.refused.map(refusedProblem);
    throw thrown;
  }
}

function problems(issue: z.core.$ZodIssue, schema: z.ZodType): Problem[] {
  if (issue.code !== "unrecognized_keys") return [{ path: issue.path, reason: issue.message }];
  const known = namesAt(schema, issue.path);
  return issue.keys.map((key) => ({ path: [...issue.path, key], reason: unknownName(key, known) }));
}

function refusedProblem({ field, rule, fix }: Refused): Problem {
  const path = field.split(/[.[\]]+/).filter((step) => step !== "");
  return { path, reason: `${rule}. ${fix.charAt(0).toUpperCase()}${fix.slice(1)}.` };
}

/** The engine names only the top-level property and its value, so a nested path and its value go into the reason. */
function present({ path, reason }: Problem, given: JsonObject, secrets: readonly string[]): CheckFailure {
  const [top, ...deeper] = path;
  const property = typeof top === "string" && Object.hasOwn(given, top) ? top : "";
  const secret = typeof top === "string" && secrets.includes(top);
  const said = reason.startsWith("`");
  if (said || path.length === 0) return { property: secret ? "" : property, reason };
  if (property !== "" && !secret && deeper.length === 0) return { property, reason };
  return { property: secret ? "" : property, reason: `\`${written(path)}\`${shown(path, given, secret)}: ${reason}` };
}

function shown(path: readonly PropertyKey[], given: JsonObject, secret: boolean): string {
  const value = path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    given,
  );
  if (secret || value === undefined) return "";
  const text = JSON.stringify(value);
  return ` ${text.length > 80 ? `${text.slice(0, 77)}...` : text}`;
}

function written(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${String(step)}`))
    .join("");
}

function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
