/**
 * The acceptance set of a resource (the ten points that every resource must pass) with the real CLI, from a table.
 *
 * All single-field changes, and all out-of-band changes, are shown and applied at once on many instances of the resource in one
 * stack: a preview costs seconds whatever it shows.
 *
 * @example
 * acceptance("VicidialRemoteAgent", async () => {
 *   const db = await freshDatabase({ schema: "1720" });
 *   const where = (a: Args) => `server_ip='${a.serverIp}' AND user_start='${a.userStart}'`;
 *   const set = (assignment: string) => async (a: Args) => void (await db.query(`UPDATE vicidial_remote_agents SET ${assignment} WHERE ${where(a)}`));
 *   return {
 *     class: "VicidialRemoteAgent",
 *     env: { ...db.env, VICIDIAL_DRAIN_LOOP_SECONDS: "0" },
 *     base: (i) => ({ serverIp: "10.0.0.103", userStart: String(7000 + 10 * i), lines: 2, campaignId: "SIGMA", … }),
 *     changes: [{ field: "lines", to: 3 }, { field: "userStart", to: (i) => String(8000 + 10 * i), replaces: true }],
 *     columns: [{ property: "lines", change: set("number_of_lines=5") }],
 *     conflict: { change: set("number_of_lines=6"), message: "number_of_lines" },
 *     stored: async (a) => rowAsInputs(await db.query(`SELECT … WHERE ${where(a)}`)),
 *     deleteByHand: async (a) => void (await db.query(`DELETE FROM vicidial_remote_agents WHERE ${where(a)}`)),
 *     adopt: { makeByHand: async (a) => void (await db.query("INSERT …")), refusal: "already exists" },
 *     badInputs: [{ args: { lines: 0 }, message: "must be at least 1" }],
 *     unknown: ["campaignId"],
 *     secrets: [db.password],
 *     dump: () => db.dump(),
 *     leaves: [/^\+ vicidial_admin_log: /],
 *     close: () => db.drop(),
 *   };
 * });
 */
import { differences, type Dump } from "./database";
import { type Failure, ProviderProcess } from "./providerProcess";
import { type Declared, type Result, type StackOptions, type Step, TestStack } from "./stack";

/** Declared arguments of one instance. */
export type Args = Record<string, unknown>;

/** One input changed alone. */
export interface Change {
  field: string;
  /** The new value, or how to make it for instance `i`. `undefined` takes the field away. */
  to: unknown;
  /** Whether the preview must show a replacement for it. Default false. */
  replaces?: boolean;
  /** What else has to change with it, because the schema asks for both. */
  with?: Args;
  /** All properties that the preview must show, where that is not just the field and the keys of `with`. */
  shows?: string[];
}

/** Something done to the outside system past Pulumi, to the object of the given arguments. */
type ByHand = (args: Args, i: number) => Promise<void>;

interface OutOfBand {
  /** The properties that a refresh must show for it. */
  property: string | string[];
  change: ByHand;
}

interface BadInput {
  /** Laid over `base` of an instance of its own; `undefined` takes a field away. */
  args: Args;
  /** Text that the error must have. Take it whole: it is what the operator reads. */
  message: string | RegExp;
  /** Prepares the outside system for a rule that looks there. */
  before?: ByHand;
}

export interface Acceptance {
  /** Class in components/resources.ts. */
  class: string;
  /** Settings of the outside system. */
  env: Record<string, string>;
  /** Arguments of instance `i`, all valid, all objects distinct. Give every optional input a value in at least one of them. */
  base(i: number): Args;
  changes: readonly Change[];
  columns: readonly OutOfBand[];
  /** Changes instance 0 once more after the refresh saw its `columns[0]` change: `up` must refuse, with this text. */
  conflict: { change: ByHand; message: string | RegExp };
  /**
   * The object as it really is, in terms of the inputs, read without the code under test; `undefined` when it is not there. Must have
   * every property that `columns` names.
   */
  stored(args: Args, i: number): Promise<Args | undefined>;
  deleteByHand: ByHand;
  /** Leave out for a patch of what others own: there is nothing to take over, so point 6 does not hold. */
  adopt?: {
    makeByHand: ByHand;
    /** What `up` says without `adopt: true`. */
    refusal: string | RegExp;
    /** Cleans up after the destroy where the resource leaves an adopted object alone; leave out where it deletes it. */
    removeByHand?: ByHand;
  };
  badInputs: readonly BadInput[];
  /** Inputs that may come from a resource that is not created yet. */
  unknown: readonly string[];
  /** Texts that may appear nowhere: not in the state, not in what the CLI prints. */
  secrets: readonly string[];
  /** The outside system as text, whole. */
  dump(): Promise<Dump>;
  /** Differences between the dumps before and after that are no damage: the audit trail, for example. */
  leaves?: readonly RegExp[];
  /** Resources that stand in the stack besides the instances. */
  others?: readonly Declared[];
  close?(): Promise<void>;
}

