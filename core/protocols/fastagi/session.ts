import type { Socket } from "node:net";
import { checkedVariable, commandLine } from "./command";
import type { AgiEnvironment } from "./environment";
import { AgiClosedError, AgiCommandError, AgiProtocolError, type AgiEnd } from "./errors";
import type { FastAgiLimits } from "./limits";
import { ReplyReader, type AgiReply } from "./reply";

interface Waiting {
  resolve(reply: AgiReply): void;
  reject(error: Error): void;
}

/**
 * One call's conversation with Asterisk. Commands go one after another, however they are called. Arguments travel in quotes
 * with quotes and backslashes escaped; control characters and over-long commands throw a `RangeError` before anything is
 * sent. After the end of the session every command throws an {@link AgiClosedError}.
 */
export class AgiSession {
  /** The call as Asterisk described it: `env.get("agi_calleridname")`. */
  readonly env: ReadonlyMap<string, string>;
  /** `lead` of `agi://host:port/lead`. */
  readonly path: string;
  /** Arguments after the address. */
  readonly args: readonly string[];

  private readonly replies: ReplyReader;
  private readonly ended = new AbortController();
  private readonly hangup = new AbortController();
  private waiting: Waiting | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly socket: Socket,
    environment: AgiEnvironment,
    private readonly limits: Pick<FastAgiLimits, "commandBytes" | "lineBytes">,
  ) {
    this.env = environment.values;
    this.path = environment.path;
    this.args = environment.args;
    this.replies = new ReplyReader(limits.lineBytes);
  }

  /** Aborted, with an {@link AgiClosedError} as reason, when the connection is gone or the deadline has passed. */
  get signal(): AbortSignal {
    return this.ended.signal;
  }

  /** Aborted when Asterisk says that the caller has hung up. Commands for a dead channel still work until `signal`. */
  get hungUp(): AbortSignal {
    return this.hangup.signal;
  }

  /**
   * Sends a command and waits for its reply. Throws an {@link AgiCommandError} when the code is not 200.
   *
   * @example
   * const { result } = await session.command("CHANNEL STATUS");
   */
  async command(verb: string, ...args: string[]): Promise<AgiReply> {
    const line = commandLine(this.limits.commandBytes, verb, args);
    const reply = this.queue.then(async () => {
      const answered = await this.send(line);
      if (answered.code !== 200) throw new AgiCommandError(verb, answered.code);
      return answered;
    });
    this.queue = reply.catch(() => undefined);
    return reply;
  }

  /** Sets a channel variable or a dialplan function; `_name` is inherited by channels that this one dials, `__name` for ever. */
  async setVariable(name: string, value: string): Promise<void> {
    await this.command("SET VARIABLE", checkedVariable(name), value);
  }

  /** The value of a variable or function; undefined when it is not set. A value with a line that ends in `)` ends the session. */
  async getVariable(name: string): Promise<string | undefined> {
    const { result, data } = await this.command("GET VARIABLE", checkedVariable(name));
    return result === "1" ? data : undefined;
  }

  /** Runs a dialplan application. `data` is its arguments as the dialplan has them, already substituted. Result -2: no such application. */
  exec(application: string, data = ""): Promise<AgiReply> {
    return this.command("EXEC", application, data);
  }

  /** @internal A line from Asterisk. */
  heard(line: string): void {
    if (line === "HANGUP") {
      this.hangup.abort();
      return;
    }
    if (this.waiting === undefined) throw new AgiProtocolError("a line came that answers nothing");
    const reply = this.replies.read(line);
    if (reply === undefined) return;
    const waiting = this.waiting;
    this.waiting = undefined;
    waiting.resolve(reply);
  }

  /** @internal Nothing will come any more. */
  finish(end: AgiEnd, detail: string): void {
    if (this.ended.signal.aborted) return;
    const error = new AgiClosedError(end, detail);
    this.ended.abort(error);
    this.waiting?.reject(error);
    this.waiting = undefined;
  }

  private send(line: string): Promise<AgiReply> {
    return new Promise((resolve, reject) => {
      if (this.ended.signal.aborted) {
        reject(this.ended.signal.reason as AgiClosedError);
        return;
      }
      this.waiting = { resolve, reject };
      this.socket.write(line);
    });
  }
}
