import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { attach, CommandFailed, run } from "../terminal/command";
import { StepFailure } from "../terminal/failure";
import { isAlive } from "./lock";
import type { Paths } from "./paths";

/** The stack that `npm start` brings up: the one of Pulumi.dev.yaml. */
export const stackName = "dev";

const history = z.array(
  z.object({ startTime: z.string(), resourceChanges: z.record(z.string(), z.number()).nullish() }),
);
const exported = z.object({
  deployment: z.object({
    resources: z.array(z.object({ urn: z.string(), type: z.string(), id: z.string().optional() })).nullish(),
  }),
});
const lockFile = z.object({ pid: z.number(), hostname: z.string() });

/** A resource as the state has it. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
}

/** Pulumi ended with a failure; what it said went to the terminal. */
export class PulumiFailed extends StepFailure {
  constructor(command: string, code: number) {
    super(
      `\`pulumi ${command}\` ended with code ${code}; its own words are above.`,
      "Mend what it names and run it again: it goes on where it ended. " +
        "`npm run stop` takes the lab down, `npm run stop -- --force` does so without Pulumi.",
    );
  }
}

/**
 * The lab's stack, driven by the plain CLI in the working directory.
 *
 * Pulumi writes the salt of a stack's passphrase into its config file. The passphrase belongs to one checkout and the file
 * belongs to Git, so the CLI is given a copy: `.tools/stack/Pulumi.dev.yaml`, the committed file plus the salt.
 */
export class Stack {
  readonly configFile: string;

  constructor(
    private readonly paths: Paths,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.configFile = join(paths.stack, `Pulumi.${stackName}.yaml`);
  }

  /** Makes the stack where there is none, and brings its config file up to date with the committed one. */
  async select(): Promise<void> {
    mkdirSync(this.paths.state, { recursive: true, mode: 0o700 });
    const exists = await this.exists();
    this.writeConfig(exists);
    if (exists) return;
    // From a folder of its own: `stack init` has no --config-file and writes the salt beside the Pulumi.yaml that it finds.
    copyFileSync(join(this.paths.root, "Pulumi.yaml"), join(this.paths.stack, "Pulumi.yaml"));
    await this.run(["stack", "init", stackName, "--cwd", this.paths.stack]);
  }

  async exists(): Promise<boolean> {
    if (!existsSync(this.paths.state)) return false;
    const stacks = z.array(z.object({ name: z.string() })).parse(JSON.parse(await this.run(["stack", "ls", "--json"])));
    return stacks.some(({ name }) => name.split("/").at(-1) === stackName);
  }

  /** `pulumi <command>` on this stack with its output shown. Throws `PulumiFailed`. */
  async show(command: "up" | "refresh" | "destroy", ...args: string[]): Promise<void> {
    this.releaseDeadLocks();
    const all = [command, "--stack", stackName, "--config-file", this.configFile, "--yes", "--skip-preview", ...args];
    const code = await attach("pulumi", all, this.options());
    if (code !== 0) throw new PulumiFailed(command, code);
  }

  /** The last operation on the stack, as the engine counted it; `undefined` where there was none. */
  async lastUpdate(): Promise<{ startTime: string; changes: number } | undefined> {
    const text = await this.run(["stack", "history", "--stack", stackName, "--json", "--page-size", "1"]);
    const last = history.parse(JSON.parse(text))[0];
    return last === undefined
      ? undefined
      : { startTime: last.startTime, changes: changesIn(last.resourceChanges ?? {}) };
  }

  async outputs<T>(schema: z.ZodType<T>): Promise<T> {
    return schema.parse(
      JSON.parse(await this.run(["stack", "output", "--stack", stackName, "--json", "--show-secrets"])),
    );
  }

  async resources(): Promise<StateResource[]> {
    const text = await this.run(["stack", "export", "--stack", stackName]);
    return exported.parse(JSON.parse(text)).deployment.resources ?? [];
  }

  /** Forgets the stack, whatever its state says is there. */
  async forget(): Promise<void> {
    this.releaseDeadLocks();
    await this.run(["stack", "rm", stackName, "--yes", "--force", "--preserve-config"]);
  }

  /** A Pulumi that was killed leaves its lock. Its process id says that nothing runs behind it any more. */
  private releaseDeadLocks(): void {
    const folder = join(this.paths.state, ".pulumi/locks/organization", projectName(this.paths), stackName);
    if (!existsSync(folder)) return;
    for (const file of readdirSync(folder).map((name) => join(folder, name))) {
      const held = lockFile.safeParse(JSON.parse(readFileSync(file, "utf8")));
      if (held.success && held.data.hostname === hostname() && !isAlive(held.data.pid)) rmSync(file);
    }
  }

  private writeConfig(keepSalt: boolean): void {
    mkdirSync(this.paths.stack, { recursive: true, mode: 0o700 });
    const committed = readFileSync(join(this.paths.root, `Pulumi.${stackName}.yaml`), "utf8");
    const salt = keepSalt && existsSync(this.configFile) ? saltLine(readFileSync(this.configFile, "utf8")) : undefined;
    writeFileSync(this.configFile, withSalt(committed, salt), { mode: 0o600 });
  }

  private async run(args: readonly string[]): Promise<string> {
    try {
      return await run("pulumi", [...args, "--non-interactive"], this.options());
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      throw new StepFailure(error.message, "Mend what Pulumi names, then run it again.");
    }
  }

  private options(): { cwd: string; env: NodeJS.ProcessEnv } {
    return { cwd: this.paths.root, env: this.environment };
  }
}

/** Every operation but `same` changes something. */
export function changesIn(counts: Readonly<Record<string, number>>): number {
  return Object.entries(counts).reduce((sum, [operation, count]) => (operation === "same" ? sum : sum + count), 0);
}

/** A committed file that has a salt of its own keeps it: then its passphrase is the user's. */
export function withSalt(committed: string, salt: string | undefined): string {
  if (salt === undefined || saltLine(committed) !== undefined) return committed;
  return `${committed.trimEnd()}\n${salt}\n`;
}

function saltLine(config: string): string | undefined {
  return /^encryptionsalt:.*$/m.exec(config)?.[0];
}

function projectName(paths: Paths): string {
  const project: unknown = parse(readFileSync(join(paths.root, "Pulumi.yaml"), "utf8"));
  return z.object({ name: z.string() }).parse(project).name;
}