const MINUTES = 60_000;

/** Runs the ten points as jest tests, in order, over one stack. `setup` runs once. */
export function acceptance(
  name: string,
  setup: (stackFolder: string) => Promise<Acceptance>,
  options: Pick<StackOptions, "things"> = {},
): void {
  describe(name, () => {
    let run: Run;

    beforeAll(async () => {
      run = await Run.start(setup, options);
    }, 3 * MINUTES);
    afterAll(async () => {
      await run.end();
    }, 3 * MINUTES);

    const points: [string, () => Promise<void>][] = [
      ["8. unknown inputs preview without errors", () => run.unknownInputs()],
      ["1. up creates what is declared", () => run.create()],
      ["2. a second preview is empty; a refresh finds nothing", () => run.idempotent()],
      ["3. each input changed alone shows exactly that, and up applies it", () => run.changedInputs()],
      ["7, 6a. bad input, and what is there already without adopt: each rule has its message", () => run.badInput()],
      ["4a. each column changed out of band is shown; 5a. a deleted object too", () => run.drift()],
      ["4b. what changed since the refresh is not overwritten", () => run.conflict()],
      ["4c. up repairs; 5b. up recreates; 6b. adopt takes over", () => run.repair()],
      ["10. no secret in the state", () => run.secretsInState()],
      ["5c, 9. destroy leaves nothing of ours and all of others'", () => run.destroy()],
      ["10. no secret in logs and errors", () => run.secretsInLogs()],
    ];
    test.each(points)("%s", (_title, point) => point(), 3 * MINUTES);
  });
}

/** One stack going through the ten points. */
class Run {
  private readonly instances: Args[];
  /** The object that was made by hand for the bad inputs, once it is taken over. */
  private readonly adopted: Args[] = [];
  /** The instance that gets deleted by hand. */
  private readonly gone: number;
  private untouched: Dump = {};

  private constructor(
    private readonly spec: Acceptance,
    private readonly stack: TestStack,
  ) {
    const tested = Math.max(spec.changes.length, spec.columns.length, spec.unknown.length);
    this.instances = Array.from({ length: tested + 1 }, (_, i) => spec.base(i));
    this.gone = tested;
  }

  static async start(setup: (stackFolder: string) => Promise<Acceptance>, options: StackOptions): Promise<Run> {
    const stack = await TestStack.create(options);
    const spec = await setup(stack.folder);
    Object.assign(stack.env, spec.env);
    const run = new Run(spec, stack);
    run.untouched = await spec.dump();
    return run;
  }

  async end(): Promise<void> {
    await this.stack.remove();
    await this.spec.close?.();
  }

  async unknownInputs(): Promise<void> {
    const late = this.instances.map((args, i) => {
      const field = this.spec.unknown[i];
      return field === undefined ? args : { ...args, [field]: { $late: args[field] } };
    });
    this.declare(late);
    const { text } = await this.stack.previewText();
    for (const field of this.spec.unknown) expect(text).toMatch(new RegExp(`\\b${field}\\s*: \\[unknown\\]`));
  }

  async create(): Promise<void> {
    this.declare();
    await this.stack.up();
    await this.expectStored();
  }

  async idempotent(): Promise<void> {
    await this.stack.expectNoChanges();
    // What a refresh would leave to do shows in the next preview, which must have nothing but the changed inputs.
    expect(await this.stack.refresh()).toEqual([]);
  }

  async changedInputs(): Promise<void> {
    const { changes } = this.spec;
    changes.forEach((change, i) => {
      const value: unknown = typeof change.to === "function" ? (change.to as (i: number) => unknown)(i) : change.to;
      this.instances[i] = without({ ...this.instances[i], ...change.with, [change.field]: value });
    });
    this.declare();
    const expected = changes.map(({ field, with: also, shows, replaces = false }, i) => {
      const properties = [...(shows ?? [field, ...Object.keys(also ?? {})])].sort();
      return { name: nameOf(i), op: replaces ? "replace" : "update", properties, replaces: replaces ? [field] : [] };
    });
    expect(seen(await this.stack.preview())).toEqual(expected.sort(byName));
    await this.stack.up();
    await this.expectStored();
  }

