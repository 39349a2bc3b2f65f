/**
 * Bridges that change, go and come while their campaigns dial: no call is cut, nobody is called for a line that is gone, and no
 * call is placed before the diallers have the dialplan.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Result } from "../kit/stack";
import { bridge, campaignOf, firstUser, listOf, routeNumber, udp } from "../kit/calls/bridge";
import { aiLeg, rowsOf } from "../kit/calls/evidence";
import { heldConfiguration } from "../kit/calls/heldDialler";
import { Lab, type Lead } from "../kit/calls/lab";
import { listedLines, remoteAgents } from "../kit/calls/lines";
import { until } from "../kit/calls/until";

jest.setTimeout(300_000);

/** Two lines, of which one goes; the same without patience. */
const [CHANGED, FORCED] = [60, 62];
/** The bridge goes; the same without patience. */
const [GONE, CUT] = [61, 67];
/** The bridge goes and its campaign goes on; the remote agent goes as nobody should do it; both with an idle line and leads. */
const [LEFT, GHOST] = [63, 64];
/** The bridge comes to a campaign that dials already; the bridge goes while a customer's telephone rings. */
const [COMING, RINGING] = [65, 66];
const ALL = [CHANGED, FORCED, GONE, CUT, LEFT, GHOST, COMING, RINGING];
/** What is destroyed first, and stays so. */
const DESTROYED = [GONE, CUT, LEFT, RINGING];
const WATCH_MS = 90_000;

const edge = { ...udp, bindPort: 5900 };
const ofOneself = {
  [CHANGED]: bridge(CHANGED, { edge, lines: 2, headers: { "X-season": "autumn" } }),
  [GONE]: bridge(GONE, { edge }),
  [CUT]: bridge(CUT, { edge, force: true }),
  [FORCED]: bridge(FORCED, { edge, lines: 2, force: true }),
  [RINGING]: bridge(RINGING, { edge }),
};
/** Bridges to campaigns that go on without them. */
const visiting = (n: number) => {
  const declared = bridge(n, { edge, campaign: undefined, onDestroy: "leave", lines: n === COMING ? 1 : 2 });
  return { ...declared, dependsOn: [`campaign${n}`] };
};
const campaigns = [LEFT, GHOST, COMING].map((n) => ({
  class: "VicidialCampaign",
  name: `campaign${n}`,
  args: { campaignId: campaignOf(n), name: `Calls ${n}`, localCallTime: "24hours" },
}));
const inUse = (...gone: number[]) => [
  ...campaigns,
  ...[...Object.values(ofOneself), ...[LEFT, GHOST, COMING].map(visiting)].filter(
    ({ name }) => !gone.some((n) => name === `bridge${n}`),
  ),
];

let lab: Lab;
const talks = new Map<number, Lead>();
const waiting = new Map<number, Lead[]>();

beforeAll(async () => {
  lab = await Lab.start();
  // An agent of the lab takes its leave after 20 s.
  for (const n of ALL) await lab.edge.turn({ maxCallMs: 600_000 }, routeNumber(n));
  await lab.up(inUse());
  for (const n of ALL) await lab.list(campaignOf(n), listOf(n));
  // One call at a time on two lines: one of them is idle, although people wait to be called.
  for (const n of [LEFT, GHOST])
    await lab.query(
      "INSERT INTO vicidial_server_trunks (server_ip, campaign_id, dedicated_trunks, trunk_restriction) VALUES (?, ?, 1, 'MAXIMUM_LIMIT')",
      [lab.diallers[0]!, campaignOf(n)],
    );
  for (const n of [CHANGED, FORCED, GONE, CUT, LEFT, GHOST]) talks.set(n, await lab.lead(listOf(n), `30356${n}014`));
  for (const { phone } of talks.values()) await lab.edge.call(phone, ({ said }) => said.length >= 2, 150_000);
  for (const n of [LEFT, GHOST])
    waiting.set(n, [await lab.lead(listOf(n), `30356${n}214`), await lab.lead(listOf(n), `30356${n}314`)]);
}, 600_000);

