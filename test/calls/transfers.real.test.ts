/**
 * What becomes of a customer whom the agent transfers by REFER: he talks to the third party, or he is back with the
 * agent, who knows why. Over chan_sip and PJSIP (docs/facts/asterisk.md#refer).
 */
import { toneOf } from "../../lab/carrier/customers";
import { callerId, campaignOf, firstUser, listOf, routeNumber } from "../kit/calls/bridge";
import { aiLeg, holdsTone, recorded, rowsOf, type Rows } from "../kit/calls/evidence";
import { Lab, type Lead } from "../kit/calls/lab";
import {
  channelsOf,
  closed,
  LEAD,
  over,
  STACKS,
  talking,
  target,
  transferred,
  transferring,
  type StackName,
} from "../kit/calls/transfers";
import { until } from "../kit/calls/until";
import { tonesOf, type EdgeCallView } from "../kit/calls/views";

jest.setTimeout(300_000);

/** Bridges of each stack: with one line; with three, from which a failed transfer leads back; with `onFailure: "hangup"`. */
const BRIDGES = {
  chan_sip: { one: 40, back: 42, hangup: 44 },
  PJSIP: { one: 41, back: 43, hangup: 45 },
} as const;
const NAMES = Object.keys(STACKS) as StackName[];
const ALL = NAMES.flatMap((stack) => Object.values(BRIDGES[stack]));

let lab: Lab;
const leads: Lead[] = [];

beforeAll(async () => {
  lab = await Lab.start();
  await lab.up(
    NAMES.flatMap((stack) => {
      const { one, back, hangup } = BRIDGES[stack];
      const leaving = transferring(hangup, stack, { lines: 2 }, { onFailure: "hangup" });
      return [transferring(one, stack), transferring(back, stack, { lines: 3 }), leaving];
    }),
  );
  for (const n of ALL) {
    await lab.list(campaignOf(n), listOf(n));
    await lab.edge.turn({ maxCallMs: 600_000 }, routeNumber(n));
  }
  for (const stack of NAMES) for (const [name, flow] of Object.entries(FLOWS)) start(`${name} ${stack}`, flow(stack));
}, 600_000);

afterAll(async () => {
  for (const n of ALL) await lab.edge.turn({ maxCallMs: null }, routeNumber(n));
  await lab.remove();
});

const flows = new Map<string, Promise<unknown>>();
function start(name: string, flow: Promise<unknown>): void {
  flow.catch(() => undefined);
  flows.set(name, flow);
}
const shown = async <Name extends keyof typeof FLOWS>(name: Name, stack: StackName) =>
  (await flows.get(`${name} ${stack}`)) as Awaited<ReturnType<(typeof FLOWS)[Name]>>;

/** A person, told from the others by the end of his number. */
async function customer(n: number, end: number): Promise<Lead> {
  const lead = await lab.lead(listOf(n), `30355${n}0${end}`.padEnd(10, "0"), LEAD);
  leads.push(lead);
  return lead;
}

const digits = (number: string) => number.slice(1);
const headersOf = (ai: EdgeCallView) => Object.fromEntries(ai.headers.map(({ name, values }) => [name, values[0]]));
const lineOf = async (n: number) =>
  lab.query<{ status: string; lead_id: number }>(
    "SELECT status, lead_id FROM vicidial_live_agents WHERE campaign_id = ? ORDER BY user",
    [campaignOf(n)],
  );

