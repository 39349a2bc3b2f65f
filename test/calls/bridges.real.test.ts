/**
 * Real calls through a whole lab: a lead is dialled, the customer answers, VICIdial's routing picks a line, and the AI greets
 * him by the name in the lead. Each with the evidence of everybody: customer, edge, VICIdial's rows, SigmaMind's API.
 */
import type { Period } from "../../lab/audio";
import type { CarrierCall } from "../../lab/carrier/calls";
import { bridge, callerId, campaignOf, firstUser, listOf, routeNumber, udp } from "../kit/calls/bridge";
import { aiLeg, greeted, holdsTone, recorded, rowsOf, twoWay } from "../kit/calls/evidence";
import { Lab, type Lead } from "../kit/calls/lab";
import { until } from "../kit/calls/until";
import type { EdgeCallView } from "../kit/calls/views";

jest.setTimeout(240_000);

const withLead = (n: number, args: Parameters<typeof bridge>[1]) =>
  bridge(n, { headers: { "X-source": "test of calls" }, leadFields: ["first_name", "city", "comments"], ...args });

/** One bridge per way to the edge; the last digits of each lead's number make him a person with a tone of his own. */
const WAYS = [
  {
    n: 1,
    way: "chan_sip over UDP",
    edge: { stack: "sip", account: "ai-sip" },
    wire: { transport: "udp", srtp: false },
    name: "Maria",
  },
  { n: 2, way: "PJSIP over UDP", edge: udp, wire: { transport: "udp", srtp: false }, name: "Noah" },
  {
    n: 3,
    way: "PJSIP over TCP",
    edge: { stack: "pjsip", transport: "tcp", account: "ai-tcp" },
    wire: { transport: "tcp", srtp: false },
    name: "Emma",
  },
  {
    n: 4,
    way: "PJSIP over TLS with SRTP",
    edge: { stack: "pjsip", transport: "tls", account: "ai-tls" },
    wire: { transport: "tls", srtp: true },
    name: "Liam",
  },
] as const;

const NAMES = WAYS.map(({ name }) => name);

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.start();
  await lab.up([
    ...WAYS.map(({ n, edge }) => withLead(n, { edge, lines: 2, ...(n === 2 ? { agentId: "LabCareAgent0002" } : {}) })),
    withLead(8, { edge: udp, lines: 4, dialLevel: 2 }),
  ]);
  for (const n of [...WAYS.map(({ n: of }) => of), 8]) await lab.list(campaignOf(n), listOf(n));
}, 600_000);

afterAll(async () => {
  await lab.remove();
});

/** The AI has greeted the customer, the customer has spoken, the AI has answered; then the customer hangs up. */
async function conversation({ phone }: Lead): Promise<{ customer: CarrierCall; ai: EdgeCallView }> {
  await lab.edge.call(phone, ({ said }) => said.length >= 2, 150_000);
  const lengthOf = (periods: readonly Period[], kind: Period["kind"]) =>
    periods.filter((period) => period.kind === kind).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  // The greeting takes three seconds, the answer one.
  const talking = await lab.carrier.call(
    phone,
    ({ said, heard }) => lengthOf(said, "tone") > 500 && lengthOf(heard, "speech") > 3500,
    30_000,
  );
  await lab.carrier.hangUp(talking.id);
  const ai = await lab.edge.call(phone, ({ state }) => state === "ended", 20_000);
  const customer = await lab.carrier.call(phone, ({ endedAt }) => endedAt !== undefined, 10_000);
  return { customer, ai };
}