afterAll(async () => {
  for (const n of ALL) await lab.edge.turn({ maxCallMs: null }, routeNumber(n));
  if (ghostAgent !== undefined) {
    const [columns, values] = [Object.keys(ghostAgent), Object.values(ghostAgent)];
    const places = columns.map(() => "?").join(", ");
    await lab.query(`INSERT INTO vicidial_remote_agents (${columns.join(", ")}) VALUES (${places})`, values);
  }
  await lab.query("DELETE FROM vicidial_server_trunks WHERE campaign_id IN (?, ?)", [LEFT, GHOST].map(campaignOf));
  await lab.remove();
});

/** From now on the agent answers the customer, and the customer hears it: the call is up, both ways. */
async function stillTalks({ phone }: Lead): Promise<void> {
  const from = Date.now();
  const ai = await lab.edge.call(phone, ({ said }) => said.some(({ at }) => at > from), 30_000);
  expect(ai.state).toBe("answered");
  await lab.carrier.call(
    phone,
    ({ heard, recordedFrom = 0, endedAt }) =>
      endedAt === undefined && heard.some(({ kind, startMs }) => kind === "speech" && recordedFrom + startMs > from),
    30_000,
  );
}

/** The customer ends the call, nobody else, and everybody's record says so. */
async function hangsUp({ id, phone }: Lead): Promise<void> {
  // Before VICIdial's ten-second pass its end would be a DROP (docs/facts/vicidial.md#ten-second-pass).
  await until(
    "the call is the line's in VICIdial's rows",
    20_000,
    async () => (await rowsOf(lab, id)).lead.status === "XFER",
  );
  const customer = await lab.carrier.call(phone);
  expect(customer.endedAt).toBeUndefined();
  await lab.carrier.hangUp(customer.id);
  const ai = await lab.edge.call(phone, ({ state }) => state === "ended", 20_000);
  expect(ai.ending).toBe("caller hung up");
  expect(await lab.carrier.call(phone, ({ endedAt }) => endedAt !== undefined)).toMatchObject({ endedBy: "customer" });
  const rows = await until("the call is closed in VICIdial's rows", 20_000, async () => {
    const found = await rowsOf(lab, id);
    return aiLeg(found)?.dialstatus === "ANSWER" ? found : undefined;
  });
  expect(rows.lead.status).toBe("XFER");
}

const drained = async (n: number) =>
  until(`the lines of bridge ${n} are being drained`, 90_000, async () => {
    const [agent] = await remoteAgents(lab, n);
    return agent?.status === "INACTIVE" && (await listedLines(lab, n)).every(({ lead_id }) => lead_id > 0);
  });

/** Whether a call for bridge `n` still finds its way: the AI platform knows the number, the diallers the extension. */
async function reached(n: number): Promise<{ number: boolean; carrier: boolean }> {
  const number = `/v1/phone-numbers/${encodeURIComponent(routeNumber(n))}`;
  const { status } = await lab.sigmamind.get(number, { validateStatus: () => true });
  const carriers = await lab.query("SELECT 1 FROM vicidial_server_carriers WHERE carrier_id = ?", [
    `aib${routeNumber(n).slice(1)}`,
  ]);
  return { number: status === 200, carrier: carriers.length === 1 };
}

/** An `up` that is under way. */
function underWay(up: Promise<Result>): { up: Promise<Result>; isOver: () => boolean } {
  let over = false;
  void up.then(
    () => (over = true),
    () => (over = true),
  );
  return { up, isOver: () => over };
}

let leftAt = 0;
let ghostAt = 0;
let ghostAgent: Record<string, string | number | null> | undefined;

