import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { release, type } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Surroundings } from "./command";

/** What runs here: the first questions to whoever reports that something does not work. */
export const installedSchema = z.strictObject({
  /** Version of this package. */
  version: z.string(),
  node: z.string(),
  /** Kind, release and processor of the operating system. */
  os: z.string(),
  /** What installed the project, as far as it can be seen; `null` where it cannot. */
  packageManager: z.string().nullable(),
  pulumi: z.strictObject({
    /** The CLI in PATH; `null` where there is none. */
    cli: z.string().nullable(),
    /** `@pulumi/pulumi` as the project resolves it, else as this package does. */
    sdk: z.string().nullable(),
  }),
});

const packageFile = z.object({ version: z.string() });

/** Version of this package: of the nearest package.json above this file, compiled or not. */
export function ownVersion(): string {
  return versionIn(above(__dirname, ["package.json"])) ?? "unknown";
}

export function installed({ cwd, env }: Pick<Surroundings, "cwd" | "env">): z.infer<typeof installedSchema> {
  return {
    version: ownVersion(),
    node: process.versions.node,
    os: `${type()} ${release()} ${process.arch}`,
    packageManager: packageManager(cwd, env),
    pulumi: { cli: pulumiCli(cwd, env), sdk: pulumiSdk(cwd) },
  };
}

/** A package manager names itself to what it runs; else its lock file says which one it was. */
function packageManager(cwd: string, env: Surroundings["env"]): string | null {
  const [, name, version] = /^([\w-]+)\/(\S+)/.exec(env["npm_config_user_agent"] ?? "") ?? [];
  if (name !== undefined) return `${name} ${version ?? ""}`;
  const lock = above(cwd, Object.keys(LOCK_FILES));
  return lock === undefined ? null : (LOCK_FILES[lock.name] ?? null);
}

const LOCK_FILES: Readonly<Record<string, string>> = {
  "package-lock.json": "npm",
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
  "bun.lock": "bun",
};

function pulumiCli(cwd: string, env: Surroundings["env"]): string | null {
  try {
    // Without the look for a newer version, which would ask the network.
    const quiet = { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    return execFileSync("pulumi", ["version"], {
      cwd,
      env: quiet,
      timeout: 20_000,
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  } catch {
    return null;
  }
}

function pulumiSdk(cwd: string): string | null {
  for (const from of [join(cwd, "package.json"), __filename]) {
    try {
      const path = createRequire(from).resolve("@pulumi/pulumi/package.json");
      return versionIn({ path }) ?? null;
    } catch {
      // Not installed there.
    }
  }
  return null;
}

/** The nearest of the named files in this folder or one above it. */
function above(folder: string, names: readonly string[]): { path: string; name: string } | undefined {
  const name = names.find((one) => existsSync(join(folder, one)));
  if (name !== undefined) return { path: join(folder, name), name };
  const parent = dirname(folder);
  return parent === folder ? undefined : above(parent, names);
}

function versionIn(file: { path: string } | undefined): string | undefined {
  if (file === undefined) return undefined;
  const read = packageFile.safeParse(JSON.parse(readFileSync(file.path, "utf8")));
  return read.success ? read.data.version : undefined;
}
