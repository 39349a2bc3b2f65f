/** The tools on this machine: the real CLI, the real daemon, and a small stack program in a checkout of its own. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localMachine, openCheckout, services } from "../../tools/checkout/checkout";
import { dockerClient } from "../../tools/prepare/docker";
import { labObjects, listed, removeAll } from "../../tools/checkout/lab";
import { pathsOf, thisCheckout } from "../../tools/checkout/paths";
import { prepare, pulumiVersion } from "../../tools/prepare/prepare";
import { progressOn } from "../../tools/terminal/progress";
import { ensurePulumi } from "../../tools/prepare/pulumiCli";
import { onPath, programs, versionIn } from "../../tools/prepare/pulumiSources";
import { OtherCheckout } from "../kit/checkout";

jest.setTimeout(300_000);

const docker = dockerClient();
const quiet = { write: () => true, isTTY: false, columns: 80 };

function temporary(): string {
  return mkdtempSync(join(tmpdir(), "vb-tools-"));
}

test("two checkouts find different names and ports on this machine", async () => {
  const folders = [temporary(), temporary()];
  try {
    const [a, b] = await Promise.all(folders.map((folder) => openCheckout(pathsOf(folder), localMachine)));
    expect(a!.prefix).not.toBe(b!.prefix);
    expect(new Set([a!, b!].flatMap(({ ports }) => services.map((service) => ports[service]))).size).toBe(
      2 * services.length,
    );
  } finally {
    folders.forEach((folder) => rmSync(folder, { recursive: true }));
  }
});

test("what is prepared is only checked the second time: not one step of work", async () => {
  const paths = thisCheckout();
  await prepare(paths, progressOn(quiet));
  const lines: string[] = [];
  const again = await prepare(paths, progressOn({ ...quiet, write: (text: string) => lines.push(text) > 0 }));
  expect(lines.filter((line) => /^[▸✓–✗]/.test(line))).toEqual([]);
  expect(lines.join("")).toMatch(
    /Pulumi CLI 3\.\d+\.\d+ .*\n.*Docker \d+.*\n.*docker plugin: .*\n.*base image: present/,
  );
  expect(again.checkout.prefix).toMatch(/^vb-[0-9a-f]{8}$/);
});

test("a Pulumi that was cut short half-way is made again, and the new one runs", async () => {
  const folder = temporary();
  try {
    const here = thisCheckout();
    const paths = pathsOf(folder);
    const wanted = pulumiVersion(here);
    const found = await onPath(paths, wanted, [here.bin, process.env.PATH].join(":")).provide("", () => undefined);
    let copies = 0;
    const copying = {
      name: "copied",
      doing: "Copying",
      provide(staging: string) {
        copies++;
        for (const program of programs) copyFileSync(join(found, program), join(staging, program));
        return Promise.resolve(staging);
      },
    };
    const ensure = () => ensurePulumi(paths, wanted, [copying], progressOn(quiet));
    await ensure();
    const pulumi = join(paths.bin, "pulumi");
    truncateSync(pulumi, Math.floor(statSync(pulumi).size / 2));
    await expect(versionIn(paths, paths.bin, wanted)).rejects.toThrow();
    await ensure();
    expect(await versionIn(paths, paths.bin, wanted)).toMatch(/^\d+\.\d+\.\d+$/);
    await ensure();
    expect(copies).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** A lab of one network, one volume and one container; the environment decides whether it is stable. */
const program = `
import * as docker from "@pulumi/docker";
const prefix = process.env.VOICEBRIDGE_LAB_PREFIX!;
const network = new docker.Network("network", { name: prefix + "-network" });
const volume = new docker.Volume("volume", { name: prefix + "-data" });
if (process.env.UNSTABLE) {
  new docker.Volume("unstable", { name: prefix + "-unstable", labels: [{ label: "now", value: String(Date.now()) }] });
}
new docker.Container("database", {
  name: prefix + "-database",
  image: "debian:bullseye-slim",
  command: ["sleep", "100000"],
  ports: [{ internal: 3306, external: Number(process.env.VOICEBRIDGE_LAB_DATABASE_PORT), ip: "127.0.0.1" }],
  networksAdvanced: [{ name: network.name }],
  volumes: [{ volumeName: volume.name, containerPath: "/data" }],
});
export const bridges: unknown[] = [];
`;

