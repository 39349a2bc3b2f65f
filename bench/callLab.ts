import axios from "axios";
import Docker from "dockerode";
import { createPool, type Pool, type RowDataPacket } from "mysql2/promise";
import { freePorts, networksInUse, shareNode } from "../test/kit/calls/sharedLab";
import { Carrier, Edge } from "../test/kit/calls/views";
import { installDockerPlugin } from "../test/kit/dockerPlugin";
import { builtLabImage, testPrefix } from "../test/kit/labImage";
import { TestStack, type Declared } from "../test/kit/stack";
import { chooseSubnet } from "../tools/checkout/subnet";
import { watchStart, type Phase } from "./callPhases";

const PREFIX = `${testPrefix}-bench`;
const PASSWORD = "lab-p4ssword-of-the-bench";
const API_KEY = "lab-4pikey-of-the-bench";
const IMAGES = ["database", "node", "sigmamind", "asterisk", "dialler", "carrier", "edge", "leads"] as const;

type Ports = Awaited<ReturnType<typeof freePorts>>;

/** A whole lab of the bench's own, by the real `pulumi up`: nothing of another run is in its figures. */
export class CallLab {
  private constructor(
    private readonly stack: TestStack,
    private readonly resource: Declared,
    private readonly pool: Pool,
    private readonly ports: Ports,
  ) {}

  /** Brings it up from images that are built, and tells how long which part took. */
  static async start(): Promise<{ lab: CallLab; phases: Phase[] }> {
    for (const image of IMAGES) await builtLabImage(image);
    const ports = await freePorts();
    const args = {
      prefix: PREFIX,
      database: { port: ports.database, password: PASSWORD },
      sigmamind: { port: ports.sigmamind, controlPort: ports.control, apiKey: API_KEY },
      telephony: {
        subnet: chooseSubnet(process.pid, await networksInUse()),
        ...{ edgeControlPort: ports.edge, carrierControlPort: ports.carrier, secret: "lab-s3cret-of-the-bench" },
      },
    };
    const database = { host: "127.0.0.1", port: ports.database, user: "voicebridge", password: PASSWORD };
    const stack = await TestStack.create({
      config: { "voice-ai-bridges:lab": "true" },
      env: {
        ...{
          PULUMI_HOME: installDockerPlugin(),
          TEST_CLASSES: "dist/components/index.js,dist/components/lab/index.js",
        },
        ...{ VICIDIAL_HOST: database.host, VICIDIAL_PORT: String(database.port), VICIDIAL_DATABASE: "asterisk" },
        ...{ VICIDIAL_USER: database.user, VICIDIAL_PASSWORD: PASSWORD },
        ...{ SIGMAMIND_BASE_URL: `http://127.0.0.1:${ports.sigmamind}`, SIGMAMIND_API_KEY: API_KEY },
      },
    });
    shareNode(stack.folder);
    const pool = createPool({ ...database, database: "asterisk", dateStrings: true });
    const lab = new CallLab(stack, { class: "TestLab", name: "lab", args }, pool, ports);
    try {
      const phases = await watchStart(PREFIX, () => lab.up([]));
      return { lab, phases };
    } catch (thrown) {
      await lab.remove();
      throw thrown;
    }
  }

  /** Declares the bridges beside the lab, and applies. */
  async up(bridges: readonly Declared[]): Promise<void> {
    this.stack.declare([this.resource, ...bridges.map((one) => ({ ...one, dependsOn: ["lab"] }))]);
    await this.stack.up();
  }

  async query<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const [rows] = await this.pool.query<RowDataPacket[]>(sql, [...values]);
    return rows as Row[];
  }

  /** What edge and telephone network saw since then. */
  views(since: number): { edge: Edge; carrier: Carrier } {
    const at = (port: number) => `http://127.0.0.1:${port}`;
    return { edge: new Edge(at(this.ports.edge), since), carrier: new Carrier(at(this.ports.carrier), since) };
  }

  /** Edge and telephone network forget the calls that are over: they keep some hundreds. */
  async forgetCalls(): Promise<void> {
    for (const port of [this.ports.edge, this.ports.carrier]) await axios.delete(`http://127.0.0.1:${port}/calls`);
  }

  container(service: string): Docker.Container {
    return new Docker().getContainer(`${PREFIX}-${service}`);
  }

  /** Runs a shell command in one of the containers and returns what it prints. */
  async run(service: string, command: string): Promise<string> {
    const options = { Cmd: ["sh", "-c", command], AttachStdout: true, AttachStderr: true, Tty: true };
    const stream = await (await this.container(service).exec(options)).start({ Tty: true });
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece as Buffer);
    return Buffer.concat(pieces).toString("utf8");
  }

  /** What a service has printed since then, line by line. */
  async printed(service: string, since: number): Promise<string[]> {
    const options = { stdout: true, stderr: false, since: Math.floor(since / 1000) };
    const log = await this.container(service).logs({ ...options, follow: false });
    return linesOf(log);
  }

  async remove(): Promise<void> {
    await this.pool.end();
    await this.stack.remove();
    for (const image of IMAGES)
      await new Docker()
        .getImage(`${PREFIX}-${image}:lab`)
        .remove({ force: true })
        .catch(() => undefined);
  }
}

/** Docker puts eight bytes before each piece that a container printed: the stream, and how long the piece is. */
function linesOf(log: Buffer): string[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= log.length;) {
    const end = at + 8 + log.readUInt32BE(at + 4);
    pieces.push(log.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(pieces).toString("utf8").split("\n");
}
