import type { z } from "zod";
import { reasonText } from "../../../core/refusal";
import { fieldAt, parse, type Problem, valueAt } from "../../../core/schema/problems";
import { unknownName } from "../../../core/schema/reason";
import { inputNames, tolerating } from "../../../core/schema/shape";
import { type JsonObject, jsonObject } from "./json";
import { containsUnknown } from "./unknown";

/** One thing wrong with the inputs. The engine prints the value of `property` beside `reason`, so a secret has none. */
interface CheckFailure {
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
  const problems: Problem[] = strangers.map((name) => ({ path: [name], ...unknownName(name, known) }));
  const given = without(declared, strangers);

  const pending = Object.keys(given).filter((field) => containsUnknown(given[field]));
  const usable = pending.length === 0 ? schema : tolerating(schema, pending);
  const parsed = usable && parse(usable, given);
  if (parsed !== undefined && "problems" in parsed) problems.push(...parsed.problems);
  const fine = parsed !== undefined && "value" in parsed && problems.length === 0;
  const inputs = fine ? jsonObject(parsed.value as object) : declared;
  return { inputs, failures: problems.map((problem) => shown(problem, given, secrets)) };
}

/** The engine names only the top-level property and its value, so a nested path and its value go into the reason. */
function shown({ path, ...problem }: Problem, given: JsonObject, secrets: readonly string[]): CheckFailure {
  const [top, ...deeper] = path;
  const named = typeof top === "string";
  const secret = named && secrets.includes(top);
  const property = named && !secret && Object.hasOwn(given, top) ? top : "";
  const reason = reasonText(problem);
  if (path.length === 0 || (property !== "" && deeper.length === 0)) return { property, reason };
  return { property, reason: `\`${fieldAt(path)}\`${secret ? "" : quoted(valueAt(given, path))}: ${reason}` };
}

function quoted(value: unknown): string {
  if (value === undefined) return "";
  const text = JSON.stringify(value);
  return ` ${text.length > 80 ? `${text.slice(0, 77)}...` : text}`;
}

function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
