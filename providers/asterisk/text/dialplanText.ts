/**
 * The context into which VICIdial writes every carrier's `dialplan_entry` (docs/facts/vicidial.md#configuration-files).
 */
export const CARRIER_CONTEXT = "vicidial-auto-external";

/** One priority of an extension: `exten => <extension>,n(<label>),<application>(<data>)`. */
export interface Step {
  application: string;
  data: string;
  label?: string;
}

/** An extension and what it does, in order. */
export interface Extension {
  extension: string;
  steps: readonly Step[];
}

/** A context of its own: `[<context>]` and its extensions. */
export interface Section {
  context: string;
  extensions: readonly Extension[];
}

/** Shorthand that keeps generated dialplans readable as lists. */
export function step(application: string, data = "", label?: string): Step {
  return label === undefined ? { application, data } : { application, data, label };
}

/**
 * Text of a carrier's `dialplan_entry`: its extensions in VICIdial's context first, then its own sections. A text with
 * sections ends by reopening VICIdial's context: the next carrier's lines follow directly in the generated file, and
 * would land in the last section otherwise.
 */
export function renderDialplan(extensions: readonly Extension[], sections: readonly Section[]): string {
  const own = sections.flatMap((section) => [`[${section.context}]`, ...section.extensions.flatMap(lines)]);
  const reopen = sections.length > 0 ? [`[${CARRIER_CONTEXT}]`] : [];
  return [...extensions.flatMap(lines), ...own, ...reopen].join("\n");
}

// `exten =>` on every line: `same =>` is unknown to the Asterisk 1.4 of old sites.
function lines({ extension, steps }: Extension): string[] {
  return steps.map(({ application, data, label }, index) => {
    const priority = index === 0 ? "1" : "n";
    return `exten => ${extension},${priority}${label === undefined ? "" : `(${label})`},${application}(${data})`;
  });
}
