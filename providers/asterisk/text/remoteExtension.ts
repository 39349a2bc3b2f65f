import { Refusal, type Refused } from "../../../core/refusal";

/** Width of `vicidial_remote_agents.conf_exten` and `vicidial_live_agents.conf_exten` in every known schema. */
export const REMOTE_EXTENSION_LENGTH = 20;

const E164 = /^\+[1-9][0-9]{6,14}$/;

/** The digits of an E.164 number: what VICIdial and the dialplan use where SIP writes `+`. */
export const digitsOf = (number: string) => number.replace(/^\+/, "");

/** The rule that an E.164 number breaks, if any. */
export function numberProblem(field: string, number: string): Refused | undefined {
  if (E164.test(number)) return undefined;
  return {
    field,
    value: number,
    rule: "is not an E.164 number: `+`, country code and number, 7 to 15 digits, nothing else",
    fix: "write it as +19895551234",
  };
}

/** The rule that a dial prefix breaks, if any. Letters are out because VICIdial reads a prefix with `x` as "none". */
export function prefixProblem(field: string, prefix: string): Refused | undefined {
  if (/^[0-9]{1,13}$/.test(prefix)) return undefined;
  return { field, value: prefix, rule: "a dial prefix is 1 to 13 digits", fix: 'write it as "9797"' };
}

/**
 * The rules that a typed remote extension breaks. It is always composed by {@link remoteExtension}; where somebody types
 * one after all (an existing remote agent) this says what is wrong with it.
 */
export function typedExtensionProblem(field: string, typed: string): Refused | undefined {
  if (typed.includes("@")) {
    return {
      field,
      value: typed,
      rule: `\`conf_exten\` is ${REMOTE_EXTENSION_LENGTH} digits of dialplan extension; a host does not fit and would be cut off silently`,
      fix: "leave out `@` and what follows it: the host lives in the edge's account (`edge.host`), and the carrier's dialplan adds `+` and the edge to the number",
    };
  }
  if (/^[0-9]{2,}$/.test(typed) && typed.length <= REMOTE_EXTENSION_LENGTH) return undefined;
  return {
    field,
    value: typed,
    rule: `\`conf_exten\` holds 2 to ${REMOTE_EXTENSION_LENGTH} digits; the admin page removes everything else`,
    fix: "use AI prefix + digits of the route number",
  };
}

/** Every rule that the two parts of a remote extension break, singly and together. */
export function remoteExtensionProblems(aiPrefix: string, routeNumber: string): Refused[] {
  if (routeNumber.includes("@"))
    return [typedExtensionProblem("routeNumber", routeNumber)].filter((p) => p !== undefined);
  const parts = [prefixProblem("aiPrefix", aiPrefix), numberProblem("routeNumber", routeNumber)];
  const refused = parts.filter((problem) => problem !== undefined);
  return refused.length > 0 ? refused : togetherProblems(aiPrefix + digitsOf(routeNumber));
}

function togetherProblems(extension: string): Refused[] {
  if (extension.length > REMOTE_EXTENSION_LENGTH) {
    return [
      {
        field: "aiPrefix",
        value: extension,
        rule: `AI prefix and route number together have ${extension.length} digits, \`conf_exten\` holds ${REMOTE_EXTENSION_LENGTH}`,
        fix: `shorten the prefix by ${extension.length - REMOTE_EXTENSION_LENGTH} digits`,
      },
    ];
  }
  if (extension.includes("999999999999")) {
    return [
      {
        field: "aiPrefix",
        value: extension,
        rule: "a remote extension with twelve nines in a row puts VICIdial's remote-agent daemon into its test mode",
        fix: "choose another prefix",
      },
    ];
  }
  return [];
}

/**
 * The remote extension of a bridge: AI prefix + digits of the route number (`vicidial_remote_agents.conf_exten`).
 * Composed, never typed: the example of SigmaMind's guide is a digit short
 * (docs/facts/guide.md#where-the-guide-is-wrong).
 *
 * @throws Refusal where a part breaks its rule or the result exceeds 20 digits.
 * @example
 * remoteExtension("9797", "+19895551234") // "979719895551234"
 */
export function remoteExtension(aiPrefix: string, routeNumber: string): string {
  const refused = remoteExtensionProblems(aiPrefix, routeNumber);
  if (refused.length > 0) throw new Refusal(...refused);
  return aiPrefix + digitsOf(routeNumber);
}
