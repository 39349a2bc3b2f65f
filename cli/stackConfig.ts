import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { ConfigSource } from "../providers/dynamic/engine/settings";
import { messageOf, Refusal } from "../core/refusal";
import { WrongUsage } from "./command";

/** What `--help` says of the two. */
export const STACK_OPTION =
  "stack whose config is read (default: PULUMI_STACK, the only one there is, or the one that Pulumi has selected)";
export const FILE_OPTION = "its config file, where that is not Pulumi.<stack>.yaml in this folder";

/** How the operator says which stack is meant. */
export interface StackChoice {
  /** `--stack`: name of the stack, also `org/project/stack`. */
  stack?: string;
  /** `--file`: a `Pulumi.<stack>.yaml` of another name or place. */
  file?: string;
  /** Working directory: that of the stack program. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** One stack's config, as its YAML file has it. */
export interface StackConfig extends ConfigSource {
  /** The file that it was read from. */
  file: string;
  /** Name of the stack where it is known. */
  stack?: string;
  /** A value with its structure, secrets inside replaced; `undefined` where it is not set. */
  value(key: string): unknown;
}

/** Stands for a value that Pulumi keeps encrypted, where only its place matters. */
export const ENCRYPTED = "encrypted-in-the-stack-config";

const mapping = z.record(z.string(), z.unknown());
const stackFile = z.object({ config: mapping.nullish() });
const secure = z.strictObject({ secure: z.string() });
const projectValue = z.union([z.object({ value: z.unknown() }), z.object({ default: z.unknown() })]);

/**
 * Reads the config of one stack: the same file that `pulumi up` reads, with the project's defaults under it. Nothing of
 * Pulumi runs, unless a setting is asked for that the file keeps encrypted: then `pulumi config get` decrypts that one.
 *
 * @throws Refusal naming the files to choose from.
 */
export function readStackConfig(choice: StackChoice): StackConfig {
  const { file, stack } = chosenFile(choice);
  const config = { ...projectConfig(dirname(file)), ...(checked(stackFile, yamlOf(file), file).config ?? {}) };
  return {
    file,
    ...(stack !== undefined && { stack }),
    value: (key) => withoutSecrets(config[key]),
    get(key) {
      const found = config[key];
      if (found === undefined || found === null) return undefined;
      if (secure.safeParse(found).success) return decrypted(key, file, stack, choice);
      return typeof found === "string" ? found : JSON.stringify(found);
    },
  };
}

function chosenFile({ stack, file, cwd, env }: StackChoice): { file: string; stack?: string } {
  if (file !== undefined) return { file: existing(resolve(cwd, file), "--file"), stack: stack ?? stackOf(file) };
  const named = stack ?? (env["PULUMI_STACK"] || undefined);
  if (named !== undefined) {
    const path = join(cwd, `Pulumi.${named.split("/").at(-1) ?? ""}.yaml`);
    return { file: existing(path, "--stack"), stack: named };
  }
  const found = stackFiles(cwd);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return { file: join(cwd, only), stack: stackOf(only) };
  const selected = only === undefined ? undefined : selectedStack(cwd, env);
  const ofSelected = found.find((name) => stackOf(name) === selected?.split("/").at(-1));
  if (ofSelected !== undefined) return { file: join(cwd, ofSelected), stack: selected };
  const rule =
    only === undefined
      ? `there is no Pulumi.<stack>.yaml in ${cwd}`
      : `there are ${found.join(", ")}: which one is meant?`;
  const fix =
    only === undefined
      ? "run it in the folder of the stack program, or name the file with `--file`"
      : "select one with `pulumi stack select`, name it with `--stack` (or PULUMI_STACK), or the file with `--file`";
  throw new WrongUsage({ field: "--stack", rule, fix });
}

/** The stack that `pulumi up` would work on here. Without Pulumi, or where none is selected, there is no such stack. */
function selectedStack(cwd: string, env: StackChoice["env"]): string | undefined {
  try {
    const output = execFileSync("pulumi", ["stack", "--show-name", "--non-interactive"], {
      ...{ cwd, env, timeout: 60_000, stdio: ["ignore", "pipe", "ignore"] },
    });
    return output.toString("utf8").trim();
  } catch {
    return undefined;
  }
}

function existing(path: string, field: string): string {
  if (existsSync(path)) return path;
  const others = stackFiles(dirname(path));
  const fix = others.length > 0 ? `choose one of ${others.join(", ")}` : "run it in the folder of the stack program";
  throw new WrongUsage({ field, value: path, rule: "there is no such file", fix });
}

function stackFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^Pulumi\..+\.ya?ml$/.test(name))
    .sort();
}

/** `Pulumi.dev.yaml` is the stack dev; a file of another name says nothing. */
function stackOf(file: string): string | undefined {
  return /^Pulumi\.(.+)\.ya?ml$/.exec(basename(file))?.[1];
}

/** `config` of Pulumi.yaml: what holds for stacks that say nothing else. */
function projectConfig(folder: string): Record<string, unknown> {
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) return {};
  const { config } = checked(stackFile, yamlOf(file), file);
  const entries = Object.entries(config ?? {}).map(([key, given]) => {
    const read = projectValue.safeParse(given);
    return [key, read.success ? ("value" in read.data ? read.data.value : read.data.default) : given] as const;
  });
  return Object.fromEntries(entries);
}

function yamlOf(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8")) ?? {};
  } catch (thrown) {
    throw new Refusal({ field: file, rule: `cannot be read (${messageOf(thrown)})`, fix: "mend the file" });
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new Refusal({ field: file, rule: "is no Pulumi config file: `config` is no mapping", fix: "mend the file" });
}

function withoutSecrets(value: unknown): unknown {
  if (secure.safeParse(value).success) return ENCRYPTED;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}

function decrypted(key: string, file: string, stack: string | undefined, { cwd, env }: StackChoice): string {
  const args = ["config", "get", key, "--config-file", file, ...(stack === undefined ? [] : ["--stack", stack])];
  try {
    const output = execFileSync("pulumi", args, { cwd, env, timeout: 60_000, stdio: ["ignore", "pipe", "pipe"] });
    return output.toString("utf8").replace(/\r?\n$/, "");
  } catch (thrown) {
    throw new Refusal({
      field: key,
      rule: `is encrypted in ${basename(file)}, and \`pulumi config get\` could not read it (${firstLine(thrown)})`,
      fix: "set it in the environment, or log in to the stack's backend (PULUMI_CONFIG_PASSPHRASE)",
    });
  }
}

function firstLine(thrown: unknown): string {
  const said = (thrown as { stderr?: Buffer }).stderr?.toString("utf8") ?? "";
  return (said.trim() || messageOf(thrown)).split("\n")[0] ?? "";
}
