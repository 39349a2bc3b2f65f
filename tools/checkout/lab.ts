import type Docker from "dockerode";

/** What Docker has of one checkout: every name that begins with its prefix. */
export interface LabObjects {
  containers: { id: string; name: string; running: boolean; ports: number[] }[];
  networks: string[];
  volumes: string[];
}

export async function labObjects(docker: Docker, prefix: string): Promise<LabObjects> {
  const ours = (name: string) => name === prefix || name.startsWith(`${prefix}-`);
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listVolumes(),
  ]);
  // Sorted, for the daemon lists things in another order from one call to the next.
  return {
    containers: containers
      .map((one) => ({
        id: one.Id,
        name: (one.Names[0] ?? "").replace(/^\//, ""),
        running: one.State === "running",
        ports: one.Ports.flatMap((port) => (port.PublicPort ? [port.PublicPort] : [])).sort((a, b) => a - b),
      }))
      .filter(({ name }) => ours(name))
      .sort((a, b) => a.name.localeCompare(b.name)),
    networks: networks
      .map(({ Name }) => Name)
      .filter(ours)
      .sort(),
    volumes: volumes.Volumes.map(({ Name }) => Name)
      .filter(ours)
      .sort(),
  };
}

/** One line per object, for messages; empty when nothing is left. */
export function listed({ containers, networks, volumes }: LabObjects): string[] {
  return [
    ...containers.map(({ name }) => `container ${name}`),
    ...networks.map((name) => `network ${name}`),
    ...volumes.map((name) => `volume ${name}`),
  ];
}

/** Starts our containers that stand still, as they do after the machine was restarted. Returns their names. */
export async function startStopped(docker: Docker, objects: LabObjects): Promise<string[]> {
  const stopped = objects.containers.filter(({ running }) => !running);
  await Promise.all(stopped.map(({ id }) => docker.getContainer(id).start()));
  return stopped.map(({ name }) => name);
}

/** Removes our objects without Pulumi: for a lab whose state is lost or damaged. */
export async function removeAll(docker: Docker, objects: LabObjects): Promise<void> {
  await Promise.all(objects.containers.map(({ id }) => docker.getContainer(id).remove({ force: true, v: true })));
  await Promise.all(objects.networks.map((name) => docker.getNetwork(name).remove()));
  await Promise.all(objects.volumes.map((name) => docker.getVolume(name).remove({ force: true })));
}
