import { CommanderError } from "@commander-js/extra-typings";
import { z } from "zod";
import { messageOf, Refusal, type Refused } from "../core/refusal";
import { WrongUsage } from "./command";

/** `EX_USAGE` of sysexits.h. */
export const WRONG_USAGE = 64;
/** The same as a check that could not be made: nothing is known to be wrong with a bridge. */
const COULD_NOT_BEGIN = 2;

/** What a command prints with `--json` in the place of its result when it cannot even begin. */
export const failureSchema = z.strictObject({
  /** 64: the command line cannot be meant; 2: anything else. */
  exitCode: z.union([z.literal(WRONG_USAGE), z.literal(COULD_NOT_BEGIN)]),
  error: z.strictObject({
    /** The whole text, as stderr has it. */
    message: z.string(),
    /** Each mistake by itself; empty where the program itself broke. */
    problems: z.array(
      z.strictObject({ field: z.string(), value: z.unknown().optional(), rule: z.string(), fix: z.string() }),
    ),
  }),
});

export type Failure = z.infer<typeof failureSchema>;

/** What stopped a command. `text` is for a person, with a stack trace only where the program itself broke. */
export function failureOf(thrown: unknown, command: string): { failure: Failure; text: string } {
  if (thrown instanceof CommanderError) return misread(thrown, command);
  const message = messageOf(thrown);
  const problems = thrown instanceof Refusal ? thrown.refused.map(problemOf) : [];
  const exitCode = thrown instanceof WrongUsage ? WRONG_USAGE : COULD_NOT_BEGIN;
  const text = thrown instanceof Error && !(thrown instanceof Refusal) ? (thrown.stack ?? message) : message;
  return { failure: { exitCode, error: { message, problems } }, text };
}

/** The parser's own text is `error: unknown option '--jsn'\n(Did you mean --json?)`. */
function misread(error: CommanderError, command: string): { failure: Failure; text: string } {
  const rule = error.message
    .replace(/^error: /, "")
    .replaceAll("\n", " ")
    .replace(/\.$/, "");
  const fix = `see \`${command} --help\``;
  const message = `${rule}. S${fix.slice(1)}.`;
  const problems = [{ field: command, rule, fix }];
  return { failure: { exitCode: WRONG_USAGE, error: { message, problems } }, text: message };
}

function problemOf({ field, value, rule, fix }: Refused): Failure["error"]["problems"][number] {
  return { field, ...(value !== undefined && { value }), rule, fix };
}
