import type Docker from "dockerode";
import { dockerClient } from "./docker";
import { StepFailure } from "../terminal/failure";
import { labObjects, startStopped } from "../checkout/lab";
import type { Progress } from "../terminal/progress";
import type { Stack } from "../checkout/stack";

/** Wildcard for everything of the lab that Docker holds. */
const dockerResources = "**docker:index/**";
const healthDeadline = 120_000;

/**
 * A lab that Pulumi believes to be up but that is not: containers stand still after the machine was restarted, or somebody
 * removed them. Its bridges cannot be read, changed or deleted until their database answers again, so the lab comes first.
 */
export async function repairLab(stack: Stack, prefix: string, progress: Progress): Promise<void> {
  const docker = dockerClient();
  const started = await startStopped(docker, await labObjects(docker, prefix));
  if (started.length > 0) progress.say(`started again: ${started.join(", ")}`);
  const missing = await missingContainers(docker, stack);
  if (missing.length > 0) {
    progress.say(`${missing.length} of the lab's containers are gone; they are made again.`);
    await progress.section("pulumi up --refresh of the lab's containers", () =>
      stack.show("up", "--refresh", "--target", dockerResources),
    );
  }
  await Promise.all((await labObjects(docker, prefix)).containers.map(({ id, name }) => healthy(docker, id, name)));
  if (missing.length === 0) return;
  // The database may have come back empty: what is really there has to be known before anything is decided.
  await progress.section("pulumi refresh", () => stack.show("refresh"));
}

async function missingContainers(docker: Docker, stack: Stack): Promise<string[]> {
  const ids = (await stack.resources()).flatMap(({ type, id }) =>
    type === "docker:index/container:Container" && id ? [id] : [],
  );
  const there = await Promise.all(
    ids.map((id) =>
      docker
        .getContainer(id)
        .inspect()
        .then(
          () => true,
          () => false,
        ),
    ),
  );
  return ids.filter((_, at) => !there[at]);
}

/** Waits until Docker's own health check says so; a container without one counts once it runs. */
async function healthy(docker: Docker, id: string, name: string): Promise<void> {
  const until = Date.now() + healthDeadline;
  for (;;) {
    const { State: state } = await docker.getContainer(id).inspect();
    if (state.Health?.Status === "healthy" || (state.Health === undefined && state.Running)) return;
    if (!state.Running || Date.now() > until) {
      throw new StepFailure(
        `Container ${name} does not get healthy (${state.Health?.Status ?? state.Status}).`,
        `\`docker logs ${name}\` says why. \`npm run stop -- --force\` removes the lab; \`npm start\` then makes a new one.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
