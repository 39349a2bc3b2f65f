import type { z } from "zod";
import { type Reason, reasonText } from "../refusal";
import { isOfAnotherShape, reasonFor, unionReason, unknownName } from "./reason";
import { namesAt } from "./shape";

/** One thing wrong with a value, and where in it. */
export interface Problem extends Reason {
  path: readonly PropertyKey[];
}

/** Everything that is wrong with a value, at once; or the value with its defaults. */
export type Parsed<T> = { value: T } | { problems: Problem[] };

/**
 * A schema's own reason for what it refuses, as the last argument of a check. One without a fix may be a plain text.
 *
 * @example
 * z.string().regex(/^[A-Z]{2}$/, says("must be two capital letters", "write it like US"))
 */
export function says(rule: string, fix: string): { error: (issue: object) => string } {
  return { error: (issue) => stamped(issue, { rule, fix }) };
}

/** Reports a rule between fields, or of a transform. */
export function refuse(
  context: Pick<z.RefinementCtx, "addIssue">,
  path: readonly PropertyKey[],
  { rule, fix }: Reason,
): void {
  context.addIssue({ code: "custom", path: [...path], message: reasonText({ rule, fix }), params: { rule, fix } });
}

/** Passes `declared` through `schema`, whose own reasons stand before zod's, which are too terse to act on. */
export function parse<T>(schema: z.ZodType<T>, declared: unknown): Parsed<T> {
  const result = schema.safeParse(declared, { error: (issue) => stamped(issue, reasonFor(issue)) });
  if (result.success) return { value: result.data };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, [], schema)) };
}

/** An issue's `params` carry the reason to whoever shows it. A union's depends on its branches, which are read later. */
function stamped(issue: object, reason: Reason | undefined): string {
  if (reason === undefined) return "";
  Object.assign(issue, { params: reason });
  return reasonText(reason);
}

function problemsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[], schema: z.ZodType): Problem[] {
  const path = [...above, ...issue.path];
  const stamp = (issue as { params?: Partial<Reason> }).params;
  if (stamp?.rule !== undefined) return [{ path, rule: stamp.rule, fix: stamp.fix }];
  if (issue.code === "unrecognized_keys") {
    const known = namesAt(schema, path);
    return issue.keys.map((key) => ({ path: [...path, key], ...unknownName(key, known) }));
  }
  if (issue.code !== "invalid_union" || issue.message !== "") return [{ path, rule: issue.message }];
  const meant = meantBranch(issue.errors);
  if (meant !== undefined) return meant.flatMap((inner) => problemsOf(inner, path, schema));
  return [{ path, ...unionReason(issue.errors, namesAt(schema, path)) }];
}

type Branch = readonly z.core.$ZodIssue[];

/**
 * The one form that the value was meant to have: the one of its shape (text, list, object), and among objects the one that
 * knows most of its fields. `undefined` where none or several could be meant.
 */
function meantBranch(branches: readonly Branch[]): Branch | undefined {
  const fitting = branches.filter((issues) => !issues.some(isOfAnotherShape));
  const least = Math.min(...fitting.map(strange));
  const nearest = fitting.filter((issues) => strange(issues) === least);
  return nearest.length === 1 ? nearest[0] : undefined;
}

/** How many fields of an object the form does not have. */
function strange(issues: Branch): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 0), 0);
}

/** A path as the operator writes it: `bridges[2].routeNumber`. */
export function fieldAt(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${String(step)}`))
    .join("");
}

/** What stands at a path; `undefined` where nothing does. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}
