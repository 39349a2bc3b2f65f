import { z } from "zod";

import { Refusal } from "../../../core/refusal";
import type { PooledConnection } from "./pool";
import type { Catalogue, Column } from "../session";

const columnRow = z.object({
  tableName: z.string(),
  columnName: z.string(),
  columnType: z.string(),
  dataType: z.string(),
  nullable: z.enum(["YES", "NO"]),
  columnDefault: z.string().nullable(),
  characters: z.coerce.number().nullable(),
  bytes: z.coerce.number().nullable(),
  charset: z.string().nullable(),
  columnKey: z.string(),
  extra: z.string(),
});
type ColumnRow = z.infer<typeof columnRow>;

/** Reads every column of the database in one query: forks and half-applied upgrades differ, so nothing is assumed. */
export async function readCatalogue(connection: PooledConnection, database: string): Promise<Catalogue> {
  const rows = await connection.select(
    `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS columnName, COLUMN_TYPE AS columnType, DATA_TYPE AS dataType,
            IS_NULLABLE AS nullable, COLUMN_DEFAULT AS columnDefault, CHARACTER_MAXIMUM_LENGTH AS characters,
            CHARACTER_OCTET_LENGTH AS bytes, CHARACTER_SET_NAME AS charset, COLUMN_KEY AS columnKey, EXTRA AS extra
       FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION`,
  );
  const tables = new Map<string, Map<string, Column>>();
  for (const row of rows) {
    const column = toColumn(columnRow.parse(row));
    const columns = tables.get(column.table) ?? new Map<string, Column>();
    tables.set(column.table, columns.set(column.name, column));
  }
  if (!tables.has("system_settings") || !tables.has("vicidial_campaigns")) {
    throw new Refusal({
      field: "vicidial:database",
      value: database,
      rule: "this database has no table system_settings and vicidial_campaigns, so it is not VICIdial's",
      fix: "name VICIdial's database (usually asterisk) in `vicidial:database` (environment VICIDIAL_DATABASE)",
    });
  }
  const [settings] = await connection.select("SELECT db_schema_version AS version FROM system_settings LIMIT 1");
  return new TableCatalogue(z.coerce.number().catch(0).parse(settings?.version), tables);
}

/** The catalogue over columns that are known already. */
export class TableCatalogue implements Catalogue {
  constructor(
    readonly schemaVersion: number,
    private readonly tables: ReadonlyMap<string, ReadonlyMap<string, Column>>,
  ) {}

  hasTable(table: string): boolean {
    return this.tables.has(table);
  }

  columns(table: string): readonly Column[] {
    return [...(this.tables.get(table)?.values() ?? [])];
  }

  column(table: string, name: string): Column | undefined {
    return this.tables.get(table)?.get(name);
  }

  require(table: string, name: string): Column {
    const column = this.column(table, name);
    if (column) return column;
    const missing = this.hasTable(table) ? `table ${table} has no column ${name}` : `there is no table ${table}`;
    throw new Refusal({
      field: `${table}.${name}`,
      rule: `${missing} on this VICIdial server (schema ${this.schemaVersion})`,
      fix: "leave out the option that needs it, or upgrade VICIdial's database schema",
    });
  }
}

function toColumn(row: ColumnRow): Column {
  const range = integerRange(row.dataType, row.columnType.includes("unsigned"));
  return {
    table: row.tableName,
    name: row.columnName,
    type: row.columnType,
    nullable: row.nullable === "YES",
    // MariaDB >= 10.2.7 quotes text defaults and writes NULL as a word; MySQL and older servers do neither.
    default: row.columnDefault === "NULL" ? null : (row.columnDefault?.replace(/^'(.*)'$/s, "$1") ?? null),
    ...(row.characters === null || row.dataType === "enum" ? {} : { maxLength: row.characters }),
    ...(row.bytes === null || row.dataType === "enum" ? {} : { maxBytes: row.bytes }),
    ...(row.charset === null ? {} : { charset: row.charset }),
    ...(row.dataType === "enum" ? { values: enumValues(row.columnType) } : {}),
    ...(range ? { range } : {}),
    ...(row.extra.includes("auto_increment") ? { autoIncrement: true as const } : {}),
    ...(row.columnKey === "PRI" || row.columnKey === "UNI" ? { key: row.columnKey } : {}),
  };
}

/** `enum('Y','it''s')` → `["Y", "it's"]`. */
export function enumValues(columnType: string): string[] {
  return [...columnType.matchAll(/'((?:[^']|'')*)'/g)].map(([, quoted = ""]) => quoted.replaceAll("''", "'"));
}

const BITS: Record<string, number> = { tinyint: 8, smallint: 16, mediumint: 24, int: 32, bigint: 64 };

/** Bounds of an integer type; those of `bigint` are rounded to what a JavaScript number can hold. */
export function integerRange(dataType: string, unsigned: boolean): readonly [min: number, max: number] | undefined {
  const bits = BITS[dataType];
  if (bits === undefined) return undefined;
  if (bits === 64) return [unsigned ? 0 : Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  return unsigned ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}
