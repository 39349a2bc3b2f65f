#!/usr/bin/env node
import { createInterface } from "node:readline/promises";
import { Command, CommanderError } from "@commander-js/extra-typings";
import { about } from "./about";
import type { MakeCommand, Surroundings } from "./command";
import { failureOf, WRONG_USAGE } from "./failure";
import { ownVersion } from "./installed";
import { showsColours } from "./paint";
import { verify } from "./verify";

const COMMANDS: readonly MakeCommand[] = [verify, about];

/** The whole command line, as a parser that also knows its help. */
export function commandLine(surroundings: Surroundings, exit: (code: number) => void): Command {
  const all = new Command("voicebridge")
    .description("Checks voice AI bridges and says what is installed.")
    .version(ownVersion())
    .exitOverride()
    .configureOutput({ writeOut: surroundings.stdout, writeErr: surroundings.stderr, outputError: () => undefined });
  for (const make of COMMANDS) all.addCommand(make(surroundings, exit).copyInheritedSettings(all));
  return all;
}

/** Runs one command line and answers the exit code. */
export async function main(args: readonly string[], surroundings: Surroundings = ofProcess()): Promise<number> {
  let exitCode = 0;
  const all = commandLine(surroundings, (code) => (exitCode = code));
  try {
    await all.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    // No command at all: the help is on stderr already.
    if (thrown instanceof CommanderError && thrown.code === "commander.help") return WRONG_USAGE;
    const named = all.commands.find((one) => one.name() === args[0]);
    const command = named === undefined ? "voicebridge" : `voicebridge ${named.name()}`;
    const { failure, text } = failureOf(thrown, command);
    surroundings.stderr(`${command}: ${text}\n`);
    if (args.includes("--json")) surroundings.stdout(`${JSON.stringify(failure)}\n`);
    return failure.exitCode;
  }
}

function ofProcess(): Surroundings {
  const { env, stdin, stdout, stderr } = process;
  return {
    cwd: process.cwd(),
    env,
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    colours: { stdout: showsColours(stdout, env), stderr: showsColours(stderr, env) },
    ...(stdin.isTTY && stderr.isTTY && { ask }),
  };
}

async function ask(question: string): Promise<string> {
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await dialogue.question(question);
  } finally {
    dialogue.close();
  }
}

if (require.main === module) void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
