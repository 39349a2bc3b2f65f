import type { Vicidial } from "../../providers/vicidial/session";
import { errorsOf } from "../kit/acceptance";
import { type Cut, CuttingProxy } from "../kit/cuttingProxy";
import { differences, type Dump, freshDatabase, type FreshDatabase } from "../kit/database";
import { type Result, TestStack } from "../kit/stack";
import { comparable, CUT_CASES, CUT_WAYS, type CutCase, type Instance, PHASES, type Phase } from "./cutCases";
import { Engine, sessionOn, withoutTraces } from "../kit/session";

/** One instance in the stack, with its cut for each phase; none where the phase has fewer writes than another one. */
interface Victim extends Instance {
  name: string;
  of: CutCase;
  cuts: Partial<Record<Phase, Cut>>;
}

/**
 * Every write of these resources, cut through the real engine. One stack has an instance for each write and each way to cut it, so
 * one `up` is cut hundreds of times, in each instance once; the next `up` must bring every row to what an undisturbed run gives.
 * Likewise for an update of them all and for `destroy`.
 */
export function cutThroughCli(...names: string[]): void {
  let db: FreshDatabase;
  let proxy: CuttingProxy;
  let stack: TestStack;
  let victims: Victim[];
  /** What an undisturbed run in this process leaves after each phase. */
  let wanted: Record<Phase, Dump>;

  const rows = async (): Promise<Dump> => comparable(withoutTraces(await db.dump()));

  beforeAll(async () => {
    db = await freshDatabase({ schema: "1720" });
    proxy = await CuttingProxy.start(db);
    const behind = { host: proxy.host, port: proxy.port };
    const vicidial = await sessionOn({ ...db, ...behind });
    try {
      victims = (await Promise.all(names.map((name) => victimsOf(name, db, vicidial, proxy)))).flat();
      wanted = await undisturbed(victims, vicidial, rows);
    } finally {
      await vicidial.close();
    }
    const env = { VICIDIAL_HOST: behind.host, VICIDIAL_PORT: String(behind.port), VICIDIAL_DRAIN_LOOP_SECONDS: "0" };
    stack = await TestStack.create({ env: { ...db.env, ...env } });
  }, 300_000);
  afterAll(async () => {
    await stack.remove();
    await proxy.close();
    await db.drop();
  }, 300_000);

  const run = (phase: Phase, mayFail: boolean): Promise<Result> => {
    const command = phase === "delete" ? "destroy" : "up";
    const resources = victims.map(({ name, of, args, changed }) => ({
      ...{ class: of.class, name, args: phase === "update" ? { ...args, ...changed } : args },
    }));
    if (phase !== "delete") stack.declare(resources);
    const flags = ["--yes", "--skip-preview", "--suppress-progress", "--suppress-outputs", "--continue-on-error"];
    return stack.run([command, ...flags], { mayFail });
  };

  test.each(PHASES)(
    "%s: each write cut right before and right after, and the next run converges",
    async (phase) => {
      const cut = victims.filter(({ cuts }) => cuts[phase] !== undefined);
      expect(cut.length).toBeGreaterThan(CUT_WAYS.length * names.length);
      proxy.cut(...cut.map(({ cuts }) => cuts[phase]!));
      const broken = await run(phase, true);
      expect(proxy.left).toEqual([]);
      const told = victims.filter(({ name }) => /was lost|refused|ECONN/i.test(errorsOf(broken, name)));
      expect(told.map(({ name }) => name)).toEqual(cut.map(({ name }) => name));
      proxy.reset();

      const again = await run(phase, true);
      const failed = victims.map(({ name }) => ({
        name,
        error: errorsOf(again, name),
        before: errorsOf(broken, name),
      }));
      expect(failed.filter(({ error }) => error !== "")).toEqual([]);
      expect(again.code).toBe(0);
      expect(differences(wanted[phase], await rows())).toEqual([]);
      if (phase !== "delete") await stack.expectNoChanges();
    },
    600_000,
  );
}

/** As many instances as the phase with most writes has cuts. */
async function victimsOf(name: string, db: FreshDatabase, vicidial: Vicidial, proxy: CuttingProxy): Promise<Victim[]> {
  const of = CUT_CASES[name]!;
  const counts = await writesOf(of, db, vicidial, proxy);
  const most = Math.max(...Object.values(counts));
  const victims = Array.from({ length: most * CUT_WAYS.length }, (_, i): Victim => {
    const instance = of.instance(i + 1);
    const write = Math.floor(i / CUT_WAYS.length) + 1;
    const cut = { write, ...CUT_WAYS[i % CUT_WAYS.length]!, about: instance.about };
    const cuts = Object.fromEntries(PHASES.filter((phase) => write <= counts[phase]).map((phase) => [phase, cut]));
    return { ...instance, name: `${name.replace(/\W+/g, "-")}-${i}`, of, cuts };
  });
  for (const { prepare } of victims) if (prepare !== undefined) await db.query(prepare);
  return victims;
}

/** How many writes each phase has, seen on an instance that is not in the stack. */
async function writesOf(
  of: CutCase,
  db: FreshDatabase,
  vicidial: Vicidial,
  proxy: CuttingProxy,
): Promise<Record<Phase, number>> {
  const { args, changed, prepare, about } = of.instance(0);
  if (prepare !== undefined) await db.query(prepare);
  const engine = new Engine(of.definition, () => vicidial);
  const counted = async (work: Promise<void>): Promise<number> => {
    const earlier = proxy.writesAbout(about);
    await work;
    return proxy.writesAbout(about) - earlier;
  };
  const create = await counted(engine.up(args));
  const update = await counted(engine.up({ ...args, ...changed }));
  return { create, update, delete: await counted(engine.destroy()) };
}

async function undisturbed(
  victims: readonly Victim[],
  vicidial: Vicidial,
  rows: () => Promise<Dump>,
): Promise<Record<Phase, Dump>> {
  const engines = victims.map(({ of }) => new Engine(of.definition, () => vicidial));
  for (const [i, { args }] of victims.entries()) await engines[i]!.up(args);
  const create = await rows();
  for (const [i, { args, changed }] of victims.entries()) await engines[i]!.up({ ...args, ...changed });
  const update = await rows();
  for (const engine of engines) await engine.destroy();
  return { create, update, delete: await rows() };
}