const FLOWS = {
  /** The third party answers; the line takes the next lead while the two talk; the customer hangs up. */
  answered: async (stack: StackName) => {
    const { one: n } = BRIDGES[stack];
    const [first, next] = [await customer(n, 14), await customer(n, 15)];
    const [ai, talker, waiting] = await firstOf(first, next);
    const attempt = await transferred(lab, ai, talker.phone, target(n, "answers"));
    const number = digits(target(n, "answers"));
    const person = await lab.carrier.call(number, ({ heard }) => tonesOf(heard).includes(toneOf(talker.phone)), 60_000);
    const caller = await lab.carrier.call(talker.phone, ({ heard }) => tonesOf(heard).includes(toneOf(number)), 60_000);
    const free = await rowsOf(lab, talker.id);
    const nextAi = await lab.edge.call(waiting.phone, ({ state }) => state === "answered", 60_000);
    const during = await lab.carrier.call(talker.phone);
    const [line] = await lineOf(n);
    await lab.carrier.hangUp(caller.id);
    const gone = await over(lab, number);
    await lab.edge.hangUp(nextAi.id);
    const rows = await closed(lab, talker);
    const trace = await lab.carrier.trace(person.id);
    const left = await lab.edge.call(talker.phone, ({ state }) => state === "ended");
    return { n, ai: left, attempt, talker, person: gone, during, free, nextAi, waiting, line, rows, trace };
  },

  /** Busy: back to the agent, who tries once more. */
  busy: async (stack: StackName) => {
    const { back: n } = BRIDGES[stack];
    const lead = await customer(n, 16);
    return { n, ...(await returned(lead, target(n, "busy"), target(n, "busy"))) };
  },

  /** Nobody answers: back to the agent, with whom the customer ends the call. */
  unanswered: async (stack: StackName) => {
    const { back: n } = BRIDGES[stack];
    const lead = await customer(n, 17);
    return { n, ...(await returned(lead, target(n, "never answers"))) };
  },

  thirdPartyLeaves: async (stack: StackName) => {
    const { back: n } = BRIDGES[stack];
    const lead = await customer(n, 18);
    const ai = await talking(lab, lead);
    await transferred(lab, ai, lead.phone, target(n, "hangs up"));
    const person = await lab.carrier.call(
      digits(target(n, "hangs up")),
      ({ endedAt, answeredAt }) => answeredAt !== undefined && endedAt !== undefined,
      60_000,
    );
    return { lead, person, caller: await over(lab, lead.phone), rows: await closed(lab, lead) };
  },

  busyAndHungUp: async (stack: StackName) => {
    const { hangup: n } = BRIDGES[stack];
    const lead = await customer(n, 14);
    const ai = await talking(lab, lead);
    await transferred(lab, ai, lead.phone, target(n, "busy"));
    return {
      lead,
      caller: await over(lab, lead.phone),
      rows: await closed(lab, lead),
      calls: await lab.edge.of(lead.phone),
    };
  },

  /** The customer does not wait until the third party answers. Of the Refer-To neither the host nor dashes count. */
  customerLeaves: async (stack: StackName) => {
    const { hangup: n } = BRIDGES[stack];
    const lead = await customer(n, 15);
    const ai = await talking(lab, lead);
    const number = digits(target(n, "never answers"));
    const written = number.replace(/^1(...)(...)/, "+1-$1-$2-");
    const attempt = await transferred(lab, ai, lead.phone, `sip:${written}@192.0.2.77`);
    await lab.carrier.call(number, ({ ringingAt }) => ringingAt !== undefined, 20_000);
    await lab.carrier.hangUp((await lab.carrier.call(lead.phone)).id);
    return { attempt, rung: await over(lab, number), rows: await closed(lab, lead) };
  },
};

/** Which of two leads the one line has taken. */
async function firstOf(a: Lead, b: Lead): Promise<[EdgeCallView, Lead, Lead]> {
  const first = await until("one of the two talks", 150_000, async () => {
    const taken = await lab.query<{ lead_id: number }>(
      "SELECT lead_id FROM vicidial_live_agents WHERE lead_id IN (?, ?) AND status = 'INCALL'",
      [a.id, b.id],
    );
    return taken[0]?.lead_id;
  });
  const [talker, waiting] = first === a.id ? [a, b] : [b, a];
  return [await talking(lab, talker), talker, waiting];
}

/** Transfers that fail one after the other; after the last one the customer is gone, or he hangs up when he has heard the agent. */
async function returned(lead: Lead, to: string, again?: string) {
  const first = await talking(lab, lead);
  await transferred(lab, first, lead.phone, to);
  const back = await lab.edge.call(lead.phone, ({ id, said }) => id !== first.id && said.length > 0, 60_000);
  if (again === undefined) {
    const since = (recordedFrom = 0) => back.answeredAt! - recordedFrom;
    const hearing = await lab.carrier.call(
      lead.phone,
      ({ heard, said, recordedFrom }) =>
        heard.some(({ kind, startMs }) => kind === "speech" && startMs > since(recordedFrom)) &&
        said.some(({ kind, endMs }) => kind === "tone" && endMs > since(recordedFrom) + 800),
      30_000,
    );
    await lab.carrier.hangUp(hearing.id);
  } else await transferred(lab, back, lead.phone, again);
  const caller = await over(lab, lead.phone);
  await lab.edge.call(lead.phone, ({ state }) => state === "ended", 20_000);
  const calls = await lab.edge.of(lead.phone);
  return { lead, caller, calls, rung: await lab.carrier.of(digits(to)), rows: await closed(lab, lead) };
}

/**
 * The row that proves the AI leg (docs/facts/vicidial.md#transferred-calls): answered, for as long as the agent had the
 * customer.
 */
const provesTheAgent = (rows: Rows) => expect(aiLeg(rows)).toMatchObject({ dialstatus: "ANSWER", hangup_cause: 16 });

