import { Failure } from "../../providers/dynamic/engine/failure";
import { bind } from "../../providers/dynamic/engine/handler";
import type { JsonObject } from "../../providers/dynamic/engine/json";
import type { Resource, Settings } from "../../providers/dynamic/resource";
import { StackSettings } from "../../providers/dynamic/engine/settings";
import { connectVicidial } from "../../providers/vicidial/connect";
import type { Vicidial } from "../../providers/vicidial/session";
import { asText, differences, type Dump, type FreshDatabase } from "./database";

/** The settings of a stack over this database; `more` overrides single ones (`lockTimeoutSeconds`). */
export function settingsFor(db: Omit<FreshDatabase, "dump">, more: Record<string, string> = {}): Settings {
  const settings: Record<string, string> = {
    host: db.host,
    port: String(db.port),
    user: db.user,
    password: db.password,
    database: db.database,
    drainLoopSeconds: "0",
    connectAttempts: "1",
    ...more,
  };
  return { get: (key) => settings[key.replace(/^vicidial:/, "")] };
}

/** A session whose progress lines are collected instead of printed. */
export async function sessionOn(
  db: Omit<FreshDatabase, "dump">,
  more: Record<string, string> = {},
): Promise<Vicidial & { reports: string[] }> {
  const reports: string[] = [];
  const vicidial = await connectVicidial(settingsFor(db, more), (line) => void reports.push(line));
  return Object.assign(vicidial, { reports });
}

/** The provider's methods as the engine sees them: JSON in, JSON out. */
interface Methods {
  check(
    olds: JsonObject,
    news: JsonObject,
  ): Promise<{ inputs: JsonObject; failures?: { property: string; reason: string }[] }>;
  diff(id: string, olds: JsonObject, news: JsonObject): Promise<{ replaces?: string[] }>;
  create(news: JsonObject): Promise<{ id: string; outs: JsonObject }>;
  read(id: string, props: JsonObject): Promise<{ id?: string; props?: JsonObject; inputs?: JsonObject }>;
  update(id: string, olds: JsonObject, news: JsonObject): Promise<{ outs: JsonObject }>;
  delete(id: string, props: JsonObject): Promise<void>;
}

interface Kept {
  id: string;
  /** Outputs of the last operation, as the engine keeps them: JSON. */
  outputs: JsonObject;
  inputs: JsonObject;
  /** The last operation failed half-way: the engine updates even without a difference. */
  unfinished: boolean;
}

/**
 * Does with one resource what the engine does, in this process: checks inputs, compares, calls the provider's methods,
 * and keeps what they return as JSON, also after a failure. Milliseconds instead of seconds for each `pulumi up`.
 */
export class Engine {
  kept: Kept | undefined;
  private readonly methods: Methods;

  constructor(definition: unknown, vicidial: () => Vicidial | Promise<Vicidial>) {
    const settings = new StackSettings({ get: () => undefined }, {});
    const bound = bind(definition as Resource<object, object, Vicidial>, vicidial);
    this.methods = bound.methods(settings) as unknown as Methods;
  }

  /** `pulumi up` with these arguments. */
  async up(args: object): Promise<void> {
    const inputs = await this.checked(args);
    const { kept } = this;
    if (kept === undefined) return this.create(inputs);
    const { replaces = [] } = await this.methods.diff(kept.id, clone(kept.outputs), inputs);
    if (replaces.length > 0) {
      await this.destroy();
      return this.create(inputs);
    }
    if (!kept.unfinished && JSON.stringify(sorted(kept.inputs)) === JSON.stringify(sorted(inputs))) return;
    await this.keeping(inputs, async () => {
      const { outs } = await this.methods.update(kept.id, clone(kept.outputs), inputs);
      this.kept = { id: kept.id, outputs: clone({ ...outs, __provider: "shim" }), inputs, unfinished: false };
    });
  }

  /** What `pulumi preview` would show: the inputs that differ. */
  async preview(args: object): Promise<string[]> {
    const inputs = await this.checked(args);
    const old = this.kept?.inputs ?? {};
    return [...new Set([...Object.keys(old), ...Object.keys(inputs)])]
      .filter((name) => !name.startsWith("__") && JSON.stringify(old[name]) !== JSON.stringify(inputs[name]))
      .sort();
  }