test("a destroy waits for the call, and for the customer whose telephone rings; with `force` for nobody", async () => {
  const ringing = await lab.lead(listOf(RINGING), `30356${RINGING}021`);
  await lab.carrier.call(ringing.phone, ({ ringingAt }) => ringingAt !== undefined);
  const { up, isOver } = underWay(lab.up(inUse(...DESTROYED)));
  const [talk, cut, left, ghost] = [GONE, CUT, LEFT, GHOST].map((n) => talks.get(n)!);
  await Promise.all([GONE, LEFT].map(drained));
  // The order that docs/facts/vicidial.md#ghost-lines warns of: the row of the remote agent goes, and nothing else is
  // said to anybody.
  ghostAt = Date.now();
  [ghostAgent] = await lab.query("SELECT * FROM vicidial_remote_agents WHERE user_start = ?", [firstUser(GHOST)]);
  await lab.query("DELETE FROM vicidial_remote_agents WHERE user_start = ?", [firstUser(GHOST)]);
  await until("the forced bridge is gone", 30_000, async () => (await remoteAgents(lab, CUT)).length === 0);
  // Not even the busy line: after the call it would be a ghost.
  expect(await listedLines(lab, CUT)).toEqual([]);
  await Promise.all([talk, cut, left].map(async (one) => stillTalks(one!)));
  expect(isOver()).toBe(false);
  expect(await remoteAgents(lab, GONE)).toMatchObject([{ status: "INACTIVE" }]);
  expect(await reached(GONE)).toEqual({ number: true, carrier: true });
  await lab.edge.call(ringing.phone, ({ said }) => said.length >= 2, 90_000);
  expect(isOver()).toBe(false);
  await Promise.all([talk, cut, left, ghost, ringing].map(async (one) => hangsUp(one!)));
  const { text } = await up;
  leftAt = Date.now();
  expect(await reached(GONE)).toEqual({ number: false, carrier: false });
  expect(text).toMatch(/waiting for .*1 call\(s\) that campaign CALLS66 is placing/);
  for (const n of DESTROYED) expect([await remoteAgents(lab, n), await listedLines(lab, n)]).toEqual([[], []]);
});

test("a change waits for the call; with `force` it does not; neither cuts it", async () => {
  const [talk, forced] = [talks.get(CHANGED)!, talks.get(FORCED)!];
  ofOneself[CHANGED] = bridge(CHANGED, { edge, lines: 1, headers: { "X-season": "winter", "X-year": "2027" } });
  ofOneself[FORCED] = bridge(FORCED, { edge, lines: 1, force: true });
  const { up, isOver } = underWay(lab.up(inUse(...DESTROYED)));
  await drained(CHANGED);
  await until("the forced change is there", 30_000, async () => {
    const [agent] = await remoteAgents(lab, FORCED);
    return agent?.status === "ACTIVE" && agent.number_of_lines === 1;
  });
  await Promise.all([stillTalks(talk), stillTalks(forced)]);
  expect(isOver()).toBe(false);
  expect(await remoteAgents(lab, CHANGED)).toMatchObject([{ number_of_lines: 2, status: "INACTIVE" }]);
  await Promise.all([hangsUp(talk), hangsUp(forced)]);
  const { text } = await up;
  const said = (n: number, what: string) =>
    new RegExp(`/${firstUser(n)}: ${what} 1 call\\(s\\) on lines \\d+ \\(INCALL\\)`);
  expect(text).toMatch(said(CHANGED, "waiting for"));
  expect(text).toMatch(said(FORCED, "forced, although there are"));
  expect(await listedLines(lab, CHANGED)).toMatchObject([{ user: String(firstUser(CHANGED)), status: "READY" }]);
  const next = await lab.lead(listOf(CHANGED), `30356${CHANGED}114`);
  const { headers } = await lab.edge.call(next.phone, ({ state }) => state === "answered", 60_000);
  expect(headers.map(({ name, values }) => [name, ...values])).toEqual([
    ["X-season", "winter"],
    ["X-year", "2027"],
  ]);
  await hangsUp(next);
});

