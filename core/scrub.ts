/** What stands in a text where a secret was. */
export const MASK = "[secret]";

/** Shorter secrets are masked only as whole words: a one-letter password must not turn every error into noise. */
const ANYWHERE_FROM = 4;

/** Every text inside the value of a secret field, however deep, and every number but the short ones (versions, ports). */
export function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return value.toString().length >= ANYWHERE_FROM ? [value.toString()] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(leaves);
}

/**
 * `text` with every secret masked, also where a library escaped it: as JSON, as part of a URL, in SQL, in base64
 * (alone or at the end of `user:password`).
 */
export function scrub(text: string, secrets: Iterable<string>): string {
  const forms = [...new Set([...secrets].filter((secret) => secret !== "").flatMap(spellings))];
  // The longest first, so that a secret that is a part of another one leaves no rest of it.
  forms.sort((one, other) => other.length - one.length);
  return forms.reduce(mask, text);
}

function mask(text: string, secret: string): string {
  if (secret.length >= ANYWHERE_FROM) return text.replaceAll(secret, MASK);
  const literal = secret.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, "gu"), MASK);
}

function spellings(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  const sql = secret.replace(/[\\'"]/g, "\\$&");
  const doubled = secret.replaceAll("'", "''");
  // By way of a Buffer: half a surrogate pair, which no URL can hold, would make `encodeURI` throw.
  const url = Buffer.from(secret).toString();
  const forms = [secret, escaped, sql, doubled, encodeURIComponent(url), encodeURI(url)];
  return secret.length < ANYWHERE_FROM ? forms : [...forms, Buffer.from(secret).toString("base64")];
}
