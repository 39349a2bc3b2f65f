import type { z } from "zod";
import type { Reason } from "../refusal";
import { nearest } from "./nearest";

/** What zod found, with the value that it found it in. */
type Found = z.core.$ZodRawIssue;

/**
 * The reason for an issue that the schema's author gave none for. `undefined` for unknown names and for unions, whose reason
 * needs the schema or the branches.
 */
export function reasonFor(found: Found): Reason | undefined {
  switch (found.code) {
    case "unrecognized_keys":
    case "invalid_union":
      return undefined;
    case "invalid_type":
      return found.input === undefined
        ? { rule: "is required", fix: `give ${aOf(found.expected)}` }
        : {
            rule: `must be ${aOf(found.expected)}, not ${kindOf(found.input)}`,
            fix: typeFix(found.expected, found.input),
          };
    case "too_small":
      return { rule: size("at least", found.minimum, found.inclusive ?? true, found.origin) };
    case "too_big":
      return { rule: size("at most", found.maximum, found.inclusive ?? true, found.origin) };
    case "invalid_value":
      return {
        rule: `must be ${oneOf(found.values)}`,
        fix: found.values.length === 1 ? "give that" : "give one of these",
      };
    case "invalid_format":
      return { rule: `must be ${formatOf(found.format, found.pattern)}` };
    case "not_multiple_of":
      return { rule: `must be a multiple of ${found.divisor.toString()}` };
    case "invalid_key":
      return { rule: `has a key that is not allowed: ${found.issues.map((issue) => issue.message).join(" ")}` };
    default:
      return { rule: "is not allowed here", fix: "see the documentation of this input" };
  }
}

/** Why a name that no input has is refused, with the name that was meant where one is near. */
export function unknownName(name: string, known: readonly string[]): Reason & { fix: string } {
  const meant = nearest(name, known);
  const rule = "there is no such input";
  if (meant !== undefined) return { rule, fix: `did you mean ${quoted(meant)}?` };
  return { rule, fix: `known names: ${known.map(quoted).join(", ")}` };
}

/** What zod says of each form that a value may have. */
type Forms = readonly (readonly z.core.$ZodIssue[])[];

/** Why a value is refused whose form cannot be told. `names` are those of the forms that are objects. */
export function unionReason(forms: Forms, names: readonly string[]): Reason {
  const fields = names.map(quoted).join(", ");
  if (!forms.every((issues) => issues.some(isOfAnotherShape)))
    return { rule: `takes one of ${fields}`, fix: "give one of them alone" };
  const shapes = forms.flatMap((issues) => issues.filter(isOfAnotherShape));
  const objects = shapes.filter((issue) => issue.code === "invalid_type" && issue.expected === "object").length;
  const withFields = `an object with ${objects === 1 ? "" : "one of "}${fields}`;
  const allowed = shapes.flatMap((issue) => {
    if (issue.code === "invalid_value") return issue.values.map((value) => JSON.stringify(value));
    if (issue.code !== "invalid_type") return [];
    return issue.expected === "object" ? withFields : aOf(issue.expected);
  });
  return { rule: `must be ${[...new Set(allowed)].join(" or ")}`, fix: "give one of these" };
}

/** Whether an issue says that a value is of another shape (text, list, object) or another word than its form. */
export function isOfAnotherShape({ path, code }: z.core.$ZodIssue): boolean {
  return path.length === 0 && (code === "invalid_type" || code === "invalid_value");
}

function size(bound: string, limit: number | bigint, inclusive: boolean, origin: string): string {
  const shown = limit.toString();
  switch (origin) {
    case "string":
      return `must have ${bound} ${shown} character${shown === "1" ? "" : "s"}`;
    case "array":
    case "set":
      return `must have ${bound} ${shown} entr${shown === "1" ? "y" : "ies"}`;
    default:
      return inclusive
        ? `must be ${bound} ${shown}`
        : `must be ${bound === "at least" ? "more" : "less"} than ${shown}`;
  }
}

const TYPES: Record<string, string> = {
  string: "text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

function aOf(type: string): string {
  return TYPES[type] ?? type;
}

function typeFix(expected: string, input: unknown): string {
  const number = expected === "number" || expected === "int";
  if (number && typeof input === "string" && Number.isFinite(Number.parseFloat(input)))
    return "write it without quotes";
  if (expected === "string" && typeof input === "number") return "write it in quotes";
  return `give ${aOf(expected)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (Number.isNaN(value)) return "a value that is no number";
  if (typeof value === "number" && !Number.isInteger(value)) return "a fraction";
  return aOf(typeof value);
}

const FORMATS: Record<string, string> = {
  ipv4: "an IPv4 address, for example 10.0.0.103",
  url: "a URL with its scheme, for example https://api.example.com",
  e164: "an E.164 number: `+`, the country code and the number, for example +19895551234",
  email: "an e-mail address",
};

function formatOf(format: string, pattern: string | undefined): string {
  return FORMATS[format] ?? (pattern === undefined ? `valid as ${format}` : `of the form ${pattern}`);
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => JSON.stringify(value));
  return shown.length === 1 ? (shown[0] ?? "") : `one of ${shown.join(", ")}`;
}

function quoted(name: string): string {
  return `\`${name}\``;
}