describe("the guide's example over each way to the edge", () => {
  const talks = new Map<number, Promise<{ lead: Lead; customer: CarrierCall; ai: EdgeCallView }>>();
  beforeAll(async () => {
    for (const { n, name } of WAYS) {
      const lead = await lab.lead(listOf(n), `303555${n}014`.padEnd(10, "4"), {
        first_name: name,
        city: "Salt Lake City",
      });
      const talk = conversation(lead).then((seen) => ({ lead, ...seen }));
      talk.catch(() => undefined);
      talks.set(n, talk);
    }
  });

  test.each(WAYS)("$way: greeted by name, heard, every row as VICIdial's", async ({ n, wire, name }) => {
    const { lead, customer, ai } = await talks.get(n)!;
    // The wire.
    expect(ai).toMatchObject({ toUser: routeNumber(n), status: 200, ...wire });
    expect(ai.from).toMatchObject({ number: lead.phone, name: expect.stringMatching(/^V\d{19}$/) as string });
    expect(ai.from.name.slice(10)).toBe(String(lead.id).padStart(10, "0"));
    expect(ai.headers.map(({ name: header, values }) => [header, ...values]).sort()).toEqual([
      ["X-city", "Salt Lake City"],
      ["X-comments", ""],
      ["X-first_name", name],
      ["X-source", "test of calls"],
    ]);
    expect(customer).toMatchObject({ number: `1${lead.phone}`, from: { number: callerId(n).slice(1) }, headers: [] });
    // Two-way audio, by frequency and by word.
    expect(twoWay(customer, ai)).toEqual({ aiHeardTone: true, customerHeardSpeech: true });
    const agent = n === 2 ? "care" : "sales";
    const greeting = (who: string) => `Hello ${who}, this is the lab's ${agent} agent.`;
    expect(ai.greeting).toBe(greeting(name));
    expect(await greeted(lab, await lab.carrier.sound(customer.id, "heard"), NAMES, greeting)).toBe(name);
    // VICIdial's rows.
    const rows = await until("the call is closed in VICIdial's rows", 15_000, async () => {
      const found = await rowsOf(lab, lead.id);
      return found.log?.status === "XFER" && aiLeg(found)?.dialstatus === "ANSWER" ? found : undefined;
    });
    // Of two idle lines VICIdial takes either.
    const user = rows.lead.user;
    expect([0, 1].map((line) => String(firstUser(n) + line))).toContain(user);
    expect(rows.lead).toMatchObject({ status: "XFER", called_count: 1 });
    expect(rows.log).toMatchObject({ user, comments: "REMOTE" });
    // One row per leg: the customer's is a Local channel's, the AI's that of the customer's own channel.
    expect(
      rows.carrier.map(({ channel, dialstatus, hangup_cause, answered_time }) => ({
        leg: channel.startsWith("Local/") ? "customer" : "AI",
        dialstatus,
        hangup_cause,
        answered: answered_time > 3,
      })),
    ).toEqual(
      expect.arrayContaining([
        { leg: "customer", dialstatus: "ANSWER", hangup_cause: 16, answered: false },
        { leg: "AI", dialstatus: "ANSWER", hangup_cause: 16, answered: true },
      ]),
    );
    expect(rows.line).toMatchObject({ user, extension: `9797${routeNumber(n).slice(1)}` });
    const [stats] = await lab.query<{ total_calls: number }>(
      "SELECT total_calls FROM vicidial_daily_ra_stats WHERE user = ? ORDER BY stats_date DESC",
      [firstUser(n)],
    );
    // Of all its lines; more than one where the lab was kept.
    expect(stats?.total_calls).toBeGreaterThanOrEqual(1);
    // Both recordings.
    const [recording] = rows.recordings;
    expect(recording).toMatchObject({ user });
    expect(holdsTone(await recorded(lab, recording!.filename, "in"), customer.toneHz)).toBe(true);
    expect(await greeted(lab, await recorded(lab, recording!.filename, "out"), NAMES, greeting)).toBe(name);
    // SigmaMind's record of it.
    const record = await until("the record at SigmaMind is complete", 10_000, async () => {
      const { data } = await lab.sigmamind.get<Record<string, unknown>>(`/v1/calls/${ai.recordId}`);
      return data["status"] === "ended" && data;
    });
    expect(record).toMatchObject({ callType: "inbound", terminationReason: "user_ended_call" });
    expect(record).toMatchObject({
      phoneNumber: { sipPhoneNumber: routeNumber(n) },
      dynamicVariables: { first_name: name },
    });
    expect(record["transcript"]).toContain(`Agent: Hello ${name}, this is the lab's ${agent} agent.`);
    expect(record["transcript"]).toContain("User: [tone ");
    expect(record["recordingUrl"]).toMatch(/^http/);
  });

  test("the AI's extension lies under the telephony carrier's pattern and wins", async () => {
    const shown = await lab.cli(`dialplan show 9797${routeNumber(1).slice(1)}@default`);
    expect(shown).toContain(`'9797${routeNumber(1).slice(1)}'`);
    expect(shown).toContain("'_9797X.'");
    expect(shown.indexOf(`'9797${routeNumber(1).slice(1)}'`)).toBeLessThan(shown.indexOf("'_9797X.'"));
  });
});

describe("four lines", () => {
  const phones = Array.from({ length: 5 }, (_, at) => `303558441${at}`);

  test("four customers talk to the AI at once; the fifth waits and is dropped as VICIdial does", async () => {
    const leads = await Promise.all(phones.map((phone) => lab.lead(listOf(8), phone, { first_name: "Maria" })));
    const answered = await until("all five have answered", 90_000, async () => {
      const calls = await Promise.all(phones.map((phone) => lab.carrier.of(phone)));
      const up = calls.flatMap((of) => of.filter(({ answeredAt }) => answeredAt !== undefined));
      return up.length === 5 ? up : undefined;
    });
    expect(answered).toHaveLength(5);
    const status = async () =>
      lab.query<{ lead_id: number; status: string }>("SELECT lead_id, status FROM vicidial_list WHERE list_id = ?", [
        listOf(8),
      ]);
    const dropped = await until("one of them is dropped", 60_000, async () =>
      (await status()).find((lead) => lead.status === "DROP"),
    );
    const talking = (await lab.edge.calls()).filter(
      ({ toUser, state }) => toUser === routeNumber(8) && state === "answered",
    );
    expect(talking).toHaveLength(4);
    const lines = await lab.query<{ user: string }>(
      "SELECT user FROM vicidial_live_agents WHERE status IN ('QUEUE', 'INCALL') AND campaign_id = 'CALLS8' ORDER BY user",
    );
    expect(lines.map(({ user }) => user)).toEqual(["6160", "6161", "6162", "6163"]);
    const one = leads.find(({ id }) => id === dropped.lead_id)!;
    const customer = await lab.carrier.call(one.phone, ({ endedAt }) => endedAt !== undefined);
    expect(customer.endedBy).toBe("caller");
    // drop_call_seconds is 5.
    expect(customer.endedAt! - customer.answeredAt!).toBeGreaterThan(4000);
    expect(await lab.edge.of(one.phone)).toEqual([]);
    expect((await rowsOf(lab, one.id)).log).toMatchObject({ status: "DROP", user: "VDAD" });
    for (const { id } of talking) await lab.edge.hangUp(id);
  });
});
