import { parseDuration } from "./duration";

/** Rules of single values, worded as the official plugin words them. */
export const rules = {
  matches:
    (pattern: RegExp) =>
    (value: string | number): string | undefined =>
      pattern.test(String(value)) ? undefined : `'${value}' doesn't match the pattern '${pattern.source}'`,

  atLeast:
    (least: number) =>
    (value: string | number): string | undefined =>
      Number(value) >= least ? undefined : `'${value}' cannot be lower than ${least}`,

  duration: (value: string | number): string | undefined => {
    const parsed = parseDuration(String(value));
    if (parsed === undefined) return `'${value}' is not a valid duration`;
    return parsed < 0 ? "duration must not be negative" : undefined;
  },

  absolutePath: (value: string | number): string | undefined =>
    /^([a-zA-Z]:\\|\/|[a-zA-Z]+:\/\/)/.test(String(value)) ? undefined : `'${value}' must be an absolute path`,

  base64: (value: string | number): string | undefined => {
    const plain = String(value);
    return /^[A-Za-z0-9+/]*={0,2}$/.test(plain) && plain.length % 4 === 0
      ? undefined
      : "the value is not base64 encoded";
  },
};
