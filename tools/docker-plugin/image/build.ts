import { existsSync } from "node:fs";
import path from "node:path";
import type { ImageBuildOptions } from "dockerode";
import { daemonText } from "../daemon";
import { packContext } from "./context";
import type { Request } from "../kind";
import { Leftovers } from "./leftovers";
import type { Build } from "./shape";

/** Lines of a failed step's output that the error shows. */
const SHOWN_LINES = 40;

/** Builds an image by the daemon's own builder, with the folder `build.context` (relative to the program's) as context. */
export async function buildImage(name: string, build: Build, request: Request): Promise<void> {
  const context = path.resolve(build.context);
  const dockerfile = build.dockerfile ?? "Dockerfile";
  const dockerfilePath = path.resolve(context, dockerfile);
  if (!existsSync(dockerfilePath)) {
    throw new Error(
      `Error mapping build attributes: error resolving dockerfile path: dockerfile not found at path: ${dockerfilePath}`,
    );
  }
  const inside = path.relative(context, dockerfilePath);
  if (inside.startsWith("..")) {
    throw new Error(
      `Error mapping build attributes: the Dockerfile ${dockerfilePath} lies outside of the context ${context}`,
    );
  }
  const output = new StepOutput();
  const leftovers = new Leftovers();
  try {
    const stream = await request.docker.buildImage(packContext(context, inside), {
      ...buildOptions(name, build),
      dockerfile: inside,
      abortSignal: request.cancelled,
    });
    await new Promise<void>((resolve, reject) => {
      request.docker.modem.followProgress(
        stream,
        (failure) => (failure ? reject(failure) : resolve()),
        (event: BuildEvent) => {
          leftovers.add(event.stream ?? "");
          const step = output.add(event);
          if (step !== undefined) request.progress(request.urn, step);
          if (event.error !== undefined) reject(new Error(event.error));
        },
      );
    });
    for (const tag of build.tags ?? []) await tagImage(name, tag, request);
  } catch (thrown) {
    await leftovers.remove(request);
    throw new Error(`Error running legacy build: ${daemonText(thrown)}${output.tail()}`, { cause: thrown });
  }
}

/** One line of the daemon's build stream. */
interface BuildEvent {
  stream?: string;
  error?: string;
}

/** Remembers what the step that is running has printed. */
export class StepOutput {
  private lines: string[] = [];

  /** Takes an event in; answers the step's first line when it begins one. */
  add(event: BuildEvent): string | undefined {
    const text = event.stream?.trimEnd();
    if (text === undefined || text === "") return undefined;
    const begins = /^Step \d+\/\d+ : /.test(text);
    if (begins) this.lines = [];
    this.lines.push(...text.split("\n"));
    return begins ? text : undefined;
  }

  tail(): string {
    return this.lines.length === 0 ? "" : `\n${this.lines.slice(-SHOWN_LINES).join("\n")}`;
  }
}

async function tagImage(name: string, tag: string, { docker }: Request): Promise<void> {
  const { repo, version } = splitTag(tag);
  await docker.getImage(name).tag({ repo, tag: version });
}

/** `host:5000/name:1.2` → repository and tag; without a tag Docker means `latest`. */
export function splitTag(name: string): { repo: string; version: string } {
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/")
    ? { repo: name.slice(0, colon), version: name.slice(colon + 1) }
    : { repo: name, version: "latest" };
}

/** Options that the daemon's builder takes beyond those that dockerode's types know. */
type Options = ImageBuildOptions & Record<string, unknown>;

/** The daemon's query parameters; it reads empty ones as unset. */
export function buildOptions(name: string, build: Build): Options {
  const options: Options = {
    t: name,
    buildargs: build.buildArgs,
    labels: { ...build.labels, ...build.label },
    rm: build.remove ?? true,
    forcerm: true, // BuildKit, which the official plugin uses, leaves no container of a failed step either
    nocache: build.noCache,
    pull: build.pullParent,
    q: build.suppressOutput,
    squash: build.squash,
    target: build.target,
    platform: build.platform,
    networkmode: build.networkMode,
    extrahosts: build.extraHosts?.join(","),
    cachefrom: build.cacheFroms === undefined ? undefined : JSON.stringify(build.cacheFroms),
    cgroupparent: build.cgroupParent,
    cpuperiod: build.cpuPeriod,
    cpuquota: build.cpuQuota,
    cpushares: build.cpuShares,
    cpusetmems: build.cpuSetMems,
    isolation: build.isolation,
    memory: build.memory,
    memswap: build.memorySwap,
    shmsize: build.shmSize,
    ulimits: build.ulimits?.map(({ name: limit, soft, hard }) => ({ Name: limit, Soft: soft, Hard: hard })),
    ...(build.cpuSetCpus === undefined ? {} : { cpusetcpus: build.cpuSetCpus as unknown as number }),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== false));
}
