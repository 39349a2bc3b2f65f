import type { ContainerCreateOptions, HostConfig, MountSettings } from "dockerode";
import { parseDuration } from "../duration";
import { labelsToMap } from "../labels";
import type { ContainerInputs } from "./shape";

const MEGABYTE = 1024 * 1024;

/** The daemon's create request for a container; unset inputs stay unset there. */
export function createOptions(wanted: ContainerInputs): ContainerCreateOptions {
  if (wanted.command?.includes("")) throw new Error("values for command may not be empty");
  const { ports, volumes } = wanted;
  const options: ContainerCreateOptions = {
    name: wanted.name,
    platform: wanted.platform,
    Image: wanted.image,
    Hostname: wanted.hostname,
    Domainname: wanted.domainname,
    User: wanted.user,
    Tty: wanted.tty ?? false,
    OpenStdin: wanted.stdinOpen ?? false,
    Env: wanted.envs?.length ? [...wanted.envs].sort() : undefined,
    Cmd: wanted.command?.length ? wanted.command : undefined,
    Entrypoint: wanted.entrypoints?.length ? wanted.entrypoints : undefined,
    WorkingDir: wanted.workingDir,
    StopSignal: wanted.stopSignal,
    StopTimeout: wanted.stopTimeout || undefined,
    Labels: labelsToMap(wanted.labels),
    ExposedPorts: ports?.length ? Object.fromEntries(ports.map((port) => [portKey(port), {}])) : undefined,
    Volumes: anonymousVolumes(volumes),
    Healthcheck: healthcheck(wanted.healthcheck),
    HostConfig: hostConfig(wanted),
  };
  return withoutUnset(options);
}

type Port = NonNullable<ContainerInputs["ports"]>[number];
type Volumes = ContainerInputs["volumes"];

const portKey = ({ internal, protocol }: Port): string => `${internal}/${protocol ?? "tcp"}`;

function portBindings(ports: readonly Port[]): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    const binding = { HostIp: port.ip || "0.0.0.0", HostPort: port.external ? String(port.external) : "" };
    (bindings[portKey(port)] ??= []).push(binding);
  }
  return bindings;
}

function healthcheck(check: ContainerInputs["healthcheck"]): ContainerCreateOptions["Healthcheck"] {
  if (check === undefined) return undefined;
  const nanoseconds = (text: string | undefined): number => parseDuration(text ?? "0s") ?? 0;
  const startInterval = nanoseconds(check.startInterval);
  return {
    Test: check.tests ?? [],
    Interval: nanoseconds(check.interval),
    Timeout: nanoseconds(check.timeout),
    StartPeriod: nanoseconds(check.startPeriod),
    Retries: check.retries ?? 0,
    ...(startInterval === 0 ? {} : { StartInterval: startInterval }),
  };
}

function anonymousVolumes(volumes: Volumes): Record<string, Record<string, never>> | undefined {
  const paths = (volumes ?? []).filter((v) => !v.hostPath && !v.volumeName && !v.fromContainer && v.containerPath);
  return paths.length === 0 ? undefined : Object.fromEntries(paths.map((v) => [v.containerPath ?? "", {}]));
}

function binds(volumes: Volumes): string[] {
  return (volumes ?? []).flatMap((v) => {
    const source = v.hostPath || v.volumeName;
    if (!source || v.fromContainer) return [];
    const mode = [v.readOnly ? "ro" : "rw", ...(v.selinuxRelabel ? [v.selinuxRelabel] : [])].join(",");
    return [`${source}:${v.containerPath ?? ""}:${mode}`];
  });
}

function volumesFrom(volumes: Volumes): string[] {
  return (volumes ?? []).flatMap((v) => (v.fromContainer ? [`${v.fromContainer}:${v.readOnly ? "ro" : "rw"}`] : []));
}

function mounts(wanted: ContainerInputs["mounts"]): MountSettings[] {
  return (wanted ?? []).map(({ type, target, source, readOnly, bindOptions, tmpfsOptions, volumeOptions }) => {
    if (volumeOptions !== undefined) {
      throw new Error("Setting VolumeOptions.Subpath requires docker version 1.45 or higher"); // what the official one says
    }
    const { propagation } = bindOptions ?? {};
    return {
      Type: type as MountSettings["Type"],
      Target: target,
      Source: source ?? "",
      ReadOnly: readOnly ?? false,
      ...(propagation ? { BindOptions: { Propagation: propagation as never } } : {}),
      ...(tmpfsOptions
        ? { TmpfsOptions: { SizeBytes: tmpfsOptions.sizeBytes ?? 0, Mode: tmpfsOptions.mode ?? 0 } }
        : {}),
    };
  });
}

