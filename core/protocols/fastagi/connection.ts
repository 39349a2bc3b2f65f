import type { Socket } from "node:net";
import { EnvironmentReader } from "./environment";
import { AgiClosedError, type AgiEnd } from "./errors";
import type { FastAgiLimits } from "./limits";
import { LineReader } from "./lines";
import { AgiSession } from "./session";
import { messageOf } from "../../refusal";

/** How long the other side may take to close its end after ours is closed. */
const LINGER_MS = 500;

/** What a connection tells its server. */
export interface ConnectionEvents {
  handle(session: AgiSession): Promise<void> | void;
  /** Something that is worth a line in a log. Never holds what Asterisk sent. */
  problem(message: string): void;
}

/** One socket: its environment first, then a session until the handler returns or something ends it. */
export class Connection {
  private session: AgiSession | undefined;
  private readonly timers = new Set<NodeJS.Timeout>();
  private over = false;

  constructor(
    private readonly socket: Socket,
    private readonly limits: FastAgiLimits,
    private readonly events: ConnectionEvents,
  ) {
    socket.setNoDelay(true);
    this.after(limits.environmentMs, () => {
      if (this.session === undefined) this.end("deadline", "the environment did not come in time");
    });
    if (Number.isFinite(limits.sessionMs)) {
      this.after(limits.sessionMs, () => this.end("deadline", `${limits.sessionMs} ms have passed`));
    }
    const lines = new LineReader(limits.lineBytes);
    const environment = new EnvironmentReader(limits);
    socket.on("data", (packet) => {
      try {
        for (const line of lines.read(packet)) this.heard(line, environment);
      } catch (thrown) {
        this.end("protocol", messageOf(thrown));
      }
    });
    socket.on("error", (error) => this.end(hasLeft(error) ? "peer closed" : "connection", messageOf(error)));
    socket.on("end", () => this.end("peer closed", "Asterisk has closed the connection"));
    socket.on("close", () => this.end("peer closed", "the connection is closed"));
  }

  /** Ends the session from outside, when the server stops. */
  end(end: AgiEnd, detail: string): void {
    if (this.over) return;
    this.over = true;
    for (const timer of this.timers) clearTimeout(timer);
    // A peer that closes is the usual end of a call; a service that is cut short by its own limits is news.
    if (end !== "peer closed") this.events.problem(`${end}: ${detail}`);
    this.session?.finish(end, detail);
    this.socket.destroy();
  }

  private heard(line: string, reader: EnvironmentReader): void {
    if (this.over) return;
    if (this.session !== undefined) {
      this.session.heard(line);
      return;
    }
    const environment = reader.read(line);
    if (environment === undefined) return;
    this.session = new AgiSession(this.socket, environment, this.limits);
    void this.run(this.session);
  }

  private async run(session: AgiSession): Promise<void> {
    try {
      await this.events.handle(session);
    } catch (thrown) {
      // The end of the session was told already; anything else is the handler's own failure.
      if (!(thrown instanceof AgiClosedError)) this.events.problem(`handler: ${messageOf(thrown)}`);
    }
    if (this.over) return;
    this.socket.end();
    this.after(LINGER_MS, () => this.socket.destroy());
  }

  private after(ms: number, act: () => void): void {
    this.timers.add(setTimeout(act, ms));
  }
}

/** Asterisk ends a call's AGI with what was on its way still unread: the kernel calls that a reset. */
function hasLeft({ code }: NodeJS.ErrnoException): boolean {
  return code === "ECONNRESET" || code === "EPIPE";
}
