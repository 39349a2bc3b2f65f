import type { RemoteImageArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import type { ShapeOf } from "../shape";

export type ImageInputs = Unwrap<RemoteImageArgs>;
export type Build = NonNullable<ImageInputs["build"]>;

const onlyBuildKit = (name: string): string => `\`build.${name}\` needs BuildKit`;

const build = {
  additionalContexts: { type: "list", refused: onlyBuildKit("additionalContexts") },
  authConfigs: { type: "list", of: {}, refused: "`build.authConfigs`" },
  buildArgs: { type: "map" },
  buildId: { type: "string", refused: onlyBuildKit("buildId") },
  buildLogFile: { type: "string", refused: onlyBuildKit("buildLogFile") },
  builder: { type: "string", refused: onlyBuildKit("builder") },
  cacheFroms: { type: "list" },
  cacheTos: { type: "list", refused: onlyBuildKit("cacheTos") },
  cgroupParent: { type: "string" },
  context: { type: "string", required: true },
  cpuPeriod: { type: "number" },
  cpuQuota: { type: "number" },
  cpuSetCpus: { type: "string" },
  cpuSetMems: { type: "string" },
  cpuShares: { type: "number" },
  dockerfile: { type: "string", default: "Dockerfile" },
  extraHosts: { type: "list" },
  forceRemove: { type: "bool" },
  isolation: { type: "string" },
  label: { type: "map" },
  labels: { type: "map" },
  memory: { type: "number" },
  memorySwap: { type: "number" },
  networkMode: { type: "string" },
  noCache: { type: "bool" },
  platform: { type: "string" },
  provenance: { type: "string", refused: onlyBuildKit("provenance") },
  pullParent: { type: "bool" },
  remoteContext: { type: "string", refused: "`build.remoteContext`" },
  remove: { type: "bool", default: true },
  sbom: { type: "string", refused: onlyBuildKit("sbom") },
  secrets: { type: "list", of: {}, refused: onlyBuildKit("secrets") },
  securityOpts: { type: "list", refused: "`build.securityOpts`" },
  sessionId: { type: "string", refused: onlyBuildKit("sessionId") },
  shmSize: { type: "number" },
  squash: { type: "bool" },
  suppressOutput: { type: "bool" },
  tags: { type: "list" },
  target: { type: "string" },
  ulimits: {
    type: "list",
    of: {
      hard: { type: "number", required: true },
      name: { type: "string", required: true },
      soft: { type: "number", required: true },
    },
  },
  useLegacyBuilder: { type: "bool", default: false },
  version: { type: "string", refused: onlyBuildKit("version") },
} satisfies ShapeOf<Build>;

export const imageInputs = {
  build: { type: "object", of: build, replaces: true },
  forceRemove: { type: "bool" },
  keepLocally: { type: "bool" },
  name: { type: "string", required: true, replaces: true },
  platform: { type: "string", default: "", replaces: true },
  pullTriggers: { type: "set", replaces: true },
  triggers: { type: "map", replaces: true },
} satisfies ShapeOf<RemoteImageArgs>;
