import { z } from "zod";

/** The object schema inside a resource's schema, below transforms and pipes; `undefined` for a union of objects. */
export function objectOf(schema: unknown): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodPipe) return objectOf(schema.in) ?? objectOf(schema.out);
  if (schema instanceof z.ZodArray) return objectOf(schema.element);
  const inner = innerOf(schema);
  return inner === undefined ? undefined : objectOf(inner);
}

/** Names of the inputs that a schema knows, in its order. */
export function inputNames(schema: z.ZodType): string[] {
  return Object.keys(objectOf(schema)?.shape ?? {});
}

/** The names known at `path` inside a schema, to suggest one for a name that is not. */
export function namesAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const object = objectOf(schema);
  if (object === undefined) return [];
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(object.shape);
  // An index of a list does not lead deeper: `objectOf` looks through lists by itself.
  if (typeof step === "number") return namesAt(schema, rest);
  return namesAt(object.shape[String(step)], rest);
}

/**
 * The same schema with the fields `pending` accepting anything, for values that are not known yet. Rules between fields
 * and transforms of the whole object do not run: they would see fields that are not there. They run when all is known.
 */
export function tolerating(schema: z.ZodType, pending: readonly string[]): z.ZodType | undefined {
  const object = objectOf(schema);
  if (object === undefined) return undefined;
  return z.strictObject({ ...object.shape, ...Object.fromEntries(pending.map((field) => [field, z.unknown()])) });
}

function innerOf(schema: unknown): unknown {
  const wrapped =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly;
  return wrapped ? schema.unwrap() : undefined;
}
