import { z } from "zod";

/** The object schema inside a resource's schema, below transforms and pipes; `undefined` where there are several or none. */
export function objectOf(schema: unknown): z.ZodObject | undefined {
  const [object, ...more] = objectsOf(schema);
  return more.length === 0 ? object : undefined;
}

/** The objects that a value of the schema, or an item of its list, may be. */
function objectsOf(schema: unknown): z.ZodObject[] {
  if (schema instanceof z.ZodObject) return [schema];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(objectsOf);
  if (schema instanceof z.ZodPipe) return [...objectsOf(schema.in), ...objectsOf(schema.out)].slice(0, 1);
  if (schema instanceof z.ZodArray) return objectsOf(schema.element);
  const inner = innerOf(schema);
  return inner === undefined ? [] : objectsOf(inner);
}

/** Names of the inputs that a schema knows, in its order. */
export function inputNames(schema: z.ZodType): string[] {
  return Object.keys(objectOf(schema)?.shape ?? {});
}

/** The names known at `path` inside a schema, to suggest one for a name that is not. */
export function namesAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const [step, ...rest] = path;
  const objects = objectsOf(schema);
  if (step === undefined) return [...new Set(objects.flatMap((object) => Object.keys(object.shape)))];
  // An index of a list does not lead deeper: `objectsOf` looks through lists by itself.
  if (typeof step === "number") return namesAt(schema, rest);
  return [...new Set(objects.flatMap((object) => namesAt(object.shape[String(step)], rest)))];
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
