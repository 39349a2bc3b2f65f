/** Where a command runs: what a process has, handed over so that tests can hand over something else. */
export interface Surroundings {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  /** Asks a person; `undefined` where nobody is there to answer. */
  ask?: (question: string) => Promise<string>;
}

/** One command of `voicebridge`. */
export interface Command {
  name: string;
  /** One line for the list of commands. */
  about: string;
  /** What `--help` prints. */
  help: string;
  /** Answers the exit code. A Refusal that it throws is printed without a stack trace, with exit code 2. */
  run(args: readonly string[], surroundings: Surroundings): Promise<number>;
}
