import { z } from "zod";
import {
  CARRIER_CONTEXT,
  diallerDialplan,
  GENERATED_PROTOCOLS,
  parseDialplan,
  parsePattern,
  type CustomDialplan,
  type Pattern,
} from "../../../asterisk";
import type { Refused } from "../../../../core/refusal";
import type { CampaignRouting } from "./schema";
import { customDialplans } from "../../site/customDialplan";
import { activeDiallers } from "../../site/diallers";
import type { Reader } from "../../session";

const carrierRow = z.object({ server_ip: z.string(), dialplan_entry: z.string().nullable() });

/** Whether the pattern answers the prefix for more than one number: an exact extension (an AI carrier's) answers only its own. */
export function answersPrefix({ exact, positions }: Pattern, prefix: string): boolean {
  if (exact) return false;
  const places = positions.filter((position) => !("skipped" in position));
  for (const [index, digit] of Array.from(prefix).entries()) {
    const position = places[index];
    if (position === undefined || "broken" in position || "skipped" in position) return false;
    if ("rest" in position) return true;
    if (!position.set.includes(digit)) return false;
  }
  return places.length > prefix.length;
}

/**
 * Dial prefixes that no telephony carrier answers. With such a prefix nothing is seen in the database: calls are SENT,
 * then gone, and the leads count as called (docs/facts/vicidial.md#originate). Answered on some diallers only is a
 * warning.
 */
export async function prefixProblems(
  reader: Reader,
  { dialPrefix, manualDialPrefix }: CampaignRouting,
): Promise<{ refused: Refused[]; warnings: string[] }> {
  const declared = Object.entries({ dialPrefix, manualDialPrefix }).filter((entry) => entry[1] !== undefined);
  const refused: Refused[] = [];
  const warnings: string[] = [];
  if (declared.length === 0) return { refused, warnings };
  const diallers = await activeDiallers(reader);
  const patterns = [
    ...(await carriers(reader)).flatMap(({ server_ip, text }) => each(server_ip, patternsOf(text))),
    ...(await customDialplans(reader)).flatMap((one) => each(one.serverIp ?? "0.0.0.0", customPatterns(one))),
  ];
  for (const [field, prefix = ""] of declared) {
    const on = patterns.filter(({ pattern }) => answersPrefix(pattern, prefix)).map(({ server_ip }) => server_ip);
    const without = diallers.filter((ip) => !on.includes(ip) && !on.includes("0.0.0.0"));
    if (without.length === 0) continue;
    const where = without.join(", ");
    if (without.length < diallers.length)
      warnings.push(`no active carrier answers prefix ${prefix} on dialler ${where}: its calls would fail.`);
    else
      refused.push({
        field,
        value: prefix,
        rule: "no active carrier's pattern begins with this prefix (vicidial_server_carriers.dialplan_entry), so that no call would be placed",
        fix: `use the prefix of your telephony carrier, or add a carrier with a pattern like _${prefix}X.`,
      });
  }
  return { refused, warnings };
}

function each(server_ip: string, patterns: readonly Pattern[]): { server_ip: string; pattern: Pattern }[] {
  return patterns.map((pattern) => ({ server_ip, pattern }));
}

async function carriers(reader: Reader): Promise<{ server_ip: string; text: string }[]> {
  const sql = "SELECT server_ip, dialplan_entry FROM vicidial_server_carriers WHERE active = 'Y' AND protocol IN (?)";
  const rows = await reader.rows(carrierRow, sql, [GENERATED_PROTOCOLS]);
  return rows.map(({ server_ip, dialplan_entry }) => ({ server_ip, text: dialplan_entry ?? "" }));
}

function patternsOf(text: string): Pattern[] {
  return parseDialplan(text)
    .lines.filter(({ context, priority }) => priority === 1 && context === CARRIER_CONTEXT)
    .map(({ extension }) => parsePattern(extension));
}

/** Sites also answer prefixes in a custom text: in the context that VICIdial opens for it, or in one that it opens itself. */
function customPatterns(custom: CustomDialplan): Pattern[] {
  const dialplan = diallerDialplan({ carriers: [], phones: [], defaultPatterns: [], custom: [custom] });
  const extensions = dialplan.searched("default").flatMap((context) => dialplan.extensionsOf(context));
  return extensions
    .filter(({ priorities }) => priorities.some(({ priority, owner }) => priority === 1 && owner.kind === "custom"))
    .map(({ pattern }) => pattern);
}
