import type { z } from "zod";
import type { AsteriskSettings } from "./dialler/settings";

/** A value as it goes into or comes out of a column. */
export type Cell = string | number | null;
/** Column name to value. */
export type Row = Record<string, Cell>;

/** One column as `information_schema.COLUMNS` describes it on this server. */
export interface Column {
  table: string;
  name: string;
  /** `COLUMN_TYPE`, for example `varchar(20)` or `enum('Y','N')`. */
  type: string;
  nullable: boolean;
  default: string | null;
  /** Characters that fit, for text columns. */
  maxLength?: number;
  /** Bytes that fit, for text columns: what limits `text` and `mediumtext`. */
  maxBytes?: number;
  /** Character set of a text column, for example `latin1` or `utf8mb3`. */
  charset?: string;
  /** The server numbers the rows by this column. */
  autoIncrement?: true;
  /** Part of the primary key (`PRI`), or unique by itself (`UNI`). */
  key?: "PRI" | "UNI";
  /** Values of an enum column. */
  values?: readonly string[];
  /** Bounds of an integer column. */
  range?: readonly [min: number, max: number];
}

/**
 * What this server's tables really look like: releases, forks and half-applied upgrades differ
 * (docs/facts/vicidial.md#versions).
 */
export interface Catalogue {
  /** `system_settings.db_schema_version`, for example 1720. */
  schemaVersion: number;
  hasTable(table: string): boolean;
  /** Columns in table order; empty where the server lacks the table. */
  columns(table: string): readonly Column[];
  column(table: string, name: string): Column | undefined;
  /** Throws a Refusal naming table and column where the server lacks it. */
  require(table: string, name: string): Column;
}

/**
 * What the admin pages would have written to `vicidial_admin_log` for the same change (docs/facts/vicidial.md#admin-log).
 */
export interface Audit {
  /** `event_section`: `REMOTEAGENTS`, `CARRIERS`, `CAMPAIGNS`, `USERS`, `LISTS`, `PHONES` … */
  section: string;
  /** `event_type`. */
  type: "ADD" | "MODIFY" | "DELETE" | "RESET" | "OTHER";
  /** `record_id`: what the page of that section logs. */
  recordId: string;
  /** `event_code`, for example `ADMIN ADD REMOTE AGENT`. */
  code: string;
}

/**
 * Thrown by {@link Vicidial.locked} when its work failed and not every write of it could be undone (the database stayed
 * away, or somebody changed the row meanwhile). `left` says in words what is still there.
 */
export class NotUndone extends Error {
  override readonly name = "NotUndone";
  constructor(
    reason: string,
    readonly left: readonly string[],
  ) {
    const what = left.map((one) => one.replace(/\.+$/, "")).join("; ");
    super(`${reason}\nThis could not be undone and may still be there: ${what}.`);
  }
}

/** Reading: available with and without the lock. Every row passes `schema` once, here. */
export interface Reader {
  readonly catalogue: Catalogue;
  rows<T>(schema: z.ZodType<T>, sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** The first row, or `undefined`. */
  row<T>(schema: z.ZodType<T>, sql: string, values?: readonly unknown[]): Promise<T | undefined>;
}

/**
 * Writing, while the database's lock is held. Tables are MyISAM: there are no transactions, so each write remembers how
 * to undo itself, and when `work` throws they are undone in reverse order
 * (docs/decisions/002-undo-instead-of-transactions.md). Every write is checked against the catalogue before it is sent
 * (column exists, value fits) and read back after it.
 */
export interface Change extends Reader {
  /** Inserts `row` and returns the auto-increment id (0 where the table has none). Undo deletes exactly that row. */
  insert(table: string, row: Row, audit?: Audit): Promise<number>;
  /**
   * Compare-and-set: sets `to` on the row with `key` only where it still holds `from` (`NULL`, `''` and `---NONE---` are
   * one value, docs/facts/vicidial.md#what-a-save-rewrites). Throws a Refusal that names what somebody else changed, and
   * who by `vicidial_admin_log`. Columns that already hold the wanted value are left alone; nothing different means no
   * write and no audit row.
   */
  update(table: string, key: Row, from: Row, to: Row, audit?: Audit): Promise<void>;
  /**
   * Sets `to` on every row with `key`, whatever it holds: for what VICIdial itself does to a whole list at once, such as
   * a reset, while the dialler goes on changing single rows. The table needs a primary key of one column. Returns how
   * many rows changed; undo puts those back that still hold `to`.
   */
  updateAll(table: string, key: Row, to: Row, audit?: Audit): Promise<number>;
  /** Deletes the rows with `key`; returns how many there were (0 is no error). Undo puts them back as they were. */
  delete(table: string, key: Row, audit?: Audit): Promise<number>;
  /**
   * Sets `servers.rebuild_conf_files='Y'` where the server is active and generates its configuration; `0.0.0.0` means all such.
   * Returns the IPs flagged.
   */
  flagRebuild(serverIps: readonly string[]): Promise<string[]>;
  /** Runs `undo` when a later step of the same work fails. For writes that `insert`, `update` and `delete` do not cover. */
  onFailure(undo: () => Promise<void>): void;
}

/** One VICIdial database. Pooled, strict (`STRICT_ALL_TABLES`, utf8mb4, UTC-safe), with deadlines on every query. */
export interface Vicidial extends Reader {
  /** Who `vicidial_admin_log.user` names (setting `vicidial:adminUser`, default `voicebridge`). */
  readonly adminUser: string;
  /** `project/stack`, as `vicidial_admin_log.event_notes` says it; none outside a stack, as for the command line tools. */
  readonly stack?: string | undefined;
  /**
   * Seconds to wait for the dialler daemon to notice a change of a remote agent: two of its 2 s loops
   * (docs/facts/vicidial.md#drain). Setting `vicidial:drainLoopSeconds`, default 4.
   */
  readonly drainLoopSeconds: number;
  /** How to ask the diallers' Asterisk, and how long they may take to load what was written. */
  readonly asterisk: AsteriskSettings;
  /** One progress line for the operator (stderr). */
  report(line: string): void;
  /**
   * Runs `work` while holding `GET_LOCK('voicebridge:<database>')`, so that two stacks do not interleave. Whoever cannot
   * get it in time is told which connection (user, host, since when, doing what) holds it.
   */
  locked<T>(purpose: string, work: (change: Change) => Promise<T>): Promise<T>;
  /** Short-lived connections only: closes the pool. */
  close(): Promise<void>;
}
