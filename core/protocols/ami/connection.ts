import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { actionText, AmiReader, type AmiFields, type AmiMessage } from "./protocol";

/** Where a manager interface listens and who asks: `servers.server_ip`, `telnet_port`, `ASTmgrUSERNAME`, `ASTmgrSECRET`. */
export interface AmiAddress {
  host: string;
  /** Default 5038. */
  port?: number;
  username: string;
  /** Never sent in clear (MD5 challenge) and never printed. */
  secret: string;
}

export interface AmiOptions {
  /** Budget of connecting and logging in, milliseconds. Default 5,000. */
  connectDeadline?: number;
  /** Budget of one action with all events of its list, milliseconds. Default 10,000. */
  actionDeadline?: number;
}

/** Why an action has no good answer: Asterisk refused it, it took too long, or the connection is gone. */
export class AmiError extends Error {
  override readonly name = "AmiError";
  constructor(
    message: string,
    readonly reason: "refused" | "deadline" | "connection",
  ) {
    super(message);
  }
}

/** Asterisk's manager interface: actions, their answers, and events. */
export interface Ami {
  /**
   * Sends an action and returns Asterisk's response.
   *
   * @throws AmiError: `refused` with Asterisk's own words when the response is an error.
   */
  action(action: string, fields?: AmiFields): Promise<AmiMessage>;
  /** Sends an action that answers with a list of events (`CoreShowChannels`, `Status` …) and returns the events. */
  list(action: string, fields?: AmiFields): Promise<AmiMessage[]>;
  /**
   * Runs a command of Asterisk's console and returns what it prints. Needs the write permission `command`.
   *
   * @throws AmiError: `refused` with what it printed, when the command itself failed.
   */
  command(line: string): Promise<string>;
  /** Hears events of a name (as in `Event:`, case counts), or all of them with `*`. Returns how to stop hearing. */
  on(event: string, listener: (event: AmiMessage) => void): () => void;
  /** Logs off and closes; waiting actions fail. */
  close(): Promise<void>;
}

/** One connection. `closed` settles when it is gone, with the reason unless we closed it ourselves. */
export interface AmiConnection extends Ami {
  readonly closed: Promise<Error | undefined>;
}

interface Waiting {
  action: string;
  /** Events of the list so far; undefined for an action without a list. */
  events: AmiMessage[] | undefined;
  answer(response: AmiMessage, events: AmiMessage[]): void;
  fail(error: Error): void;
}

/**
 * Connects and logs in.
 *
 * @throws AmiError naming host and port, never the secret.
 * @example
 * const ami = await connectAmi({ host: "10.20.30.11", username: "cron", secret });
 * try { console.log(await ami.command("core show version")); } finally { await ami.close(); }
 */
export async function connectAmi(address: AmiAddress, options: AmiOptions = {}): Promise<AmiConnection> {
  const where = `the manager interface of Asterisk at ${address.host}:${address.port ?? 5038}`;
  const deadline = options.connectDeadline ?? 5_000;
  const socket = connect({ host: address.host, port: address.port ?? 5038, noDelay: true, keepAlive: true });
  const connection = new Connection(socket, where, options.actionDeadline ?? 10_000);
  const timer = setTimeout(
    () => socket.destroy(new AmiError(`${where} did not log us in within ${deadline} ms`, "deadline")),
    deadline,
  );
  try {
    const { challenge } = await connection.action("Challenge", { AuthType: "MD5" });
    const key = createHash("md5")
      .update(`${challenge ?? ""}${address.secret}`)
      .digest("hex");
    await connection.action("Login", { AuthType: "MD5", Username: address.username, Key: key });
    return connection;
  } catch (thrown) {
    socket.destroy();
    if (thrown instanceof AmiError && thrown.reason === "refused")
      throw new AmiError(
        `${where} refused to log in ${JSON.stringify(address.username)}: ${thrown.message}`,
        "refused",
      );
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

class Connection implements AmiConnection {
  readonly closed: Promise<Error | undefined>;
  private readonly reader = new AmiReader();
  private readonly waiting = new Map<string, Waiting>();
  private readonly listeners = new Map<string, Set<(event: AmiMessage) => void>>();
  private last = 0;
  private gone: Error | undefined;
  private ours = false;

  constructor(
    private readonly socket: Socket,
    private readonly where: string,
    private readonly actionDeadline: number,
  ) {
    socket.setEncoding("utf8");
    socket.on("data", (piece: string) => this.reader.read(piece).forEach((message) => this.receive(message)));
    let reason: Error | undefined;
    socket.on("error", (error) => (reason = error));
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        this.gone = this.lost(reason);
        for (const one of this.waiting.values()) one.fail(this.gone);
        this.waiting.clear();
        resolve(this.ours ? undefined : this.gone);
      });
    });
  }

  async action(action: string, fields: AmiFields = {}): Promise<AmiMessage> {
    return (await this.send(action, fields, undefined)).response;
  }

  async list(action: string, fields: AmiFields = {}): Promise<AmiMessage[]> {
    return (await this.send(action, fields, [])).events;
  }

  async command(line: string): Promise<string> {
    return (await this.action("Command", { Command: line }))["output"] ?? "";
  }

  on(event: string, listener: (event: AmiMessage) => void): () => void {
    const listeners = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.ours = true;
    if (!this.gone && this.socket.writable) this.socket.end(actionText("Logoff", "bye", {}));
    const patience = setTimeout(() => this.socket.destroy(), 500);
    await this.closed;
    clearTimeout(patience);
  }

  private send(
    action: string,
    fields: AmiFields,
    events: AmiMessage[] | undefined,
  ): Promise<{ response: AmiMessage; events: AmiMessage[] }> {
    const id = String(++this.last);
    const text = actionText(action, id, fields);
    return new Promise((resolve, reject) => {
      if (this.gone) {
        reject(this.gone);
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(id);
      };
      const timer = setTimeout(() => {
        done();
        reject(new AmiError(`${this.where} did not answer ${action} within ${this.actionDeadline} ms`, "deadline"));
      }, this.actionDeadline);
      this.waiting.set(id, {
        action,
        events,
        answer: (response, all) => {
          done();
          resolve({ response, events: all });
        },
        fail: (error) => {
          done();
          reject(error);
        },
      });
      this.socket.write(text);
    });
  }

  private receive(message: AmiMessage): void {
    const waiting = this.waiting.get(message["actionid"] ?? "");
    if (message["response"] !== undefined) {
      if (waiting) this.respond(waiting, message);
      return;
    }
    const event = message["event"];
    if (event === undefined) return;
    if (waiting?.events) {
      const complete = message["eventlist"]?.toLowerCase();
      if (complete === "complete" || complete === "cancelled") waiting.answer(message, waiting.events);
      else waiting.events.push(message);
      return;
    }
    for (const name of [event, "*"]) this.listeners.get(name)?.forEach((listener) => listener(message));
  }

  private respond(waiting: Waiting, message: AmiMessage): void {
    if (message["response"] === "Error")
      waiting.fail(
        new AmiError(`${waiting.action}: ${message["output"] ?? message["message"] ?? "refused"}`, "refused"),
      );
    else if (!waiting.events) waiting.answer(message, []);
  }

  private lost(reason: Error | undefined): Error {
    if (reason instanceof AmiError) return reason;
    return new AmiError(`${this.where}: ${reason?.message ?? "the connection was closed"}`, "connection");
  }
}
