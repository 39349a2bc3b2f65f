/**
 * The lab that the files of test/calls share: started by the first that needs it, removed at the end of the test run. With
 * VOICEBRIDGE_KEEP_TEST_LAB=1 it stays, and the next run finds it, brought up to date by the real `pulumi up`.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import Docker from "dockerode";
import { z } from "zod";
import { chooseSubnet, interfaceNetworks } from "../../../tools/checkout/subnet";
import { installDockerPlugin } from "../dockerPlugin";
import { repository, whileLocked, workspace } from "../files";
import { builtLabImage, testPrefix } from "../labImage";
import { TestStack, type Declared } from "../stack";

const PASSWORD = "lab-p4ssword-of-the-test";
const SECRET = "lab-s3cret-of-the-telephony";
const API_KEY = "lab-4pikey-of-the-test";
const IMAGES = ["dialler", "carrier", "edge", "leads"] as const;
/** Stacks of test files, below the lab's own folder. */
const FILES = "files";

const port = z.number().int();
const descriptor = z.object({
  /** Of all containers, images and volumes. */
  prefix: z.string(),
  subnet: z.string(),
  diallers: z.number().int(),
  ports: z.object({ database: port, sigmamind: port, control: port, edge: port, carrier: port }),
});
type Descriptor = z.infer<typeof descriptor>;

export class SharedLab {
  private constructor(
    private readonly folder: string,
    readonly described: Descriptor,
  ) {}

  /** The lab with so many diallers: up, and as this checkout describes it. */
  static async start(diallers: number): Promise<SharedLab> {
    return whileLocked(`call-lab-${diallers}`, async () => {
      // Under a name that stays, so that the layers of the lab's own images are there already.
      for (const image of IMAGES) await builtLabImage(image);
      const folder = folderOf(diallers);
      const known = described(folder);
      const lab = new SharedLab(folder, known ?? (await describe(folder, diallers)));
      try {
        const stack = known === undefined ? await lab.createStack(folder) : TestStack.at(folder, lab.environment);
        stack.declare([lab.resource]);
        await stack.up();
      } catch (thrown) {
        await lab.remove();
        throw thrown;
      }
      return lab;
    });
  }

  /** Removes the labs that test runs of this checkout left. */
  static async removeAll(): Promise<void> {
    if (!existsSync(workspace)) return;
    for (const name of readdirSync(workspace).filter((found) => /^call-lab-\d+$/.test(found))) {
      const folder = join(workspace, name);
      const known = described(folder);
      if (known === undefined) rmSync(folder, { recursive: true, force: true });
      else await new SharedLab(folder, known).remove();
    }
  }

  /** The stack of a test file beside the lab's: a lab that was kept knows it from the run before. */
  async stackOf(testFile: string): Promise<TestStack> {
    const folder = join(this.folder, FILES, basename(testFile).replace(/\..*$/, ""));
    return existsSync(join(folder, "Pulumi.yaml"))
      ? TestStack.at(folder, this.environment)
      : await this.createStack(folder);
  }

  /** `servers.server_ip` of each dialler. */
  get addresses(): string[] {
    const { subnet, diallers } = this.described;
    return Array.from({ length: diallers }, (_, at) => subnet.replace(/0\/24$/, String(11 + at)));
  }

  /** The account of stacks and tests. */
  get database(): { host: string; port: number; user: string; password: string; database: string } {
    return {
      ...{ host: "127.0.0.1", port: this.described.ports.database },
      ...{ user: "voicebridge", password: PASSWORD, database: "asterisk" },
    };
  }

  get apiKey(): string {
    return API_KEY;
  }

  async remove(): Promise<void> {
    await TestStack.at(this.folder, this.environment).remove();
    for (const image of [...IMAGES, "sigmamind", "asterisk", "node", "database"])
      await new Docker()
        .getImage(`${this.described.prefix}-${image}:lab`)
        .remove({ force: true })
        .catch(() => undefined);
  }

  private async createStack(folder: string): Promise<TestStack> {
    const stack = await TestStack.create({
      folder,
      config: { "voice-ai-bridges:lab": "true" },
      env: this.environment,
    });
    shareNode(folder);
    return stack;
  }

  private get environment(): Record<string, string> {
    const { host, user, password, database } = this.database;
    return {
      PULUMI_HOME: installDockerPlugin(),
      TEST_CLASSES: "dist/components/index.js,dist/components/lab/index.js",
      VICIDIAL_HOST: host,
      VICIDIAL_PORT: String(this.described.ports.database),
      VICIDIAL_USER: user,
      VICIDIAL_PASSWORD: password,
      VICIDIAL_DATABASE: database,
      SIGMAMIND_BASE_URL: `http://127.0.0.1:${this.described.ports.sigmamind}`,
      SIGMAMIND_API_KEY: API_KEY,
    };
  }

  private get resource(): Declared {
    const { prefix, subnet, diallers, ports } = this.described;
    return {
      class: "TestLab",
      name: "lab",
      args: {
        prefix,
        database: { port: ports.database, password: PASSWORD },
        sigmamind: { port: ports.sigmamind, controlPort: ports.control, apiKey: API_KEY },
        telephony: {
          subnet,
          diallers,
          edgeControlPort: ports.edge,
          carrierControlPort: ports.carrier,
          secret: SECRET,
        },
      },
    };
  }
}

const folderOf = (diallers: number) => join(workspace, `call-lab-${diallers}`);
const fileOf = (folder: string) => join(folder, "lab.json");

function described(folder: string): Descriptor | undefined {
  return existsSync(fileOf(folder)) ? descriptor.parse(JSON.parse(readFileSync(fileOf(folder), "utf8"))) : undefined;
}

/** Chooses what two labs on one machine may not share, and writes it down. */
async function describe(folder: string, diallers: number): Promise<Descriptor> {
  const chosen = {
    prefix: `${testPrefix}-calls${diallers}`,
    subnet: chooseSubnet(process.pid, await networksInUse()),
    diallers,
    ports: await freePorts(),
  };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(folder), JSON.stringify(chosen));
  return chosen;
}

export async function freePorts(): Promise<Descriptor["ports"]> {
  const servers = Array.from({ length: 5 }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) =>
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            if (address === null || typeof address === "string") reject(new Error("no port"));
            else resolve(address.port);
          }),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [database, sigmamind, control, edge, carrier] = ports as [number, number, number, number, number];
  return { database, sigmamind, control, edge, carrier };
}

export async function networksInUse(): Promise<string[]> {
  const networks = await new Docker().listNetworks();
  const docker = networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []));
  return [...interfaceNetworks(), ...docker.filter((subnet) => !subnet.includes(":"))];
}

/** Node for the images is fetched once per checkout, not once per test. */
export function shareNode(folder: string): void {
  const node = `node-linux-${process.arch}`;
  const here = join(folder, ".tools");
  mkdirSync(here, { recursive: true });
  if (existsSync(join(repository, ".tools", node)) && !existsSync(join(here, node)))
    symlinkSync(join(repository, ".tools", node), join(here, node));
}