describe("a small lab", () => {
  const checkout = OtherCheckout.around(program, "# why this is so\nconfig:\n  voice-ai-bridges:word: hello\n");
  const left = async () => listed(await labObjects(docker, checkout.identity().prefix));
  const lastLine = (text: string) =>
    JSON.parse(text.trimEnd().split("\n").at(-1)!) as { secondUp: { changes: number }; database: { port: number } };
  const container = () => docker.getContainer(`${checkout.identity().prefix}-database`);

  async function start(): Promise<ReturnType<typeof lastLine>> {
    const { code, stdout, stderr } = await checkout.tool("start", "--json");
    if (code !== 0) throw new Error(stderr);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    return lastLine(stdout);
  }

  /** A lab that somebody left over in another checkout, and what Docker says of it. */
  const stranger = `vb-${process.pid.toString(16).padStart(8, "0")}`;
  const leftOver = async () => ({
    objects: await labObjects(docker, stranger),
    since: (await docker.getContainer(`${stranger}-database`).inspect()).State.StartedAt,
  });
  let before: Awaited<ReturnType<typeof leftOver>>;

  beforeAll(async () => {
    await docker.createNetwork({ Name: `${stranger}-network` });
    await docker.createVolume({ Name: `${stranger}-data` });
    const made = await docker.createContainer({
      ...{ name: `${stranger}-database`, Image: "debian:bullseye-slim", Cmd: ["sleep", "100000"] },
      HostConfig: { NetworkMode: `${stranger}-network`, Binds: [`${stranger}-data:/data`] },
    });
    await made.start();
    before = await leftOver();
  });
  afterAll(async () => {
    await checkout.tool("stop", "--force");
    checkout.remove();
    await removeAll(docker, await labObjects(docker, stranger));
  });

  test("comes up twice without a change, and Git sees nothing", async () => {
    expect((await start()).secondUp.changes).toBe(0);
    expect((await left()).map((one) => one.split(" ")[0])).toEqual(["container", "network", "volume"]);
    const { Id: before } = await container().inspect();
    expect((await start()).secondUp.changes).toBe(0);
    expect((await container().inspect()).Id).toBe(before);
    expect(checkout.status()).toBe("");
  });

  test("a program that is not stable is found out: the number is the engine's, and the exit code says so", async () => {
    process.env.UNSTABLE = "1";
    const { code, stdout } = await checkout.tool("start", "--json").finally(() => delete process.env.UNSTABLE);
    expect(lastLine(stdout).secondUp.changes).toBe(1);
    expect(code).toBe(1);
  });

  test("a container that stands still is started", async () => {
    await container().stop({ t: 0 });
    await start();
    expect((await container().inspect()).State.Running).toBe(true);
  });

  test("a port that something else took while the lab was down is given up", async () => {
    expect((await checkout.tool("stop")).code).toBe(0);
    const { database } = checkout.identity().ports;
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(database, "127.0.0.1", resolve));
    try {
      expect((await start()).database.port).not.toBe(database);
    } finally {
      await new Promise((resolve) => squatter.close(resolve));
    }
  });

  test("a Pulumi that was killed does not lock the stack for ever, and a container that is gone is made again", async () => {
    const running = checkout.tool("start", "--json");
    const locks = join(checkout.root, ".tools/state/.pulumi/locks/organization/voice-ai-bridges/dev");
    const pid = await holderOf(locks);
    process.kill(pid, "SIGKILL");
    expect((await running).code).toBe(1);
    await container().remove({ force: true });
    expect((await start()).secondUp.changes).toBe(0);
    expect((await container().inspect()).State.Running).toBe(true);
  });

  test("no password is in the state, and the state is the owner's", () => {
    const { passphrase, databasePassword } = checkout.identity().secrets;
    const state = readFileSync(join(checkout.root, ".tools/state/.pulumi/stacks/voice-ai-bridges/dev.json"), "utf8");
    expect(state).not.toContain(databasePassword);
    expect(state).not.toContain(passphrase);
    expect(statSync(join(checkout.root, ".tools/state")).mode & 0o077).toBe(0);
  });

  test("stop leaves nothing, also when a container was removed by hand; and stops twice", async () => {
    await container().remove({ force: true });
    const { code, stderr } = await checkout.tool("stop");
    expect([code, await left()]).toEqual([0, []]);
    expect(stderr).toContain("no container, network or volume named");
    expect((await checkout.tool("stop")).code).toBe(0);
  });

  test("a lab whose state is lost is named by stop and removed by force", async () => {
    await start();
    rmSync(join(checkout.root, ".tools/state"), { recursive: true });
    const { code, stderr } = await checkout.tool("stop");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /Docker still has:\ncontainer vb-\w+-database\nnetwork .*\nvolume .*\n.*npm run stop -- --force/,
    );
    expect((await checkout.tool("stop", "--force")).code).toBe(0);
    expect(await left()).toEqual([]);
    expect(checkout.status()).toBe("");
  });

  test("a lab that another checkout left over disturbed nothing of this, and is as it was", async () => {
    expect(listed(before.objects).map((one) => one.split(" ")[0])).toEqual(["container", "network", "volume"]);
    expect(await leftOver()).toEqual(before);
  });

  test("flags that do not exist change nothing", async () => {
    const before = await left();
    for (const tool of ["start", "stop"]) {
      const { code, stdout, stderr } = await checkout.tool(tool, "--jsn");
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toContain("Unknown option '--jsn'");
    }
    expect(await left()).toEqual(before);
  });
});

/** Process id in the lock that a running Pulumi holds. */
async function holderOf(folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true });
  for (;;) {
    for (const file of readdirSync(folder)) {
      const text = readFileSync(join(folder, file), { encoding: "utf8", flag: "r" });
      if (text !== "") return (JSON.parse(text) as { pid: number }).pid;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
