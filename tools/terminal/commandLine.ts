import { parseArgs } from "node:util";
import { StepFailure } from "./failure";
import { Refusal } from "../../core/refusal";

/** What a command understands: a switch, or an option with one of the listed values. */
export type Flags = Record<string, { about: string; values?: readonly string[] }>;

export type Parsed<F extends Flags> = {
  [Name in keyof F]?: F[Name] extends { values: readonly (infer Value)[] } ? Value : true;
};

/**
 * The flags of a command line. Anything else is an error that names what is understood.
 *
 * @example
 * const { json } = parseFlags("npm start", args, { json: { about: "the last line is one JSON object" } });
 */
export function parseFlags<const F extends Flags>(command: string, args: readonly string[], flags: F): Parsed<F> {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { values }]) => [
      name,
      { type: values === undefined ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  let values: Record<string, string | boolean | undefined>;
  try {
    const parsed = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    values = parsed.values;
  } catch (error) {
    const first = error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error);
    throw new StepFailure(`${first}.`, usage(command, flags));
  }
  for (const [name, { values: allowed }] of Object.entries(flags)) {
    const given = values[name];
    if (allowed === undefined || given === undefined || allowed.includes(String(given))) continue;
    throw new StepFailure(
      `--${name} ${JSON.stringify(given)} is not one of ${allowed.join(", ")}.`,
      usage(command, flags),
    );
  }
  return values as Parsed<F>;
}

function usage(command: string, flags: Flags): string {
  const lines = Object.entries(flags).map(
    ([name, { about, values }]) =>
      `  ${command} -- --${name}${values === undefined ? "" : ` ${values.join("|")}`}   ${about}`,
  );
  return [`Understood are:`, `  ${command}`, ...lines].join("\n");
}

/** Runs a command to its exit code. What the reader can mend is told without a stack trace; anything else is a bug and keeps its own. */
export async function exitCode(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const expected = error instanceof StepFailure || error instanceof Refusal;
    process.stderr.write(`\n${expected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
    return 1;
  }
}
