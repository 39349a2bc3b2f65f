import { z } from "zod";

// The daemon leaves empty things out, or answers null for them, and differs in this between versions.
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const number = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const map = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
const recordOf = <T extends z.ZodType>(item: T) =>
  z
    .record(z.string(), item)
    .nullish()
    .transform((value) => value ?? {});

const throttle = z.object({ Path: z.string(), Rate: z.number() });

/** What this plugin reads of `GET /containers/{id}/json`. */
export const inspection = z.object({
  Id: z.string(),
  Name: z.string(),
  Image: z.string(),
  Platform: text,
  State: z.object({
    Running: flag,
    ExitCode: number,
    Health: z.object({ Status: z.string() }).nullish(),
  }),
  Config: z.object({
    Image: z.string(),
    Hostname: text,
    Domainname: text,
    User: text,
    Tty: flag,
    OpenStdin: flag,
    Cmd: texts,
    Entrypoint: texts,
    WorkingDir: text,
    StopSignal: text,
    StopTimeout: number,
    Healthcheck: z
      .object({
        Test: texts,
        Interval: number,
        Timeout: number,
        StartPeriod: number,
        StartInterval: number,
        Retries: number,
      })
      .optional(),
  }),
  HostConfig: z.object({
    AutoRemove: flag,
    BlkioDeviceReadBps: listOf(throttle),
    BlkioDeviceReadIOps: listOf(throttle),
    BlkioDeviceWriteBps: listOf(throttle),
    BlkioDeviceWriteIOps: listOf(throttle),
    CapAdd: texts,
    CapDrop: texts,
    CpuShares: number,
    CpusetCpus: text,
    Dns: texts,
    DnsOptions: texts,
    DnsSearch: texts,
    ExtraHosts: texts,
    GroupAdd: texts,
    Init: flag,
    IpcMode: text,
    LogConfig: z.object({ Type: text, Config: map }),
    Memory: number,
    MemoryReservation: number,
    MemorySwap: number,
    Mounts: listOf(
      z.object({
        Type: z.string(),
        Source: text,
        Target: z.string(),
        ReadOnly: flag,
        BindOptions: z.object({ Propagation: text }).nullish(),
        TmpfsOptions: z.object({ SizeBytes: number, Mode: number }).nullish(),
      }),
    ),
    NanoCpus: number,
    NetworkMode: text,
    Privileged: flag,
    PublishAllPorts: flag,
    ReadonlyRootfs: flag,
    RestartPolicy: z.object({ Name: text, MaximumRetryCount: number }),
    Runtime: text,
    SecurityOpt: texts,
    ShmSize: number,
    StorageOpt: map,
    Sysctls: map,
    Tmpfs: map,
    UsernsMode: text,
  }),
  NetworkSettings: z.object({
    Bridge: text,
    Ports: recordOf(z.array(z.object({ HostIp: text, HostPort: text })).nullable()),
    Networks: recordOf(
      z.object({
        Gateway: text,
        GlobalIPv6Address: text,
        GlobalIPv6PrefixLen: number,
        IPAddress: text,
        IPPrefixLen: number,
        IPv6Gateway: text,
        MacAddress: text,
      }),
    ),
  }),
});

export type Inspection = z.infer<typeof inspection>;
