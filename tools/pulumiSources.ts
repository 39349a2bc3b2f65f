import { createHash } from "node:crypto";
import { copyFileSync, createWriteStream, existsSync, realpathSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import axios from "axios";
import semver from "semver";
import { messageOf } from "../providers/errors";
import { run } from "./command";
import type { Paths } from "./paths";

/**
 * One way to get Pulumi's programs. `unavailable` says why not, in words for the last resort's error; a folder with all of
 * `programs` in it otherwise. What is made goes to `staging`.
 */
export interface PulumiSource {
  name: string;
  provide(staging: string, detail: (text: string) => void): Promise<{ folder: string } | { unavailable: string }>;
}

/** The CLI, the host of TypeScript programs, and the plugin that serves dynamic providers. */
export const programs = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"] as const;

/** The oldest `go` that fetches the release named in go.mod by itself. */
const oldestGo = "1.21.0";

/** `pulumi version` of a program, or why it cannot be asked. */
export async function versionOf(program: string): Promise<{ version: string } | { unavailable: string }> {
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const version = semver.valid((await run(program, ["version"], { env, deadline: 20_000 })).trim());
    return version === null ? { unavailable: `${program} names no version` } : { version };
  } catch (error) {
    return { unavailable: messageOf(error) };
  }
}

/** A CLI works for a package of the same major version that is not younger than itself. */
export function newEnough(version: string, wanted: string): boolean {
  return semver.major(version) === semver.major(wanted) && semver.gte(version, wanted);
}

/** What the user has already. Used where it lies, never changed. */
export function onPath(wanted: string, path = process.env.PATH ?? "", own?: string): PulumiSource {
  return {
    name: "on PATH",
    async provide() {
      const folders = path.split(delimiter).filter((folder) => folder !== "" && folder !== own);
      const folder = folders.find((candidate) => existsSync(join(candidate, "pulumi")));
      if (folder === undefined) return { unavailable: "there is no `pulumi`" };
      const asked = await versionOf(join(folder, "pulumi"));
      if ("unavailable" in asked) return asked;
      if (!newEnough(asked.version, wanted))
        return { unavailable: `\`pulumi\` is ${asked.version}, needed is ${wanted} or newer` };
      // An installed CLI finds its companions beside itself, behind links.
      const real = dirname(realpathSync(join(folder, "pulumi")));
      const missing = programs.filter((program) => !existsSync(join(real, program)));
      return missing.length === 0
        ? { folder: real }
        : { unavailable: `${missing.join(", ")} missing beside ${join(real, "pulumi")}` };
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
    async provide(staging, detail) {
      const system = process.platform === "win32" ? "windows" : process.platform;
      const archive = `pulumi-v${wanted}-${system}-${process.arch}.tar.gz`;
      try {
        const checksums = await axios.get<string>(`${base}/pulumi-${wanted}-checksums.txt`, {
          responseType: "text",
          timeout: 10_000,
        });
        const expected = checksumOf(checksums.data, archive);
        if (expected === undefined) return { unavailable: `the release has no checksum for ${archive}` };
        const file = join(staging, archive);
        const actual = await download(`${base}/${archive}`, file, detail);
        if (actual !== expected)
          return { unavailable: `${archive} has the checksum ${actual}, published is ${expected}` };
        await run("tar", ["-xzf", file, "-C", staging, "--strip-components=1"]);
        rmSync(file);
        return { folder: staging };
      } catch (error) {
        return { unavailable: messageOf(error) };
      }
    },
  };
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
  return {
    name: "built from Go modules",
    async provide(staging, detail) {
      const found = await goVersion(env);
      if ("unavailable" in found) return found;
      const build = (module: string, program: string, target: string, flags: readonly string[]) =>
        run("go", ["build", "-v", "-trimpath", "-buildvcs=false", ...flags, "-o", join(staging, target), program], {
          cwd: join(paths.root, "tools/pulumi", module),
          env,
          onLine: detail,
        });
      try {
        await build("cli", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "pulumi", [
          ...["-tags", "osusergo,grpcnotrace"],
          ...["-ldflags", `-s -w -X ${version}`],
        ]);
        await build(
          "language-host",
          "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
          "pulumi-language-nodejs",
          [...["-ldflags", "-s -w"]],
        );
      } catch (error) {
        // The caches stay: the next run goes on where this one ended.
        return { unavailable: messageOf(error) };
      }
      copyFileSync(
        join(paths.root, "node_modules/@pulumi/pulumi/pulumi-resource-pulumi-nodejs"),
        join(staging, "pulumi-resource-pulumi-nodejs"),
      );
      detail("removing the caches of the build");
      rmSync(go, { recursive: true, force: true });
      return { folder: staging };
    },
  };
}

async function goVersion(env: NodeJS.ProcessEnv): Promise<{ version: string } | { unavailable: string }> {
  try {
    const version = semver.coerce(/go(\d+\.\d+(\.\d+)?)/.exec(await run("go", ["version"], { env }))?.[1])?.version;
    if (version === undefined) return { unavailable: "`go version` names no version" };
    return semver.gte(version, oldestGo)
      ? { version }
      : { unavailable: `\`go\` is ${version}, needed is ${oldestGo} or newer` };
  } catch {
    return { unavailable: "there is no `go`" };
  }
}