  async drift(): Promise<void> {
    const { columns } = this.spec;
    const { gone } = this;
    for (const [i, { change }] of columns.entries()) await change(this.args(i), i);
    await this.spec.deleteByHand(this.args(gone), gone);
    const expected = columns.map(({ property }, i) => ({
      ...{ name: nameOf(i), op: "update", properties: [property].flat().sort(), replaces: [] as string[] },
    }));
    expected[gone] = { name: nameOf(gone), op: "delete", properties: [], replaces: [] };
    expect(seen(await this.stack.refresh())).toEqual(expected.filter(Boolean).sort(byName));
  }

  async conflict(): Promise<void> {
    const { conflict } = this.spec;
    const before = await this.spec.stored(this.args(0), 0);
    await conflict.change(this.args(0), 0);
    const theirs = await this.spec.stored(this.args(0), 0);
    expect(theirs).not.toEqual(before);
    const result = await this.stack.up({ mayFail: true }, "--continue-on-error");
    expect(result.code).not.toBe(0);
    expectText(errorsOf(result, nameOf(0)), conflict.message);
    expect(await this.spec.stored(this.args(0), 0)).toEqual(theirs);
  }

  async repair(): Promise<void> {
    expect((await this.stack.refresh()).map(({ name }) => name)).toEqual([nameOf(0)]);
    const args = this.spec.base(this.instances.length);
    if (this.spec.adopt !== undefined) this.adopted.push({ ...args, adopt: true });
    this.instances.push(...this.adopted);
    this.declare();
    await this.stack.up();
    await this.expectStored();
    expect(await this.stack.refresh()).toEqual([]);
    await this.stack.expectNoChanges();
    if (this.spec.adopt === undefined) return;
    const { outputs: made = {} } = await this.exported(0);
    const { outputs: taken = {} } = await this.exported(this.instances.length - 1);
    expect(Object.keys(taken)).toEqual(expect.arrayContaining(requiredKeys(made, this.spec.base(0), args)));
  }

  async badInput(): Promise<void> {
    const first = this.instances.length;
    const { adopt, badInputs } = this.spec;
    // Without `adopt`, an object that is there already is one more bad input.
    const taken = adopt && { args: {}, message: adopt.refusal, before: adopt.makeByHand };
    const bad = [...(taken ? [taken] : []), ...badInputs].map((input: BadInput, k) => {
      const i = first + k;
      return { ...input, i, args: without({ ...this.spec.base(i), ...input.args }) };
    });
    for (const { before, args, i } of bad) await before?.(args, i);
    const dumped = await this.spec.dump();

    const atApply = await this.checked(bad);
    const atCheck = bad.find((one) => !atApply.includes(one));
    if (atCheck !== undefined) {
      this.declare(this.instances, [atCheck]);
      const preview = await this.stack.previewText({ mayFail: true });
      expect(preview.code).not.toBe(0);
      expectText(errorsOf(preview, nameOf(atCheck.i)), atCheck.message);
    }
    if (atApply.length > 0) {
      this.declare(this.instances, atApply);
      const up = await this.stack.up({ mayFail: true }, "--continue-on-error");
      for (const { i, message } of atApply) expectText(errorsOf(up, nameOf(i)), message);
    }
    expect(differences(dumped, await this.spec.dump())).toEqual([]);
    this.declare();
  }

  /**
   * Judges the bad inputs that the schema refuses, and returns the others, which only the outside system can refuse. The engine stops
   * at the first refused resource, so they go to the provider's process one by one.
   */
  private async checked<T extends BadInput>(bad: readonly T[]): Promise<T[]> {
    const { __provider } = (await this.exported(0)).inputs ?? {};
    const host = await ProviderProcess.start(this.stack.folder, this.stack.env);
    const passed: T[] = [];
    try {
      for (const one of bad) {
        const { failures } = await host.check({ ...one.args, __provider });
        if (failures.length === 0) passed.push(one);
        else expectText(failures.map((failure) => shown(failure, one.args)).join("\n"), one.message);
      }
      return passed;
    } finally {
      await host.stop();
    }
  }

  async secretsInState(): Promise<void> {
    expectNoSecret(await this.stack.stateText(), this.spec.secrets);
  }

