/**
 * What neither the agent nor the customer can do: REFER to anything but an allowed number, REFER on a bridge without
 * `transfer`, and calls by touch tones (docs/facts/asterisk.md#refer, docs/facts/asterisk.md#touch-tones-place-calls).
 */
import { callerId, campaignOf, listOf, routeNumber } from "../kit/calls/bridge";
import { aiLeg, type Rows } from "../kit/calls/evidence";
import { Lab, type Lead } from "../kit/calls/lab";
import {
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
import type { EdgeCallView } from "../kit/calls/views";

jest.setTimeout(300_000);

const BRIDGES = { chan_sip: { allowed: 46, without: 48 }, PJSIP: { allowed: 47, without: 49 } } as const;
const NAMES = Object.keys(STACKS) as StackName[];
const ALL = NAMES.flatMap((stack) => Object.values(BRIDGES[stack]));

/**
 * By the stock prefix 8787, whose Dial has VICIdial's usual `To`: there whoever calls may transfer by CC. So does the third
 * party's leg of these bridges.
 */
const prefix = { customerPrefix: "8787" };

/** By the features of a stock server: # and CC transfer, * begins others. Behind CC, a number that would reach a customer. */
const PRESSED = "149966";
const KEYS = `#*CC8787${PRESSED}`;

/** Refer-To that are not on the list of bridge `n`, with what is behind each. */
const refusedTargets = (n: number): Readonly<Record<string, string>> => ({
  "another number": "+18135559999",
  "the allowed number without its plus": target(n, "answers").slice(1),
  "another number with dashes": "+1-813-555-9999",
  "the allowed number behind the telephony prefix": `8787${target(n, "answers").slice(1)}`,
  "a routing extension": "8368",
  "a conference": "8600051",
  "an emergency number": "911",
  "a number abroad": "+442079460000",
  "the bridge's own extension": `9797${routeNumber(n).slice(1)}`,
  "the transfer section's start": callerId(n).slice(1),
  "the transfer section's end": "hx",
  "the transfer section's third party": "out",
  "the transfer section's answer": "ok",
  "the lead section": "s",
  "the hang-up extension": "h",
  "another number at a foreign host": "sip:+18135559999@198.51.100.7",
  "a routing extension at a foreign host": "sip:8368@198.51.100.7",
  "a call that does not exist": `sip:${target(n, "answers")}@198.51.100.7?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc`,
  "a tel: URI": `tel:${target(n, "answers")}`,
});

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.start();
  await lab.up(
    NAMES.flatMap((stack) => [
      transferring(BRIDGES[stack].allowed, stack, { lines: 2, ...prefix }),
      transferring(BRIDGES[stack].without, stack, { transfer: undefined }),
    ]),
  );
  for (const n of ALL) {
    await lab.list(campaignOf(n), listOf(n));
    await lab.edge.turn({ maxCallMs: 600_000 }, routeNumber(n));
  }
  for (const stack of NAMES) {
    for (const [name, flow] of Object.entries(FLOWS)) {
      const seen = flow(stack);
      (seen as Promise<unknown>).catch(() => undefined);
      flows.set(`${name} ${stack}`, seen);
    }
  }
}, 600_000);

afterAll(async () => {
  for (const n of ALL) await lab.edge.turn({ maxCallMs: null }, routeNumber(n));
  await lab.remove();
});

const flows = new Map<string, Promise<unknown>>();
const shown = async <Name extends keyof typeof FLOWS>(name: Name, stack: StackName) =>
  (await flows.get(`${name} ${stack}`)) as Awaited<ReturnType<(typeof FLOWS)[Name]>>;

const customer = async (n: number, end: number): Promise<Lead> => lab.lead(listOf(n), `30355${n}0${end}`, LEAD);

/** Tries each target on one call; then the customer listens to the agent once more and hangs up. */
async function refused(lead: Lead, targets: readonly string[]) {
  const ai = await talking(lab, lead);
  const attempts: EdgeCallView["transfers"] = [];
  for (const to of targets) attempts.push(await transferred(lab, ai, lead.phone, to));
  const lastAt = Date.now();
  const hearing = await lab.carrier.call(
    lead.phone,
    ({ heard, recordedFrom }) => heard.some(({ kind, endMs }) => kind === "speech" && recordedFrom! + endMs > lastAt),
    30_000,
  );
  await lab.carrier.hangUp(hearing.id);
  await over(lab, lead.phone);
  await lab.edge.call(lead.phone, ({ state }) => state === "ended", 20_000);
  return { attempts, calls: await lab.edge.of(lead.phone), rows: await closed(lab, lead) };
}

