import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds until the command is ended. Default: none. */
  deadline?: number;
  /** Hears each line of stdout and stderr as it comes. */
  onLine?: (line: string) => void;
}

/** A command that could not be started, ended with another code than 0, or ran into its deadline. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  constructor(
    readonly command: string,
    readonly reason: string,
    /** The last lines that it printed. */
    readonly output: string,
  ) {
    super(`\`${command}\` ${reason}${output === "" ? "" : `:\n${output}`}`);
  }
}

/** Lines kept for the message of a failure. */
const keptLines = 30;

/** Runs a command to its end and returns its stdout. No shell, no standard input. Throws `CommandFailed`. */
export async function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["ignore", "pipe", "pipe"] });
  const tail: string[] = [];
  const stdout: string[] = [];
  const hear = (line: string) => {
    tail.push(line);
    if (tail.length > keptLines) tail.shift();
    options.onLine?.(line);
  };
  linesOf(child.stdout, (line) => {
    stdout.push(line);
    hear(line);
  });
  linesOf(child.stderr, hear);
  const reason = await ending(child, options.deadline);
  if (reason !== undefined) throw new CommandFailed([command, ...args].join(" "), reason, tail.join("\n"));
  return stdout.join("\n");
}

export interface AttachOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** `progress` (default): all that it prints goes to our stderr. `inherit`: it talks to the user itself. */
  stdio?: "progress" | "inherit";
}

/**
 * Runs a command whose output people should see, in colour when they look at a terminal. Returns its exit code. Ctrl-C
 * reaches the command, and we wait for it: Pulumi must be able to finish writing its state.
 */
export async function attach(command: string, args: readonly string[], options: AttachOptions = {}): Promise<number> {
  const stdio = options.stdio === "inherit" ? "inherit" : (["ignore", 2, 2] as const);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: stdio === "inherit" ? stdio : [...stdio],
  });
  const wait = () => undefined;
  process.on("SIGINT", wait);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", (error) => reject(new CommandFailed([command, ...args].join(" "), error.message, "")));
      child.once("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
    });
  } finally {
    process.off("SIGINT", wait);
  }
}

/** Resolves to why the command did not end well, or to `undefined`. */
function ending(child: ChildProcess, deadline: number | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    let late = false;
    const timer =
      deadline === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            child.kill("SIGKILL");
          }, deadline);
    const done = (reason: string | undefined) => {
      clearTimeout(timer);
      resolve(reason);
    };
    child.once("error", (error) => done(`could not be started: ${error.message}`));
    child.once("close", (code, signal) => {
      if (late) done(`did not end within ${(deadline ?? 0) / 1000} s`);
      else if (code === 0) done(undefined);
      else done(signal === null ? `ended with code ${code ?? "?"}` : `was ended by ${signal}`);
    });
  });
}

function linesOf(stream: Readable, hear: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", hear);
}
