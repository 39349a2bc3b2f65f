import { CARRIER_CONTEXT, parseDialplan } from "../../../asterisk";
import type { Reason } from "../../../../core/refusal";

/**
 * Texts of a carrier as a human save in the admin page leaves them (docs/facts/vicidial.md#what-a-save-keeps): CR goes,
 * blank lines at the ends too, since a browser drops them. Trailing blank lines are also what YAML's block texts end in.
 */
export function asSaved(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/^\n+|\n+$/g, "");
}

const NAMES: Readonly<Record<string, string>> = {
  ";": "a semicolon",
  "\\": "a backslash",
  "'": "an apostrophe",
  '"': "a quote",
};

/**
 * Why a text would not survive a save in the admin page, which either removes a character or, where an apostrophe ends its
 * SQL early, cannot save at all. `undefined` where it would.
 */
export function lostOnSave(text: string, characters: string): Reason | undefined {
  const found = Array.from(characters).find((character) => text.includes(character));
  const line = text.slice(0, text.indexOf(found ?? "")).split("\n").length;
  if (found !== undefined) {
    const rule = `line ${line} holds ${NAMES[found]} (${found}), which the next save in VICIdial's admin page would remove or choke on`;
    return { rule, fix: "leave it out" };
  }
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  const control = /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text);
  return control ? { rule: "holds a control character", fix: "leave it out" } : undefined;
}

/** A password in a text that stands in clear in previews and state: `SIP/user:password@host`, `secret=…`. */
export function passwordIn(text: string): Reason | undefined {
  const inUri = /\b[A-Z0-9]+\/[^\s:/@${}]+:[^\s:/@${}]+@/.test(text);
  const alone = /^\s*(?:secret|remotesecret|md5secret|password)\s*=/im.test(text);
  if (!inUri && !alone) return undefined;
  return {
    rule: "holds a password, which would stand in clear in previews and in the stack's state",
    fix: "put it into `accountEntry`, which is kept secret, and dial by the account's name",
  };
}

/** What Asterisk would do with a dialplan text that its writer cannot have meant. Empty where it is sound. */
export function dialplanFaults(text: string): Reason[] {
  const parsed = parseDialplan(text);
  const directive = parsed.problems.find((problem) => problem.text.startsWith("#"));
  const { context } = parsed.end;
  const faults: Reason[] = [];
  if (directive !== undefined)
    faults.push({
      rule: `line ${directive.line} (${directive.text.split(/\s/, 1)[0]}) is a directive that reads a file or runs a program on the dialler`,
      fix: "leave it out",
    });
  if (context !== CARRIER_CONTEXT)
    faults.push({
      rule: `the text opens [${context}] and does not reopen [${CARRIER_CONTEXT}], so every later carrier would land in its section`,
      fix: `add the line [${CARRIER_CONTEXT}] at the end`,
    });
  return faults;
}
