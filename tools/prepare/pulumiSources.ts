import { createHash } from "node:crypto";
import { copyFileSync, createWriteStream, existsSync, realpathSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import axios from "axios";
import semver from "semver";
import { messageOf } from "../../core/refusal";
import { run } from "../terminal/command";
import { NotToBeHad } from "../terminal/failure";
import type { Paths } from "../checkout/paths";

/** One way to get Pulumi's programs. */
export interface PulumiSource {
  /** Where they come from, for people. */
  name: string;
  /** What is done to get them, for the progress. */
  doing: string;
  /** The folder that has all of `programs`: `staging`, or one of the user's. Throws `NotToBeHad` with the reason. */
  provide(staging: string, detail: (text: string) => void): Promise<string>;
}

/** The CLI, the host of TypeScript programs, and the plugin that serves dynamic providers. */
export const programs = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"] as const;

/** The oldest `go` that fetches the release named in go.mod by itself. */
const oldestGo = "1.21.0";

/** `pulumi version` of a folder's CLI, where it is new enough and has its companions; throws `NotToBeHad` otherwise. */
export async function versionIn({ pulumiHome }: Paths, folder: string, wanted: string): Promise<string> {
  const missing = programs.filter((program) => !existsSync(join(folder, program)));
  if (missing.length > 0) throw new NotToBeHad(`${folder} lacks ${missing.join(", ")}`);
  const program = join(folder, "pulumi");
  // Even this writes a log into Pulumi's home.
  const env = { ...process.env, PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const version = semver.valid((await attempt(() => run(program, ["version"], { env, deadline: 20_000 }))).trim());
  if (version === null) throw new NotToBeHad(`${program} names no version`);
  if (!newEnough(version, wanted)) throw new NotToBeHad(`${program} is ${version}, needed is ${wanted} or newer`);
  return version;
}

/** A CLI works for a package of the same major version that is not younger than itself. */
export function newEnough(version: string, wanted: string): boolean {
  return semver.major(version) === semver.major(wanted) && semver.gte(version, wanted);
}

/** What the user has already. Used where it lies, never changed. */
export function onPath(paths: Paths, wanted: string, path = process.env.PATH ?? ""): PulumiSource {
  return {
    name: "on PATH",
    doing: "Looking for a Pulumi CLI on PATH",
    async provide() {
      const folders = path.split(delimiter).filter((folder) => folder !== "" && folder !== paths.bin);
      const folder = folders.find((candidate) => existsSync(join(candidate, "pulumi")));
      if (folder === undefined) throw new NotToBeHad("there is no `pulumi`");
      // An installed CLI finds its companions beside itself, behind links.
      const real = dirname(realpathSync(join(folder, "pulumi")));
      await versionIn(paths, real, wanted);
      return real;
    },
  };
}

/** The release of this version on GitHub, checked against the checksums published with it. */
export function officialRelease(
  wanted: string,
  base = `https://github.com/pulumi/pulumi/releases/download/v${wanted}`,
): PulumiSource {
  return {
    name: "official release",
    doing: `Downloading the Pulumi CLI ${wanted}`,
    async provide(staging, detail) {
      const system = process.platform === "win32" ? "windows" : process.platform;
      const archive = `pulumi-v${wanted}-${system}-${process.arch}.tar.gz`;
      const list = `pulumi-${wanted}-checksums.txt`;
      const checksums = await attempt(() =>
        axios.get<string>(`${base}/${list}`, { responseType: "text", timeout: 10_000 }),
      );
      const expected = checksumOf(checksums.data, archive);
      if (expected === undefined) throw new NotToBeHad(`${list} has no checksum for ${archive}`);
      const file = join(staging, archive);
      const actual = await attempt(() => download(`${base}/${archive}`, file, detail));
      if (actual !== expected) throw new NotToBeHad(`${archive} has the checksum ${actual}, published is ${expected}`);
      await attempt(() => run("tar", ["-xzf", file, "-C", staging, "--strip-components=1"]));
      rmSync(file);
      return staging;
    },
  };
}

/** Whatever goes wrong on this way, there may be another. */
async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new NotToBeHad(messageOf(error));
  }
}

