import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Refusal } from "../core/refusal";

/** Where a command runs: what a process has, handed over so that tests can hand over something else. */
export interface Surroundings {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  /** Which of the two shows colours; neither when left out. */
  colours?: { stdout: boolean; stderr: boolean };
  /** Asks a person; `undefined` where nobody is there to answer. */
  ask?: (question: string) => Promise<string>;
}

/**
 * One command of `voicebridge`, declared once: its parser, its help and its page are all made from this. What it does ends
 * with `exit(code)`, or with a Refusal.
 */
export type MakeCommand = (surroundings: Surroundings, exit: (code: number) => void) => CommandUnknownOpts;

/** A command line that cannot be meant: a script can tell it from a check that could not be made by its exit code. */
export class WrongUsage extends Refusal {}
