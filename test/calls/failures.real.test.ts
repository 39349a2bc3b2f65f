/** Calls that do not go well: machines and silence (AMD), an AI that cannot be reached; and a softphone that needs no lead. */
import type { CarrierCall } from "../../lab/carrier/calls";
import { toneOf } from "../../lab/carrier/customers";
import { Phone } from "../kit/phone/phone";
import { bridge, campaignOf, listOf, routeNumber, udp } from "../kit/calls/bridge";
import { aiLeg, rowsOf, type Rows } from "../kit/calls/evidence";
import { Lab, type Lead } from "../kit/calls/lab";
import { until } from "../kit/calls/until";
import { tonesOf } from "../kit/calls/views";

jest.setTimeout(300_000);

const AMD = { hangup: 11, play: 12, notSure: 13, off: 14 } as const;
const REFUSED = [
  { n: 21, status: 404, row: { dialstatus: "CHANUNAVAIL", hangup_cause: 1 } },
  { n: 22, status: 486, row: { dialstatus: "BUSY", hangup_cause: 17 } },
  { n: 23, status: 503, row: { dialstatus: "CONGESTION", hangup_cause: 34 } },
] as const;
const FALLEN_BACK = [
  { n: 24, fault: "does not answer" },
  { n: 25, fault: "is down" },
  { n: 26, fault: "refuses with 404" },
] as const;
/** A human agent at the telephone network, behind the telephony prefix: where the fallback sends the customer. */
const human = (n: number) => `1813555${n}80`;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.start();
  const nobody = lab.diallers[0]!.replace(/\.\d+$/, ".199");
  const fallback = (n: number) => ({ fallback: { extension: `9797${human(n)}` }, ringTimeout: 5 });
  await lab.up([
    bridge(AMD.hangup, { amd: { onMachine: "hangup", onNotSure: "agent" }, lines: 3 }),
    bridge(AMD.play, { amd: { onMachine: { play: "vm-goodbye" }, waitForSilence: "2000,2,30" } }),
    bridge(AMD.notSure, { amd: { onMachine: "hangup", onNotSure: "hangup" }, lines: 3, dialLevel: 3 }),
    bridge(AMD.off, { lines: 2, softphone: { extension: "5599", dialler: lab.diallers[0]! } }),
    ...REFUSED.map(({ n }) => bridge(n)),
    bridge(24, fallback(24)),
    bridge(25, { ...fallback(25), edge: { ...udp, account: "ai-down", host: nobody, bindPort: 5074 } }),
    bridge(26, fallback(26)),
  ]);
  for (const { n, status } of REFUSED) await lab.edge.turn({ refuseWith: status }, routeNumber(n));
  await lab.edge.turn({ delayMs: 60_000 }, routeNumber(24));
  await lab.edge.turn({ refuseWith: 404 }, routeNumber(26));
  for (const n of [...Object.values(AMD), ...REFUSED.map(({ n: of }) => of), ...FALLEN_BACK.map(({ n: of }) => of)])
    await lab.list(campaignOf(n), listOf(n));
}, 600_000);

afterAll(async () => {
  await lab.remove();
});

/** The customer's call when it is over, and VICIdial's rows when they are closed. */
async function over({ id, phone }: Lead): Promise<{ customer: CarrierCall; rows: Rows }> {
  const customer = await lab.carrier.call(phone, ({ endedAt }) => endedAt !== undefined, 150_000);
  const rows = await until("the call is closed in VICIdial's rows", 20_000, async () => {
    const found = await rowsOf(lab, id);
    return !["NEW", "QUEUE", "INCALL"].includes(found.lead.status) && found.log !== undefined ? found : undefined;
  });
  return { customer, rows };
}

