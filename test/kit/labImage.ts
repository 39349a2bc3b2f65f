import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { labContext, type LabImageName } from "../../components/lab/images";
import { repository, waitFor, whileLocked } from "./files";

/** Two checkouts on one machine have different names, so neither touches the other's images. */
export const testPrefix = `vbtest-${createHash("sha256").update(repository).digest("hex").slice(0, 8)}`;

/** What an image is built on, and by which argument its Dockerfile takes that. */
const bases: Partial<Record<LabImageName, { image: LabImageName; argument: string }>> = {
  asterisk: { image: "node", argument: "NODE_IMAGE" },
  sigmamind: { image: "node", argument: "NODE_IMAGE" },
  leads: { image: "node", argument: "NODE_IMAGE" },
  dialler: { image: "asterisk", argument: "ASTERISK_IMAGE" },
  carrier: { image: "asterisk", argument: "ASTERISK_IMAGE" },
  edge: { image: "asterisk", argument: "ASTERISK_IMAGE" },
};

/** Builds an image of the lab from this checkout, for a test of that part alone, unless it is there already. Returns its name. */
export async function builtLabImage(image: LabImageName): Promise<string> {
  return whileLocked("lab-images", async () => (await build(new Docker(), image)).name);
}

async function build(docker: Docker, image: LabImageName): Promise<{ name: string; hash: string }> {
  const on = bases[image];
  const base = on && (await build(docker, on.image));
  const context = labContext(image, () => undefined);
  const hash = createHash("sha256")
    .update(`${context.hash} ${base?.hash ?? ""}`)
    .digest("hex");
  const repositoryName = `${testPrefix}-${image}`;
  const name = `${repositoryName}:${hash.slice(0, 12)}`;
  const known = (await docker.listImages({ filters: { reference: [repositoryName] } })).flatMap(
    ({ RepoTags }) => RepoTags ?? [],
  );
  if (known.includes(name)) return { name, hash };
  const folder = join(repository, context.folder);
  const buildargs = on && base ? { [on.argument]: base.name } : {};
  const output = await docker.buildImage({ context: folder, src: readdirSync(folder) }, { t: name, buildargs });
  await finished(docker, output, image);
  // Those of an earlier state of the folder. One that a container still uses stays.
  for (const old of known)
    await docker
      .getImage(old)
      .remove()
      .catch(() => undefined);
  return { name, hash };
}

async function finished(docker: Docker, output: NodeJS.ReadableStream, image: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(output, (error: Error | null, events: { error?: string; stream?: string }[]) => {
      const failed = error?.message ?? events.find((event) => event.error)?.error;
      const log = () => events.map((event) => event.stream ?? "").join("");
      if (failed === undefined) resolve();
      else reject(new Error(`docker/${image} does not build: ${failed}\n${log()}`));
    });
  });
}

/** One container of the lab, running by itself. */
export interface LabPart {
  /** Its address on Docker's default network: reachable from this machine and from other containers there. */
  address: string;
  container: Docker.Container;
  remove(): Promise<void>;
}

/** Starts an image of the lab on Docker's default network and waits until its own health check is content. */
export async function startLabPart(
  image: LabImageName,
  environment: Readonly<Record<string, string>>,
): Promise<LabPart> {
  const docker = new Docker();
  const container = await docker.createContainer({
    name: `${testPrefix}-${image}-${process.pid}`,
    Image: await builtLabImage(image),
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Healthcheck: { Test: ["CMD", "healthcheck.sh"], Interval: 1e9, Timeout: 5e9, StartPeriod: 60e9, Retries: 5 },
  });
  try {
    await container.start();
    await waitFor(`the container of docker/${image} is healthy`, 60_000, async () => {
      const { State } = await container.inspect();
      if (!State.Running) throw new Error(`the container of docker/${image} has ended: ${await logOf(container)}`);
      return State.Health?.Status === "healthy";
    });
    const { NetworkSettings } = await container.inspect();
    const address = NetworkSettings.Networks["bridge"]?.IPAddress ?? "";
    return { address, container, remove: () => container.remove({ force: true, v: true }) };
  } catch (thrown) {
    await container.remove({ force: true, v: true });
    throw thrown;
  }
}

async function logOf(container: Docker.Container): Promise<string> {
  return (await container.logs({ stdout: true, stderr: true, tail: 50 })).toString("utf8");
}
