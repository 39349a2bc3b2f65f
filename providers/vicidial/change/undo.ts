import { messageOf } from "../../../core/refusal";
import { auditRow, auditStatement, withoutSecrets } from "./audit";
import { deleteSql, holding, insertSql, keyed, selectSql, updateSql } from "./sql";
import { format, type PooledConnection, type StatementOptions } from "../database/pool";
import { ConnectionLost } from "../database/driverErrors";
import { rebuildSql } from "./rebuild";
import type { Audit, Catalogue, Row } from "../session";

/** What a change knows of its surroundings. */
export interface ChangeContext {
  catalogue: Catalogue;
  adminUser: string;
  purpose: string;
  /** Shown by the server's process list while a statement runs, so that whoever waits for the lock sees who works. */
  comment: string;
  /** A new connection that holds the lock, for undoing after the first was lost. */
  reconnect(lost: PooledConnection): Promise<PooledConnection>;
}

/** How often one step is tried when connections keep breaking. */
const ATTEMPTS = 3;

/** A write that is about to be sent. */
export interface Undoable {
  /**
   * Sends the write. An answer that refuses it proves that nothing was written; a lost connection proves nothing, so
   * the step stays listed and looks for itself whether there is anything to take back.
   */
  sending: <T>(send: () => Promise<T>) => Promise<T>;
  /** The write turned out to have done nothing. */
  forget: () => void;
}

interface Step {
  what: string;
  run: () => Promise<void>;
}

/** The steps that take a change back. Each may run twice, and each leaves alone what somebody else changed since. */
export class Undo {
  private readonly steps: Step[] = [];
  private readonly flagged = new Set<string>();
  /** Why the database could not be reached again. */
  private away: Error | undefined;

  constructor(
    public connection: PooledConnection,
    private readonly context: ChangeContext,
  ) {}

  add(what: string, run: () => Promise<void>): Undoable {
    const step = { what, run };
    this.steps.push(step);
    const forget = (): void => void this.steps.splice(this.steps.indexOf(step), 1);
    return {
      forget,
      async sending(send) {
        try {
          return await send();
        } catch (thrown) {
          if (!(thrown instanceof ConnectionLost)) forget();
          throw thrown;
        }
      },
    };
  }

  flagAgain(servers: readonly string[]): void {
    for (const server of servers) this.flagged.add(server);
  }

  async ofInsert(table: string, row: Row, counter: string | undefined, audit?: Audit): Promise<Undoable> {
    // Without a unique column, somebody else's row may look just like ours; only ours has a number above this one.
    const above = counter === undefined ? undefined : await this.highest(table, counter);
    const ours = `${holding(this.context.catalogue, table, row)}${counter === undefined ? "" : ` AND ${counter} > ${above ?? 0}`}`;
    return this.add(`${table}: the row added (${shown(table, row)})`, async () => {
      const { matched } = await this.write(`${deleteSql(table, ours)} LIMIT 1`);
      if (matched > 0)
        await this.log(
          audit,
          "DELETE",
          deleteSql(table, holding(this.context.catalogue, table, withoutSecrets(table, row))),
        );
    });
  }

  ofUpdate(table: string, key: Row, before: Row, after: Row, audit?: Audit): Undoable {
    const { catalogue } = this.context;
    return this.add(`${table}: the new values of ${shown(table, key)} (${shown(table, after)})`, async () => {
      const { matched } = await this.write(
        updateSql(table, before, `${keyed(key)} AND ${holding(catalogue, table, after)}`),
      );
      if (matched > 0) return this.log(audit, "MODIFY", updateSql(table, withoutSecrets(table, before), keyed(key)));
      const untouched = await this.select(
        selectSql(table, Object.keys(key), `${keyed(key)} AND ${holding(catalogue, table, before)}`),
      );
      if (untouched.length === 0) throw new Error("somebody else changed them meanwhile");
    });
  }

  /** Remembers what the rows that match `where` hold, by their primary key. */
  async ofUpdateAll(table: string, where: string, after: Row, audit?: Audit): Promise<Undoable> {
    const { catalogue } = this.context;
    const key = catalogue.columns(table).find((column) => column.key === "PRI")?.name;
    if (key === undefined) throw new TypeError(`${table} has no primary key to put its rows back by`);
    const rows = await this.select(selectSql(table, [key, ...Object.keys(after)], where));
    const back = alike(rows, Object.keys(after));
    return this.add(`${table}: ${rows.length} row(s) hold new values (${shown(table, after)})`, async () => {
      for (const { before, members } of back) {
        const numbers = members.map((row) => format("?", [row[key]])).join(", ");
        const ours = `${format("??", [key])} IN (${numbers}) AND ${holding(catalogue, table, after)}`;
        const { matched } = await this.write(updateSql(table, before, ours));
        if (matched > 0) await this.log(audit, "MODIFY", updateSql(table, withoutSecrets(table, before), ours));
      }
    });
  }

