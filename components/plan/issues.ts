import type { z } from "zod";
import { reasonFor, unknownName } from "../../core/schema/reason";
import { namesAt } from "../../core/schema/shape";
import { Refusal, type Refused } from "../../core/refusal";

/** Fields whose values are never printed. */
const SECRET = new Set(["trunkCredentials"]);

/**
 * Passes `declared` through `schema`, or throws one Refusal with everything that is wrong.
 *
 * @param path where `declared` stands, for example `bridges[2]`; the empty string for a component's own arguments.
 */
export function checked<T>(schema: z.ZodType<T>, declared: unknown, path: string): T {
  const result = schema.safeParse(declared, { error: reasonFor });
  if (result.success) return result.data;
  throw new Refusal(...result.error.issues.flatMap((issue) => refusedOf(issue, schema, declared, path)));
}

/** The same problems, named from where the operator stands. */
export function under(path: string, { field, ...rest }: Refused): Refused {
  return { ...rest, field: path === "" ? field : field === "" ? path : `${path}.${field}` };
}

function refusedOf(issue: z.core.$ZodIssue, schema: z.ZodType, declared: unknown, path: string): Refused[] {
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
  return keys.map((key) => {
    const steps = key === undefined ? issue.path : [...issue.path, key];
    const reason = key === undefined ? issue.message : unknownName(key, namesAt(schema, issue.path));
    const value = steps.some((step) => SECRET.has(String(step))) ? undefined : at(declared, steps);
    return under(path, { field: written(steps), ...(value !== undefined && { value }), ...sentences(reason) });
  });
}

/** Messages of the schemas are a rule and a fix, one sentence each. */
function sentences(reason: string): Pick<Refused, "rule" | "fix"> {
  const [rule = reason, ...rest] = reason.split(/\. (?=[A-Z"'`])/);
  const fix = rest.join(". ").replace(/\.$/, "");
  return { rule: rule.replace(/\.$/, ""), fix: fix === "" ? "correct it" : fix };
}

function at(value: unknown, steps: readonly PropertyKey[]): unknown {
  return steps.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}

function written(steps: readonly PropertyKey[]): string {
  return steps
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${String(step)}`))
    .join("");
}
