import type { z } from "zod";

import { auditRow, auditStatement, withoutSecrets } from "./audit";
import { secretsIn } from "./secretColumns";
import { conflict, lastChangeBy, type Moved } from "./conflict";
import { parseRows } from "../database/rows";
import { refuseUnfaithful, refuseUnfit } from "./fits";
import { deleteSql, holding, insertSql, keyed, selectSql, updateSql } from "./sql";
import { Undo, type ChangeContext } from "./undo";
import { same } from "./sameCell";
import { type PooledConnection, type StatementOptions, type Written } from "../database/pool";
import { generatingServers, rebuildSql } from "./rebuild";
import type { Audit, Catalogue, Change, Row } from "../session";

/** The writes of one piece of work under the lock, and how to take them back. */
export class LockedChange implements Change {
  readonly catalogue: Catalogue;
  private readonly undo: Undo;

  constructor(
    private readonly connection: PooledConnection,
    private readonly context: ChangeContext,
  ) {
    this.catalogue = context.catalogue;
    this.undo = new Undo(connection, context);
  }

  async rows<T>(schema: z.ZodType<T>, sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return parseRows(schema, await this.undo.connection.select(sql, values, this.options()), sql);
  }

  async row<T>(schema: z.ZodType<T>, sql: string, values: readonly unknown[] = []): Promise<T | undefined> {
    return (await this.rows(schema, sql, values))[0];
  }

  async insert(table: string, row: Row, audit?: Audit): Promise<number> {
    refuseUnfit(this.catalogue, table, row);
    const columns = this.catalogue.columns(table);
    const counter = columns.find(({ autoIncrement }) => autoIncrement)?.name;
    const unique = columns.some(({ name, key }) => key === "UNI" && name in row);
    const undoable = await this.undo.ofInsert(table, row, unique ? undefined : counter, audit);
    const sql = insertSql(table, row);
    const { insertId } = await undoable.sending(() => this.write(table, row, sql));
    const key =
      counter === undefined || insertId === 0 ? holding(this.catalogue, table, row) : keyed({ [counter]: insertId });
    refuseUnfaithful(this.catalogue, table, row, await this.stored(table, Object.keys(row), key));
    await this.log(audit, insertSql(table, withoutSecrets(table, row)));
    return insertId;
  }

  async update(table: string, key: Row, from: Row, to: Row, audit?: Audit): Promise<void> {
    refuseUnfit(this.catalogue, table, to);
    const columns = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    const live = await this.stored(table, columns, keyed(key));
    if (live === undefined) throw await this.gone(table, key, audit);
    await this.refuseMoved(table, from, to, live, audit);

    const changed = columns.filter((name) => name in to && !this.same(table, name, live, to));
    if (changed.length === 0) return;
    const wanted = pick(to, changed);
    const seen = pick(live, [...new Set([...Object.keys(from), ...changed])]);
    const sql = updateSql(table, wanted, `${keyed(key)} AND ${holding(this.catalogue, table, seen)}`);
    const undoable = this.undo.ofUpdate(table, key, pick(live, changed), wanted, audit);
    const { matched } = await undoable.sending(() => this.write(table, { ...seen, ...wanted }, sql));
    if (matched === 0) {
      undoable.forget();
      await this.refuseMoved(table, live, {}, (await this.stored(table, columns, keyed(key))) ?? {}, audit);
    }
    refuseUnfaithful(this.catalogue, table, wanted, await this.stored(table, changed, keyed(key)));
    await this.log(audit, updateSql(table, withoutSecrets(table, wanted), keyed(key)));
  }

  async updateAll(table: string, key: Row, to: Row, audit?: Audit): Promise<number> {
    refuseUnfit(this.catalogue, table, to);
    const others = `${keyed(key)} AND NOT (${holding(this.catalogue, table, to)})`;
    const undoable = await this.undo.ofUpdateAll(table, others, to, audit);
    const sql = updateSql(table, to, others);
    const { matched } = await undoable.sending(() => this.write(table, to, sql));
    await this.log(audit, updateSql(table, withoutSecrets(table, to), keyed(key)));
    return matched;
  }

  async delete(table: string, key: Row, audit?: Audit): Promise<number> {
    for (const column of Object.keys(key)) this.catalogue.require(table, column);
    const rows = await this.undo.connection.select(selectSql(table, [], keyed(key)), [], this.options());
    if (rows.length === 0) return 0;
    const undoable = this.undo.ofDelete(table, rows, audit);
    const { matched } = await undoable.sending(() => this.write(table, key, deleteSql(table, keyed(key))));
    await this.log(audit, deleteSql(table, keyed(key)));
    return matched;
  }

  async flagRebuild(serverIps: readonly string[]): Promise<string[]> {
    const servers = await generatingServers(this.undo.connection, serverIps);
    if (servers.length === 0) return [];
    this.undo.flagAgain(servers);
    await this.undo.connection.write(rebuildSql(servers), [], this.options());
    return servers;
  }

  onFailure(undo: () => Promise<void>): void {
    this.undo.add("what a later step was to take back", undo);
  }

  /** Takes back every write, newest first, and answers in words what could not be taken back. */
  async undoAll(): Promise<readonly string[]> {
    return this.undo.all();
  }

  /** The connection that holds the lock now; another one than at the start when that was lost. */
  get holder(): PooledConnection {
    return this.undo.connection;
  }

  private async write(table: string, values: Row, sql: string): Promise<Written> {
    return this.undo.connection.write(sql, [], { ...this.options(), secrets: secretsIn(table, values) });
  }

  private async log(audit: Audit | undefined, sql: string): Promise<void> {
    if (audit === undefined) return;
    const row = auditRow(audit, sql, { ...this.context, address: this.connection.localAddress });
    refuseUnfit(this.catalogue, "vicidial_admin_log", row);
    await this.undo.connection.write(auditStatement(row), [], this.options());
  }

  private async stored(table: string, columns: readonly string[], where: string): Promise<Row | undefined> {
    for (const column of columns) this.catalogue.require(table, column);
    const rows = await this.undo.connection.select(selectSql(table, columns, where), [], this.options());
    return rows[0] as Row | undefined;
  }

  /** Columns of `from` must hold it still; one that holds its new value already is a change that got half-way before. */
  private async refuseMoved(table: string, from: Row, to: Row, live: Row, audit: Audit | undefined): Promise<void> {
    const moved: Moved[] = Object.keys(from)
      .filter((name) => !this.same(table, name, live, from) && !(name in to && this.same(table, name, live, to)))
      .map((column) => ({ column, expected: from[column] ?? null, live: live[column] ?? null }));
    if (moved.length === 0) return;
    throw conflict(table, moved, await lastChangeBy(this.undo.connection, audit, this.context.adminUser));
  }

  private async gone(table: string, key: Row, audit: Audit | undefined): Promise<Error> {
    const [column = "", value = null] = Object.entries(key)[0] ?? [];
    const who = await lastChangeBy(this.undo.connection, audit, this.context.adminUser);
    return conflict(table, [{ column, expected: value, live: null }], `(the row is gone) ${who}`);
  }

  private same(table: string, name: string, a: Row, b: Row): boolean {
    return same(a[name] ?? null, b[name] ?? null, this.catalogue.column(table, name));
  }

  private options(): StatementOptions {
    return { comment: this.context.comment };
  }
}

function pick(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
}
