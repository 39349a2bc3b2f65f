import type { Json } from "../resource";

/** An object of JSON values: what the engine sends and keeps. */
export type JsonObject = Record<string, Json>;

/**
 * The same data as pure JSON, which is all that the engine's protocol carries (docs/facts/pulumi.md#create-and-update).
 * Fields that are `undefined` are left out. Anything else that JSON would lose or bend (a Date, a Map, a bigint, NaN) is
 * a mistake of the resource's author.
 *
 * @throws TypeError naming the path of the first value that is not JSON.
 */
export function jsonObject(value: object, path = ""): JsonObject {
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, json(inner, path === "" ? key : `${path}.${key}`)]));
}

function json(value: unknown, path: string): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => json(item ?? null, `${path}[${index}]`));
  if (typeof value === "object" && isPlain(value)) return jsonObject(value, path);
  throw new TypeError(`\`${path}\` is no JSON value (${typeof value}): the engine cannot keep it`);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Whether two JSON values say the same; the order of an object's keys says nothing. */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const ones = new Map(Object.entries(one));
  const others = Object.entries(other);
  return ones.size === others.length && others.every(([key, value]) => ones.has(key) && sameJson(ones.get(key), value));
}
