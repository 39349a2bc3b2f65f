/**
 * A bridge on a cluster of two diallers, in a lab of its own: lines on both, each reached from both, and given up again.
 */
import type { CarrierCall } from "../../lab/carrier/calls";
import { bridge, campaignOf, firstUser, listOf, routeNumber } from "../kit/calls/bridge";
import { aiLeg, holdsTone, recorded, rowsOf, twoWay, type Rows } from "../kit/calls/evidence";
import { heldConfiguration } from "../kit/calls/heldDialler";
import { Lab, type Lead } from "../kit/calls/lab";
import { listedLines, remoteAgents } from "../kit/calls/lines";
import { until } from "../kit/calls/until";
import type { EdgeCallView } from "../kit/calls/views";

jest.setTimeout(240_000);

/** One line on each dialler: each dials for its own, or the first dials for both. */
const [EACH, FIRST_DIALS] = [70, 71];
const BOTH = [EACH, FIRST_DIALS];
const args = { headers: { "X-source": "two diallers" }, leadFields: ["first_name"] };
const bridges = (each: Record<string, unknown> = {}) => [
  bridge(EACH, { ...args, ...each }),
  bridge(FIRST_DIALS, { ...args, dialLevel: 2 }),
];
const extension = (n: number) => `9797${routeNumber(n).slice(1)}`;

let lab: Lab;
let [first, second] = ["", ""];

beforeAll(async () => {
  lab = await Lab.start({ diallers: 2 });
  [first, second] = lab.diallers as [string, string];
  for (const n of BOTH) await lab.edge.turn({ maxCallMs: 600_000 }, routeNumber(n));
  // Asterisk makes a call's id of the second and of how many channels it has had. Two that started together may give two calls
  // one id, and `vicidial_carrier_log` keeps the first only.
  for (let channels = 0; channels < 40; channels += 2)
    await lab.cli("channel originate Local/8300@default application Hangup", 2);
}, 600_000);

afterAll(async () => {
  await lab.query("DELETE FROM vicidial_server_trunks WHERE campaign_id = ?", [campaignOf(FIRST_DIALS)]);
  await lab.remove();
});

const loaded = async (n: number, dialler: 1 | 2) =>
  (await lab.cli(`dialplan show ${extension(n)}@default`, dialler)).includes(`'${extension(n)}'`);

test("lines on both diallers, each with users of its own, once both have the dialplan", async () => {
  const release = await heldConfiguration(lab, second);
  const up = lab.up(bridges());
  up.catch(() => undefined);
  try {
    await until("the first dialler has loaded the dialplan", 120_000, async () => loaded(EACH, 1));
    await until("its users are there", 60_000, async () => {
      const users = await lab.query("SELECT user FROM vicidial_users WHERE user >= ?", [firstUser(EACH)]);
      return users.length === 4;
    });
    // The first dialler would run its lines; a call that it dials may go to a line of the second.
    expect(await loaded(EACH, 2)).toBe(false);
    expect([await remoteAgents(lab, EACH), await listedLines(lab, EACH)]).toEqual([[], []]);
  } finally {
    await release();
  }
  const { text } = await up;
  expect(text).toContain(`dialler ${second}: it has not taken up the new dialplan yet (servers.rebuild_conf_files)`);
  for (const n of BOTH) {
    const users = [first, second].map((server_ip, at) => ({ server_ip, user_start: String(firstUser(n) + at) }));
    expect(await remoteAgents(lab, n)).toMatchObject(users);
    expect(await listedLines(lab, n)).toMatchObject(
      users.map(({ server_ip, user_start }) => ({ server_ip, user: user_start, status: "READY" })),
    );
    expect([await loaded(n, 1), await loaded(n, 2)]).toEqual([true, true]);
  }
});

interface Talk {
  customer: CarrierCall;
  ai: EdgeCallView;
  rows: Rows;
}

/** The diallers, by their addresses on the wire: where the customer was dialled from, where the agent. */
const legs = ({ customer, ai }: Talk) => ({
  customer: customer.peer.replace(/:\d+$/, ""),
  ai: ai.peer.replace(/:\d+$/, ""),
});

/** Customer and AI have talked, then the customer hung up. */
async function talk({ id, phone }: Lead): Promise<Talk> {
  await lab.edge.call(phone, ({ said }) => said.length >= 2, 120_000);
  await until("the call is the line's", 20_000, async () => (await rowsOf(lab, id)).lead.status === "XFER");
  const { id: call } = await lab.carrier.call(phone, ({ heard }) => heard.some(({ kind }) => kind === "speech"));
  await lab.carrier.hangUp(call);
  const ai = await lab.edge.call(phone, ({ state }) => state === "ended", 20_000);
  const customer = await lab.carrier.call(phone, ({ endedAt }) => endedAt !== undefined);
  const rows = await until("the call is closed in VICIdial's rows", 60_000, async () => {
    const found = await rowsOf(lab, id);
    expect({ ai: aiLeg(found), recordings: found.recordings.length }).toMatchObject({
      ai: { dialstatus: "ANSWER" },
      recordings: 1,
    });
    return found;
  });
  return { customer, ai, rows };
}

