import type { z } from "zod";
import { Refusal, type Refused } from "../../core/refusal";
import { fieldAt, parse, type Problem, valueAt } from "../../core/schema/problems";

/** Fields whose values are never printed. */
const SECRET = new Set<PropertyKey>(["trunkCredentials"]);

/**
 * Passes `declared` through `schema`, or throws one Refusal with everything that is wrong.
 *
 * @param at where `declared` stands, for example `bridges[2]`; the empty string for a component's own arguments.
 */
export function checked<T>(schema: z.ZodType<T>, declared: unknown, at: string): T {
  const parsed = parse(schema, declared);
  if ("value" in parsed) return parsed.value;
  throw new Refusal(...parsed.problems.map((problem) => under(at, refusedOf(problem, declared))));
}

/** The same problem, named from where the operator stands. */
export function under(at: string, { field, ...rest }: Refused): Refused {
  return { ...rest, field: [at, field].filter((part) => part !== "").join(".") };
}

function refusedOf({ path, rule, fix = "correct it" }: Problem, declared: unknown): Refused {
  const value = path.some((step) => SECRET.has(step)) ? undefined : valueAt(declared, path);
  return { field: fieldAt(path), value, rule, fix };
}