describe("answering-machine detection", () => {
  const person = "14";
  const machine = "30";
  const mute = "53";
  /** 3.4 s and 7.5 s of digital silence after the answer, then a person; digital silence for ever. */
  const silences = ["50", "51", "52"];
  const phone = (n: number, customer: string) => `303556${n}${customer}`;
  const leads = new Map<string, Lead>();
  const lead = (n: number, customer: string) => leads.get(phone(n, customer))!;
  beforeAll(async () => {
    for (const [n, customer] of [
      [AMD.hangup, person],
      [AMD.hangup, machine],
      [AMD.hangup, mute],
      [AMD.play, machine],
      [AMD.notSure, mute],
      ...silences.map((silence) => [AMD.notSure, silence] as const),
      [AMD.off, person],
      [AMD.off, machine],
    ] as const)
      leads.set(phone(n, customer), await lab.lead(listOf(n), phone(n, customer)));
  });
  const detected = async ({ id }: Lead) =>
    lab.query<{ AMDSTATUS: string; AMDCAUSE: string }>(
      "SELECT AMDSTATUS, AMDCAUSE FROM vicidial_amd_log WHERE lead_id = ?",
      [id],
    );
  /** From the customer's answer to the INVITE at the edge, in ms. */
  const delay = async ({ phone: number }: Lead) => {
    const ai = await lab.edge.call(number, ({ state }) => state !== "ringing", 150_000);
    return ai.invitedAt - (await lab.carrier.call(number)).answeredAt!;
  };

  test("a person reaches the AI, later by what detection takes", async () => {
    const [slow, quick] = await Promise.all([delay(lead(AMD.hangup, person)), delay(lead(AMD.off, person))]);
    expect(await detected(lead(AMD.hangup, person))).toMatchObject([{ AMDSTATUS: "HUMAN" }]);
    // His hello of half a second and a second of silence after it.
    expect(slow - quick).toBeGreaterThan(1000);
    expect(slow - quick).toBeLessThan(5000);
  });

  test("a machine is hung up on: AA", async () => {
    const { customer, rows } = await over(lead(AMD.hangup, machine));
    expect(rows.lead.status).toBe("AA");
    expect(customer).toMatchObject({ endedBy: "caller", heard: [] });
    expect(await detected(lead(AMD.hangup, machine))).toMatchObject([{ AMDSTATUS: "MACHINE" }]);
    expect(await lab.edge.of(customer.number.slice(1))).toEqual([]);
  });

  test("a machine gets the message after its beep: AL", async () => {
    const { customer, rows } = await over(lead(AMD.play, machine));
    expect(rows.lead.status).toBe("AL");
    const beep = customer.said.find((period) => period.kind === "tone")!;
    expect(customer.heard.length).toBeGreaterThan(0);
    for (const { startMs } of customer.heard) expect(startMs).toBeGreaterThan(beep.endMs);
    expect(await lab.edge.of(customer.number.slice(1))).toEqual([]);
  });

  test("a side that sends nothing is NOTSURE: to the AI, or hung up on, as the bridge says", async () => {
    const ai = await lab.edge.call(lead(AMD.hangup, mute).phone, ({ state }) => state !== "ringing", 150_000);
    expect(ai.status).toBe(200);
    const { rows } = await over(lead(AMD.notSure, mute));
    expect(rows.lead.status).not.toBe("XFER");
    expect(await lab.edge.of(lead(AMD.notSure, mute).phone)).toEqual([]);
    for (const n of [AMD.hangup, AMD.notSure])
      expect(await detected(lead(n, mute))).toMatchObject([{ AMDSTATUS: "NOTSURE" }]);
    await lab.edge.hangUp(ai.id);
  });

  // Not what `onNotSure` is about: AMD hears the silence, and two seconds of it before the first word are a machine to it.
  test.each(silences)("digital silence after the answer (…%s) is taken for a machine: AA", async (silence) => {
    const { rows } = await over(lead(AMD.notSure, silence));
    expect(rows.lead.status).toBe("AA");
    expect(await detected(lead(AMD.notSure, silence))).toEqual([
      { AMDSTATUS: "MACHINE", AMDCAUSE: expect.stringMatching(/^INITIALSILENCE/) as string },
    ]);
    expect(await lab.edge.of(lead(AMD.notSure, silence).phone)).toEqual([]);
  });

  test("without detection the machine reaches the AI", async () => {
    const ai = await lab.edge.call(lead(AMD.off, machine).phone, ({ state }) => state !== "ringing", 150_000);
    expect(ai.status).toBe(200);
    expect(await detected(lead(AMD.off, machine))).toEqual([]);
    await lab.edge.hangUp(ai.id);
  });
});

