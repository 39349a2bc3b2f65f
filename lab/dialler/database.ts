import { createPool, type Pool, type PoolOptions, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import type { z } from "zod";
import type { DiallerSettings } from "./settings";

/** A value as a statement takes it. */
export type Value = string | number | null;

/**
 * The database as VICIdial's own programs use it: one account for everything, no transactions, and a session that is
 * **not strict**: `''` becomes 0 in a number, a text that is too long is cut, an unknown enum value becomes `''`
 * (docs/facts/vicidial.md#sql-mode). A lab with a strict dialler would hide what production does silently.
 */
export interface DiallerDatabase {
  /** Every row passes `schema` once, here. Dates come as text, as the server prints them. */
  rows<T>(schema: z.ZodType<T>, sql: string, values?: readonly Value[]): Promise<T[]>;
  row<T>(schema: z.ZodType<T>, sql: string, values?: readonly Value[]): Promise<T | undefined>;
  /** Runs a statement; `affected` of an UPDATE counts the rows found, changed or not, as VICIdial's Perl driver does. */
  run(sql: string, values?: readonly Value[]): Promise<Written>;
  /**
   * Inserts a row of the columns that this server has: a column that it lacks (schema 1302) is left out, a table that it
   * lacks means nothing is written, a row whose unique key exists already is dropped. VICIdial's programs do not look at
   * the outcome of such an INSERT either.
   */
  insert(table: string, row: Readonly<Record<string, Value>>): Promise<Written>;
  /** Whether the table exists, and with `column` whether it has that column. Asked once, remembered. */
  has(table: string, column?: string): Promise<boolean>;
  close(): Promise<void>;
}

interface Written {
  affected: number;
  /** Auto-increment value, 0 without one. */
  id: number;
}

/**
 * A pool with bounded size. A connection that broke is replaced at the next statement; the loops try again, so the daemon
 * outlives a restart of the database.
 */
export function openDatabase(settings: DiallerSettings["database"]): DiallerDatabase {
  const options: PoolOptions = {
    ...settings,
    connectionLimit: 8,
    dateStrings: true,
    decimalNumbers: true,
    supportBigNumbers: true,
    connectTimeout: 5000,
  };
  return overPool(createPool(options));
}

function overPool(pool: Pool): DiallerDatabase {
  // mysql2 queues this before the first statement of the connection.
  pool.pool.on("connection", (connection) => void connection.query("SET SESSION sql_mode = ''"));
  const columns = new Map<string, Promise<Set<string>>>();
  const columnsOf = (table: string): Promise<Set<string>> => {
    const known = columns.get(table) ?? readColumns(pool, table);
    columns.set(table, known);
    known.catch(() => columns.delete(table));
    return known;
  };
  const rows: DiallerDatabase["rows"] = async (schema, sql, values = []) => {
    const [found] = await pool.query<RowDataPacket[]>(sql, [...values]);
    return found.map((one) => schema.parse(one));
  };
  const run: DiallerDatabase["run"] = async (sql, values = []) => {
    const [written] = await pool.query<ResultSetHeader>(sql, [...values]);
    return { affected: written.affectedRows, id: written.insertId };
  };
  return {
    rows,
    run,
    row: async (schema, sql, values) => (await rows(schema, sql, values))[0],
    async insert(table, row) {
      const known = await columnsOf(table);
      if (known.size === 0) return { affected: 0, id: 0 };
      const names = Object.keys(row).filter((name) => known.has(name.toLowerCase()));
      const places = names.map(() => "?").join(", ");
      return run(
        `INSERT IGNORE INTO \`${table}\` (${names.map((name) => `\`${name}\``).join(", ")}) VALUES (${places})`,
        names.map((name) => row[name] ?? null),
      );
    },
    async has(table, column) {
      const known = await columnsOf(table);
      return column === undefined ? known.size > 0 : known.has(column.toLowerCase());
    },
    close: () => pool.end(),
  };
}

async function readColumns(pool: Pool, table: string): Promise<Set<string>> {
  const [found] = await pool.query<RowDataPacket[]>(
    "SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?",
    [table],
  );
  return new Set(found.map((one) => String(one["name"]).toLowerCase()));
}
