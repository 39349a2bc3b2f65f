import { formatDuration } from "../duration";
import { unlessGone } from "../daemon";
import { inspection } from "./inspection";
import type { Found, Request, Stored } from "../kind";
import type { Value, Values } from "../values";
import type { Inspection } from "./inspection";
import type { ContainerInputs } from "./shape";

const MEGABYTE = 1024 * 1024;
const megabytes = (size: number): number => (size > 0 ? Math.floor(size / MEGABYTE) : size);

/** What the daemon says of a container, or `undefined` where it is gone. A name is no id. */
export async function readContainer(
  id: string,
  state: Stored<ContainerInputs>,
  { docker }: Request,
): Promise<Found | undefined> {
  const answer: unknown = await unlessGone(() => docker.getContainer(id).inspect());
  if (answer === undefined) return undefined;
  const live = inspection.parse(answer);
  return live.Id === id ? { id, outputs: outputs(live, state) } : undefined;
}

/** Outputs of a container. Environment and labels are left to the state: the image's own are mixed into the daemon's answer. */
function outputs(live: Inspection, state: Stored<ContainerInputs>): Values {
  const { Config: config, HostConfig: host, State: run, NetworkSettings: net } = live;
  const mustRun = state.mustRun ?? true;
  return {
    bridge: net.Bridge,
    capabilities: host.CapAdd.length + host.CapDrop.length > 0 ? { adds: host.CapAdd, drops: host.CapDrop } : null,
    command: config.Cmd,
    cpuSet: host.CpusetCpus,
    cpuShares: host.CpuShares,
    ...(host.NanoCpus > 0 ? { cpus: String(host.NanoCpus / 1e9) } : {}),
    deviceReadBps: throttled(host.BlkioDeviceReadBps),
    deviceReadIops: throttled(host.BlkioDeviceReadIOps),
    deviceWriteBps: throttled(host.BlkioDeviceWriteBps),
    deviceWriteIops: throttled(host.BlkioDeviceWriteIOps),
    dns: host.Dns,
    dnsOpts: host.DnsOptions,
    dnsSearches: host.DnsSearch,
    domainname: config.Domainname,
    entrypoints: config.Entrypoint,
    ...(run.Running ? {} : { exitCode: run.ExitCode }),
    groupAdds: host.GroupAdd,
    healthcheck: healthcheck(config.Healthcheck),
    hostname: config.Hostname,
    hosts: host.ExtraHosts.map((entry) => {
      const colon = entry.indexOf(":"); // an IPv6 address has colons of its own
      return { host: entry.slice(0, colon), ip: entry.slice(colon + 1) };
    }),
    image: (state.image ?? "").startsWith("sha256:") ? live.Image : config.Image,
    init: host.Init,
    ipcMode: host.IpcMode,
    logDriver: host.LogConfig.Type,
    ...(state.logOpts ? { logOpts: host.LogConfig.Config } : {}),
    maxRetryCount: host.RestartPolicy.MaximumRetryCount,
    memory: megabytes(host.Memory),
    memoryReservation: megabytes(host.MemoryReservation),
    memorySwap: megabytes(host.MemorySwap),
    mounts: mounts(live, state),
    // A stopped container that should run shows as drift of `mustRun`; the next `up` starts it.
    mustRun: mustRun && run.Running,
    name: live.Name.replace(/^\/+/, ""),
    networkDatas: networks(net.Networks),
    networkMode: host.NetworkMode,
    platform: live.Platform,
    ...((run.Running || mustRun) && state.ports?.length ? { ports: ports(net.Ports) } : {}),
    privileged: host.Privileged,
    publishAllPorts: host.PublishAllPorts,
    readOnly: host.ReadonlyRootfs,
    restart: host.RestartPolicy.Name,
    rm: host.AutoRemove,
    runtime: host.Runtime,
    securityOpts: host.SecurityOpt,
    shmSize: megabytes(host.ShmSize),
    stdinOpen: config.OpenStdin,
    stopSignal: config.StopSignal,
    stopTimeout: config.StopTimeout,
    storageOpts: host.StorageOpt,
    sysctls: host.Sysctls,
    tmpfs: host.Tmpfs,
    tty: config.Tty,
    user: config.User || (state.user ?? ""),
    usernsMode: host.UsernsMode,
    workingDir: config.WorkingDir,
  };
}

function healthcheck(check: Inspection["Config"]["Healthcheck"]): Value {
  if (check === undefined) return null;
  return {
    interval: formatDuration(check.Interval),
    retries: check.Retries,
    startInterval: formatDuration(check.StartInterval),
    startPeriod: formatDuration(check.StartPeriod),
    tests: check.Test,
    timeout: formatDuration(check.Timeout),
  };
}

const throttled = (devices: Inspection["HostConfig"]["BlkioDeviceReadBps"]): Value =>
  devices.map(({ Path, Rate }) => ({ path: Path, rate: Rate }));

/** As published now, sorted by internal port. */
function ports(published: Inspection["NetworkSettings"]["Ports"]): Value {
  return Object.entries(published)
    .flatMap(([key, bindings]) => {
      const [internal, protocol] = key.split("/");
      return (bindings ?? []).map(({ HostIp, HostPort }) => ({
        external: Number(HostPort),
        internal: Number(internal),
        ip: HostIp,
        protocol: protocol ?? "tcp",
      }));
    })
    .sort((a, b) => a.internal - b.internal);
}

function networks(attached: Inspection["NetworkSettings"]["Networks"]): Value {
  return Object.entries(attached).map(([networkName, endpoint]) => ({
    gateway: endpoint.Gateway,
    globalIpv6Address: endpoint.GlobalIPv6Address,
    globalIpv6PrefixLength: endpoint.GlobalIPv6PrefixLen,
    ipAddress: endpoint.IPAddress,
    ipPrefixLength: endpoint.IPPrefixLen,
    ipv6Gateway: endpoint.IPv6Gateway,
    macAddress: endpoint.MacAddress,
    networkName,
  }));
}

/** Mounts that the program asked for, with what the daemon made of them. */
function mounts({ HostConfig: { Mounts } }: Inspection, state: Stored<ContainerInputs>): Value {
  return Mounts.map((mount) => {
    const asked = state.mounts?.find(({ target }) => target === mount.Target);
    return {
      bindOptions: mount.BindOptions?.Propagation ? { propagation: mount.BindOptions.Propagation } : null,
      readOnly: mount.ReadOnly,
      source: mount.Source,
      target: mount.Target,
      tmpfsOptions: asked?.tmpfsOptions
        ? { mode: mount.TmpfsOptions?.Mode ?? 0, sizeBytes: mount.TmpfsOptions?.SizeBytes ?? 0 }
        : null,
      type: mount.Type,
      volumeOptions: null,
    };
  });
}