describe("an AI that cannot be reached", () => {
  const leads = new Map<number, Lead>();
  beforeAll(async () => {
    for (const { n } of [...REFUSED, ...FALLEN_BACK]) leads.set(n, await lab.lead(listOf(n), `303557${n}14`));
  });

  test.each(REFUSED)(
    "refused with $status: the customer is let go, and the AI leg's row says why",
    async ({ n, row }) => {
      const { customer, rows } = await over(leads.get(n)!);
      expect(customer.endedBy).toBe("caller");
      expect(aiLeg(rows)).toMatchObject({ ...row, answered_time: 0 });
      expect(rows.lead.status).not.toBe("INCALL");
      // Nothing hangs: the line takes the next call.
      await until(
        "the line is READY again",
        30_000,
        async () =>
          (
            await lab.query(
              "SELECT user FROM vicidial_live_agents WHERE campaign_id = ? AND status = 'READY' AND lead_id = 0",
              [campaignOf(n)],
            )
          ).length === 1,
      );
    },
  );

  test.each(FALLEN_BACK)("the edge $fault: the customer talks to a human instead", async ({ n }) => {
    const lead = leads.get(n)!;
    const agent = await lab.carrier.call(human(n), ({ answeredAt }) => answeredAt !== undefined, 150_000);
    const customer = await lab.carrier.call(
      lead.phone,
      ({ heard }) => tonesOf(heard).includes(toneOf(human(n))),
      60_000,
    );
    const other = await lab.carrier.call(human(n), ({ heard }) => tonesOf(heard).includes(customer.toneHz), 60_000);
    expect(other.id).toBe(agent.id);
    expect((await lab.edge.of(lead.phone)).filter(({ status }) => status === 200)).toEqual([]);
    await lab.carrier.hangUp(customer.id);
    await lab.carrier.call(human(n), ({ endedBy }) => endedBy === "caller", 20_000);
  });
});

test("a softphone with the bridge's account calls the agent directly; another password is refused", async () => {
  const { softphone } = await lab.outputs<{ softphone: { server: string; user: string; secret: string } }>(
    `bridge${AMD.off}`,
  );
  expect(softphone).toMatchObject({ server: lab.diallers[0], user: "5599" });
  const phone = await Phone.open(softphone.server, 5060);
  try {
    expect(await phone.register({ ...softphone, secret: "wrong" })).toBe(403);
    expect(await phone.register(softphone)).toBe(200);
    const call = await phone.call(`9797${routeNumber(AMD.off).slice(1)}`, {
      from: { name: "5599", number: softphone.user },
    });
    await call.answered(20_000);
    const ai = await until("the edge has answered the softphone", 20_000, async () =>
      (await lab.edge.calls()).find(
        ({ toUser, state, from }) => toUser === routeNumber(AMD.off) && state === "answered" && from.number === "5599",
      ),
    );
    // The agent's greeting.
    await until(
      "the softphone hears the agent",
      20_000,
      () => call.media.received > 100 && call.media.heard().samples.some((sample) => Math.abs(sample) > 1000),
    );
    call.hangUp();
    await lab.edge.call("5599", ({ state }) => state === "ended", 20_000);
    expect(ai.status).toBe(200);
  } finally {
    phone.close();
  }
});
