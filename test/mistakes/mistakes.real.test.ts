/**
 * Every mistake of test/mistakes, made on purpose as a human's hand makes it, with what is then seen. All are made at once, each
 * on its own bridge or list, and all customers are given to the dialler at once; those that concern the whole dialler come last.
 */
import { setTimeout as pause } from "node:timers/promises";
import { catalogue } from "./catalogue";
import { type Mistake, ofOneList } from "./support/mistake";
import { Hand } from "./support/hand";
import { Site } from "./support/site";
import { bridge, campaignOf, firstUser, listOf, routeNumber } from "../kit/calls/bridge";
import { Lab } from "../kit/calls/lab";
import { until } from "../kit/calls/until";

jest.setTimeout(240_000);

/** Who was not called by then, and not before somebody who was given to the dialler after him, is not called any more. */
const WATCH_MS = 40_000;
/** A bridge without a mistake. */
const GOOD = ofOneList.n;
const PERSON = "14";

/** While writing one: `MISTAKES=headerWithoutX,edgeIsSlow` makes these only. */
const only = process.env.MISTAKES?.split(",");
const entries = Object.entries(catalogue).filter(([name]) => only?.includes(name) ?? true);
const at = (name: string) => Object.keys(catalogue).indexOf(name);
const together = entries.filter(([, { when }]) => when !== "alone");
const alone = entries.filter(([, { when }]) => when === "alone");

let lab: Lab;
const sites = new Map<string, Site<Mistake>>();
const outcomes = new Map<string, Promise<void>>();
let watchIsOver: () => void;
let watchFailed: (why: Error) => void;
const watched = new Promise<void>((resolve, reject) => {
  watchIsOver = resolve;
  watchFailed = reject;
});
watched.catch(() => undefined);

beforeAll(async () => {
  lab = await Lab.start();
  const bridges = new Map<number, Record<string, unknown> | undefined>([[GOOD, ofOneList.bridge]]);
  for (const [, { n, bridge: args }] of entries) bridges.set(n, args);
  await lab.up([...bridges].map(([n, args]) => bridge(n, args)));
  // So many calls at once are looked at one after the other; the lab's agents end a call after 20 s.
  await longCalls(45_000);
  for (const [name, mistake] of entries) {
    const site = new Site(lab, mistake, at(name), watched);
    await lab.list(site.campaignId, site.listId);
    sites.set(name, site);
  }
  await make("before");
  await inForce();
  await make("in force");
  for (const [name, mistake] of together) {
    const site = sites.get(name)!;
    await give(site);
    const outcome = mistake.seen(site);
    outcome.catch(() => undefined);
    outcomes.set(name, outcome);
  }
  await lab.list(campaignOf(GOOD), listOf(GOOD));
  const last = await lab.lead(listOf(GOOD), "3036990014");
  const called = lab.carrier.call(last.phone, ({ answeredAt }) => answeredAt !== undefined, 100_000);
  void Promise.all([called, pause(WATCH_MS, undefined, { ref: false })]).then(watchIsOver, watchFailed);
}, 600_000);

afterAll(async () => {
  await Promise.allSettled(outcomes.values());
  for (const site of sites.values()) await putBack(site);
  await inForce();
  await longCalls(null);
  await lab.remove();
});

async function longCalls(maxCallMs: number | null): Promise<void> {
  for (const n of new Set([GOOD, ...entries.map(([, { n: of }]) => of)]))
    await lab.edge.turn({ maxCallMs }, routeNumber(n));
}

async function make(when: "before" | "in force"): Promise<void> {
  for (const [name, mistake] of together)
    if ((mistake.when ?? "before") === when) await mistake.make?.(sites.get(name)!);
}

async function give(site: Site<Mistake>): Promise<void> {
  for (const kind of site.mistake.customers ?? [PERSON]) await site.call(kind, site.mistake.lead);
}

async function putBack(site: Site<Mistake>): Promise<void> {
  await site.mistake.undo?.(site);
  await site.hand.undo();
}

/** Lets the dialler write and load its configuration, and forget lines whose remote agents are not theirs any more. */
async function inForce(): Promise<void> {
  const mark = `mistakes${Date.now()}`;
  const marker = new Hand(lab);
  const row = { carrier_id: "mistakes", carrier_name: "marker", template_id: "--NONE--", protocol: "SIP", active: "Y" };
  const dialplan = { server_ip: lab.diallers[0]!, dialplan_entry: `exten => ${mark},1,Hangup()` };
  await marker.add("vicidial_server_carriers", { ...row, ...dialplan }, "carrier_id");
  await marker.flag(lab.diallers[0]!);
  await until("the dialplan is in force", 60_000, async () =>
    (await lab.cli(`dialplan show ${mark}@vicidial-auto-external`)).includes(`'${mark}'`),
  );
  await marker.undo();
  // As if they had never been: their last half minute is a mistake of its own.
  await lab.query(
    `DELETE FROM vicidial_live_agents WHERE user BETWEEN ? AND ? AND status = 'READY' AND lead_id = 0 AND NOT EXISTS (
       SELECT * FROM vicidial_remote_agents own WHERE own.status = 'ACTIVE' AND own.server_ip = vicidial_live_agents.server_ip
         AND own.campaign_id = vicidial_live_agents.campaign_id
         AND vicidial_live_agents.user BETWEEN own.user_start AND own.user_start + own.number_of_lines - 1)`,
    [firstUser(100), firstUser(199) + 19],
  );
}

for (const [name, { title }] of together)
  test(`${title} (${name})`, async () => {
    await outcomes.get(name);
  });

for (const [name, { title }] of alone)
  test(`of the whole dialler: ${title} (${name})`, async () => {
    const site = sites.get(name)!;
    try {
      await site.mistake.make?.(site);
      await give(site);
      await site.mistake.seen(site);
    } finally {
      await putBack(site);
    }
  });
