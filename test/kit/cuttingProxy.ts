import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";

/** Where to cut: at a write statement, before the server gets it or after it has answered. */
export interface Cut {
  /** The n-th write (from 1), or the first one that matches. */
  write: number | RegExp;
  when: "before" | "after";
  /** Refuse connections from then on, until {@link CuttingProxy.heal}: a database that stays away. */
  stayAway?: boolean;
  /**
   * Only writes of this operation count, as the comment before its statements names it; `stayAway` then means this operation
   * alone. So one `pulumi up` can be cut in each of many resources, each at its own write.
   */
  about?: RegExp;
}

/** What the comment before a statement says that is being done (providers/vicidial/database/lock.ts). */
export function purposeOf(statement: string): string {
  return /^\/\* voicebridge .*? pid \d+: (.*?) \*\//s.exec(statement)?.[1] ?? "";
}

const WRITE = /^(?:\/\*.*?\*\/\s*)?(INSERT|UPDATE|DELETE|REPLACE)\b/is;
const COM_QUERY = 0x03;
const COM_STMT_PREPARE = 0x16;
const COM_STMT_EXECUTE = 0x17;

/**
 * A TCP proxy in front of MySQL that counts the write statements of all its clients, and cuts the connection right
 * before or right after the n-th. Both ends are closed, as when a cable is pulled and both notice.
 *
 * It reads the client's packets only as far as needed: 3 bytes of length, a sequence number (0 starts a command), the
 * command byte and the statement's text. Without TLS and compression, which would hide them.
 *
 * @example
 * const proxy = await CuttingProxy.start(db);
 * proxy.cut({ write: 2, when: "after" });
 * await expect(create()).rejects.toThrow("was lost");
 * proxy.writes; // the statements seen since `cut`
 */
export class CuttingProxy {
  /** Write statements that the clients sent since the last {@link cut} or {@link reset}, the one that was cut included. */
  writes: string[] = [];
  private planned: { cut: Cut; seen: number }[] = [];
  private away = false;
  /** Operations for which the database stays away. */
  private gone: RegExp[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: { host: string; port: number },
  ) {
    server.on("connection", (client) => this.serve(client));
  }

  static async start(target: { host: string; port: number }): Promise<CuttingProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new CuttingProxy(server, target);
  }

  get host(): string {
    return "127.0.0.1";
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Plans cuts, each to happen once, counting from now. */
  cut(...cuts: Cut[]): void {
    this.reset();
    this.planned = cuts.map((cut) => ({ cut, seen: 0 }));
  }

  /** How many of the writes were this operation's. */
  writesAbout(about: RegExp): number {
    return this.writes.filter((statement) => about.test(purposeOf(statement))).length;
  }

  /** The cuts that have not happened. */
  get left(): readonly Cut[] {
    return this.planned.map(({ cut }) => cut);
  }

  /** No cut planned; counts from now. */
  reset(): void {
    this.planned = [];
    this.writes = [];
    this.heal();
  }

  /** Takes connections again. */
  heal(): void {
    this.away = false;
    this.gone = [];
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(client: Socket): void {
    if (this.away) {
      client.destroy();
      return;
    }
    const server = connect(this.target);
    const sever = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", sever);
      socket.on("close", () => {
        this.sockets.delete(socket);
        sever();
      });
    }
    const statements = new Statements();
    let cutOnAnswer = false;
    client.on("data", (chunk: Buffer) => {
      for (const packet of statements.ofClient(chunk)) {
        const verdict =
          packet.statement !== undefined && WRITE.test(packet.statement) ? this.seen(packet.statement) : "pass";
        if (verdict === "before") {
          sever();
          return;
        }
        cutOnAnswer ||= verdict === "after";
        server.write(packet.bytes);
      }
    });
    server.on("data", (chunk: Buffer) => {
      if (cutOnAnswer) {
        sever();
        return;
      }
      statements.ofServer(chunk);
      client.write(chunk);
    });
  }

  private seen(statement: string): "pass" | Cut["when"] {
    this.writes.push(statement);
    const purpose = purposeOf(statement);
    if (this.gone.some((about) => about.test(purpose))) return "before";
    for (const one of this.planned) {
      const { write, when, stayAway = false, about } = one.cut;
      if (about !== undefined && !about.test(purpose)) continue;
      one.seen++;
      if (typeof write === "number" ? one.seen < write : !write.test(statement)) continue;
      this.planned = this.planned.filter((other) => other !== one);
      if (stayAway && about !== undefined) this.gone.push(about);
      else this.away = stayAway;
      return when;
    }
    return "pass";
  }
}

interface Packet {
  bytes: Buffer;
  /** The SQL that the packet has the server run. */
  statement?: string;
}

/** Puts a client's packets together and knows the statements it prepared. */
class Statements {
  private pending = Buffer.alloc(0);
  private preparing: string | undefined;
  private readonly prepared = new Map<number, string>();

  ofClient(chunk: Buffer): Packet[] {
    this.pending = Buffer.concat([this.pending, chunk]);
    const packets: Packet[] = [];
    while (this.pending.length >= 4) {
      const length = 4 + this.pending.readUIntLE(0, 3);
      if (this.pending.length < length) break;
      const bytes = this.pending.subarray(0, length);
      this.pending = this.pending.subarray(length);
      packets.push({ bytes, statement: this.statementOf(bytes) });
    }
    return packets;
  }

  /** Only the answer to a prepare matters: it names the statement by number. */
  ofServer(chunk: Buffer): void {
    if (this.preparing === undefined || chunk.length < 9) return;
    if (chunk[4] === 0x00) this.prepared.set(chunk.readUInt32LE(5), this.preparing);
    this.preparing = undefined;
  }

  private statementOf(bytes: Buffer): string | undefined {
    if (bytes[3] !== 0) return undefined;
    const text = (): string => bytes.subarray(5).toString("utf8");
    switch (bytes[4]) {
      case COM_QUERY:
        return text();
      case COM_STMT_PREPARE:
        this.preparing = text();
        return undefined;
      case COM_STMT_EXECUTE:
        return this.prepared.get(bytes.readUInt32LE(5));
      default:
        return undefined;
    }
  }
}