describe.each(NAMES)("over %s", (stack) => {
  test("the third party hears the customer and sees the campaign; the agent's line is free and takes the next call", async () => {
    const { n, ai, attempt, talker, person, during, free, nextAi, line, waiting, rows, trace } = await shown(
      "answered",
      stack,
    );
    // The agent: accepted, and gone.
    expect(attempt).toMatchObject({ outcome: "done", wire: { answer: { status: 202 } } });
    expect(attempt.wire!.notified.at(-1)).toMatchObject({ status: 200 });
    expect(ai).toMatchObject({ state: "ended", ending: "transferred" });
    // The third party: rung by the campaign, knowing nothing of the lead or of VICIdial.
    expect(person).toMatchObject({ from: { number: digits(callerId(n)) }, headers: [], endedBy: "caller" });
    const wire = trace.join("\n");
    for (const secret of [talker.phone, "Maria", "Salt Lake", "test of transfers"]) expect(wire).not.toContain(secret);
    expect(wire).not.toMatch(/V\d{19}/);
    // The line: free at the answer, while the customer goes on talking.
    expect(during.endedAt).toBeUndefined();
    expect(line).toMatchObject({ lead_id: waiting.id });
    expect(nextAi.toUser).toBe(routeNumber(n));
    expect(nextAi.invitedAt).toBeGreaterThan(person.answeredAt!);
    // The rows: closed at the answer with the agent's time, and not touched by what came after.
    expect(free.log).toMatchObject({ status: "XFER", user: String(firstUser(n)), comments: "REMOTE" });
    expect(aiLeg(free)).toMatchObject({ dialstatus: "ANSWER", hangup_cause: 16 });
    const agentSeconds = (person.answeredAt! - ai.answeredAt!) / 1000;
    expect(Math.abs(aiLeg(free)!.answered_time - agentSeconds)).toBeLessThan(4);
    expect(Math.abs(free.log!.length_in_sec - agentSeconds)).toBeLessThan(6);
    expect({ ...rows, recordings: free.recordings }).toEqual({ ...free, carrier: rows.carrier });
    expect(rows.carrier.filter(({ channel }) => !channel.startsWith("Local/"))).toEqual([aiLeg(free)]);
    // The recording ends with the agent.
    const out = await recorded(lab, rows.recordings[0]!.filename, "out");
    expect(holdsTone(out, toneOf(person.number))).toBe(false);
  });

  test("busy: the customer is back with the agent, who knows why; a second time he is let go", async () => {
    const { caller, calls, rung, rows } = await shown("busy", stack);
    expect(rung.map(({ status }) => status)).toEqual([486, 486]);
    backOnce(calls, "BUSY");
    expect(caller.endedBy).toBe("caller");
    provesTheAgent(rows);
    expect(rows.log).toMatchObject({ status: "XFER", comments: "REMOTE" });
  });

  test("no answer: likewise, and the customer hears the agent again", async () => {
    const { caller, calls, rung, rows } = await shown("unanswered", stack);
    expect(rung.map(({ status }) => status)).toEqual([487]);
    backOnce(calls, "NOANSWER");
    expect(calls[1]).toMatchObject({ ending: "caller hung up" });
    expect(tonesOf(calls[1]!.heard)).toContain(caller.toneHz);
    expect(rows.log).toMatchObject({ status: "XFER", comments: "REMOTE" });
  });

  function backOnce(calls: EdgeCallView[], why: string): void {
    expect(calls).toHaveLength(2);
    const [first, second] = calls.map(headersOf);
    const lead = { "X-first_name": "Maria", "X-city": "Salt Lake City", "X-source": "test of transfers" };
    expect(first).toEqual(lead);
    expect(second).toEqual({ ...lead, "X-transfer_status": why });
    expect(calls[1]!.from).toEqual(calls[0]!.from);
    expect(calls[1]!.variables).toMatchObject({ transfer_status: why });
  }

  test("the third party hangs up first: the customer is let go", async () => {
    const { person, caller, rows } = await shown("thirdPartyLeaves", stack);
    expect(person.endedBy).toBe("customer");
    expect(caller.endedBy).toBe("caller");
    expect(caller.endedAt!).toBeGreaterThanOrEqual(person.endedAt!);
    provesTheAgent(rows);
  });

  test('busy, with `onFailure: "hangup"`: the customer is let go at once', async () => {
    const { caller, calls, rows } = await shown("busyAndHungUp", stack);
    expect(calls).toHaveLength(1);
    expect(caller.endedBy).toBe("caller");
    provesTheAgent(rows);
  });

  test("the customer hangs up while it rings: the third party's telephone stops", async () => {
    const { attempt, rung, rows } = await shown("customerLeaves", stack);
    // Dashes and a foreign host in the Refer-To lead to the number as the bridge has it, through its own carrier.
    expect(attempt).toMatchObject({ target: expect.stringMatching(/-.*@192\.0\.2\.77$/) as string, outcome: "done" });
    expect(rung).toMatchObject({
      status: 487,
      endedBy: "caller",
      from: { number: digits(callerId(BRIDGES[stack].hangup)) },
    });
    provesTheAgent(rows);
  });
});

test("nothing hangs: no channel is left, every line is READY", async () => {
  await Promise.allSettled(flows.values());
  await until(
    "the dialler has no channel of these calls",
    20_000,
    async () => (await channelsOf(lab, ALL, leads)).length === 0,
  );
  await until("every line is READY", 20_000, async () => {
    const lines = (await Promise.all(ALL.map(lineOf))).flat();
    return lines.length === 12 && lines.every(({ status, lead_id }) => status === "READY" && lead_id === 0);
  });
});
