import mysql from "mysql2/promise";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { LeadColumn } from "../../providers/asterisk";
import { tlsOptions, wrongServer } from "../../core/protocols/mysqlTls";
import type { LeadDatabaseSettings } from "./settings";

/** How long the database may take to say goodbye. */
const GOODBYE_MS = 500;
const rowsSchema = z.array(z.record(z.string(), z.unknown()));

/** Leads by their id. Every question ends when its `signal` aborts, whatever the server does. */
export interface LeadDatabase {
  /** The lead's columns; undefined when there is no such lead. */
  lead(id: number, columns: readonly LeadColumn[], signal: AbortSignal): Promise<Record<string, unknown> | undefined>;
  /** Resolves when the account can read `vicidial_list`. */
  check(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Opens nothing yet: a database that is down at the start is one that is down for the first calls. */
export function openLeadDatabase(settings: LeadDatabaseSettings, connectMs: number): LeadDatabase {
  const { host, port, user, password, database, tlsCa, connections } = settings;
  const ssl = tlsOptions(settings, tlsCa);
  const pool = mysql.createPool({
    ...{ host, port, user, password, database },
    ...(ssl !== undefined && { ssl }),
    charset: "utf8mb4",
    connectionLimit: connections,
    connectTimeout: connectMs,
    // Calls that wait for a connection; each gives up at its own deadline.
    queueLimit: 100,
    dateStrings: true,
    supportBigNumbers: true,
    connectAttributes: { program_name: "voicebridge-leads" },
  });

  const ask = async (sql: string, id: number, signal: AbortSignal): Promise<Record<string, unknown>[]> => {
    try {
      return await once(sql, id, signal);
    } catch (thrown) {
      // A pooled connection that the server closed meanwhile is noticed only when it is used.
      if (!wasLost(thrown) || signal.aborted) throw thrown;
      return await once(sql, id, signal);
    }
  };
  const once = async (sql: string, id: number, signal: AbortSignal): Promise<Record<string, unknown>[]> => {
    const connection = await acquired(pool, signal);
    try {
      const problem = wrongServer(connection.connection, settings);
      if (problem !== undefined) throw Object.assign(problem, { fatal: true });
      const [rows] = await unlessAborted(connection.execute(sql, [id]), signal);
      connection.release();
      return rowsSchema.parse(rows);
    } catch (thrown) {
      // After an abort the late answer would meet the next question on this connection.
      if (signal.aborted || isFatal(thrown)) connection.destroy();
      else connection.release();
      throw thrown;
    }
  };
  return {
    async lead(id, columns, signal) {
      // `rank` is a keyword of MySQL 8. The names are our own list's, never the caller's text.
      const names = columns.map((column) => `\`${column}\``).join(", ");
      return (await ask(`SELECT ${names} FROM vicidial_list WHERE lead_id = ?`, id, signal))[0];
    },
    async check(signal) {
      await ask("SELECT lead_id FROM vicidial_list WHERE lead_id = ?", 0, signal);
    },
    // A connection to a server that is gone or silent neither ends nor is worth waiting for.
    close: () => Promise.race([pool.end().catch(() => undefined), pause(GOODBYE_MS, undefined, { ref: false })]),
  };
}

/** A connection of the pool. One that comes too late goes back. */
function acquired(pool: mysql.Pool, signal: AbortSignal): Promise<mysql.PoolConnection> {
  const coming = pool.getConnection();
  coming.then(
    (connection) => {
      if (signal.aborted) connection.release();
    },
    () => undefined,
  );
  return unlessAborted(coming, signal);
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
    work.catch(() => undefined);
  }
}

function isFatal(thrown: unknown): boolean {
  return (thrown as { fatal?: boolean }).fatal === true;
}

const LOST = new Set(["PROTOCOL_CONNECTION_LOST", "ECONNRESET", "EPIPE"]);
function wasLost(thrown: unknown): boolean {
  return LOST.has(codeOf(thrown));
}

/** What a log may say of a failure: its code, never its text, which may quote a statement. */
export function codeOf(thrown: unknown): string {
  const { code, name } = thrown as { code?: unknown; name?: unknown };
  return typeof code === "string" ? code : typeof name === "string" ? name : "unknown";
}
