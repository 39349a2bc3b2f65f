import type { z } from "zod";

import { shared } from "../dynamic/engine/shared";
import type { Settings } from "../dynamic/resource";
import { messageOf } from "../../core/refusal";
import { asteriskSettings, type AsteriskSettings } from "./dialler/settings";
import { readCatalogue } from "./database/catalogue";
import { LockedChange } from "./change/change";
import { parseRows } from "./database/rows";
import { lockedConnection, signature, unlock } from "./database/lock";
import { ConnectionPool, type PooledConnection } from "./database/pool";
import { databaseSettings, type DatabaseSettings } from "./database/settings";
import { NotUndone, type Catalogue, type Change, type Vicidial } from "./session";

/**
 * Connects to the VICIdial database of the settings `vicidial:*` (see {@link databaseSettings}), and reads what its
 * tables look like. The same settings object gets the same session until it is closed; a failed attempt is not
 * remembered. Idle connections do not keep the process alive.
 *
 * @param report where the session's own lines go: who connects first with these settings says it.
 * @example
 * const vicidial = await connectVicidial(settings);
 * await vicidial.locked("pause campaign", (change) =>
 *   change.update("vicidial_campaigns", { campaign_id: "SIGMA" }, { active: "Y" }, { active: "N" }));
 */
export const connectVicidial = shared(
  (settings, forget, report: Vicidial["report"] = (line) => void process.stderr.write(`${line}\n`)) =>
    openSession(settings, report, forget),
);

async function openSession(settings: Settings, report: Vicidial["report"], onClose: () => void): Promise<Vicidial> {
  const found = databaseSettings(settings);
  const asterisk = asteriskSettings(settings);
  const pool = new ConnectionPool(found);
  try {
    const catalogue = await pool.use((connection) => readCatalogue(connection, found.database));
    return new Session(pool, catalogue, found, asterisk, stackOf(settings), report, onClose);
  } catch (thrown) {
    await pool.close().catch(() => undefined);
    throw thrown;
  }
}

/** `project/stack`; undefined outside a stack, as for the command line tools. */
function stackOf(settings: Settings): string | undefined {
  const [project, stack] = [settings.get("pulumi:project"), settings.get("pulumi:stack")];
  return project === undefined || stack === undefined ? stack : `${project}/${stack}`;
}

class Session implements Vicidial {
  readonly adminUser: string;
  readonly drainLoopSeconds: number;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly pool: ConnectionPool,
    readonly catalogue: Catalogue,
    private readonly settings: DatabaseSettings,
    readonly asterisk: AsteriskSettings,
    readonly stack: string | undefined,
    readonly report: Vicidial["report"],
    private readonly onClose: () => void,
  ) {
    this.adminUser = settings.adminUser;
    this.drainLoopSeconds = settings.drainLoopSeconds;
  }

  async rows<T>(schema: z.ZodType<T>, sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return parseRows(schema, await this.pool.use((connection) => connection.select(sql, values)), sql);
  }

  async row<T>(schema: z.ZodType<T>, sql: string, values: readonly unknown[] = []): Promise<T | undefined> {
    return (await this.rows(schema, sql, values))[0];
  }

  async locked<T>(purpose: string, work: (change: Change) => Promise<T>): Promise<T> {
    // One at a time within this process: forty operations waiting in GET_LOCK would take every connection of the pool.
    const mine = this.turn.then(() => this.lockedNow(purpose, work));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  async close(): Promise<void> {
    this.onClose();
    await this.turn;
    await this.pool.close();
  }

  private async lockedNow<T>(purpose: string, work: (change: Change) => Promise<T>): Promise<T> {
    const change = new LockedChange(await this.lockedConnection(purpose), {
      catalogue: this.catalogue,
      adminUser: this.adminUser,
      purpose: this.stack === undefined ? purpose : `${purpose} (stack ${this.stack})`,
      comment: signature(purpose, this.stack),
      reconnect: (lost) => this.reconnect(purpose, lost),
    });
    try {
      const result = await work(change);
      await unlock(change.holder, this.settings.database);
      return result;
    } catch (thrown) {
      const left = await change.undoAll();
      // Its session is lenient now, or it is lost: either way no connection for the pool.
      change.holder.destroy();
      throw left.length === 0 ? thrown : new NotUndone(messageOf(thrown), left);
    }
  }

  private async lockedConnection(purpose: string): Promise<PooledConnection> {
    return lockedConnection(this.pool, purpose, {
      database: this.settings.database,
      timeoutSeconds: this.settings.lockTimeoutSeconds,
      report: this.report,
    });
  }

  /** Ends the lost connection on the server too: its last statement may still wait there for a table, and must not run after the undo. */
  private async reconnect(purpose: string, lost: PooledConnection): Promise<PooledConnection> {
    lost.destroy();
    const connection = await this.pool.acquire();
    // An error here is the server's "unknown thread": the connection has ended by itself.
    await connection.write(`KILL ${lost.id}`).catch(() => undefined);
    connection.release();
    return this.lockedConnection(`undo: ${purpose}`);
  }
}
