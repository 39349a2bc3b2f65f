/**
 * A whole lab for tests of calls: database, SigmaMind simulator, diallers, telephone network, SIP edge and lead service by the
 * real `TestLab` component through a real `pulumi up`, bridges through another, and everybody's view of the calls.
 *
 * @example
 * const lab = await Lab.start();
 * await lab.up([bridge("CALLS1", "+19895550101")]);
 * const maria = await lab.lead("CALLS1", "3035550114", { first_name: "Maria" });
 * const edge = await lab.edge.call(maria.phone, ({ state }) => state === "ended");
 * await lab.remove();
 */
import { mkdirSync, symlinkSync, existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import axios, { type AxiosInstance } from "axios";
import Docker from "dockerode";
import { createPool, type Pool, type RowDataPacket } from "mysql2/promise";
import { chooseSubnet, interfaceNetworks } from "../../../tools/subnet";
import { installDockerPlugin } from "../../support/dockerPlugin";
import { repository } from "../../support/files";
import { builtLabImage } from "../../support/labImage";
import { TestStack, type Declared } from "../../support/stack";
import { Carrier, Edge } from "./views";

export interface LabOptions {
  /** 1 or 2. Default 1. */
  diallers?: number;
}

export interface Lead {
  id: number;
  phone: string;
}

type Value = string | number | Date | null;

const password = "lab-p4ssword-of-the-test";
const apiKey = "lab-4pikey-of-the-test";

export class Lab {
  readonly edge: Edge;
  readonly carrier: Carrier;
  /** SigmaMind's API, as a customer of theirs uses it. */
  readonly sigmamind: AxiosInstance;
  /** The simulator's own control API: agents, faults. */
  readonly sigmamindControl: AxiosInstance;

  private constructor(
    readonly stack: TestStack,
    readonly prefix: string,
    /** `servers.server_ip` of each dialler. */
    readonly diallers: string[],
    private readonly resource: Declared,
    private readonly pool: Pool,
    ports: Ports,
  ) {
    const at = (port: number) => `http://127.0.0.1:${port}`;
    this.edge = new Edge(at(ports.edge));
    this.carrier = new Carrier(at(ports.carrier));
    this.sigmamind = axios.create({ baseURL: at(ports.sigmamind), headers: { "X-API-Key": apiKey } });
    this.sigmamindControl = axios.create({ baseURL: at(ports.control) });
  }

  static async start({ diallers = 1 }: LabOptions = {}): Promise<Lab> {
    // Under a name that stays, so that the layers of the lab's own images are there already.
    for (const image of ["dialler", "carrier", "edge", "leads"] as const) await builtLabImage(image);
    const ports = await freePorts();
    const prefix = `vbtest-calls-${process.pid}`;
    const subnet = chooseSubnet(process.pid, await networksInUse());
    const resource: Declared = {
      class: "TestLab",
      name: "lab",
      args: {
        prefix,
        database: { port: ports.database, password },
        sigmamind: { port: ports.sigmamind, controlPort: ports.control, apiKey },
        telephony: {
          subnet,
          diallers,
          edgeControlPort: ports.edge,
          carrierControlPort: ports.carrier,
          secret: `secret-of-the-lab-${process.pid}`,
        },
      },
    };
    const stack = await TestStack.create({
      config: { "voice-ai-bridges:lab": "true" },
      env: {
        PULUMI_HOME: installDockerPlugin(),
        TEST_CLASSES: "dist/components/index.js",
        VICIDIAL_HOST: "127.0.0.1",
        VICIDIAL_PORT: String(ports.database),
        VICIDIAL_USER: "voicebridge",
        VICIDIAL_PASSWORD: password,
        VICIDIAL_DATABASE: "asterisk",
        SIGMAMIND_BASE_URL: `http://127.0.0.1:${ports.sigmamind}`,
        SIGMAMIND_API_KEY: apiKey,
      },
    });
    shareNode(stack.folder);
    const pool = createPool({
      host: "127.0.0.1",
      port: ports.database,
      user: "voicebridge",
      password,
      database: "asterisk",
      dateStrings: true,
    });
    const addresses = Array.from({ length: diallers }, (_, at) => subnet.replace(/0\/24$/, String(11 + at)));
    const lab = new Lab(stack, prefix, addresses, resource, pool, ports);
    try {
      await lab.up([]);
    } catch (thrown) {
      await lab.remove();
      throw thrown;
    }
    return lab;
  }

  /** Declares the bridges (and whatever else) beside the lab, and applies. */
  async up(resources: readonly Declared[], ...flags: string[]): Promise<void> {
    const after = resources.map((one) => ({ ...one, dependsOn: ["lab", ...(one.dependsOn ?? [])] }));
    this.stack.declare([this.resource, ...after]);
    await this.stack.up({}, ...flags);
  }

  /** Outputs of a component of the stack, secrets in clear. */
  async outputs<Outputs>(name: string): Promise<Outputs> {
    const { stdout } = await this.stack.run(["stack", "export", "--show-secrets"]);
    const state = JSON.parse(stdout) as { deployment: { resources: { urn: string; outputs?: unknown }[] } };
    const found = state.deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`));
    return JSON.parse(JSON.stringify(found?.outputs), (_, value: unknown): unknown =>
      typeof value === "object" && value !== null && "plaintext" in value ? JSON.parse(String(value.plaintext)) : value,
    ) as Outputs;
  }

  /** Rows of a query of VICIdial's database, as a stack's account. */
  async query<Row = Record<string, unknown>>(sql: string, values: readonly Value[] = []): Promise<Row[]> {
    const [rows] = await this.pool.query<RowDataPacket[]>(sql, [...values]);
    return rows as Row[];
  }

  /** A list for a campaign of the lab. */
  async list(campaignId: string, listId: number): Promise<void> {
    await this.pool.query(
      "INSERT INTO vicidial_lists (list_id, list_name, campaign_id, active) VALUES (?, ?, ?, 'Y')",
      [listId, `Calls of ${campaignId}`, campaignId],
    );
  }

  /** Somebody to call: a new lead, which the dialler calls within some ten seconds. */
  async lead(listId: number, phone: string, columns: Readonly<Record<string, Value>> = {}): Promise<Lead> {
    const row = {
      ...{ status: "NEW", list_id: listId, phone_code: "1", phone_number: phone, gmt_offset_now: "-7.00" },
      ...{ called_since_last_reset: "N", entry_list_id: listId, ...columns },
    };
    const [{ insertId }] = await this.pool.query<never>("INSERT INTO vicidial_list SET entry_date = NOW(), ?", [row]);
    return { id: insertId, phone };
  }

  /** Runs a command of Asterisk's console on a dialler. */
  async cli(command: string, dialler = 1): Promise<string> {
    return this.exec(`dialler${dialler}`, ["asterisk", "-rx", command]);
  }

  /** Runs a program in one of the lab's containers and returns what it prints. */
  async exec(service: string, command: string[]): Promise<string> {
    const container = this.container(service);
    const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true });
    const stream = await exec.start({ Tty: true });
    let text = "";
    for await (const piece of stream) text += String(piece);
    return text;
  }

  container(service: string): Docker.Container {
    return new Docker().getContainer(`${this.prefix}-${service}`);
  }

  /** The end of what each container printed, for a test that failed. */
  async logs(tail = 60): Promise<string> {
    const services = ["dialler1", "carrier", "edge", "leads"];
    const parts = services.map(async (service) => {
      const logs = await this.container(service)
        .logs({ stdout: true, stderr: true, tail })
        .catch(() => Buffer.from("no such container"));
      return `== ${service}\n${logs.toString("utf8")}`;
    });
    return (await Promise.all(parts)).join("\n");
  }

  async remove(): Promise<void> {
    await this.pool.end();
    await this.stack.remove();
    const docker = new Docker();
    for (const image of ["dialler", "carrier", "edge", "leads", "sigmamind", "asterisk", "node", "database"])
      await docker
        .getImage(`${this.prefix}-${image}:lab`)
        .remove({ force: true })
        .catch(() => undefined);
  }
}

interface Ports {
  database: number;
  sigmamind: number;
  control: number;
  edge: number;
  carrier: number;
}

async function freePorts(): Promise<Ports> {
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

async function networksInUse(): Promise<string[]> {
  const networks = await new Docker().listNetworks();
  const docker = networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []));
  return [...interfaceNetworks(), ...docker.filter((subnet) => !subnet.includes(":"))];
}

/** Node for the images is fetched once per checkout, not once per test. */
function shareNode(folder: string): void {
  const node = `node-linux-${process.arch}`;
  mkdirSync(join(folder, ".tools"));
  if (existsSync(join(repository, ".tools", node)))
    symlinkSync(join(repository, ".tools", node), join(folder, ".tools", node));
}