/** From lines of `<sha256>  <file>`, as `sha256sum` writes them. */
export function checksumOf(list: string, file: string): string | undefined {
  const line = list.split("\n").find((one) => one.trim().split(/\s+\*?/)[1] === file);
  return line?.trim().split(/\s+/)[0];
}

async function download(url: string, file: string, detail: (text: string) => void): Promise<string> {
  const silence = 20_000;
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), silence);
  try {
    const answer = await axios.get<Readable>(url, { responseType: "stream", signal: giveUp.signal });
    const hash = createHash("sha256");
    let bytes = 0;
    answer.data.on("data", (chunk: Buffer) => {
      timer.refresh();
      hash.update(chunk);
      bytes += chunk.length;
      detail(`${(bytes / 1e6).toFixed(0)} MB`);
    });
    await pipeline(answer.data, createWriteStream(file), { signal: giveUp.signal });
    return hash.digest("hex");
  } finally {
    clearTimeout(timer);
  }
}

/**
 * From the Go modules pinned in tools/pulumi. The language host is the last one that was released inside a Go module
 * (3.68.0); it serves current programs, but no policy packs.
 */
export function goModules(paths: Paths, wanted: string): PulumiSource {
  const go = join(paths.tools, "go");
  const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${wanted}`;
  const env = {
    ...process.env,
    GOPATH: go,
    GOMODCACHE: join(go, "mod"),
    GOCACHE: join(go, "cache"),
    // So that deleting the cache needs no chmod first.
    GOFLAGS: "-modcacherw",
    // Go keeps counters of its own use in the user's folder; its settings (a proxy, for example) stay the user's.
    XDG_CONFIG_HOME: join(go, "config"),
    GOENV: process.env.GOENV ?? join(process.env.XDG_CONFIG_HOME ?? join(homedir(), ".config"), "go/env"),
  };
  const build = (module: string, program: string, target: string, flags: readonly string[]) => ({
    folder: join(paths.root, "tools/pulumi", module),
    args: ["build", "-v", "-trimpath", "-buildvcs=false", ...flags, "-o", target, program],
  });
  const builds = (staging: string) => [
    build("cli", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", join(staging, "pulumi"), [
      ...["-tags", "osusergo,grpcnotrace"],
      ...["-ldflags", `-s -w -X ${version}`],
    ]),
    build(
      "language-host",
      "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      join(staging, "pulumi-language-nodejs"),
      ["-ldflags", "-s -w"],
    ),
  ];
  return {
    name: "built from Go modules",
    doing: `Building the Pulumi CLI ${wanted} from its Go modules (some minutes)`,
    async provide(staging, detail) {
      await requireGo(env);
      for (const { folder, args } of builds(staging)) {
        // When one fails, the caches stay: the next run goes on where this one ended.
        await attempt(() => run("go", args, { cwd: folder, env, onLine: detail }));
      }
      const served = "pulumi-resource-pulumi-nodejs";
      copyFileSync(join(paths.root, "node_modules/@pulumi/pulumi", served), join(staging, served));
      detail("removing the caches of the build");
      await rm(go, { recursive: true, force: true });
      return staging;
    },
  };
}

async function requireGo(env: NodeJS.ProcessEnv): Promise<void> {
  const said = await run("go", ["version"], { env }).catch(() => {
    throw new NotToBeHad("there is no `go`");
  });
  const version = semver.coerce(/go(\d+\.\d+(\.\d+)?)/.exec(said)?.[1]);
  if (version === null) throw new NotToBeHad("`go version` names no version");
  if (semver.lt(version, oldestGo))
    throw new NotToBeHad(`\`go\` is ${version.version}, needed is ${oldestGo} or newer`);
}
