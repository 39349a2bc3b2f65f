/** What a lead's values and the lead service do to a call: hostile text stays text, and no call waits for a service in trouble. */
import type { CarrierCall } from "../../lab/carrier/calls";
import { MoodyProxy } from "../lab/moodyProxy";
import { bridge, campaignOf, listOf, udp } from "../kit/calls/bridge";
import { Lab, type Lead } from "../kit/calls/lab";
import type { EdgeCallView } from "../kit/calls/views";

jest.setTimeout(240_000);

/** One bridge per driver: each treats a header's text in its own way. */
const [SIP, PJSIP] = [15, 16];
const withLead = (n: number, args: Parameters<typeof bridge>[1]) =>
  bridge(n, { headers: { "X-source": "test of calls" }, leadFields: ["first_name", "city", "comments"], ...args });

/** Lead services that are not well; the call must go on within the bound (docs/facts/asterisk.md#agi). */
const MOODS = [
  { n: 5, mood: "down", boundMs: 1000, found: false },
  { n: 6, mood: "silent", boundMs: 1500 + 1000, found: false },
  { n: 7, mood: "unreachable", boundMs: 3100 + 1000, found: false },
  { n: 9, mood: "slow", boundMs: 1500 + 1000, found: false },
  { n: 10, mood: "late", boundMs: 1000 + 1000, found: true },
] as const;

let lab: Lab;
let proxies: Readonly<Record<"silent" | "slow" | "late", MoodyProxy>>;
let services: Readonly<Record<(typeof MOODS)[number]["mood"], { host: string; port: number }>>;

beforeAll(async () => {
  lab = await Lab.start();
  const subnet = lab.diallers[0]!.replace(/\.\d+$/, "");
  const proxy = async (mood: "silent" | number) => {
    const made = await MoodyProxy.start({ host: `${subnet}.23`, port: 4573 }, `${subnet}.1`);
    await made.be(mood);
    return made;
  };
  // Each answer is late: four for three columns.
  proxies = { silent: await proxy("silent"), slow: await proxy(1200), late: await proxy(150) };
  const behind = ({ port }: MoodyProxy) => ({ host: `${subnet}.1`, port });
  services = {
    down: { host: "leads", port: 4999 },
    unreachable: { host: `${subnet}.199`, port: 4573 },
    silent: behind(proxies.silent),
    slow: behind(proxies.slow),
    late: behind(proxies.late),
  };
  await lab.up([
    withLead(SIP, { edge: { stack: "sip", account: "ai-sip" }, lines: 4, dialLevel: 4 }),
    withLead(PJSIP, { edge: udp, lines: 4, dialLevel: 4 }),
    ...MOODS.map(({ n, mood }) => withLead(n, { edge: udp, leadService: services[mood] })),
  ]);
  for (const n of [SIP, PJSIP, ...MOODS.map(({ n: of }) => of)]) await lab.list(campaignOf(n), listOf(n));
}, 600_000);

afterAll(async () => {
  await lab.query("DELETE FROM vicidial_list WHERE LENGTH(comments) > 255");
  await lab.alter("vicidial_list MODIFY comments VARCHAR(255)");
  await lab.remove();
  for (const proxy of Object.values(proxies)) await proxy.close();
});

describe("leads with hostile values", () => {
  const HOSTILE: Readonly<Record<string, string>> = {
    shell: "${SHELL(id)}$[1+1]",
    quotes: 'O\'Brien "the" \\ boss',
    commas: "a,b;c|d&e(f)^g",
    lines: "first\r\nX-source: forged\nSET VARIABLE X 1",
    long: "word ".repeat(820),
    chinese: "北京 Zürich Łódź",
    empty: "",
  };
  /** What the dialplan lets through (providers/asterisk/text/headers.ts). */
  const SAFE = /^[-A-Za-z0-9 .@_+:/#]{0,64}$/;
  const calls = new Map<string, Promise<EdgeCallView>>();
  beforeAll(async () => {
    // As sites do whose agents write long remarks.
    await lab.alter("vicidial_list MODIFY comments TEXT");
    // Over chan_sip and PJSIP, which treat a header's text differently.
    for (const [at, [kind, comments]] of Object.entries(HOSTILE).entries())
      for (const n of [SIP, PJSIP]) {
        const lead = await lab.lead(listOf(n), `3035${n}2${at}014`, {
          first_name: "Maria",
          city: comments.slice(0, 50),
          comments,
        });
        const call = lab.edge.call(lead.phone, ({ state }) => state !== "ringing", 150_000);
        call.catch(() => undefined);
        calls.set(`${kind} ${n}`, call);
        void call.then(async ({ id }) => lab.edge.hangUp(id)).catch(() => undefined);
      }
  });

  test.each(
    Object.keys(HOSTILE).flatMap(
      (kind) =>
        [
          [kind, "chan_sip", SIP],
          [kind, "PJSIP", PJSIP],
        ] as const,
    ),
  )(
    "%s over %s: the call is answered, each header is there at most once and safe, the others are as ever",
    async (kind, _, n) => {
      const { status, headers } = await calls.get(`${kind} ${n}`)!;
      expect(status).toBe(200);
      const header = (name: string) => headers.find((one) => one.name === name)?.values;
      expect(header("X-source")).toEqual(["test of calls"]);
      expect(header("X-first_name")).toEqual(["Maria"]);
      for (const { values, count } of headers) {
        expect(count).toBe(1);
        expect(values[0]).toMatch(SAFE);
        expect(values[0]).not.toContain("uid=");
      }
      const names = headers.map(({ name }) => name);
      expect(["X-source", "X-first_name", "X-city", "X-comments"]).toEqual(expect.arrayContaining(names));
    },
  );
});

describe("a lead service that is not well", () => {
  const seen = new Map<number, Promise<{ lead: Lead; customer: CarrierCall; ai: EdgeCallView }>>();
  beforeAll(async () => {
    for (const { n } of MOODS) {
      const lead = await lab.lead(listOf(n), `30355${String(n).padStart(2, "0")}314`, { first_name: "Maria" });
      const both = lab.edge
        .call(lead.phone, ({ state }) => state === "answered", 120_000)
        .then(async (ai) => ({ lead, ai, customer: await lab.carrier.call(lead.phone) }));
      both.catch(() => undefined);
      seen.set(n, both);
    }
  });

  test.each(MOODS)(
    "$mood: the customer reaches the AI within the bound, and the dialler says when it is without the lead",
    async ({ n, mood, boundMs, found }) => {
      const { lead, customer, ai } = await seen.get(n)!;
      const names = ai.headers.map(({ name }) => name).sort();
      expect(names).toEqual(found ? ["X-city", "X-comments", "X-first_name", "X-source"] : ["X-source"]);
      // Routing takes half a second on an idle machine (docs/facts/vicidial.md#lead-fields).
      expect(ai.invitedAt - customer.answeredAt!).toBeLessThan(boundMs + 1500);
      await lab.edge.hangUp(ai.id);
      const log = await lab.exec("dialler1", ["cat", "/var/log/asterisk/messages"]);
      const { host, port } = services[mood];
      const said = log.match(
        new RegExp(`WARNING.* no lead from ${host}:${port} for V\\d{9}${String(lead.id).padStart(10, "0")}:`),
      );
      expect(said === null).toBe(found);
    },
  );
});
