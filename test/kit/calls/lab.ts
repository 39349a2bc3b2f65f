/**
 * A whole lab for tests of calls: database, SigmaMind simulator, diallers, telephone network, SIP edge and lead service by the
 * real `TestLab` component through a real `pulumi up`, bridges through another, and everybody's view of the calls.
 *
 * The lab is shared by all files of test/calls; a file's bridges are a stack of their own. So each file uses numbers of its own
 * (test/kit/calls/bridge.ts), and leaves the containers as it found them.
 *
 * @example
 * const lab = await Lab.start();
 * await lab.up([bridge(1)]);
 * await lab.list(campaignOf(1), listOf(1));
 * const maria = await lab.lead(listOf(1), "3035550114", { first_name: "Maria" });
 * const edge = await lab.edge.call(maria.phone, ({ state }) => state === "ended");
 * await lab.remove();
 */
import axios, { type AxiosInstance } from "axios";
import Docker from "dockerode";
import { createPool, type Pool, type RowDataPacket } from "mysql2/promise";
import type { Declared, Result, RunOptions, TestStack } from "../stack";
import { SharedLab } from "./sharedLab";
import { Carrier, Edge } from "./views";

export interface LabOptions {
  /** 1 or 2. Default 1. Two are a lab of their own, which is removed when the file ends. */
  diallers?: 1 | 2;
}

export interface Lead {
  id: number;
  phone: string;
}

type Value = string | number | Date | null;

export class Lab {
  readonly edge: Edge;
  readonly carrier: Carrier;
  /** SigmaMind's API, as a customer of theirs uses it. */
  readonly sigmamind: AxiosInstance;
  /** The simulator's own control API: agents, faults. */
  readonly sigmamindControl: AxiosInstance;
  /** Lists of this file. */
  private readonly lists: { campaignId: string; listId: number }[] = [];
  /** Customers of this file. */
  private readonly phones: string[] = [];
  private readonly pool: Pool;

  private constructor(
    private readonly shared: SharedLab,
    /** The file's own stack: its bridges. */
    readonly stack: TestStack,
  ) {
    const { ports } = shared.described;
    const at = (port: number) => `http://127.0.0.1:${port}`;
    const since = Date.now();
    this.edge = new Edge(at(ports.edge), since);
    this.carrier = new Carrier(at(ports.carrier), since);
    this.sigmamind = axios.create({ baseURL: at(ports.sigmamind), headers: { "X-API-Key": shared.apiKey } });
    this.sigmamindControl = axios.create({ baseURL: at(ports.control) });
    this.pool = createPool({ ...shared.database, dateStrings: true });
  }

  static async start({ diallers = 1 }: LabOptions = {}): Promise<Lab> {
    const shared = await SharedLab.start(diallers);
    const { testPath } = expect.getState();
    const lab = new Lab(shared, await shared.stackOf(testPath ?? "nobody"));
    // The dialler counts a trunk for every line that waits, also where nobody is to be called: those of all files together.
    for (const ip of lab.diallers)
      await lab.query("UPDATE servers SET max_vicidial_trunks = 1000 WHERE server_ip = ?", [ip]);
    return lab;
  }

  /** Of the names of the lab's containers. */
  get prefix(): string {
    return this.shared.described.prefix;
  }

  /** `servers.server_ip` of each dialler. */
  get diallers(): string[] {
    return this.shared.addresses;
  }

  /** Declares the bridges (and whatever else), and applies. */
  async up(resources: readonly Declared[], options: RunOptions = {}, ...flags: string[]): Promise<Result> {
    this.stack.declare(resources);
    return this.stack.up(options, ...flags);
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

  /** Changes a table as a site's own administrator would: a stack's account may not. */
  async alter(change: string): Promise<void> {
    const failed = await this.exec("database", ["mariadb", "asterisk", "-e", `ALTER TABLE ${change}`]);
    if (failed.trim() !== "") throw new Error(`ALTER TABLE ${change}: ${failed}`);
  }

  /** A list for a campaign of the lab. */
  async list(campaignId: string, listId: number): Promise<void> {
    this.lists.push({ campaignId, listId });
    // Of the run before, in a lab that was kept.
    await this.pool.query("DELETE FROM vicidial_list WHERE list_id = ?", [listId]);
    await this.pool.query(
      "REPLACE INTO vicidial_lists (list_id, list_name, campaign_id, active) VALUES (?, ?, ?, 'Y')",
      [listId, `Calls of ${campaignId}`, campaignId],
    );
  }

  /** Somebody to call: a new lead, which the dialler calls within some ten seconds. */
  async lead(listId: number, phone: string, columns: Readonly<Record<string, Value>> = {}): Promise<Lead> {
    const row = {
      ...{ status: "NEW", list_id: listId, phone_code: "1", phone_number: phone, gmt_offset_now: "-7.00" },
      ...{ called_since_last_reset: "N", entry_list_id: listId, ...columns },
    };
    this.phones.push(phone);
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

  /**
   * The end of this file's calls: nobody is called any more. The bridges go with the lab, and stay where it is kept: the next
   * run finds them as they are.
   */
  async remove(): Promise<void> {
    for (const { campaignId, listId } of this.lists) {
      await this.pool.query("UPDATE vicidial_lists SET active = 'N' WHERE list_id = ?", [listId]);
      await this.pool.query("DELETE FROM vicidial_hopper WHERE campaign_id = ?", [campaignId]);
    }
    await this.carrier.hangUpAll(this.phones);
    await this.pool.end();
    // Only one file wants more than one dialler.
    if (this.diallers.length > 1) await this.shared.remove();
  }
}
