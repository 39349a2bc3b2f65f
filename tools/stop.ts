import { existsSync } from "node:fs";
import { exitCode, parseFlags } from "./commandLine";
import { openCheckout } from "./checkout";
import { dockerClient, ensureDocker, thisMachine } from "./docker";
import { ensureDockerPlugin } from "./dockerPlugin";
import { StepFailure } from "./failure";
import { labObjects, listed, removeAll } from "./lab";
import { thisCheckout, type Paths } from "./paths";
import { portTaken } from "./ports";
import { preparePulumi } from "./prepare";
import { progressOn, type Progress } from "./progress";
import { pulumiEnvironment } from "./pulumiEnv";
import { repairLab } from "./repair";
import { Stack, stackName } from "./stack";

/** `npm run stop`: destroys the lab with Pulumi and makes sure that nothing of it is left. The tools stay. */
export function main(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    const { force } = parseFlags("npm run stop", args, {
      force: { about: "remove the lab's containers, networks, volumes and state without asking Pulumi" },
    });
    const progress = progressOn();
    const paths = thisCheckout();
    if (!existsSync(paths.checkout)) {
      progress.say("Nothing is up: this checkout never had a lab.");
      return 0;
    }
    await ensureDocker(thisMachine(paths), progress);
    const { prefix } = await openCheckout(paths, portTaken);
    const stack = await openStack(paths, progress);
    if (force) await removeByForce(stack, prefix, progress);
    else if (await stack.exists()) await destroy(stack, prefix, progress);
    await requireNothingLeft(prefix);
    progress.say(`The lab is down: no container, network or volume named ${prefix}-… is left.`);
    return 0;
  });
}

async function openStack(paths: Paths, progress: Progress): Promise<Stack> {
  const { folder } = await preparePulumi(paths, progress);
  const environment = pulumiEnvironment(paths, await openCheckout(paths, portTaken), folder);
  await ensureDockerPlugin(paths, environment, progress);
  return new Stack(paths, environment);
}

async function destroy(stack: Stack, prefix: string, progress: Progress): Promise<void> {
  await stack.select();
  if ((await stack.resources()).length === 0) return;
  await repairLab(stack, prefix, progress);
  const code = await progress.section("pulumi destroy", () => stack.show("destroy", "--yes", "--skip-preview"));
  if (code === 0) return;
  throw new StepFailure(
    `\`pulumi destroy\` of the stack ${stackName} ended with code ${code}; its own words are above.`,
    "Mend what it names and run it again, or remove the lab without Pulumi: `npm run stop -- --force`.",
  );
}

async function removeByForce(stack: Stack, prefix: string, progress: Progress): Promise<void> {
  const docker = dockerClient();
  await progress.step("Removing the lab by force", async () => {
    await removeAll(docker, await labObjects(docker, prefix));
    if (await stack.exists()) await stack.forget();
  });
}

async function requireNothingLeft(prefix: string): Promise<void> {
  const left = listed(await labObjects(dockerClient(), prefix));
  if (left.length === 0) return;
  throw new StepFailure(
    `The lab is destroyed, but Docker still has:\n${left.join("\n")}`,
    "Remove it: `npm run stop -- --force`.",
  );
}
