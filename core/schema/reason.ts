import type { z } from "zod";
import { nearest } from "./nearest";

/** What zod found, with the value that it found it in. */
type Found = z.core.$ZodRawIssue;

/**
 * The rule and the fix for an issue that the schema's author gave no text for: zod's own texts are too terse to act on.
 * The field and its value stand before it, see `check`.
 */
export function reasonFor(found: Found): string {
  switch (found.code) {
    case "invalid_type":
      return found.input === undefined
        ? `is required. Give ${aOf(found.expected)}.`
        : `must be ${aOf(found.expected)}, not ${kindOf(found.input)}. ${typeFix(found.expected, found.input)}.`;
    case "too_small":
      return `${size("at least", found.minimum, found.inclusive ?? true, found.origin)}.`;
    case "too_big":
      return `${size("at most", found.maximum, found.inclusive ?? true, found.origin)}.`;
    case "invalid_value":
      return `must be ${oneOf(found.values)}. Give ${found.values.length === 1 ? "that" : "one of these"}.`;
    case "invalid_format":
      return `must be ${formatOf(found.format, found.pattern)}.`;
    case "not_multiple_of":
      return `must be a multiple of ${found.divisor.toString()}.`;
    case "invalid_union":
      return unionReason(found.errors);
    case "invalid_key":
      return `has a key that is not allowed: ${found.issues.map((issue) => issue.message).join(" ")}`;
    default:
      return "is not allowed here. See the documentation of this input.";
  }
}

/** Why a name that no input has is refused, with the name that was meant where one is near. */
export function unknownName(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const fix = meant === undefined ? `Known names: ${known.map(quoted).join(", ")}.` : `Did you mean ${quoted(meant)}?`;
  return `there is no such input. ${fix}`;
}

function unionReason(branches: readonly (readonly z.core.$ZodIssue[])[]): string {
  const texts = branches.map((issues) =>
    issues.map((issue) => [issue.path.map(String).join("."), issue.message].filter(Boolean).join(": ")).join(" "),
  );
  return texts.length === 0 ? "fits none of the allowed forms." : [...new Set(texts)].join(" Or it ");
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
    return "Write it without quotes";
  if (expected === "string" && typeof input === "number") return "Write it in quotes";
  return `Give ${aOf(expected)}`;
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
