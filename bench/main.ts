/**
 * `npm run bench`: what a stack of bridges costs over the engine's own time, beside the same rows by Ansible. Ratios are
 * of one run on one machine, so that they can be compared between machines; absolute seconds can not.
 *
 * `npm run bench -- --sizes 10,50 --runs 3 --no-ansible`
 * `npm run bench -- --leads`: the lead service's look-ups instead.
 * `npm run bench -- --calls`: real calls through a lab of its own, some 20 minutes; with `--quick` a few of each.
 */
import { parseArgs } from "node:util";
import { startSimulator } from "../lab/sigmamind/simulator";
import { seededAgents } from "../lab/sigmamind/seed";
import { freshDatabase, serverVariable } from "../test/kit/database";
import { removeDatabaseServer, startDatabaseServer } from "../test/kit/databaseServer";
import { ansibleLife, ansibleVersion, prepareAnsible } from "./ansible";
import { activeDialler, benchBridges, seedCampaigns } from "./bridges";
import { callsTables } from "./calls";
import { leadsTable } from "./leads";
import { median, table } from "./measure";
import { lifeOf, type StackTimes } from "./stacks";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "10,50" },
    runs: { type: "string", default: "3" },
    ansible: { type: "boolean", default: true },
    leads: { type: "boolean", default: false },
    calls: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
  allowNegative: true,
});

type Phase = "up" | "secondUp" | "destroy";
const phases: readonly Phase[] = ["up", "secondUp", "destroy"];
const say = (text: string) => process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  if (values.calls) return callsTables(values.quick, { say, show: (text) => process.stdout.write(`${text}\n`) });
  const sizes = values.sizes.split(",").map(Number);
  process.env[serverVariable] = JSON.stringify(await startDatabaseServer());
  const rows = [["bridges", "phase", "bridges s", "floor s", "ratio", "ansible s", "state bytes/bridge"]];
  try {
    if (values.leads) {
      process.stdout.write(`${await leadsTable()}\n`);
      return;
    }
    for (const size of sizes) rows.push(...(await measured(size, Number(values.runs))));
  } finally {
    if (!process.env.VOICEBRIDGE_KEEP_TEST_LAB) await removeDatabaseServer();
  }
  process.stdout.write(`${table(rows)}\n`);
  if (values.ansible) say(`ansible column: first and second run of the playbook; ${ansibleVersion()}`);
}

async function measured(size: number, runs: number): Promise<string[][]> {
  const ours: StackTimes[] = [];
  const floor: StackTimes[] = [];
  for (let run = 1; run <= runs; run++) {
    say(`${size} bridges, run ${run} of ${runs}`);
    ours.push(await bridgesOnce(size));
    const resources = ours[0]?.resources ?? 0;
    floor.push(await lifeOf("floor", { groups: size, resources }, {}));
  }
  const ansible = values.ansible ? await ansibleOnce(size) : undefined;
  const peers: Record<Phase, number | undefined> = {
    up: ansible?.first,
    secondUp: ansible?.second,
    destroy: undefined,
  };
  const bytes = median(ours.map((times) => times.stateBytes)) / size;
  return phases.map((phase) => {
    const [own, least] = [median(ours.map((times) => times[phase])), median(floor.map((times) => times[phase]))];
    const peer = peers[phase]?.toFixed(1) ?? "-";
    const state = phase === "up" ? bytes.toFixed(0) : "";
    return [String(size), phase, own.toFixed(1), least.toFixed(1), (own / least).toFixed(2), peer, state];
  });
}

async function bridgesOnce(size: number): Promise<StackTimes> {
  return withSystems(size, (bridges, env) => lifeOf("bridges", bridges, env));
}

async function ansibleOnce(size: number): ReturnType<typeof ansibleLife> {
  const missing = prepareAnsible();
  if (missing !== undefined) throw new Error(`Ansible cannot be installed (${missing}); run with --no-ansible`);
  say(`${size} bridges by Ansible, twice`);
  return withSystems(size, (bridges, _env, database, sigmamind) =>
    ansibleLife(bridges, { ...database, name: database.database }, sigmamind),
  );
}

type Work<T> = (
  bridges: ReturnType<typeof benchBridges>,
  env: Record<string, string>,
  database: Awaited<ReturnType<typeof freshDatabase>>,
  sigmamind: { baseUrl: string; apiKey: string },
) => Promise<T>;

/** A database and an API of their own for each run, so that none is faster for what an earlier one left. */
async function withSystems<T>(size: number, work: Work<T>): Promise<T> {
  const database = await freshDatabase({ schema: "1720" });
  const simulator = await startSimulator();
  try {
    const bridges = benchBridges(size, seededAgents[0]?.agentId ?? "", await activeDialler(database));
    await seedCampaigns(database, bridges);
    const { baseUrl, apiKey } = simulator;
    return await work(
      bridges,
      // No remote agent program runs here whose next two rounds a drain would have to wait for.
      { ...database.env, SIGMAMIND_BASE_URL: baseUrl, SIGMAMIND_API_KEY: apiKey, VICIDIAL_DRAIN_LOOP_SECONDS: "0" },
      database,
      simulator,
    );
  } finally {
    await simulator.close();
    await database.drop();
  }
}

main().catch((thrown: unknown) => {
  say(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  process.exitCode = 1;
});
