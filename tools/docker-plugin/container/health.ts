import { pause } from "../daemon";
import { inspection } from "./inspection";
import type { Request } from "../kind";

const NO_HEALTHCHECK =
  "you have supplied a 'wait' argument, but the container does not have a healthcheck defined. " +
  "Please remove the 'wait' argument or add a 'healthcheck' attribute";

/**
 * Waits until the container is healthy. Waits for the full time also where the daemon already says `unhealthy` or the
 * container has ended: a health check may still come round.
 */
export async function waitUntilHealthy(id: string, seconds: number, request: Request): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const { State: state } = inspection.parse(await request.docker.getContainer(id).inspect());
    if (!state.Health) throw new Error(NO_HEALTHCHECK);
    if (state.Health.Status === "healthy") return;
    const left = end - Date.now();
    if (left <= 0) throw new Error("container failed to be in healthy state");
    await pause(Math.min(1000, left), request.cancelled);
  }
}
