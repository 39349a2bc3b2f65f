import { hostname } from "node:os";

import { z } from "zod";

import { poll } from "../../../core/poll";
import { Refusal } from "../../../core/refusal";
import type { ConnectionPool, PooledConnection } from "./pool";
import { ConnectionLost } from "./driverErrors";
import { settingName } from "./settings";

/** How often a waiting operation says who it waits for, in seconds. */
const SLICE_SECONDS = 2;

export interface LockOptions {
  database: string;
  timeoutSeconds: number;
  report(line: string): void;
}

/** What the server's process list shows of the holder while it works: every statement of it starts with this comment. */
export function signature(purpose: string, stack: string | undefined): string {
  const doer = `${stack === undefined ? "" : `stack ${stack} `}on ${hostname()} pid ${process.pid}`;
  // The comment must not be able to end itself, nor to start a `/*!` or `/*+` one.
  return `voicebridge ${doer}: ${purpose}`.replace(/[^-\w .,:()@/]|\*/g, "_").slice(0, 160);
}

/**
 * A connection that holds the database's lock `voicebridge:<database>`. The lock is a MySQL user lock: it needs no
 * privilege, every stack of the site sees it, and the server frees it when the connection ends.
 */
export async function lockedConnection(
  pool: ConnectionPool,
  purpose: string,
  options: LockOptions,
): Promise<PooledConnection> {
  for (let attempt = 1; ; attempt++) {
    const connection = await pool.acquire();
    try {
      await waitForLock(connection, purpose, options);
      return connection;
    } catch (thrown) {
      connection.destroy();
      // A pooled connection that idled past the server's `wait_timeout` is only noticed when it is used.
      if (!(thrown instanceof ConnectionLost) || attempt > 1) throw thrown;
    }
  }
}

/** Frees the lock and gives the connection back. A connection that is lost has freed it already. */
export async function unlock(connection: PooledConnection, database: string): Promise<void> {
  try {
    await connection.select("SELECT RELEASE_LOCK(?) AS released", [lockName(database)]);
    connection.release();
  } catch {
    connection.destroy();
  }
}

/** MySQL takes lock names up to 64 characters. */
export function lockName(database: string): string {
  return `voicebridge:${database}`.slice(0, 64);
}

const granted = z.object({ granted: z.coerce.number().nullable() });

async function waitForLock(connection: PooledConnection, purpose: string, options: LockOptions): Promise<void> {
  const name = lockName(options.database);
  let doing: string | undefined;
  /** Waits a while for the lock; answers in words who holds it, `undefined` when it is ours. */
  const wait = async (left: number): Promise<string | undefined> => {
    const slice = Math.min(SLICE_SECONDS, left);
    const [row] = await connection.select("SELECT GET_LOCK(?, ?) AS granted", [name, slice], {
      comment: signature(`waiting for: ${purpose}`, undefined),
      patience: slice,
    });
    if (granted.parse(row).granted === 1) return undefined;
    const holder = await holderOf(connection, name);
    if (holder === undefined) return "somebody else";
    doing = holder.doing ?? doing;
    return `${holder.who}${doing === undefined ? "" : `, doing "${doing}"`}`;
  };
  const seconds = options.timeoutSeconds;
  const { seen: who, waitedSeconds } = await poll(wait, {
    done: (holder) => holder === undefined,
    seconds,
    // The server waits, so there is nothing to wait for between two looks.
    everySeconds: 0,
    tellEverySeconds: 0,
    tell: (holder, waited) =>
      options.report(
        `voicebridge: waiting for lock ${name} (${waited} s of ${seconds} s), held by ${holder ?? ""}; wanted for: ${purpose}`,
      ),
  });
  if (who !== undefined) throw lockTimeout(name, purpose, who, waitedSeconds);
}

function lockTimeout(name: string, purpose: string, who: string, waited: number): Refusal {
  return new Refusal({
    field: name,
    rule: `this lock is held by ${who}, and has been for the last ${waited} s, so "${purpose}" has changed nothing`,
    fix: `run it again when the other run has finished, or wait longer with ${settingName("vicidial:lockTimeoutSeconds")}`,
  });
}

interface Holder {
  who: string;
  doing?: string;
}

const threadRow = z.object({
  User: z.string(),
  Host: z.string(),
  Command: z.string(),
  Time: z.coerce.number(),
  Info: z.string().nullable(),
});

/** Who holds the lock, as far as this account may see: the threads of the same account always, others with PROCESS. */
async function holderOf(connection: PooledConnection, name: string): Promise<Holder | undefined> {
  const [used] = await connection.select("SELECT IS_USED_LOCK(?) AS id", [name]);
  const { id } = z.object({ id: z.coerce.number().nullable() }).parse(used);
  if (id === null) return undefined;
  const threads = await connection.select("SHOW FULL PROCESSLIST");
  const row = threads.find((thread) => Number(thread["Id"]) === id);
  if (row === undefined) return { who: `connection ${id} of another MySQL account` };
  const { User: user, Host: host, Command: command, Time: seconds, Info: info } = threadRow.parse(row);
  const doing = info?.match(/^\/\* (voicebridge [^*]*) \*\//)?.[1];
  return {
    who: `connection ${id}, ${user}@${host} (${command} for ${seconds} s)`,
    ...(doing === undefined ? {} : { doing }),
  };
}
