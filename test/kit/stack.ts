/**
 * A stack driven by the real Pulumi CLI, as an operator would: a plain working directory with a file backend.
 *
 * @example
 * const stack = await TestStack.create({ env: { VICIDIAL_HOST: "127.0.0.1", … } });
 * stack.declare([
 *   { class: "VicidialRemoteAgent", name: "denver", args: { serverIp: "10.0.0.103", userStart: 5565 } },
 *   // `$late` is an output of a resource that does not exist yet: unknown in the first preview
 *   { class: "VicidialPhone", name: "phone", args: { extension: { $late: "1001" } }, dependsOn: ["denver"] },
 * ]);
 * await stack.up();
 * await stack.expectNoChanges();
 * (await stack.refresh()).drift; // [{ name: "denver", op: "update", properties: ["lines"] }]
 * await stack.destroy();
 * stack.transcript; // everything that the CLI printed, to look for secrets in
 * await stack.remove();
 */
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { z } from "zod";
import { quicker } from "./quicker";
import { repository, workspace } from "./files";
import { installThingPackage, testFolder } from "./program/install";

/** One resource of the program. */
export interface Declared {
  /** An export of components/resources.ts, for example `VicidialRemoteAgent`. */
  class: string;
  /** Logical name; unique in the stack. */
  name: string;
  /** Its arguments. `{$late: value}` is unknown until `up`; `{$output: [name, property]}` is an output of an earlier resource. */
  args: Record<string, unknown>;
  dependsOn?: string[];
  /** Arguments to mark secret, besides those that the resource marks itself. */
  secretArgs?: string[];
  /** More of Pulumi's resource options, for example `{ protect: true }`. */
  options?: Record<string, unknown>;
}

/** One step that a preview or a refresh shows. */
export interface Step {
  op: string;
  urn: string;
  /** Logical name. */
  name: string;
  /** Top-level properties that differ, sorted. */
  properties: string[];
  /** Those of them that make it a replacement, sorted. */
  replaces: string[];
}

export interface Result {
  code: number;
  stdout: string;
  stderr: string;
  /** Both, for messages: the CLI is free to print them here or there. */
  text: string;
}

export interface RunOptions {
  /** Return a failure instead of throwing. */
  mayFail?: boolean;
}

const step = z.object({
  op: z.string(),
  urn: z.string(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
  diffReasons: z.array(z.string()).nullish(),
  replaceReasons: z.array(z.string()).nullish(),
});
const plan = z.object({ steps: z.array(step).nullish() });
const event = z.object({ resOutputsEvent: z.object({ metadata: step }).optional() });

/** The state as the file backend keeps it. */
const checkpointFile = z.object({ version: z.number(), checkpoint: z.object({ latest: z.unknown() }) });
const deployment = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.looseObject({
          urn: z.string(),
          type: z.string(),
          id: z.string().optional(),
          inputs: z.record(z.string(), z.unknown()).optional(),
          outputs: z.record(z.string(), z.unknown()).optional(),
          initErrors: z.array(z.string()).optional(),
        }),
      )
      .optional(),
  }),
});
export type ExportedState = z.infer<typeof deployment>["deployment"];

export interface StackOptions {
  /** Settings of the outside systems (`VICIDIAL_*`, `SIGMAMIND_*`), and whatever else the process needs. */
  env?: Record<string, string>;
  /** Install a throw-away package with the file-backed `Thing` instead of using this repository's. */
  things?: boolean;
  /** Stack config, `namespace:key` to value. */
  config?: Record<string, string>;
  /** Working directory to make, where others shall find the stack again. Default: one of its own. */
  folder?: string;
}

export class TestStack {
  /** All that the CLI has printed so far. */
  transcript = "";

  private constructor(
    /** The working directory. */
    readonly folder: string,
    readonly env: Record<string, string>,
  ) {}

  static async create({
    env = {},
    things = false,
    config = {},
    folder = testFolder(),
  }: StackOptions = {}): Promise<TestStack> {
    mkdirSync(join(folder, "state"), { recursive: true });
    const project = "name: acceptance\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\n";
    writeFileSync(join(folder, "Pulumi.yaml"), project);
    copyFileSync(join(__dirname, "program/index.js"), join(folder, "index.js"));
    if (things) installThingPackage(folder);
    const classes: Record<string, string> = things ? { TEST_CLASSES: "dist/test/kit/program/classes.js" } : {};
    const stack = TestStack.at(folder, { ...classes, ...env });
    stack.declare([]);
    await stack.run(["stack", "init", "test"]);
    for (const [key, value] of Object.entries(config)) await stack.run(["config", "set", key, value]);
    return stack;
  }

  /** A stack that `create` made there. */
  static at(folder: string, env: Record<string, string> = {}): TestStack {
    return new TestStack(folder, { ...pulumiEnvironment(folder), ...quicker, ...env });
  }

  /** Writes what the program makes from now on. */
  declare(resources: readonly Declared[]): void {
    writeFileSync(join(this.folder, "resources.json"), JSON.stringify(resources));
  }