const FLOWS = {
  refused: async (stack: StackName) => {
    const { allowed: n } = BRIDGES[stack];
    return refused(await customer(n, 14), Object.values(refusedTargets(n)));
  },

  without: async (stack: StackName) => {
    const { without: n } = BRIDGES[stack];
    return refused(await customer(n, 14), [target(n, "answers"), "8368"]);
  },

  /** The customer presses keys while the agent has him, and again while the third party has him. */
  keys: async (stack: StackName) => {
    const { allowed: n } = BRIDGES[stack];
    const lead = await customer(n, 15);
    const number = target(n, "answers").slice(1);
    const ai = await talking(lab, lead);
    const caller = await lab.carrier.call(lead.phone);
    const press = async () => lab.carrier.press(caller.id, KEYS);
    await heardAll(press, async () => (await lab.edge.of(lead.phone))[0]!.digits);
    await transferred(lab, ai, lead.phone, target(n, "answers"));
    await lab.carrier.call(number, ({ answeredAt }) => answeredAt !== undefined, 30_000);
    await heardAll(press, async () => (await lab.carrier.call(number)).digits);
    await lab.carrier.hangUp(caller.id);
    await over(lab, number);
    return { placed: await lab.carrier.of(PRESSED), rows: await closed(lab, lead) };
  },
};

/** What the dialler answered to the REFER, and reported by NOTIFY in the end. */
const decided = ({ wire }: EdgeCallView["transfers"][number]) => ({
  answer: wire?.answer?.status,
  notified: wire?.notified.at(-1)?.status,
});

/**
 * Presses until every key has arrived in order: on a busy machine some are lost on the way. Whoever acts on CC takes it out, so
 * that it never arrives.
 */
async function heardAll(press: () => Promise<void>, digits: () => Promise<{ digit: string }[]>): Promise<void> {
  const heard = async () => (await digits()).map(({ digit }) => digit).join("");
  await until("all keys have arrived", 60_000, async () => {
    const before = await heard();
    await press();
    return until("these keys have arrived", 3_000, async () => (await heard()).slice(before.length) === KEYS).catch(
      () => false,
    );
  });
}

describe.each(NAMES)("over %s", (stack) => {
  const { allowed, without } = BRIDGES[stack];

  test("REFER to anything else is refused, and the customer goes on talking to the agent", async () => {
    const { attempts, calls, rows } = await shown("refused", stack);
    const results = Object.fromEntries(
      Object.keys(refusedTargets(allowed)).map((name, at) => [name, decided(attempts[at]!)]),
    );
    const unknown = { answer: 202, notified: 404 };
    expect(results).toEqual({
      ...Object.fromEntries(Object.keys(results).map((name) => [name, unknown])),
      "a call that does not exist": stack === "chan_sip" ? { answer: 202, notified: 481 } : unknown,
      "a tel: URI": { answer: stack === "chan_sip" ? 603 : 400, notified: undefined },
    });
    goesOn(calls, rows);
    expect(await lab.carrier.of("18135559999")).toEqual([]);
  });

  test("without `transfer`, each REFER is refused", async () => {
    const { attempts, calls, rows } = await shown("without", stack);
    expect(attempts.map(decided)).toEqual([
      { answer: 603, notified: undefined },
      { answer: 603, notified: undefined },
    ]);
    goesOn(calls, rows);
    expect(await lab.carrier.of(target(without, "answers").slice(1))).toEqual([]);
  });

  function goesOn(calls: EdgeCallView[], rows: Rows): void {
    expect(calls).toMatchObject([{ ending: "caller hung up" }]);
    expect(rows.log).toMatchObject({ status: "XFER", comments: "REMOTE" });
    expect(aiLeg(rows)).toMatchObject({ dialstatus: "ANSWER", hangup_cause: 16 });
  }

  test("the customer's touch tones place no call, before a transfer and after", async () => {
    const { placed, rows } = await shown("keys", stack);
    expect(placed).toEqual([]);
    expect(rows.log).toMatchObject({ status: "XFER" });
  });
});
