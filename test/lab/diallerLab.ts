import { randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import Docker from "dockerode";
import { extract } from "tar-stream";
import { connectAmi, type Ami } from "../../core/protocols/ami";
import type { CarrierCall } from "../../lab/carrier/calls";
import type { FreshDatabase } from "../kit/database";
import { waitFor } from "../kit/files";
import { builtLabImage } from "../kit/labImage";

/** Two diallers and the lab's telephone network on a network of their own, over a database of the tests. */
export interface DiallerLab {
  /** The first dialler's address, as in `servers.server_ip`. */
  ip: string;
  /** The second one's. What else is here is the first one's. */
  secondIp: string;
  ami: Ami;
  /** Calls that the telephone network has seen: customers' and, in these tests, the AI's. */
  calls(): Promise<CarrierCall[]>;
  /** Runs a command in the dialler's container. */
  run(...command: string[]): Promise<string>;
  /** A file of the dialler's container. */
  file(path: string): Promise<Buffer>;
  /** What the daemon has logged. */
  log(): Promise<string>;
  remove(): Promise<void>;
}

const CONTROL_PORT = 8083;

export async function startDiallerLab(
  database: FreshDatabase,
  environment: Readonly<Record<string, string>> = {},
): Promise<DiallerLab> {
  const docker = new Docker();
  const name = `vbtest-dialler-${process.pid}-${randomBytes(3).toString("hex")}`;
  const undo: (() => Promise<unknown>)[] = [];
  const remove = async (): Promise<void> => {
    for (const step of undo.reverse()) await step().catch(() => undefined);
  };
  try {
    const images = { dialler: await builtLabImage("dialler"), carrier: await builtLabImage("carrier") };
    const { network, address } = await freeNetwork(docker, name);
    undo.push(() => network.remove());

    const server = await databaseContainer(docker, database.port);
    await network.connect({ Container: server, EndpointConfig: { Aliases: ["database"] } });
    undo.push(() => network.disconnect({ Container: server, Force: true }));

    const start = async (image: "dialler" | "carrier", alias: string, ip: string, env: Record<string, string>) => {
      const container = await docker.createContainer({
        name: `${name}-${alias}`,
        Image: images[image],
        Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
        HostConfig: { NetworkMode: name },
        NetworkingConfig: { EndpointsConfig: { [name]: { IPAMConfig: { IPv4Address: ip }, Aliases: [alias] } } },
        Healthcheck: { Test: ["CMD", "healthcheck.sh"], Interval: 1e9, Timeout: 5e9, StartPeriod: 60e9, Retries: 5 },
      });
      undo.push(() => container.remove({ force: true, v: true }));
      await container.start();
      return container;
    };
    const healthy = async (container: Docker.Container): Promise<void> => {
      await waitFor("the container is healthy", 60_000, async () => {
        const { State } = await container.inspect();
        if (!State.Running) throw new Error(`the container has ended: ${await logOf(container)}`);
        return State.Health?.Status === "healthy";
      });
    };

    const carrier = await start("carrier", "carrier", address(21), { CARRIER_CONTROL_PORT: String(CONTROL_PORT) });
    await healthy(carrier);
    const [ip, secondIp] = [address(11), address(12)];
    const secret = randomBytes(10).toString("hex");
    const startDialler = (number: 1 | 2) =>
      start("dialler", `dialler${number}`, number === 1 ? ip : secondIp, {
        DIALLER_ID: `DIALLER${number}`,
        DIALLER_IP: number === 1 ? ip : secondIp,
        DIALLER_AMI_SECRET: secret,
        DIALLER_CONFIGURATION_SECONDS: "1",
        VICIDIAL_HOST: "database",
        VICIDIAL_PORT: "3306",
        VICIDIAL_USER: database.user,
        VICIDIAL_PASSWORD: database.password,
        VICIDIAL_DATABASE: database.database,
        ...environment,
      });
    const dialler = await startDialler(1);
    const second = await startDialler(2);
    await Promise.all([healthy(dialler), healthy(second)]);
    const ami = await connectAmi({ host: ip, username: "cron", secret });
    undo.push(() => ami.close());
    return {
      ip,
      secondIp,
      ami,
      calls: async () => (await (await fetch(`http://${address(21)}:${CONTROL_PORT}/calls`)).json()) as CarrierCall[],
      run: (...command) => run(docker, dialler, command),
      file: (path) => fileOf(dialler, path),
      log: () => logOf(dialler),
      remove,
    };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

/** A network of 256 addresses that no other network of this machine overlaps, and its addresses by their last octet. */
async function freeNetwork(docker: Docker, name: string) {
  for (let attempts = 20; ; attempts--) {
    const start = `10.213.${randomBytes(1).readUInt8()}`;
    try {
      const Config = [{ Subnet: `${start}.0/24` }];
      const network = await docker.createNetwork({ Name: name, Driver: "bridge", IPAM: { Driver: "default", Config } });
      return { network, address: (last: number): string => `${start}.${last}` };
    } catch (thrown) {
      if (attempts === 0 || !/overlap/i.test(String(thrown))) throw thrown;
    }
  }
}

/** The container behind the tests' database, by the port that it publishes. */
async function databaseContainer(docker: Docker, port: number): Promise<string> {
  const containers = await docker.listContainers();
  const found = containers.find(({ Ports }) =>
    Ports.some((one) => one.PublicPort === port && one.PrivatePort === 3306),
  );
  if (!found) throw new Error(`no container publishes the database port ${port}`);
  return found.Id;
}

async function logOf(container: Docker.Container): Promise<string> {
  return (await container.logs({ stdout: true, stderr: true })).toString("utf8");
}

async function run(docker: Docker, container: Docker.Container, command: readonly string[]): Promise<string> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const out = new PassThrough();
  let text = "";
  out.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  docker.modem.demuxStream(stream, out, out);
  await finished(stream);
  return text;
}

async function fileOf(container: Docker.Container, path: string): Promise<Buffer> {
  const archive = (await container.getArchive({ path })).pipe(extract());
  const pieces: Buffer[] = [];
  for await (const entry of archive) {
    for await (const piece of entry) pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
}
