import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../../core/refusal";
import { run } from "../terminal/command";
import { NotToBeHad } from "../terminal/failure";
import type { Paths } from "../checkout/paths";
import type { Progress } from "../terminal/progress";

/** The plugin's own retries take some 10 s where its server cannot be reached; a slow download may take longer. */
const installDeadline = 180_000;

/** Version of the docker plugin that the npm package asks the engine for. */
export function dockerPluginVersion(paths: Paths): string {
  const manifest = readFileSync(join(paths.root, "node_modules/@pulumi/docker/package.json"), "utf8");
  return z.object({ pulumi: z.object({ version: z.string() }) }).parse(JSON.parse(manifest)).pulumi.version;
}

/** Where the engine looks for it below PULUMI_HOME. */
export function pluginFolder(paths: Paths, version: string): string {
  return join(paths.pulumiHome, "plugins", `resource-docker-v${version}`);
}

/**
 * The docker plugin in Pulumi's home: the official one when it can be had, else tools/docker-plugin, a stand-in for closed
 * networks. A stand-in stays until its folder is deleted, so that a lab keeps one plugin for its life.
 */
export async function ensureDockerPlugin(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<"official" | "stand-in"> {
  const version = dockerPluginVersion(paths);
  const folder = pluginFolder(paths, version);
  if (isStandIn(folder)) {
    installStandIn(paths, folder);
    return "stand-in";
  }
  if (isComplete(folder)) return "official";
  try {
    const args = ["plugin", "install", "resource", "docker", `v${version}`, "--non-interactive"];
    await progress.step(`Installing Pulumi's docker plugin ${version}`, (detail) =>
      run("pulumi", args, { env: environment, deadline: installDeadline, onLine: detail }).catch((error: unknown) => {
        throw new NotToBeHad(messageOf(error));
      }),
    );
    return "official";
  } catch (error) {
    if (!(error instanceof NotToBeHad)) throw error;
    progress.say("tools/docker-plugin stands in for it.");
    installStandIn(paths, folder);
    return "stand-in";
  }
}

const program = "pulumi-resource-docker";
const standInMark = "# Stands in for Pulumi's docker plugin; written by tools/prepare/dockerPlugin.ts.";

function isStandIn(folder: string): boolean {
  const file = join(folder, program);
  // The official program has tens of megabytes; our script has some hundred bytes.
  return existsSync(file) && statSync(file).size < 4096 && readFileSync(file, "utf8").includes(standInMark);
}

/** Pulumi marks a download that was cut short with a file beside the folder. */
function isComplete(folder: string): boolean {
  return existsSync(folder) && !existsSync(`${folder}.partial`) && readdirSync(folder).includes(program);
}

/** A script that starts the compiled stand-in by absolute paths: the engine gives a plugin no working directory to rely on. */
export function standInScript(node: string, main: string): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  return `#!/bin/sh\n${standInMark}\nexec ${quoted(node)} ${quoted(main)} "$@"\n`;
}

/** Written anew when the checkout or Node lies elsewhere than last time. */
function installStandIn(paths: Paths, folder: string): void {
  const script = standInScript(process.execPath, join(paths.root, "dist/tools/docker-plugin/main.js"));
  const file = join(folder, program);
  if (existsSync(file) && readFileSync(file, "utf8") === script) return;
  rmSync(folder, { recursive: true, force: true });
  rmSync(`${folder}.partial`, { recursive: true, force: true });
  rmSync(`${folder}.lock`, { force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.new`, script);
  chmodSync(`${file}.new`, 0o755);
  renameSync(`${file}.new`, file);
}