  ofDelete(table: string, rows: readonly Record<string, unknown>[], audit?: Audit): Undoable {
    const { catalogue } = this.context;
    return this.add(
      `${table}: ${rows.length} row(s) are missing (${shown(table, rows[0] as Row)}${rows.length > 1 ? ", …" : ""})`,
      async () => {
        for (const row of rows) {
          const there = await this.select(
            selectSql(table, Object.keys(row).slice(0, 1), holding(catalogue, table, row)),
          );
          if (there.length > 0) continue;
          await this.write(insertSql(table, row));
          await this.log(audit, "ADD", insertSql(table, withoutSecrets(table, row as Row)));
        }
      },
    );
  }

  /** Runs all steps, newest first; answers what could not be taken back. */
  async all(): Promise<readonly string[]> {
    const left: string[] = [];
    const steps = this.steps.splice(0).reverse();
    if (steps.length === 0) return left;
    await this.attempt(() => this.lenient()).catch(() => undefined);
    for (const { what, run } of steps) {
      await this.attempt(run).catch((thrown: unknown) => left.push(`${what}: ${messageOf(thrown)}`));
    }
    const servers = [...this.flagged];
    if (servers.length > 0) {
      // The daemon may have built its configuration from what was just taken back.
      await this.attempt(() => this.write(rebuildSql(servers))).catch(() => undefined);
    }
    return left;
  }

  private async attempt(run: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await run();
        return;
      } catch (thrown) {
        if (!(thrown instanceof ConnectionLost) || attempt >= ATTEMPTS) throw thrown;
        await this.reconnect();
      }
    }
  }

  /** Asks once: when the database stays away, every further step would wait for it as long again. */
  private async reconnect(): Promise<void> {
    if (this.away !== undefined) throw this.away;
    try {
      this.connection = await this.context.reconnect(this.connection);
    } catch (thrown) {
      this.away = new Error(messageOf(thrown));
      throw this.away;
    }
    await this.lenient();
  }

  /** Rows go back exactly as they were, also with a value that a strict session would refuse. */
  private async lenient(): Promise<void> {
    await this.connection.write("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'");
  }

  private async highest(table: string, counter: string): Promise<number> {
    const [row] = await this.select(`SELECT MAX(${counter}) AS highest FROM ${table}`);
    return Number(row?.["highest"] ?? 0);
  }

  private async log(audit: Audit | undefined, type: Audit["type"], sql: string): Promise<void> {
    if (audit === undefined) return;
    const undone = { ...audit, type, code: `UNDO ${audit.code}` };
    await this.write(auditStatement(auditRow(undone, sql, { ...this.context, address: this.connection.localAddress })));
  }

  private async write(sql: string): Promise<{ matched: number }> {
    return this.connection.write(sql, [], this.options());
  }

  private async select(sql: string): Promise<Record<string, unknown>[]> {
    return this.connection.select(sql, [], this.options());
  }

  private options(): StatementOptions {
    return { comment: this.context.comment };
  }
}

/** Rows in groups that hold the same in `columns`, at most 1,000 in each: statements have a greatest length. */
function alike(
  rows: readonly Record<string, unknown>[],
  columns: readonly string[],
): { before: Row; members: Record<string, unknown>[] }[] {
  const groups = new Map<string, { before: Row; members: Record<string, unknown>[] }[]>();
  for (const row of rows) {
    const before = Object.fromEntries(columns.map((column) => [column, (row as Row)[column] ?? null]));
    const name = JSON.stringify(before);
    const parts = groups.get(name) ?? [];
    groups.set(name, parts);
    const open = parts.at(-1);
    if (open !== undefined && open.members.length < 1000) open.members.push(row);
    else parts.push({ before, members: [row] });
  }
  return [...groups.values()].flat();
}

/** The first few columns of a row, for a person. */
function shown(table: string, row: Row): string {
  return Object.entries(withoutSecrets(table, row))
    .filter(([, value]) => value !== null && value !== "")
    .slice(0, 4)
    .map(([column, value]) => `${column} ${String(value).slice(0, 40)}`)
    .join(", ");
}