  /** @param flags For example `--continue-on-error`. */
  up(options: RunOptions = {}, ...flags: string[]): Promise<Result> {
    return this.run(["up", "--yes", "--skip-preview", "--suppress-progress", "--suppress-outputs", ...flags], options);
  }

  /** What `up` would do. Steps that change nothing are left out. */
  async preview(): Promise<Step[]> {
    return stepsOf((await this.run(["preview", "--json"])).stdout);
  }

  /** As `preview`, for what it prints: bad input, unknown values. */
  previewText(options: RunOptions = {}): Promise<Result> {
    return this.run(["preview", "--diff"], options);
  }

  /** Reads everything again into the state, and returns what had drifted. */
  async refresh(): Promise<Step[]> {
    return drifted((await this.run(["refresh", "--yes", "--skip-preview", "--json"])).stdout);
  }

  /** What had drifted, without touching the state. */
  async drift(): Promise<Step[]> {
    return stepsOf((await this.run(["refresh", "--preview-only", "--json"])).stdout);
  }

  /** Fails unless `preview` would change nothing, by the CLI's own judgement. */
  async expectNoChanges(): Promise<void> {
    await this.run(["preview", "--expect-no-changes", "--diff"]);
  }

  destroy(options: RunOptions = {}): Promise<Result> {
    return this.run(["destroy", "--yes", "--skip-preview", "--suppress-progress"], options);
  }

  /** The state as `stack export` prints it. */
  async exportState(): Promise<ExportedState> {
    return deployment.parse(JSON.parse(await this.stateText())).deployment;
  }

  /** As text: secrets encrypted. For looking for secrets in it. Read from the disk, because a run of the CLI costs half a second. */
  async stateText(): Promise<string> {
    const { version, checkpoint } = checkpointFile.parse(JSON.parse(await readFile(this.stateFile, "utf8")));
    return JSON.stringify({ version, deployment: checkpoint.latest ?? {} }, undefined, 4);
  }

  private get stateFile(): string {
    return join(this.folder, "state/.pulumi/stacks/acceptance/test.json");
  }

  /** Runs the CLI with any other command, in the stack's directory. */
  async run(args: readonly string[], { mayFail = false }: RunOptions = {}): Promise<Result> {
    const result = await execute("pulumi", [...args, "--non-interactive", "--color", "never"], this.folder, this.env);
    this.transcript += `$ pulumi ${args.join(" ")}\n${result.text}`;
    if (result.code !== 0 && !mayFail)
      throw new Error(`pulumi ${args.join(" ")} failed (${result.code}):\n${result.text}`);
    return result;
  }

  /** Destroys what is left and removes the working directory. `forget` leaves out the first, where nothing real stands behind the state. */
  async remove({ forget = false } = {}): Promise<void> {
    const { resources: left = [] } = await this.exportState();
    if (!forget && left.length > 0) await this.destroy({ mayFail: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The environment of the CLI over a file backend in `folder`, cut off from the machine's own Pulumi. */
function pulumiEnvironment(folder: string): Record<string, string> {
  const tools = join(repository, ".tools/bin");
  const host = join(tools, "pulumi-resource-pulumi-nodejs");
  if (existsSync(tools) && !existsSync(host)) {
    copyFileSync(join(repository, "node_modules/@pulumi/pulumi/pulumi-resource-pulumi-nodejs"), host);
    chmodSync(host, 0o755);
  }
  return {
    PATH: [tools, process.env.PATH ?? ""].join(delimiter),
    HOME: process.env.HOME ?? folder,
    PULUMI_HOME: join(workspace, "pulumi-home"),
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_STACK: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    PULUMI_DISABLE_CI_DETECTION: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    PULUMI_SUPPRESS_NEO_LINK: "true",
  };
}

function stepsOf(json: string): Step[] {
  const { steps } = plan.parse(JSON.parse(json));
  return (steps ?? []).flatMap(changing);
}

/** A real refresh prints one event a line. */
function drifted(lines: string): Step[] {
  const events = lines.split("\n").filter((line) => line.startsWith("{"));
  return events.flatMap((line) => {
    const { resOutputsEvent } = event.parse(JSON.parse(line));
    return resOutputsEvent === undefined ? [] : changing(resOutputsEvent.metadata);
  });
}

function changing({ op, urn, detailedDiff, diffReasons, replaceReasons }: z.infer<typeof step>): Step[] {
  if (op === "same" || op === "refresh") return [];
  const properties = topLevel([...Object.keys(detailedDiff ?? {}), ...(diffReasons ?? [])]);
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  return [{ op, urn, name, properties, replaces: topLevel(replaceReasons ?? []) }];
}

function topLevel(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => path.split(/[.[]/)[0] ?? path))].sort();
}

function execute(command: string, args: string[], cwd: string, env: Record<string, string>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr, text] = ["", "", ""];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
      text += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
      text += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr, text }));
  });
}
