import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createConnection, createPool, type Pool } from "mysql2/promise";
import { type DatabaseServer, databasePrefix } from "./databaseServer";
import { repository } from "./files";

/** 1720 is r3884 of 2024, 1302 is 2013. */
export type Schema = "1720" | "1302";
/** Table name to its rows as text, each `column=value` per column, in a stable order. */
export type Dump = Record<string, string[]>;

/** A database of its own, with VICIdial's tables and other people's rows (docker/database/sql). */
export interface FreshDatabase {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  schema: Schema;
  /** What a stack needs in its environment to reach this database. */
  env: Record<string, string>;
  /** Runs a statement as an administrator of the database server, the way somebody outside Pulumi would. */
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** The whole database as text. */
  dump(): Promise<Dump>;
  drop(): Promise<void>;
}

/** Name under which globalSetup hands the server's address to the test workers. */
export const serverVariable = "VOICEBRIDGE_TEST_DATABASE";
let made = 0;

/**
 * Makes a database from the lab image's own tables and seeds.
 *
 * @example
 * const db = await freshDatabase({ schema: "1720" });
 * const before = await db.dump();
 * …
 * expect(differences(before, await db.dump())).toEqual([]);
 * await db.drop();
 */
export async function freshDatabase({ schema }: { schema: Schema }): Promise<FreshDatabase> {
  const server = sharedServer();
  const database = `${databasePrefix}${process.pid}_${made++}_${schema}`;
  const pool = await filled(server, database, schema);
  const query = async (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> => {
    const [rows] = await pool.query(sql, values);
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
  };
  return {
    ...{ host: server.host, port: server.port, user: server.user, password: server.password, database, schema, query },
    env: {
      VICIDIAL_HOST: server.host,
      VICIDIAL_PORT: String(server.port),
      VICIDIAL_USER: server.user,
      VICIDIAL_PASSWORD: server.password,
      VICIDIAL_DATABASE: database,
    },
    dump: () => dumped(database, query),
    async drop() {
      await query(`DROP DATABASE IF EXISTS \`${database}\``);
      await pool.end();
    },
  };
}

/** What lies between two dumps, one line per row: `- table: row` went away, `+ table: row` came. */
export function differences(before: Dump, after: Dump): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((table) => {
    const was = before[table] ?? [];
    const is = after[table] ?? [];
    return [
      ...without(was, is).map((row) => `- ${table}: ${row}`),
      ...without(is, was).map((row) => `+ ${table}: ${row}`),
    ];
  });
}

/** The rows of `all` that `known` does not have, each counted: two equal rows against one leave one. */
function without(all: string[], known: string[]): string[] {
  const left = new Map<string, number>();
  for (const row of known) left.set(row, (left.get(row) ?? 0) + 1);
  return all.filter((row) => {
    const count = left.get(row) ?? 0;
    left.set(row, count - 1);
    return count <= 0;
  });
}

function sharedServer(): DatabaseServer {
  const address = process.env[serverVariable];
  if (!address)
    throw new Error(
      "no test database: run this test with `npx jest --selectProjects real`, whose globalSetup starts one",
    );
  return JSON.parse(address) as DatabaseServer;
}

async function filled(server: DatabaseServer, database: string, schema: Schema): Promise<Pool> {
  const account = { host: server.host, port: server.port, user: server.adminUser, password: server.adminPassword };
  const loader = await createConnection({ ...account, multipleStatements: true });
  try {
    await loader.query(`CREATE DATABASE \`${database}\`; USE \`${database}\``);
    for (const text of sqlTexts(schema)) await loader.query(text);
  } finally {
    await loader.end();
  }
  // Dates and decimals as the server prints them: a dump compares text.
  return createPool({
    ...account,
    database,
    connectionLimit: 2,
    dateStrings: true,
    supportBigNumbers: true,
  });
}

/** The same files in the same order as docker/database/entrypoint.sh. */
function sqlTexts(schema: Schema): string[] {
  const folders = schema === "1302" ? ["1302", "seed"] : ["1302", "1720", "seed", "seed-1720"];
  return folders.flatMap((folder) => {
    const directory = join(repository, "docker", "database", "sql", folder);
    return readdirSync(directory)
      .sort()
      .map((file) => readFileSync(join(directory, file), "utf8"));
  });
}

async function dumped(database: string, query: FreshDatabase["query"]): Promise<Dump> {
  const tables = await query(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME",
    [database],
  );
  const dump: Dump = {};
  for (const { name } of tables) {
    const rows = await query(`SELECT * FROM \`${String(name)}\``);
    dump[String(name)] = rows.map(asText).sort();
  }
  return dump;
}

/** A row as a dump shows it. */
export function asText(row: Record<string, unknown>): string {
  return Object.entries(row)
    .map(([column, value]) => `${column}=${value === null ? "NULL" : JSON.stringify(value)}`)
    .join(" ");
}
