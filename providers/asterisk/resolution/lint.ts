import type { DialplanLine, ParsedDialplan } from "./parse";
import { CARRIER_CONTEXT } from "../text/dialplanText";

/**
 * What works but loses something, in a telephony carrier's dialplan: a Dial without `o`, or without VICIdial's call log
 * before it (docs/facts/vicidial.md#call-log). Sentences for a warning; empty when there is nothing to say.
 */
export function lintCarrier(parsed: ParsedDialplan): string[] {
  const lines = parsed.lines.filter((line) => line.context === CARRIER_CONTEXT);
  const extensions = [...new Set(lines.map((line) => line.extension))];
  return extensions.flatMap((extension) => lintExtension(lines.filter((line) => line.extension === extension)));
}

function lintExtension(lines: readonly DialplanLine[]): string[] {
  const first = lines.findIndex((line) => line.application.toLowerCase() === "dial");
  const dial = lines[first];
  if (!dial) return [];
  const logged = lines
    .slice(0, first)
    .some((line) => /^agi$/i.test(line.application) && line.data.includes("/call_log"));
  const { extension } = dial;
  return [
    ...(dialOptions(dial.data).includes("o")
      ? []
      : [
          `extension ${extension}: Dial without the option \`o\` loses VICIdial's call code on the way, so the AI leg finds no lead`,
        ]),
    ...(logged
      ? []
      : [
          `extension ${extension}: no AGI(agi://127.0.0.1:4577/call_log) before Dial, so VICIdial logs neither call nor carrier`,
        ]),
  ];
}

/**
 * The option letters of a Dial, without their arguments in parentheses.
 *
 * @example
 * dialOptions("PJSIP/+19895551234@sigmamind,30,ob(vicidial-auto-external^979719895551234h^1)") // "ob"
 */
export function dialOptions(data: string): string {
  return (splitArguments(data)[2] ?? "").replace(/\([^()]*\)/g, "").trim();
}

/** Arguments of an application: split at commas outside parentheses, brackets and braces. */
function splitArguments(data: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < data.length; at++) {
    const character = data.charAt(at);
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    else if (character === "," && depth === 0) {
      parts.push(data.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, data.slice(start)];
}