  /** `pulumi refresh`. */
  async refresh(): Promise<void> {
    const { kept } = this;
    if (kept === undefined) return;
    const { id, props, inputs } = await this.methods.read(kept.id, clone(kept.outputs));
    this.kept = id
      ? {
          ...kept,
          outputs: clone({ ...(props as JsonObject), __provider: "shim" }),
          inputs: clone(inputs as JsonObject),
        }
      : undefined;
  }

  async destroy(): Promise<void> {
    if (this.kept === undefined) return;
    await this.methods.delete(this.kept.id, clone(this.kept.outputs));
    this.kept = undefined;
  }

  private async create(inputs: JsonObject): Promise<void> {
    await this.keeping(inputs, async () => {
      const { id, outs } = await this.methods.create(inputs);
      this.kept = { id, outputs: clone({ ...outs, __provider: "shim" }), inputs, unfinished: false };
    });
  }

  /** A Failure with an id is an object that exists: the engine keeps it. After a failed update it keeps the old inputs. */
  private async keeping(inputs: JsonObject, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      if (thrown instanceof Failure && thrown.id !== undefined) {
        const outputs = clone(thrown.properties ?? {});
        this.kept = { id: thrown.id, outputs, inputs: this.kept?.inputs ?? inputs, unfinished: true };
      }
      throw thrown;
    }
  }

  private async checked(args: object): Promise<JsonObject> {
    const { inputs, failures = [] } = await this.methods.check(
      {},
      { ...clone(args as JsonObject), __provider: "shim" },
    );
    if (failures.length > 0)
      throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    return clone(inputs);
  }
}

function clone(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

function sorted(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Keeps of a dump what must not change: without the admin log, which only grows, and the rebuild flags. */
export function withoutTraces(dump: Record<string, string[]>): Record<string, string[]> {
  const { vicidial_admin_log: _log, servers = [], ...rest } = dump;
  return { ...rest, servers: servers.map((row) => row.replace(/ rebuild_conf_files="?[YN]"?/, "")) };
}

/**
 * Tells cheaply whether a database is as it was: by the server's checksums, one statement for all tables, and reads only
 * tables that differ. For tests that look hundreds of times. The admin log and the rebuild flags are left out.
 */
export class Snapshot {
  private constructor(
    private readonly db: FreshDatabase,
    private readonly tables: readonly string[],
    private readonly sums: ReadonlyMap<string, string>,
    private readonly rows: Dump,
  ) {}

  static async take(db: FreshDatabase): Promise<Snapshot> {
    const rows = withoutTraces(await db.dump());
    const tables = Object.keys(rows);
    return new Snapshot(db, tables, await sumsOf(db, tables), rows);
  }

  /** What differs now, as `differences` shows it. */
  async differences(): Promise<string[]> {
    const now = await this.changed();
    return differences(Object.fromEntries(Object.keys(now).map((table) => [table, this.rows[table] ?? []])), now);
  }

  /** The tables that differ now, with all their rows. */
  async changed(): Promise<Dump> {
    const sums = await sumsOf(this.db, this.tables);
    const suspects = this.tables.filter((table) => table === "servers" || sums.get(table) !== this.sums.get(table));
    const dump: Dump = {};
    for (const table of suspects) dump[table] = (await this.db.query(`SELECT * FROM \`${table}\``)).map(asText).sort();
    const found = withoutTraces(dump);
    return Object.fromEntries(
      Object.entries(found).filter(([table, rows]) => rows.join() !== this.rows[table]?.join()),
    );
  }
}

async function sumsOf(db: FreshDatabase, tables: readonly string[]): Promise<Map<string, string>> {
  const sums = await db.query(`CHECKSUM TABLE ${tables.map((table) => `\`${table}\``).join(", ")}`);
  return new Map(sums.map(({ Table, Checksum }) => [String(Table).replace(/^.*\./, ""), String(Checksum)]));
}
