/** What is wrong with a value, and what to do about it. */
export interface Reason {
  /** The rule that the value breaks, with the table and column or API field behind it. */
  rule: string;
  /** What the operator should do instead; left out where the rule says it already. */
  fix?: string | undefined;
}

/** What a refusal tells its reader: which field, what it holds, the rule it breaks, and what to do instead. */
export interface Refused extends Reason {
  /** Input as the operator writes it, nested parts with dots and indexes: `bridges[2].routeNumber`. */
  field: string;
  /** The offending value. Leave out for a secret: it is then never printed. */
  value?: unknown;
  fix: string;
}

/**
 * A mistake of the operator (or a conflict with what is already there), not of the program: shown without a stack trace.
 *
 * @example
 * throw new Refusal({ field: "userStart", value: 5565, rule: "lines 5565-5568 overlap remote agent 5567-5570",
 *                     fix: "choose a free block; the next one is 5571-5574" });
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly refused: readonly Refused[];

  constructor(...refused: Refused[]) {
    super(refused.map(sentence).join("\n"));
    this.refused = refused;
  }
}

/** A reason as its reader sees it: whole sentences, after the field and its value. */
export function reasonText({ rule, fix = "" }: Reason): string {
  const next = fix === "" ? "" : ` ${fix.charAt(0).toUpperCase()}${fix.slice(1)}${fix.endsWith("?") ? "" : "."}`;
  return `${rule}.${next}`;
}

function sentence({ field, value, ...reason }: Refused): string {
  const shown = value === undefined ? "" : ` ${JSON.stringify(value)}`;
  return `\`${field}\`${shown}: ${reasonText(reason)}`;
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