test("a bridge takes no call before its dialler has the dialplan", async () => {
  const [dialler] = lab.diallers as [string];
  const extension = `9797${routeNumber(COMING).slice(1)}`;
  const [server] = await lab.query<{ secret: string }>(
    "SELECT ASTmgrSECRET AS secret FROM servers WHERE server_ip = ?",
    [dialler],
  );
  lab.stack.env["VICIDIAL_AMI_SECRET"] = server!.secret;
  await lab.up(inUse(...DESTROYED, COMING));
  const loaded = async () => (await lab.cli(`dialplan show ${extension}@default`)).includes(`'${extension}'`);
  await until("the dialler has forgotten the old bridge", 30_000, async () => !(await loaded()));
  const release = await heldConfiguration(lab, dialler);
  try {
    const first = await lab.lead(listOf(COMING), `30356${COMING}014`);
    const { up, isOver } = underWay(lab.up(inUse(...DESTROYED)));
    await until("the bridge's carrier waits to be taken up", 60_000, async () => {
      const rows = await lab.query(
        "SELECT 1 FROM vicidial_server_carriers JOIN servers WHERE carrier_id = ? AND rebuild_conf_files = 'Y'",
        [`aib${routeNumber(COMING).slice(1)}`],
      );
      return rows.length === 1;
    });
    // The campaign dials, and its lead is ready to be called: an open line would have him within three seconds.
    await until("the lead waits in the hopper", 30_000, async () => {
      const rows = await lab.query("SELECT 1 FROM vicidial_hopper WHERE lead_id = ? AND status = 'READY'", [first.id]);
      return rows.length === 1;
    });
    const users = "SELECT user FROM vicidial_users WHERE user = ?";
    await until("everything but the lines is there", 60_000, async () => {
      return (await lab.query(users, [String(firstUser(COMING))])).length === 1;
    });
    await watched(10_000, async () => {
      expect([await remoteAgents(lab, COMING), await listedLines(lab, COMING)]).toEqual([[], []]);
      expect(await lab.carrier.of(first.phone)).toEqual([]);
    });
    expect([await loaded(), isOver()]).toEqual([false, false]);
    await release();
    const opened = Date.now();
    const ai = await lab.edge.call(first.phone, ({ said }) => said.length >= 2, 90_000);
    expect(ai).toMatchObject({ status: 200, toUser: routeNumber(COMING) });
    expect((await lab.carrier.call(first.phone)).invitedAt).toBeGreaterThan(opened);
    const { text } = await up;
    expect(text).toContain(`dialler ${dialler}: Asterisk answers with _9797X. in [vicidial-auto-external]`);
    await hangsUp(first);
  } finally {
    await release();
  }
});

test("nobody is called for a line that was drained; for a ghost line somebody is", async () => {
  const ghosts = waiting.get(GHOST)!;
  await until("a lead of the ghost line is called", WATCH_MS - (Date.now() - ghostAt), async () =>
    (await Promise.all(ghosts.map(async ({ phone }) => lab.carrier.of(phone)))).some(
      ([call]) => call !== undefined && call.invitedAt > ghostAt,
    ),
  );
  await watched(WATCH_MS - (Date.now() - leftAt), async () => {
    for (const { phone } of waiting.get(LEFT)!) expect(await lab.carrier.of(phone)).toEqual([]);
    expect(await listedLines(lab, LEFT)).toEqual([]);
  });
  // Not for want of anybody to call, or of a campaign that would.
  const [campaign] = await lab.query(
    "SELECT active, dial_method, auto_dial_level FROM vicidial_campaigns WHERE campaign_id = ?",
    [campaignOf(LEFT)],
  );
  expect(campaign).toEqual({ active: "Y", dial_method: "RATIO", auto_dial_level: "1" });
  const hopper = await lab.query("SELECT lead_id FROM vicidial_hopper WHERE campaign_id = ? AND status = 'READY'", [
    campaignOf(LEFT),
  ]);
  expect(hopper).toHaveLength(2);
});

/** That it holds all the time. */
async function watched(ms: number, holds: () => Promise<void>): Promise<void> {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    await holds();
    await pause(1000);
  }
}
