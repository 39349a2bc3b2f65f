import mysql from "mysql2/promise";

import { socketOf, tlsOptions, wrongServer } from "../../../core/protocols/mysqlTls";
import { retry } from "../../../core/retry";
import { ConnectionLost, connectError, mayPass, statementError } from "./driverErrors";
import type { DatabaseSettings } from "./settings";

/** What a write did. */
export interface Written {
  /** Rows that matched, whether or not they held the values already. */
  matched: number;
  /** The auto-increment id of an inserted row, else 0. */
  insertId: number;
}

/** One statement's extras: values that no error may show, and a comment that the server's process list shows. */
export interface StatementOptions {
  secrets?: readonly string[];
  comment?: string;
  /** Seconds beyond the deadline of every statement, for one that waits on purpose. */
  patience?: number;
}

/** One connection, taken from the pool until released or destroyed. */
export interface PooledConnection {
  /** The server's id of the connection, as `SHOW PROCESSLIST` lists it. */
  readonly id: number;
  /** This end's address, for `vicidial_admin_log.ip_address`. */
  readonly localAddress: string;
  select(sql: string, values?: readonly unknown[], options?: StatementOptions): Promise<Record<string, unknown>[]>;
  write(sql: string, values?: readonly unknown[], options?: StatementOptions): Promise<Written>;
  release(): void;
  destroy(): void;
}

/**
 * What each connection is set to before its first statement. Strict, because a production VICIdial server truncates
 * silently (docs/facts/vicidial.md#sql-mode); zero dates allowed, because VICIdial's rows hold them and an undo puts rows
 * back as they were; the time zone stays the server's, because VICIdial's DATETIME columns and `NOW()` are in it. Dates
 * travel as text and never become a `Date` of this machine's zone.
 */
const SESSION = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION'";

/** At most 4 connections, because the engine runs many operations at once and diallers need the server more. */
export class ConnectionPool {
  private readonly pool: mysql.Pool;
  private readonly prepared = new WeakSet<object>();

  constructor(private readonly settings: DatabaseSettings) {
    const { socketPath, host, port } = settings;
    const ssl = tlsOptions(settings, settings.tlsCa?.pem);
    this.pool = mysql.createPool({
      ...(socketPath === undefined ? { host, port } : { socketPath }),
      user: settings.user,
      password: settings.password,
      database: settings.database,
      ...(ssl !== undefined && { ssl }),
      charset: "utf8mb4",
      connectionLimit: 4,
      connectTimeout: settings.connectTimeoutSeconds * 1000,
      dateStrings: true,
      supportBigNumbers: true,
      stringifyObjects: true,
      multipleStatements: false,
      connectAttributes: { program_name: "voicebridge" },
    });
    // An idle connection must not keep the process alive; one in use must (docs/facts/pulumi.md#life-of-the-process).
    this.pool.pool.on("acquire", (connection) => socketOf(connection).ref());
    this.pool.pool.on("release", (connection) => socketOf(connection).unref());
  }

  async acquire(): Promise<PooledConnection> {
    const connection = await this.connect();
    const pooled = new Pooled(connection, this.settings);
    if (!this.prepared.has(connection.connection)) {
      try {
        const problem = wrongServer(connection.connection, this.settings);
        if (problem !== undefined) throw connectError(problem, this.settings);
        await pooled.write(SESSION);
        this.prepared.add(connection.connection);
      } catch (thrown) {
        pooled.destroy();
        throw thrown;
      }
    }
    return pooled;
  }

  /**
   * Runs `work` on a connection. With `retry` it runs once more on a new connection when the first was lost: a pooled
   * connection that idled past the server's `wait_timeout` is only noticed when it is used. For reads only.
   */
  async use<T>(work: (connection: PooledConnection) => Promise<T>, retry = true): Promise<T> {
    const connection = await this.acquire();
    try {
      const result = await work(connection);
      connection.release();
      return result;
    } catch (thrown) {
      if (!(thrown instanceof ConnectionLost)) {
        connection.release();
        throw thrown;
      }
      connection.destroy();
      if (!retry) throw thrown;
      return this.use(work, false);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /** Tries again where a moment may help: a server that restarts, a connection limit that is reached. */
  private async connect(): Promise<mysql.PoolConnection> {
    const { connectAttempts: attempts, connectTimeoutSeconds } = this.settings;
    const perAttempt = connectTimeoutSeconds * 1000;
    const policy = { attempts, perAttempt, total: perAttempt * attempts, firstDelay: 200, longestDelay: 1000 };
    try {
      return await retry(() => this.pool.getConnection(), { policy, judge: (e) => (mayPass(e) ? {} : "give up") });
    } catch (thrown) {
      throw connectError(thrown, this.settings);
    }
  }
}

class Pooled implements PooledConnection {
  private lost: ConnectionLost | undefined;

  constructor(
    private readonly connection: mysql.PoolConnection,
    private readonly settings: DatabaseSettings,
  ) {}

  get id(): number {
    return this.connection.threadId;
  }

  get localAddress(): string {
    const address = socketOf(this.connection.connection).localAddress ?? "";
    return address.replace(/^::ffff:/, "");
  }

  async select(
    sql: string,
    values: readonly unknown[] = [],
    options: StatementOptions = {},
  ): Promise<Record<string, unknown>[]> {
    return (await this.send(sql, values, options)) as Record<string, unknown>[];
  }

  async write(sql: string, values: readonly unknown[] = [], options: StatementOptions = {}): Promise<Written> {
    const { affectedRows, insertId } = (await this.send(sql, values, options)) as mysql.ResultSetHeader;
    return { matched: affectedRows, insertId };
  }

  release(): void {
    this.connection.release();
  }

  destroy(): void {
    this.connection.destroy();
  }

  private async send(
    sql: string,
    values: readonly unknown[],
    { comment, secrets = [], patience = 0 }: StatementOptions,
  ): Promise<unknown> {
    if (this.lost !== undefined) throw this.lost;
    const text = format(sql, values);
    try {
      const [result] = await this.connection.query({
        sql: comment === undefined ? text : `/* ${comment} */ ${text}`,
        timeout: (this.settings.queryTimeoutSeconds + patience) * 1000,
      });
      return result;
    } catch (thrown) {
      const error = statementError(thrown, this.settings, secrets);
      if (error instanceof ConnectionLost) {
        // After a missed deadline the driver keeps the connection, and what is sent next would wait behind the late answer.
        this.lost = error;
        this.destroy();
      }
      throw error;
    }
  }
}

/** The statement with its values in place, as it is sent and as `vicidial_admin_log` shows it. */
export function format(sql: string, values: readonly unknown[] = []): string {
  return mysql.format(sql, values as Parameters<typeof mysql.format>[1], true);
}
