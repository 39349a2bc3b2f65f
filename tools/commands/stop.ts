import { existsSync, realpathSync } from "node:fs";
import { exitCode, parseFlags } from "../terminal/commandLine";
import { localMachine, openCheckout, prefixOf, type Checkout } from "../checkout/checkout";
import { dockerClient, ensureDocker, thisMachine } from "../prepare/docker";
import { ensureDockerPlugin } from "../prepare/dockerPlugin";
import { StepFailure } from "../terminal/failure";
import { labObjects, listed, removeAll } from "../checkout/lab";
import { whileLocked } from "../checkout/lock";
import { thisCheckout, type Paths } from "../checkout/paths";
import { lockOf, preparePulumi } from "../prepare/prepare";
import { progressOn, type Progress } from "../terminal/progress";
import { pulumiEnvironment } from "../prepare/pulumiEnv";
import { repairLab } from "../prepare/repair";
import { Stack } from "../checkout/stack";

/** `npm run stop`: destroys the lab with Pulumi and makes sure that nothing of it is left. The tools stay. */
export function main(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    const { force } = parseFlags("npm run stop", args, {
      force: { about: "remove the lab's containers, networks, volumes and state without asking Pulumi" },
    });
    const progress = progressOn();
    const paths = thisCheckout();
    if (await isNothingUp(paths)) {
      progress.say("Nothing is up: this checkout has no lab.");
      return 0;
    }
    await ensureDocker(thisMachine(paths), progress);
    const checkout = await openCheckout(paths, localMachine);
    const { prefix } = checkout;
    if (force) await removeByForce(prefix, progress);
    if (existsSync(paths.state)) {
      const stack = await openStack(paths, checkout, progress);
      if (force && (await stack.exists())) await stack.forget();
      else if (await stack.exists()) await destroy(stack, prefix, progress);
    }
    await requireNothingLeft(prefix);
    progress.say(`The lab is down: no container, network or volume named ${prefix}-… is left.`);
    return 0;
  });
}

/** Nothing was ever brought up here, or there is no Docker that could run it: no reason to install one. */
async function isNothingUp(paths: Paths): Promise<boolean> {
  const host = thisMachine(paths);
  const answers = "version" in (await host.daemon());
  return !existsSync(paths.checkout) ? !answers || !(await isLeftOver(paths)) : !answers && !host.installed();
}

/** A lab whose `.tools` somebody deleted. */
async function isLeftOver(paths: Paths): Promise<boolean> {
  return listed(await labObjects(dockerClient(), prefixOf(realpathSync(paths.root)))).length > 0;
}

async function openStack(paths: Paths, checkout: Checkout, progress: Progress): Promise<Stack> {
  return whileLocked(lockOf(paths), progress, async () => {
    const { folder } = await preparePulumi(paths, progress);
    const environment = pulumiEnvironment(paths, checkout, folder);
    await ensureDockerPlugin(paths, environment, progress);
    return new Stack(paths, environment);
  });
}

async function destroy(stack: Stack, prefix: string, progress: Progress): Promise<void> {
  await stack.select();
  if ((await stack.resources()).length === 0) return;
  await repairLab(stack, prefix, progress);
  await progress.section("pulumi destroy", () => stack.show("destroy"));
}

async function removeByForce(prefix: string, progress: Progress): Promise<void> {
  const docker = dockerClient();
  await progress.step("Removing the lab's containers, networks and volumes", async () => {
    await removeAll(docker, await labObjects(docker, prefix));
  });
}

async function requireNothingLeft(prefix: string): Promise<void> {
  const left = listed(await labObjects(dockerClient(), prefix));
  if (left.length === 0) return;
  throw new StepFailure(
    `Pulumi knows nothing more of this lab, but Docker still has:\n${left.join("\n")}`,
    "Remove it: `npm run stop -- --force`.",
  );
}