  async destroy(): Promise<void> {
    await this.spec.deleteByHand(this.args(this.gone), this.gone);
    await this.stack.destroy();
    for (const args of this.adopted) await this.spec.adopt?.removeByHand?.(args, this.instances.indexOf(args));
    const dumped = await this.spec.dump();
    expectNoSecret((dumped["vicidial_admin_log"] ?? []).join("\n"), this.spec.secrets);
    const left = differences(this.untouched, dumped);
    expect(left.filter((line) => !this.spec.leaves?.some((allowed) => allowed.test(line)))).toEqual([]);
  }

  secretsInLogs(): Promise<void> {
    expectNoSecret(this.stack.transcript, this.spec.secrets);
    return Promise.resolve();
  }

  private declare(instances: readonly Args[] = this.instances, more: readonly { i: number; args: Args }[] = []): void {
    const all = [...instances.map((args, i) => ({ args, i })), ...more];
    const declared = all.map(({ args, i }) => ({ class: this.spec.class, name: nameOf(i), args }));
    const others = this.spec.others ?? [];
    const dependsOn = others.map(({ name }) => name);
    this.stack.declare([...others, ...declared.map((one) => ({ ...one, dependsOn }))]);
  }

  /** Each object as it is stored against its checked inputs in the state. */
  private async expectStored(): Promise<void> {
    const { resources = [] } = await this.stack.exportState();
    const managed = [...new Set(this.spec.columns.flatMap(({ property }) => property))];
    for (const [i, args] of this.instances.entries()) {
      const inputs = resources.find(({ urn }) => urn.endsWith(`::${nameOf(i)}`))?.inputs ?? {};
      const stored = await this.spec.stored(args, i);
      expect({ name: nameOf(i), stored: Object.keys(stored ?? {}) }).toEqual({
        ...{ name: nameOf(i), stored: expect.arrayContaining(managed) as unknown },
      });
      const declared = Object.fromEntries(Object.keys(stored ?? {}).map((key) => [key, inputs[key]]));
      expect({ name: nameOf(i), ...stored }).toEqual({ name: nameOf(i), ...declared });
    }
  }

  private async exported(i: number): Promise<{ inputs?: Args; outputs?: Args }> {
    const { resources = [] } = await this.stack.exportState();
    return resources.find(({ urn }) => urn.endsWith(`::${nameOf(i)}`)) ?? {};
  }

  private args(i: number): Args {
    return this.instances[i] ?? {};
  }
}

function nameOf(i: number): string {
  return `instance-${i}`;
}

function seen(steps: readonly Step[]): Omit<Step, "urn">[] {
  return steps
    .filter(({ name }) => name.startsWith("instance-"))
    .map(({ urn: _urn, ...rest }) => rest)
    .sort(byName);
}

function byName(one: { name: string }, other: { name: string }): number {
  return one.name.localeCompare(other.name, "en", { numeric: true });
}

function without(args: Args): Args {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

/** What both must have computed: everything but inputs that only one of them declares. */
function requiredKeys(made: Args, ...declared: Args[]): string[] {
  const optional = declared.flatMap(Object.keys);
  return Object.keys(made).filter((key) => !optional.includes(key));
}

/** A check failure as the engine prints it. */
function shown({ property, reason }: Failure, args: Args): string {
  const where = property === "" ? "" : `: property ${property} value {${String(args[property])}}`;
  return `resource${where} has a problem: ${reason}`;
}

/** What the CLI says of one resource: its check failures, and its block under "Diagnostics". */
export function errorsOf({ text }: Result, name: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.endsWith(` (${name}):`));
  const rest = start < 0 ? [] : lines.slice(start + 1);
  const end = rest.findIndex((line) => /^ {2}\S/.test(line) || line.startsWith("Resources:"));
  const block = end < 0 ? rest : rest.slice(0, end);
  const checks = lines.filter((line) => line.includes(`resource '${name}'`));
  return [...checks, ...block].map((line) => line.trim()).join("\n");
}

function expectText(text: string, message: string | RegExp): void {
  if (typeof message === "string") expect(text).toContain(message);
  else expect(text).toMatch(message);
}

function expectNoSecret(text: string, secrets: readonly string[]): void {
  // Not `expect(text).not.toContain(secret)`: that would print the whole transcript, secret included.
  const found = secrets
    .filter((secret) => text.includes(secret))
    .map((secret) => `${secret.slice(0, 2)}… (${secret.length})`);
  expect(found).toEqual([]);
}
