import { z } from "zod";

/** JSON schema of what may be declared. */
export type Shape = Record<string, unknown>;

export function shapeOf(schema: z.ZodType, io: "input" | "output" = "input"): Shape {
  return z.toJSONSchema(schema, { io, unrepresentable: "any" });
}

/** The type of a shape in TypeScript's words. */
export function typeOf(shape: Shape): string {
  if ("const" in shape) return JSON.stringify(shape["const"]);
  if (Array.isArray(shape["enum"])) return shape["enum"].map((value) => JSON.stringify(value)).join(" | ");
  const forms = alternatives(shape);
  if (forms.length > 0) return [...new Set(forms.map(typeOf))].join(" | ");
  switch (shape["type"]) {
    case "integer":
      return "number";
    case "array": {
      const item = typeOf(shape["items"] as Shape);
      return /[ ]/.test(item) ? `(${item})[]` : `${item}[]`;
    }
    case "object":
      return objectType(shape);
    case undefined:
      return "unknown";
    default:
      return String(shape["type"]);
  }
}

function objectType(shape: Shape): string {
  const values = shape["additionalProperties"];
  if (typeof values === "object" && values !== null) return `Record<string, ${typeOf(values as Shape)}>`;
  const fields = Object.entries(propertiesOf(shape)).map(
    ([name, inner]) => `${name}${isRequired(shape, name) ? "" : "?"}: ${typeOf(inner)}`,
  );
  return fields.length === 0 ? "{}" : `{ ${fields.join("; ")} }`;
}

export function propertiesOf(shape: Shape): Record<string, Shape> {
  return (shape["properties"] as Record<string, Shape> | undefined) ?? {};
}

export function isRequired(shape: Shape, name: string): boolean {
  return ((shape["required"] as string[] | undefined) ?? []).includes(name);
}

export function alternatives(shape: Shape): Shape[] {
  return (shape["anyOf"] ?? shape["oneOf"] ?? []) as Shape[];
}

/** The objects that a value of the shape, or an entry of its list, may be. */
export function objectsIn(shape: Shape): Shape[] {
  if (shape["type"] === "array") return objectsIn(shape["items"] as Shape);
  return [shape, ...alternatives(shape).flatMap(objectsIn)].filter((one) => one["properties"] !== undefined);
}
