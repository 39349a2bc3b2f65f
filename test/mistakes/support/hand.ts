import type { Lab } from "../../kit/calls/lab";

type Value = string | number | null;
export type Columns = Readonly<Record<string, Value>>;

/**
 * A human's hand in VICIdial's tables, as the admin pages leave them: not strict, so that what does not fit is cut off without
 * an error. Remembers how to put everything back.
 */
export class Hand {
  private readonly undone: (() => Promise<unknown>)[] = [];

  constructor(private readonly lab: Lab) {}

  /** Changes the one row of which `which` holds. */
  async set(table: string, which: Columns, columns: Columns): Promise<void> {
    const [where, values] = condition(which);
    const rows = await this.lab.query<Record<string, Value>>(`SELECT * FROM ${table} WHERE ${where}`, values);
    const [row] = rows;
    if (rows.length !== 1 || row === undefined)
      throw new Error(`${rows.length} rows of ${table} are ${where}: ${values.join()}`);
    const before = Object.fromEntries(Object.keys(columns).map((name) => [name, row[name] ?? null]));
    await this.update(table, which, columns);
    this.undone.push(() => this.update(table, { ...which, ...picked(columns, which) }, before));
  }

  /** Adds a row, which the columns `key` tell from all others. */
  async add(table: string, row: Columns, ...key: string[]): Promise<void> {
    const names = Object.keys(row);
    await this.lab.query(
      `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
      Object.values(row),
    );
    this.undone.push(() => this.delete(table, Object.fromEntries(key.map((name) => [name, row[name] ?? null]))));
  }

  /** Deletes rows. */
  async remove(table: string, which: Columns): Promise<void> {
    const [where, values] = condition(which);
    const rows = await this.lab.query<Record<string, Value>>(`SELECT * FROM ${table} WHERE ${where}`, values);
    await this.delete(table, which);
    for (const row of rows) {
      const { remote_agent_id: _, ...columns } = row;
      this.undone.push(() =>
        this.lab.query(
          `INSERT INTO ${table} (${Object.keys(columns)
            .map((name) => `\`${name}\``)
            .join(", ")}) VALUES (${Object.keys(columns)
            .map(() => "?")
            .join(", ")})`,
          Object.values(columns),
        ),
      );
    }
  }

  /** Sets the dialler's rebuild flag, as the admin pages do on every change of a carrier or phone. */
  async flag(serverIp: string): Promise<void> {
    await this.update("servers", { server_ip: serverIp }, { rebuild_conf_files: "Y" });
  }

  /** Puts everything back, the last change first. */
  async undo(): Promise<void> {
    for (const back of this.undone.splice(0).reverse()) await back();
  }

  private async update(table: string, which: Columns, columns: Columns): Promise<void> {
    const [where, values] = condition(which);
    const settings = Object.keys(columns).map((name) => `${name} = ?`);
    await this.lab.query(`UPDATE ${table} SET ${settings.join(", ")} WHERE ${where}`, [
      ...Object.values(columns),
      ...values,
    ]);
  }

  private async delete(table: string, which: Columns): Promise<void> {
    const [where, values] = condition(which);
    await this.lab.query(`DELETE FROM ${table} WHERE ${where}`, values);
  }
}

function condition(which: Columns): [string, Value[]] {
  return [
    Object.keys(which)
      .map((name) => `${name} = ?`)
      .join(" AND "),
    Object.values(which),
  ];
}

/** Those of `columns` by which a row is found. */
function picked(columns: Columns, which: Columns): Columns {
  return Object.fromEntries(Object.entries(columns).filter(([name]) => Object.hasOwn(which, name)));
}
