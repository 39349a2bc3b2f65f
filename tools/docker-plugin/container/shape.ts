import type { ContainerArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import { labelShape } from "../labels";
import { rules } from "../rules";
import { sameCapabilities, sameHealthcheck, samePorts } from "./sameness";
import type { Shape, ShapeOf } from "../shape";

export type ContainerInputs = Unwrap<ContainerArgs> & { name: string };

const throttle = {
  path: { type: "string", required: true },
  rate: { type: "number", required: true, rule: rules.atLeast(0) },
} satisfies Shape;

const mount = {
  bindOptions: {
    type: "object",
    of: { propagation: { type: "string", rule: rules.matches(/^(private|rprivate|shared|rshared|slave|rslave)$/) } },
  },
  readOnly: { type: "bool", default: false },
  source: { type: "string" },
  target: { type: "string", required: true },
  tmpfsOptions: { type: "object", of: { mode: { type: "number" }, sizeBytes: { type: "number" } } },
  type: { type: "string", required: true, rule: rules.matches(/^(bind|volume|tmpfs)$/) },
  volumeOptions: {
    type: "object",
    of: {
      driverName: { type: "string" },
      driverOptions: { type: "map" },
      labels: { type: "set", of: labelShape },
      noCopy: { type: "bool" },
      subpath: { type: "string" },
    },
  },
} satisfies Shape;

const attachedNetwork = {
  aliases: { type: "set" },
  driverOpts: { type: "set" },
  gwPriority: { type: "number", rule: rules.atLeast(0) },
  ipv4Address: { type: "string" },
  ipv6Address: { type: "string" },
  linkLocalIps: { type: "set" },
  macAddress: { type: "string" },
  name: { type: "string", required: true },
} satisfies Shape;

const upload = {
  content: { type: "string" },
  contentBase64: { type: "string", rule: rules.base64 },
  executable: { type: "bool", default: false },
  file: { type: "string", required: true },
  group: { type: "string", refused: "`uploads[].group`" },
  owner: { type: "string", refused: "`uploads[].owner`" },
  permissions: { type: "string", rule: rules.matches(/^0[0-7]{3}$/) },
  source: { type: "string" },
  sourceHash: { type: "string" },
} satisfies Shape;

const healthcheck = {
  interval: { type: "string", default: "0s", rule: rules.duration },
  retries: { type: "number", default: 0, rule: rules.atLeast(0) },
  startInterval: { type: "string", default: "0s", rule: rules.duration },
  startPeriod: { type: "string", default: "0s", rule: rules.duration },
  tests: { type: "list" },
  timeout: { type: "string", default: "0s", rule: rules.duration },
} satisfies Shape;

/** Every argument of the official Container. `replaces` also where that plugin only pretends to update: see README.md. */
export const containerInputs = {
  attach: { type: "bool", default: false },
  capabilities: {
    type: "object",
    of: { adds: { type: "set" }, drops: { type: "set" } },
    replaces: true,
    same: sameCapabilities,
  },
  cgroupParent: { type: "string", replaces: true },
  cgroupnsMode: { type: "string", replaces: true },
  command: { type: "list", computed: true, replaces: true },
  containerReadRefreshTimeoutMilliseconds: { type: "number", default: 15000 },
  cpuPeriod: { type: "number", replaces: true, rule: rules.atLeast(0) },
  cpuQuota: { type: "number", replaces: true, rule: rules.atLeast(0) },
  cpuSet: { type: "string", rule: rules.matches(/^\d+([,-]\d+)*$/) },
  cpuShares: { type: "number", rule: rules.atLeast(0) },
  cpus: { type: "string", replaces: true },
  destroyGraceSeconds: { type: "number" },
  deviceCgroupRules: { type: "set", refused: "`deviceCgroupRules`" },
  deviceReadBps: { type: "set", of: throttle },
  deviceReadIops: { type: "set", of: throttle },
  deviceRequests: { type: "set", of: {}, refused: "`deviceRequests`" },
  deviceWriteBps: { type: "set", of: throttle },
  deviceWriteIops: { type: "set", of: throttle },
  devices: {
    type: "set",
    replaces: true,
    of: {
      containerPath: { type: "string" },
      hostPath: { type: "string", required: true },
      permissions: { type: "string", default: "rwm" },
    },
  },
  dns: { type: "set", replaces: true },
  dnsOpts: { type: "set", replaces: true },
  dnsSearches: { type: "set", replaces: true },
  domainname: { type: "string", replaces: true },
  entrypoints: { type: "list", computed: true, replaces: true },
  envs: { type: "set", computed: true, replaces: true },
  gpus: { type: "string", refused: "`gpus`" },
  groupAdds: { type: "set", replaces: true },
  healthcheck: { type: "object", of: healthcheck, computed: true, replaces: true, same: sameHealthcheck },
  hostname: { type: "string", computed: true, replaces: true },
  hosts: {
    type: "set",
    replaces: true,
    of: { host: { type: "string", required: true }, ip: { type: "string", required: true } },
  },
  image: { type: "string", required: true, replaces: true },
  init: { type: "bool", computed: true, replaces: true },
  ipcMode: { type: "string", computed: true, replaces: true },
  labels: { type: "set", of: labelShape, computed: true, replaces: true },
  logDriver: { type: "string", computed: true, replaces: true },
  logOpts: { type: "map", replaces: true },
  logs: { type: "bool", default: false },
  maxRetryCount: { type: "number" },
  memory: { type: "number", rule: rules.atLeast(0) },
  memoryReservation: { type: "number", default: 0, rule: rules.atLeast(0) },
  memorySwap: { type: "number", rule: rules.atLeast(-1) },
  mounts: { type: "set", of: mount, replaces: true },
  mustRun: { type: "bool", default: true },
  name: { type: "string", replaces: true },
  networkMode: { type: "string", default: "bridge", replaces: true },
  networksAdvanced: { type: "set", of: attachedNetwork, replaces: true },
  pidMode: { type: "string", replaces: true },
  platform: { type: "string", computed: true, replaces: true },
  ports: {
    type: "list",
    replaces: true,
    same: samePorts,
    of: {
      external: { type: "number", computed: true },
      internal: { type: "number", required: true },
      ip: { type: "string", default: "0.0.0.0" },
      protocol: { type: "string", default: "tcp" },
    },
  },
  privileged: { type: "bool", replaces: true },
  publishAllPorts: { type: "bool", replaces: true },
  readOnly: { type: "bool", default: false, replaces: true },
  removeVolumes: { type: "bool", default: true },
  restart: { type: "string", default: "no", rule: rules.matches(/^(no|on-failure|always|unless-stopped)$/) },
  rm: { type: "bool", default: false, replaces: true },
  runtime: { type: "string", computed: true, replaces: true },
  securityOpts: { type: "set", computed: true, replaces: true },
  shmSize: { type: "number", computed: true, replaces: true, rule: rules.atLeast(0) },
  start: { type: "bool", default: true },
  stdinOpen: { type: "bool", default: false, replaces: true },
  stopSignal: { type: "string", computed: true, replaces: true },
  stopTimeout: { type: "number", computed: true, replaces: true },
  storageOpts: { type: "map", replaces: true },
  sysctls: { type: "map", replaces: true },
  tmpfs: { type: "map", replaces: true },
  tty: { type: "bool", default: false, replaces: true },
  ulimits: {
    type: "set",
    replaces: true,
    of: {
      hard: { type: "number", required: true },
      name: { type: "string", required: true },
      soft: { type: "number", required: true },
    },
  },
  uploads: { type: "set", of: upload, replaces: true },
  user: { type: "string", computed: true, replaces: true }, // the image says it
  usernsMode: { type: "string", replaces: true },
  volumes: {
    type: "set",
    replaces: true,
    of: {
      containerPath: { type: "string" },
      fromContainer: { type: "string" },
      hostPath: { type: "string", rule: rules.absolutePath },
      readOnly: { type: "bool" },
      selinuxRelabel: { type: "string", rule: rules.matches(/^(z|Z)$/) },
      volumeName: { type: "string" },
    },
  },
  wait: { type: "bool", default: false },
  waitTimeout: { type: "number", default: 60 },
  workingDir: { type: "string", computed: true, replaces: true }, // the image says it
} satisfies ShapeOf<ContainerArgs>;

/** Outputs that are no arguments. */
export const containerOutputs = {
  bridge: { type: "string" },
  containerLogs: { type: "string" },
  exitCode: { type: "number" },
  networkDatas: { type: "list" },
} satisfies Shape;
