import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchBridge } from "./bridges";
import { seconds } from "./measure";

const ROOT = join(__dirname, "..");
const PEER = join(ROOT, "bench/peers/ansible");
const VENV = join(ROOT, ".tools/bench/ansible");

export interface AnsibleTimes {
  first: number;
  /** The second run, which changes nothing. */
  second: number;
}

/** Installs the peer into `.tools/`, once. Returns why it cannot be had, if so. */
export function prepareAnsible(): string | undefined {
  if (existsSync(join(VENV, "installed"))) return undefined;
  mkdirSync(VENV, { recursive: true });
  for (const [command, args] of [
    ["python3", ["-m", "venv", VENV]],
    [join(VENV, "bin/pip"), ["install", "--quiet", "-r", join(PEER, "requirements.txt")]],
  ] as const) {
    const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
    if (status !== 0) return `${command} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`;
  }
  writeFileSync(join(VENV, "installed"), "");
  return undefined;
}

/** The same bridges by the playbook, twice. */
export async function ansibleLife(
  bridges: readonly BenchBridge[],
  db: { host: string; port: number; user: string; password: string; name: string },
  sigmamind: { baseUrl: string; apiKey: string },
): Promise<AnsibleTimes> {
  const rows = bridges.map((bridge) => ({
    ...bridge,
    carrierId: bridge.campaignId,
    remoteExtension: bridge.aiPrefix + bridge.routeNumber.slice(1),
    serverIp: bridge.diallers[0],
  }));
  const variables = join(VENV, `bridges-${bridges.length}.json`);
  writeFileSync(variables, JSON.stringify({ bridges: rows, db, sigmamind }), { mode: 0o600 });
  // Asynchronous on purpose: the API simulator lives in this process.
  const run = () => play(["-i", "localhost,", join(PEER, "playbook.yml"), "-e", `@${variables}`]);
  return { first: await seconds(run), second: await seconds(run) };
}

function play(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(VENV, "bin/ansible-playbook"), args, { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`ansible-playbook failed:\n${text.slice(-2000)}`)),
    );
  });
}

/** `ansible --version`, first line. */
export function ansibleVersion(): string {
  return execFileSync(join(VENV, "bin/ansible"), ["--version"], { encoding: "utf8" }).split("\n")[0] ?? "";
}
