/** What a refusal tells its reader: which field, what it holds, the rule it breaks, and what to do instead. */
export interface Refused {
  /** Input as the operator writes it, nested parts with dots and indexes: `bridges[2].routeNumber`. */
  field: string;
  /** The offending value. Leave out for a secret: it is then never printed. */
  value?: unknown;
  /** The rule that the value breaks, with the table and column or API field behind it. */
  rule: string;
  /** What the operator should do instead. */
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

function sentence({ field, value, rule, fix }: Refused): string {
  const shown = value === undefined ? "" : ` ${JSON.stringify(value)}`;
  return `\`${field}\`${shown}: ${rule}. ${fix.charAt(0).toUpperCase()}${fix.slice(1)}.`;
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
