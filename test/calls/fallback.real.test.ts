/**
 * What becomes of a customer whose AI cannot be reached, and what VICIdial's rows say of it: an extension or an in-group of the
 * site, or a second route number. Over chan_sip and PJSIP.
 */
import { toneOf } from "../../lab/carrier/customers";
import { bridge, campaignOf, listOf, routeNumber, udp } from "../kit/calls/bridge";
import { aiLeg, rowsOf } from "../kit/calls/evidence";
import { Lab, type Lead } from "../kit/calls/lab";
import { closed, over, talking } from "../kit/calls/transfers";
import { until } from "../kit/calls/until";
import { tonesOf } from "../kit/calls/views";

jest.setTimeout(300_000);

const EDGES = { chan_sip: { stack: "sip", account: "ai-sip" }, PJSIP: udp } as const;
type StackName = keyof typeof EDGES;
const NAMES = Object.keys(EDGES) as StackName[];
/** Of the seed. */
const GROUP = "SUPPORT";
/** The bridge whose route number the others fall back to; nobody is called over it. */
const SECOND = 54;
const BRIDGES = {
  chan_sip: { inGroup: 50, second: 52, extension: 55 },
  PJSIP: { inGroup: 51, second: 53, extension: 56 },
} as const;
/** A human agent at the telephone network. */
const human = (n: number) => `1813555${n}80`;
const ALL = NAMES.flatMap((stack) => Object.values(BRIDGES[stack]));

let lab: Lab;
const leads = new Map<number, Lead>();

beforeAll(async () => {
  lab = await Lab.start();
  await lab.up([
    bridge(SECOND, { agentId: "LabCareAgent0002" }),
    ...NAMES.flatMap((stack) => [
      bridge(BRIDGES[stack].inGroup, { edge: EDGES[stack], fallback: { inGroup: GROUP } }),
      bridge(BRIDGES[stack].extension, {
        edge: EDGES[stack],
        headers: { "X-source": "test of fallbacks" },
        leadFields: ["first_name"],
        fallback: { extension: `9797${human(BRIDGES[stack].extension)}` },
      }),
      bridge(BRIDGES[stack].second, { edge: EDGES[stack], fallback: { routeNumber: routeNumber(SECOND) } }),
    ]),
  ]);
  for (const n of ALL) {
    await lab.edge.turn({ refuseWith: 503 }, routeNumber(n));
    await lab.list(campaignOf(n), listOf(n));
    leads.set(n, await lab.lead(listOf(n), `30355${n}014`, { first_name: "Maria" }));
  }
}, 600_000);

afterAll(async () => {
  for (const n of ALL) await lab.edge.turn({ refuseWith: null }, routeNumber(n));
  await lab.remove();
});

const closerRows = async ({ id }: Lead) =>
  lab.query<{ uniqueid: string }>("SELECT * FROM vicidial_closer_log WHERE lead_id = ? ORDER BY closecallid", [id]);

/** The agent never had him, and VICIdial knows: the call is a DROP, the line free, the AI leg's row tells why. */
async function failed({ id, phone }: Lead): Promise<void> {
  const rows = await until("the agent's part is closed", 20_000, async () => {
    const lines = await lab.query("SELECT user FROM vicidial_live_agents WHERE lead_id = ?", [id]);
    const found = await rowsOf(lab, id);
    return lines.length === 0 && aiLeg(found) !== undefined && found;
  });
  expect(rows.log).toMatchObject({ status: "DROP", term_reason: "ABANDON" });
  expect(aiLeg(rows)).toMatchObject({ dialstatus: "CONGESTION", hangup_cause: 34, answered_time: 0 });
  expect((await lab.edge.of(phone)).map(({ status }) => status)).toEqual([503]);
}

describe.each(NAMES)("over %s", (stack) => {
  test("an extension: whoever answers there has the customer, and sees nothing of his data", async () => {
    const n = BRIDGES[stack].extension;
    const lead = leads.get(n)!;
    const person = await lab.carrier.call(human(n), ({ answeredAt }) => answeredAt !== undefined, 150_000);
    await failed(lead);
    expect(person.headers).toEqual([]);
    const caller = await lab.carrier.call(lead.phone, ({ heard }) => tonesOf(heard).includes(toneOf(human(n))), 60_000);
    expect(caller.endedAt).toBeUndefined();
    await lab.carrier.hangUp(caller.id);
    expect(await over(lab, human(n))).toMatchObject({ endedBy: "caller" });
    // What came after the fallback changes nothing.
    await failed(lead);
  });

  test("an in-group: the customer waits in it as his lead, and leaves it when he hangs up", async () => {
    const lead = leads.get(BRIDGES[stack].inGroup)!;
    const queued = await until("the customer is in the in-group", 150_000, async () => (await closerRows(lead))[0]);
    expect(queued).toMatchObject({ campaign_id: GROUP, phone_number: lead.phone, status: "QUEUE", user: "VDCL" });
    expect(
      await lab.query("SELECT * FROM vicidial_auto_calls WHERE lead_id = ? AND call_type = 'IN'", [lead.id]),
    ).toEqual([expect.objectContaining({ campaign_id: GROUP, status: "LIVE", phone_number: lead.phone })]);
    await failed(lead);
    await lab.carrier.hangUp((await lab.carrier.call(lead.phone)).id);
    await closed(lab, lead);
    expect(await closerRows(lead)).toEqual([
      expect.objectContaining({ uniqueid: queued.uniqueid, status: "DROP", term_reason: "ABANDON" }),
    ]);
  });

  test("a second route number: its agent greets the customer", async () => {
    const lead = leads.get(BRIDGES[stack].second)!;
    const ai = await talking(lab, lead);
    expect(ai).toMatchObject({
      toUser: routeNumber(SECOND),
      greeting: expect.stringContaining("care agent") as string,
    });
    const tried = await lab.edge.of(lead.phone);
    expect(tried.map(({ toUser, status }) => [toUser, status])).toEqual([
      [routeNumber(BRIDGES[stack].second), 503],
      [routeNumber(SECOND), 200],
    ]);
    // The same call for VICIdial.
    expect(tried[1]!.from).toEqual(tried[0]!.from);
    await lab.carrier.hangUp((await lab.carrier.call(lead.phone)).id);
    await over(lab, lead.phone);
    const rows = await closed(lab, lead);
    expect(rows.log).toMatchObject({ status: "XFER", comments: "REMOTE" });
    expect(aiLeg(rows)).toMatchObject({ dialstatus: "ANSWER", hangup_cause: 16 });
    expect(aiLeg(rows)!.answered_time).toBeGreaterThan(0);
  });
});
