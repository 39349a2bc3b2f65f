import { setTimeout as pause } from "node:timers/promises";
import WebSocket from "ws";
import { messageOf } from "../../../core/refusal";
import type { Log } from "../../../core/log";
import { parseEvent, type AriEvent } from "./events";

export interface AriOptions {
  /** For example `http://127.0.0.1:8088`. */
  url: string;
  user: string;
  secret: string;
  /** Name of the Stasis application. */
  application: string;
}

/** The channel is gone, or has left the application: what was asked of it can no longer be done. */
export class ChannelGone extends Error {
  override readonly name = "ChannelGone";
}

/** Who is told what Asterisk says. */
export interface AriListener {
  opened(): Promise<void>;
  event(event: AriEvent): void;
  closed(): void;
}

const FIRST_DELAY = 250;
const LONGEST_DELAY = 5_000;
const REQUEST_MS = 5_000;

/** Asterisk's REST interface: requests over HTTP, events over a WebSocket that is opened again whenever it closes. */
export class Ari {
  readonly #options: AriOptions;
  readonly #log: Log;
  readonly #closing = new AbortController();
  #socket: WebSocket | undefined;
  #connected = false;

  constructor(options: AriOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  /** Whether events arrive. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Connects, and again after each loss; the wait grows from 0.25 to 5 s. Ends when {@link close} is called. */
  async follow(listener: AriListener): Promise<void> {
    let delay = FIRST_DELAY;
    const { signal } = this.#closing;
    const ended = () => signal.aborted;
    while (!ended()) {
      const opened = await this.#session(listener);
      if (ended()) return;
      this.#log("asterisk-lost", { retryInMs: delay });
      delay = opened ? FIRST_DELAY : Math.min(LONGEST_DELAY, delay * 2);
      await pause(delay, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One connection from its opening to its end; whether it came to be open. */
  #session(listener: AriListener): Promise<boolean> {
    const { url, application, user, secret } = this.#options;
    // All channels, not only those in the application: the end of a call is also told after a transfer took it out.
    const address = `${url.replace(/^http/, "ws")}/ari/events?app=${application}&subscribeAll=true`;
    const socket = (this.#socket = new WebSocket(address, { auth: `${user}:${secret}` }));
    return new Promise((resolve) => {
      let opened = false;
      socket.on("open", () => {
        opened = this.#connected = true;
        this.#log("asterisk-connected");
        void listener.opened();
      });
      socket.on("message", (data: Buffer) => {
        const event = parseEvent(data.toString("utf8"));
        if (event !== undefined) listener.event(event);
      });
      socket.on("error", (error) => this.#log("asterisk-connection-failed", { error: messageOf(error) }));
      socket.on("close", () => {
        this.#connected = false;
        listener.closed();
        resolve(opened);
      });
    });
  }

  close(): void {
    this.#closing.abort();
    this.#socket?.terminate();
  }

  /**
   * One request.
   *
   * @param path below `/ari`, e.g. `channels/1732309200.17/answer`
   * @throws ChannelGone when Asterisk answers 404, 409 or 412
   */
  async request(method: "GET" | "POST" | "DELETE", path: string, query: Record<string, string> = {}): Promise<unknown> {
    const { url, user, secret } = this.#options;
    const parameters = new URLSearchParams(query).toString();
    const response = await fetch(`${url}/ari/${path}${parameters === "" ? "" : `?${parameters}`}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}` },
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    const text = await response.text();
    if (response.ok) return text === "" ? undefined : JSON.parse(text);
    const message = `${method} ${path}: ${response.status} ${text.trim()}`;
    if ([404, 409, 412].includes(response.status)) throw new ChannelGone(message);
    throw new Error(message);
  }
}
