#!/usr/bin/env node
import { createInterface } from "node:readline/promises";
import { messageOf, Refusal } from "../core/refusal";
import type { Command, Surroundings } from "./command";
import { verify } from "./verify";

const COMMANDS: readonly Command[] = [verify];

const HELP = `voicebridge <command> [options]

${COMMANDS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join("\n")}

\`voicebridge <command> --help\` tells more.
`;

/** Runs one command line and answers the exit code. */
export async function main(args: readonly string[], surroundings: Surroundings = ofProcess()): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    surroundings.stdout(HELP);
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    surroundings.stderr(`voicebridge: there is no command ${JSON.stringify(name)}.\n\n${HELP}`);
    return 2;
  }
  try {
    return await command.run(rest, surroundings);
  } catch (thrown) {
    const text =
      thrown instanceof Refusal || !(thrown instanceof Error) ? messageOf(thrown) : (thrown.stack ?? thrown.message);
    surroundings.stderr(`voicebridge ${name}: ${text}\n`);
    return 2;
  }
}

function ofProcess(): Surroundings {
  const person = process.stdin.isTTY && process.stderr.isTTY;
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    ...(person && { ask }),
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
