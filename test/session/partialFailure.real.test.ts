/**
 * Every write of every resource of VICIdial, cut right before and right after, in this process: hundreds of cuts in a minute.
 * The same cuts through the real engine are in partialFailureAgents and partialFailureCampaigns; those of SigmaMind's number are
 * in test/resources/sipNumber.
 */
import { messageOf } from "../../core/refusal";
import type { Vicidial } from "../../providers/vicidial/session";
import { CuttingProxy, purposeOf } from "../kit/cuttingProxy";
import { differences, freshDatabase, type FreshDatabase } from "../kit/database";
import { comparable, CUT_CASES, CUT_WAYS, PHASES, type Phase } from "./cutCases";
import { Engine, sessionOn, Snapshot } from "../kit/session";

describe.each(Object.entries(CUT_CASES))("%s: the connection breaks at each write", (_, { definition, instance }) => {
  const { args, changed, prepare, about } = instance(0);
  jest.setTimeout(120_000);
  let db: FreshDatabase;
  let proxy: CuttingProxy;
  let vicidial: Vicidial;
  let engine: Engine;

  const steps: Record<Phase, () => Promise<void>> = {
    create: () => engine.up(args),
    update: () => engine.up({ ...args, ...changed }),
    delete: () => engine.destroy(),
  };
  const before: Record<Phase, Phase[]> = { create: [], update: ["create"], delete: ["create"] };
  /** Brings a fresh engine to where the phase starts. */
  const start = async (phase: Phase) => {
    engine = new Engine(definition, () => vicidial);
    for (const earlier of before[phase]) await steps[earlier]();
  };

  beforeEach(async () => {
    db = await freshDatabase({ schema: "1720" });
    if (prepare) await db.query(prepare);
    proxy = await CuttingProxy.start(db);
    vicidial = await sessionOn({ ...db, host: proxy.host, port: proxy.port });
  });
  afterEach(async () => {
    await vicidial.close();
    await proxy.close();
    await db.drop();
  });

  test.each(PHASES)("%s", async (phase) => {
    const untouched = await Snapshot.take(db);
    await start(phase);
    proxy.reset();
    await steps[phase]();
    const writes = [...proxy.writes];
    const wanted = comparable(await untouched.changed());
    await steps.delete();
    expect(await untouched.differences()).toEqual([]);
    expect(writes.length).toBeGreaterThan(1);
    // By this the tests with the real CLI tell the writes of one instance from those of the others.
    expect(writes.filter((statement) => !about.test(purposeOf(statement)))).toEqual([]);

    for (const way of CUT_WAYS) {
      for (const [n, statement] of writes.entries()) {
        const where = `${way.when} write ${n + 1} of ${writes.length}${way.stayAway ? ", and stays away" : ""}: ${statement}`;
        await start(phase);
        proxy.cut({ write: n + 1, ...way });
        const failure = await steps[phase]().then(() => "", messageOf);
        proxy.heal();
        // A write after the last one that matters may be cut without harm; every other cut must be told.
        expect({ where, left: proxy.left, failure }).toEqual({
          where,
          left: [],
          failure: expect.stringMatching(/was lost|refused|ECONN/i) as unknown,
        });
        const again = await steps[phase]().then(() => "", messageOf);
        expect({ where, failure, again }).toEqual({ where, failure, again: "" });
        expect({ where, wrong: differences(wanted, comparable(await untouched.changed())) }).toEqual({
          where,
          wrong: [],
        });
        await steps.delete();
        expect({ where, left: await untouched.differences() }).toEqual({ where, left: [] });
      }
    }
  });
});