/** Megabytes as the program counts them; -1 (no limit) stays. */
export const bytes = (megabytes: number): number => (megabytes > 0 ? megabytes * MEGABYTE : megabytes);

type Throttle = { path: string; rate: number }[] | undefined;
export const throttles = (devices: Throttle) => devices?.map(({ path, rate }) => ({ Path: path, Rate: rate }));

function hostConfig(wanted: ContainerInputs): HostConfig {
  const confined = wanted.securityOpts?.filter((option) => option !== "systempaths=unconfined");
  const unmasked = confined?.length !== wanted.securityOpts?.length;
  return withoutUnset({
    Privileged: wanted.privileged ?? false,
    PublishAllPorts: wanted.publishAllPorts ?? false,
    RestartPolicy: { Name: wanted.restart ?? "no", MaximumRetryCount: wanted.maxRetryCount ?? 0 },
    Runtime: wanted.runtime,
    AutoRemove: wanted.rm ?? false,
    ReadonlyRootfs: wanted.readOnly ?? false,
    LogConfig: { Type: wanted.logDriver ?? "", Config: wanted.logOpts ?? {} },
    Mounts: mounts(wanted.mounts),
    Tmpfs: wanted.tmpfs,
    PortBindings: wanted.ports?.length ? portBindings(wanted.ports) : undefined,
    ExtraHosts: wanted.hosts?.map(({ host, ip }) => `${host}:${ip}`),
    Binds: binds(wanted.volumes),
    VolumesFrom: volumesFrom(wanted.volumes),
    Ulimits: wanted.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    CapAdd: wanted.capabilities?.adds,
    CapDrop: wanted.capabilities?.drops,
    Devices: wanted.devices?.map(({ hostPath, containerPath, permissions }) => ({
      PathOnHost: hostPath,
      PathInContainer: containerPath || hostPath,
      CgroupPermissions: permissions ?? "rwm",
    })),
    BlkioDeviceReadBps: throttles(wanted.deviceReadBps),
    BlkioDeviceReadIOps: throttles(wanted.deviceReadIops),
    BlkioDeviceWriteBps: throttles(wanted.deviceWriteBps),
    BlkioDeviceWriteIOps: throttles(wanted.deviceWriteIops),
    Dns: wanted.dns,
    DnsOptions: wanted.dnsOpts,
    DnsSearch: wanted.dnsSearches,
    SecurityOpt: confined,
    MaskedPaths: unmasked ? [] : undefined,
    ReadonlyPaths: unmasked ? [] : undefined,
    Memory: wanted.memory && bytes(wanted.memory),
    MemoryReservation: wanted.memoryReservation && bytes(wanted.memoryReservation),
    MemorySwap: wanted.memorySwap && bytes(wanted.memorySwap),
    ShmSize: wanted.shmSize && bytes(wanted.shmSize),
    NanoCpus: wanted.cpus ? Math.round(Number(wanted.cpus) * 1e9) : undefined,
    CpuPeriod: wanted.cpus ? undefined : wanted.cpuPeriod, // `cpus` wins over period and quota
    CpuQuota: wanted.cpus ? undefined : wanted.cpuQuota,
    CpuShares: wanted.cpuShares,
    CpusetCpus: wanted.cpuSet,
    NetworkMode: wanted.networkMode,
    UsernsMode: wanted.usernsMode,
    PidMode: wanted.pidMode,
    IpcMode: wanted.ipcMode,
    CgroupParent: wanted.cgroupParent,
    ...(wanted.cgroupnsMode ? { CgroupnsMode: wanted.cgroupnsMode } : {}), // dockerode's types do not know it
    Sysctls: wanted.sysctls,
    GroupAdd: wanted.groupAdds,
    StorageOpt: wanted.storageOpts,
    Init: wanted.init ?? false,
  });
}

function withoutUnset<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
