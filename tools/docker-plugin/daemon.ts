import Docker from "dockerode";

/** What a resource gets to work with. */
export interface Daemon {
  readonly docker: Docker;
  /** Aborted when the engine cancels: every wait ends then. */
  readonly cancelled: AbortSignal;
  /** Tells the person at the terminal what is going on. */
  progress(urn: string, message: string): void;
}

/** Client for the daemon at `host`, or where `DOCKER_HOST` says, or at Docker's usual socket. */
export function connect(host: string | undefined): Docker {
  const address = host ?? process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(address);
  if (local?.[1] !== undefined) return new Docker({ socketPath: local[1] });
  if (host === undefined) return new Docker(); // DOCKER_HOST together with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH
  const { protocol, hostname, port } = new URL(address);
  if (protocol === "ssh:") throw new Error(`docker host ${address}: ssh is not in this stand-in of the docker plugin`);
  return new Docker({ protocol: protocol === "https:" ? "https" : "http", host: hostname, port: port || "2375" });
}

/** Words of the official plugin for a daemon that does not answer. */
export async function requireDaemon(docker: Docker, host: string): Promise<void> {
  try {
    await docker.ping();
  } catch {
    throw new Error(
      `failed to create Docker client: Error pinging Docker server, please make sure that ${host} is reachable and has a ` +
        ` '_ping' endpoint. Error: Cannot connect to the Docker daemon at ${host}. Is the docker daemon running?`,
    );
  }
}

/** HTTP status of a daemon's answer, where the failure is one. */
export function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== "object" || thrown === null || !("statusCode" in thrown)) return undefined;
  return typeof thrown.statusCode === "number" ? thrown.statusCode : undefined;
}

/** The daemon's own words, with the prefix that Docker's Go client gives them. */
export function daemonText(thrown: unknown): string {
  if (typeof thrown === "object" && thrown !== null && "json" in thrown) {
    const { json } = thrown;
    if (typeof json === "object" && json !== null && "message" in json && typeof json.message === "string") {
      return `Error response from daemon: ${json.message.trim()}`;
    }
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Runs a call to the daemon; a failure gets the prefix that the official plugin gives it. */
export async function calling<T>(prefix: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw new Error(`${prefix}: ${daemonText(thrown)}`, { cause: thrown });
  }
}

/** Runs a call for which "there is no such object" is an answer: `undefined`. */
export async function unlessGone<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (thrown) {
    if (statusOf(thrown) === 404) return undefined;
    throw thrown;
  }
}

/** Waits, or ends at once with an error when the engine cancels. */
export async function pause(milliseconds: number, cancelled: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      cancelled.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    const abort = (): void => {
      clearTimeout(timer);
      reject(new Error("cancelled"));
    };
    if (cancelled.aborted) abort();
    else cancelled.addEventListener("abort", abort, { once: true });
  });
}

/** Retries a removal while others use the object, for as long as the official plugin does. */
export async function removeWhenFree(
  remove: () => Promise<"removed" | "in use">,
  inUse: string,
  seconds: number,
  cancelled: AbortSignal,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while ((await remove()) === "in use") {
    if (Date.now() >= end) {
      throw new Error(
        `timeout while waiting for state to become 'removed' (last state: '${inUse}', timeout: ${seconds}s)`,
      );
    }
    await pause(500, cancelled);
  }
}
