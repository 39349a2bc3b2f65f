import { createServer, type AddressInfo } from "node:net";
import { Connection } from "./connection";
import { DEFAULT_LIMITS, LONGEST_COMMAND_BYTES, type FastAgiLimits } from "./limits";
import type { AgiSession } from "./session";

/** FastAGI's own port. */
const FASTAGI_PORT = 4573;

export interface FastAgiOptions {
  /** Address to listen on. FastAGI has no password: whoever reaches the port may use the service. Default 127.0.0.1. */
  host?: string;
  /** Default 4573; 0 takes a free one. */
  port?: number;
  /** Default {@link DEFAULT_LIMITS}. */
  limits?: Partial<FastAgiLimits>;
  /** Serves one call. When it returns (or throws) the connection is closed and the call's dialplan goes on. */
  handle(session: AgiSession): Promise<void> | void;
  /** A line for the log about a connection that did not go as it should; never what Asterisk sent. Default: nothing. */
  onProblem?(message: string): void;
}

export interface FastAgiServer {
  readonly host: string;
  readonly port: number;
  /** Connections that are open now. */
  readonly sessions: number;
  /** Takes no more connections, lets the running ones end for `graceMs` (default 2,000), then cuts the rest. */
  close(graceMs?: number): Promise<void>;
}

/**
 * A FastAGI server: Asterisk connects once per `AGI(agi://host:port/path,argument,…)`.
 *
 * @example
 * const server = await startFastAgi({
 *   port: 4573,
 *   handle: async (session) => {
 *     if (session.path === "hello") await session.setVariable("GREETING", `hello ${session.args[0] ?? ""}`);
 *   },
 *   onProblem: (message) => console.error(message),
 * });
 * …
 * await server.close();
 */
export async function startFastAgi(options: FastAgiOptions): Promise<FastAgiServer> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  if (limits.commandBytes > LONGEST_COMMAND_BYTES) {
    throw new RangeError(
      `commandBytes ${limits.commandBytes}: Asterisk splits longer lines than ${LONGEST_COMMAND_BYTES}`,
    );
  }
  const problem = (message: string): void => options.onProblem?.(message);
  const open = new Set<Connection>();
  const server = createServer((socket) => {
    const connection = new Connection(socket, limits, { handle: (session) => options.handle(session), problem });
    open.add(connection);
    socket.once("close", () => open.delete(connection));
  });
  server.maxConnections = limits.sessions;
  server.on("drop", () => problem(`refused: ${limits.sessions} sessions are open already`));

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: options.host ?? "127.0.0.1", port: options.port ?? FASTAGI_PORT }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // A failing accept (no file descriptors left) must not end the service.
  server.on("error", (error) => problem(`listening: ${error.message}`));
  const { address, port } = server.address() as AddressInfo;

  return {
    host: address,
    port,
    get sessions() {
      return open.size;
    },
    close: (graceMs = 2_000) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => {
          for (const connection of open) connection.end("server closed", "the service stops");
        }, graceMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
      }),
  };
}
