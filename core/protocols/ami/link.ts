import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../refusal";
import { AmiError, connectAmi, type Ami, type AmiAddress, type AmiConnection, type AmiOptions } from "./connection";
import type { AmiFields, AmiMessage } from "./protocol";

export interface AmiLinkOptions extends AmiOptions {
  /** First wait before connecting again, milliseconds; doubles up to `longestWait`. Default 200. */
  firstWait?: number;
  /** Default 5,000. */
  longestWait?: number;
  /** Told when the link comes and goes, for the log. */
  onState?: (state: "connected" | "disconnected", detail?: string) => void;
}

/** A manager connection for a daemon: comes back by itself. While it is away, actions fail at once. */
export interface AmiLink extends Ami {
  readonly connected: boolean;
  /** Settles at the first successful login, and at once while connected. */
  ready(): Promise<void>;
}

/**
 * Keeps a manager connection up until `close()`. Listeners stay registered over reconnections. Answers at once; wait
 * with {@link AmiLink.ready}.
 */
export function keepAmi(address: AmiAddress, options: AmiLinkOptions = {}): AmiLink {
  return new Link(address, options);
}

class Link implements AmiLink {
  private connection: AmiConnection | undefined;
  private readonly listeners = new Set<{ event: string; listener: (event: AmiMessage) => void; off?: () => void }>();
  private readonly stop = new AbortController();
  private readonly ended: Promise<void>;
  private readonly whenReady = new Set<() => void>();

  constructor(
    private readonly address: AmiAddress,
    private readonly options: AmiLinkOptions,
  ) {
    this.ended = this.keep();
  }

  get connected(): boolean {
    return this.connection !== undefined;
  }

  ready(): Promise<void> {
    return new Promise((resolve) => (this.connection ? resolve() : void this.whenReady.add(resolve)));
  }

  async action(action: string, fields?: AmiFields): Promise<AmiMessage> {
    return this.current().action(action, fields);
  }

  async list(action: string, fields?: AmiFields): Promise<AmiMessage[]> {
    return this.current().list(action, fields);
  }

  async command(line: string): Promise<string> {
    return this.current().command(line);
  }

  on(event: string, listener: (event: AmiMessage) => void): () => void {
    const one = { event, listener, off: this.connection?.on(event, listener) };
    this.listeners.add(one);
    return () => {
      one.off?.();
      this.listeners.delete(one);
    };
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.connection?.close();
    await this.ended;
  }

  private current(): Ami {
    if (!this.connection)
      throw new AmiError(
        `the manager interface of Asterisk at ${this.address.host}:${this.address.port ?? 5038} is not connected`,
        "connection",
      );
    return this.connection;
  }

  private async keep(): Promise<void> {
    const first = this.options.firstWait ?? 200;
    let wait = first;
    const stopped = (): boolean => this.stop.signal.aborted;
    while (!stopped()) {
      const why = await this.hold(() => (wait = first));
      if (stopped()) return;
      this.options.onState?.("disconnected", why);
      await sleep(wait, undefined, { signal: this.stop.signal }).catch(() => undefined);
      wait = Math.min(wait * 2, this.options.longestWait ?? 5_000);
    }
  }

  /** One connection from login to its end; returns why it ended. */
  private async hold(onLogin: () => void): Promise<string> {
    try {
      const connection = await connectAmi(this.address, this.options);
      if (this.stop.signal.aborted) {
        await connection.close();
        return "stopped";
      }
      this.connection = connection;
      for (const one of this.listeners) one.off = connection.on(one.event, one.listener);
      onLogin();
      this.options.onState?.("connected");
      for (const resolve of this.whenReady) resolve();
      this.whenReady.clear();
      const reason = await connection.closed;
      return reason?.message ?? "closed";
    } catch (thrown) {
      return messageOf(thrown);
    } finally {
      this.connection = undefined;
    }
  }
}
