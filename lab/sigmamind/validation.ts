import type { z } from "zod";
import { ApiRefusal } from "./errors";

/**
 * Checks a body or a query as the documents describe it. The documents say nothing of undocumented fields; a strict
 * simulator refuses them by name, so that a client cannot send one unnoticed.
 */
export function documented<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
  strict: boolean,
): z.output<Schema> {
  const result = (strict ? schema.strict() : schema.strip()).safeParse(value ?? {});
  if (result.success) return result.data as z.output<Schema>;
  throw new ApiRefusal(400, `Invalid request parameters: ${result.error.issues.map(sentence).join("; ")}`);
}

/** Names fields and rules, never values: one of them may be a password. */
function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${key} is not documented for this operation`).join("; ");
  }
  const field = issue.path.map(String).join(".");
  return field === "" ? issue.message : `${field}: ${issue.message}`;
}
