import type { Container, NetworkConnectOptions } from "dockerode";
import { calling, daemonText, statusOf, unlessGone } from "../daemon";
import { findOrPull } from "../image/remoteImage";
import { HalfMade } from "../kind";
import { attachUntilEnd } from "./attach";
import { waitUntilHealthy } from "./health";
import { readContainer } from "./read";
import { containerInputs, containerOutputs } from "./shape";
import { bytes, createOptions, throttles } from "./spec";
import { uploadArchive } from "./uploads";
import { same } from "../shape";
import type { Kind, Request } from "../kind";
import type { ContainerInputs } from "./shape";

/** Inputs that the daemon can change on a container that exists. */
const APPLIED = [
  "restart",
  "maxRetryCount",
  "cpuShares",
  "cpuSet",
  "memory",
  "memoryReservation",
  "memorySwap",
  "deviceReadBps",
  "deviceReadIops",
  "deviceWriteBps",
  "deviceWriteIops",
] as const;

export const container: Kind<ContainerInputs> = {
  token: "docker:index/container:Container",
  stateVersion: "2",
  inputs: containerInputs,
  outputs: containerOutputs,
  autonamed: true,
  deleteFirst: "always",
  unfinished: ["entrypoints", "networkDatas"],

  async create(wanted, request) {
    await calling(`Unable to create container with image ${wanted.image}`, () =>
      findOrPull(wanted.image, wanted.platform, request),
    );
    const options = createOptions(wanted);
    const made = await calling("Unable to create container", () => request.docker.createContainer(options));
    try {
      const containerLogs = await bringUp(made, wanted, request);
      const found = await readContainer(made.id, wanted, request);
      if (found === undefined) throw new Error(`container ${wanted.name} is gone right after its start`);
      return { id: found.id, outputs: { ...found.outputs, ...(containerLogs ? { containerLogs } : {}) } };
    } catch (thrown) {
      throw new HalfMade(made.id, thrown);
    }
  },

  read: readContainer,

  async update(id, state, wanted, { docker }) {
    const live = docker.getContainer(id);
    if (state.mustRun === false && wanted.mustRun && wanted.start) {
      await calling("Unable to start container", () => startIfStopped(live));
    }
    if (!APPLIED.some((key) => !same(containerInputs[key], wanted[key], state[key]))) return;
    await calling("Unable to update a container", () =>
      live.update({
        RestartPolicy: { Name: wanted.restart ?? "no", MaximumRetryCount: wanted.maxRetryCount ?? 0 },
        CpuShares: wanted.cpuShares ?? 0,
        CpusetCpus: wanted.cpuSet ?? "",
        Memory: bytes(wanted.memory ?? 0),
        MemoryReservation: bytes(wanted.memoryReservation ?? 0),
        ...(wanted.memorySwap ? { MemorySwap: bytes(wanted.memorySwap) } : {}),
        BlkioDeviceReadBps: throttles(wanted.deviceReadBps),
        BlkioDeviceReadIOps: throttles(wanted.deviceReadIops),
        BlkioDeviceWriteBps: throttles(wanted.deviceWriteBps),
        BlkioDeviceWriteIOps: throttles(wanted.deviceWriteIops),
      }),
    );
  },

  async delete(id, state, { docker }) {
    const live = docker.getContainer(id);
    if (!state.attach) {
      try {
        await live.stop({ t: state.destroyGraceSeconds ?? 0 }); // 0: killed at once, whatever the image's stop timeout says
      } catch (thrown) {
        if (![304, 404].includes(statusOf(thrown) ?? 0)) {
          throw new Error(`Error stopping container ${id}: ${daemonText(thrown)}`, { cause: thrown });
        }
      }
    }
    try {
      await live.remove({ v: state.removeVolumes ?? true, force: true });
    } catch (thrown) {
      const text = daemonText(thrown);
      if (statusOf(thrown) !== 404 && !text.includes("is already in progress")) {
        throw new Error(`Error deleting container ${id}: ${text}`, { cause: thrown });
      }
    }
    // A container that removes itself, or whose removal others began, may still be there for a moment.
    await unlessGone(() => live.wait({ condition: "removed" }));
  },
};

/** Networks, uploads, start, health: everything between "created" and "as wanted". Answers the logs of an attached container. */
async function bringUp(made: Container, wanted: ContainerInputs, request: Request): Promise<string> {
  if (wanted.networksAdvanced?.length) await joinNetworks(made.id, wanted.networksAdvanced, request);
  for (const upload of wanted.uploads ?? []) {
    const archive = await uploadArchive(upload);
    await calling("Unable to upload volume content", () => made.putArchive(archive, { path: "/" }));
  }
  if (wanted.start ?? true) {
    await calling("Unable to start container", () => made.start());
    if (wanted.wait) {
      request.progress(request.urn, "Waiting for the container's health check");
      await waitUntilHealthy(made.id, wanted.waitTimeout ?? 60, request);
    }
  }
  return wanted.attach ? await attachUntilEnd(made.id, wanted, request) : "";
}

async function joinNetworks(
  id: string,
  networks: NonNullable<ContainerInputs["networksAdvanced"]>,
  { docker }: Request,
): Promise<void> {
  try {
    await docker.getNetwork("bridge").disconnect({ Container: id });
  } catch (thrown) {
    if (!daemonText(thrown).includes("is not connected to")) {
      throw new Error(`Unable to disconnect the default network: ${daemonText(thrown)}`, { cause: thrown });
    }
  }
  for (const network of networks) {
    const options: NetworkConnectOptions = {
      Container: id,
      EndpointConfig: {
        Aliases: network.aliases ?? [],
        IPAMConfig: {
          ...(network.ipv4Address ? { IPv4Address: network.ipv4Address } : {}),
          ...(network.ipv6Address ? { IPv6Address: network.ipv6Address } : {}),
          ...(network.linkLocalIps ? { LinkLocalIPs: network.linkLocalIps } : {}),
        },
        ...(network.macAddress ? { MacAddress: network.macAddress } : {}),
        DriverOpts: Object.fromEntries((network.driverOpts ?? []).map(keyAndValue)),
      },
    };
    await calling(`Unable to connect to network '${network.name}'`, () =>
      docker.getNetwork(network.name).connect(options),
    );
  }
}

function keyAndValue(option: string): [string, string] {
  const equals = option.indexOf("=");
  return equals < 0 ? [option, ""] : [option.slice(0, equals), option.slice(equals + 1)];
}

async function startIfStopped(live: Container): Promise<void> {
  try {
    await live.start();
  } catch (thrown) {
    if (statusOf(thrown) !== 304) throw thrown; // 304: it runs already
  }
}