async function talksOf(n: number, ...phones: string[]): Promise<Talk[]> {
  await lab.list(campaignOf(n), listOf(n));
  const leads = await Promise.all(phones.map(async (phone) => lab.lead(listOf(n), phone, { first_name: "Maria" })));
  return Promise.all(leads.map(talk));
}

/** Everything that a call on one dialler shows too; and VICIdial's recording where the customer's leg is. */
async function expectWhole(n: number, { customer, ai, rows }: Talk): Promise<void> {
  expect(twoWay(customer, ai)).toEqual({ aiHeardTone: true, customerHeardSpeech: true });
  expect(ai).toMatchObject({ status: 200, toUser: routeNumber(n), ending: "caller hung up" });
  expect(ai.headers.map(({ name, values }) => [name, ...values]).sort()).toEqual([
    ["X-first_name", "Maria"],
    ["X-source", "two diallers"],
  ]);
  expect(rows.log).toMatchObject({ status: "XFER", comments: "REMOTE", user: rows.line?.user });
  expect(aiLeg(rows)).toMatchObject({ dialstatus: "ANSWER", hangup_cause: 16 });
  const [recording] = rows.recordings as unknown as { filename: string; user: string; server_ip: string }[];
  const where = customer.peer.replace(/:\d+$/, "");
  expect(recording).toMatchObject({ user: rows.line?.user, server_ip: where });
  const sound = await recorded(lab, recording!.filename, "in", where === first ? 1 : 2);
  expect(holdsTone(sound, customer.toneHz)).toBe(true);
}

/** The dialler whose line a call took, by the line's user. */
const lineOf = (n: number, { rows }: Talk) => [first, second][Number(rows.line?.user) - firstUser(n)];

describe("calls", () => {
  let each: Promise<Talk[]>;
  let both: Promise<Talk[]>;
  beforeAll(async () => {
    // Trunks of the second dialler that this campaign may use: none.
    await lab.query(
      "INSERT INTO vicidial_server_trunks (server_ip, campaign_id, dedicated_trunks, trunk_restriction) VALUES (?, ?, 0, 'MAXIMUM_LIMIT')",
      [second, campaignOf(FIRST_DIALS)],
    );
    each = talksOf(EACH, "3035670014", "3035670114");
    both = talksOf(FIRST_DIALS, "3035671014", "3035671114");
    for (const talks of [each, both]) talks.catch(() => undefined);
  });

  test("each dialler dials, and the lines of both take calls", async () => {
    const talks = await each;
    expect(talks.map((one) => legs(one).customer).sort()).toEqual([first, second].sort());
    expect(talks.map((one) => lineOf(EACH, one)).sort()).toEqual([first, second].sort());
    for (const one of talks) {
      expect(legs(one).ai).toBe(lineOf(EACH, one));
      await expectWhole(EACH, one);
    }
  });

  test("a customer who was dialled on one talks to the agent by a line of the other", async () => {
    const talks = await both;
    expect(talks.map((one) => legs(one).customer)).toEqual([first, first]);
    expect(talks.map((one) => legs(one).ai).sort()).toEqual([first, second].sort());
    for (const one of talks) {
      expect(legs(one).ai).toBe(lineOf(FIRST_DIALS, one));
      await expectWhole(FIRST_DIALS, one);
    }
  });
});

test("a dialler that leaves the bridge gives up its lines, its users and its dialplan; the other goes on", async () => {
  await lab.up(bridges({ diallers: [first] }));
  expect(await remoteAgents(lab, EACH)).toMatchObject([{ server_ip: first, user_start: String(firstUser(EACH)) }]);
  expect(await listedLines(lab, EACH)).toMatchObject([{ server_ip: first, status: "READY" }]);
  expect(await lab.query("SELECT user FROM vicidial_users WHERE user = ?", [String(firstUser(EACH) + 1)])).toEqual([]);
  await until("the second dialler has forgotten the dialplan", 30_000, async () => !(await loaded(EACH, 2)));
  expect(await loaded(EACH, 1)).toBe(true);
  const [one] = await talksOf(EACH, "3035670214");
  expect(legs(one!)).toEqual({ customer: first, ai: first });
  await expectWhole(EACH, one!);
});
