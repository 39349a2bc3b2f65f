import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ensureBaseImage } from "./baseImage";
import { keepFree, localMachine, openCheckout, type Checkout } from "../checkout/checkout";
import { dockerClient, ensureDocker, thisMachine } from "./docker";
import { ensureDockerPlugin } from "./dockerPlugin";
import { labObjects } from "../checkout/lab";
import { whileLocked } from "../checkout/lock";
import type { Paths } from "../checkout/paths";
import type { Progress } from "../terminal/progress";
import { ensurePulumi } from "./pulumiCli";
import { pulumiEnvironment } from "./pulumiEnv";
import { goModules, officialRelease, onPath } from "./pulumiSources";

/** A machine on which the stack can be brought up. */
export interface Prepared {
  checkout: Checkout;
  /** For every call of `pulumi`. */
  environment: NodeJS.ProcessEnv;
  /** Seconds since this process started until the tools were there, and for the base image. */
  seconds: { tools: number; images: number };
}

/** Everything that the lab stands on; what is there already is only checked. */
export function prepare(paths: Paths, progress: Progress): Promise<Prepared> {
  return whileLocked(lockOf(paths), progress, () => prepareAll(paths, progress));
}

/** One command at a time prepares a checkout. */
export function lockOf(paths: Paths): string {
  return join(paths.tools, "prepare.lock");
}

async function prepareAll(paths: Paths, progress: Progress): Promise<Prepared> {
  const pulumi = await preparePulumi(paths, progress);
  const docker = await ensureDocker(thisMachine(paths), progress);
  progress.say(`Docker ${docker}`);
  const checkout = await prepareCheckout(paths);
  const environment = pulumiEnvironment(paths, checkout, pulumi.folder);
  const plugin = await ensureDockerPlugin(paths, environment, progress);
  progress.say(`docker plugin: ${plugin}`);
  const tools = process.uptime();
  const image = await ensureBaseImage(dockerClient(), paths, progress);
  progress.say(`base image: ${image}`);
  return { checkout, environment, seconds: { tools, images: process.uptime() - tools } };
}

export async function preparePulumi(paths: Paths, progress: Progress): Promise<{ folder: string }> {
  const wanted = pulumiVersion(paths);
  const sources = [onPath(paths, wanted), officialRelease(wanted), goModules(paths, wanted)];
  const cli = await ensurePulumi(paths, wanted, sources, progress);
  progress.say(`Pulumi CLI ${cli.version} (${cli.source})`);
  return cli;
}

/** The version of the npm package decides: CLI and SDK are released together. */
export function pulumiVersion(paths: Paths): string {
  const manifest = readFileSync(join(paths.root, "package.json"), "utf8");
  return z.object({ devDependencies: z.object({ "@pulumi/pulumi": z.string() }) }).parse(JSON.parse(manifest))
    .devDependencies["@pulumi/pulumi"];
}

async function prepareCheckout(paths: Paths): Promise<Checkout> {
  const checkout = await openCheckout(paths, localMachine);
  const { containers, networks } = await labObjects(dockerClient(), checkout.prefix);
  const held = { ports: new Set(containers.flatMap(({ ports }) => ports)), network: networks.length > 0 };
  return keepFree(paths, checkout, held, localMachine);
}
