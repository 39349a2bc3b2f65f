import type { CarrierCall } from "../../../lab/carrier/calls";
import { bridge, routeNumber } from "./bridge";
import { rowsOf, type Rows } from "./evidence";
import type { Lab, Lead } from "./lab";
import { until } from "./until";
import type { EdgeCallView } from "./views";

/** chan_sip and PJSIP serve REFER by code of their own, so everything is shown over both. */
export const STACKS = {
  chan_sip: { stack: "sip", account: "sip" },
  PJSIP: { stack: "pjsip", transport: "udp", account: "udp" },
} as const;
export type StackName = keyof typeof STACKS;

/** Whom the agent of bridge `n` may transfer to: kinds of lab/carrier/customers.ts, each bridge with numbers of its own. */
export const target = (n: number, kind: "answers" | "busy" | "never answers" | "hangs up") =>
  `+1813555${n}${{ answers: 80, busy: 81, "never answers": 82, "hangs up": 83 }[kind]}`;

const TARGETS = ["answers", "busy", "never answers", "hangs up"] as const;

/** The lead's data that must reach the agent and nobody else. */
export const LEAD = { first_name: "Maria", city: "Salt Lake City" };

/** A bridge whose agent sees lead fields and may transfer to the four kinds of target. */
export const transferring = (
  n: number,
  stack: StackName,
  args: Record<string, unknown> = {},
  transfer: Record<string, unknown> = {},
) =>
  bridge(n, {
    edge: STACKS[stack],
    headers: { "X-source": "test of transfers" },
    leadFields: ["first_name", "city"],
    transfer: { to: TARGETS.map((kind) => target(n, kind)), ringSeconds: 5, ...transfer },
    ...args,
  });

/**
 * The customer's newest AI call, once he talks and VICIdial's ten-second pass has seen it; else its end would be a DROP
 * (docs/facts/vicidial.md#ten-second-pass).
 */
export async function talking(lab: Lab, { id, phone }: Lead): Promise<EdgeCallView> {
  await until(`the line of lead ${id} is INCALL`, 150_000, async () => {
    const sql = "SELECT user FROM vicidial_live_agents WHERE lead_id = ? AND status = 'INCALL'";
    return (await lab.query(sql, [id])).length === 1;
  });
  return lab.edge.call(phone, ({ state }) => state === "answered", 30_000);
}

/** What came of the agent's newest transfer. */
export async function transferred(
  lab: Lab,
  { id }: EdgeCallView,
  phone: string,
  to: string,
): Promise<EdgeCallView["transfers"][number]> {
  const attempts = async () => (await lab.edge.of(phone)).find((call) => call.id === id)?.transfers ?? [];
  const before = (await attempts()).length;
  await lab.edge.transfer(id, to);
  return until(`the transfer of ${phone} to ${to} is decided`, 30_000, async () => {
    const attempt = (await attempts())[before];
    return attempt?.outcome === "waiting" ? undefined : attempt;
  });
}

/** The customer's call when it is over. */
export const over = async (lab: Lab, phone: string): Promise<CarrierCall> =>
  lab.carrier.call(phone, ({ endedAt }) => endedAt !== undefined, 30_000);

/** Rows of a lead whose call VICIdial has closed: the line is free, no call of his is in the books. */
export async function closed(lab: Lab, { id }: Lead): Promise<Rows> {
  await until(`the call of lead ${id} is closed in VICIdial's rows`, 30_000, async () => {
    const lines = await lab.query("SELECT user FROM vicidial_live_agents WHERE lead_id = ?", [id]);
    const calls = await lab.query("SELECT callerid FROM vicidial_auto_calls WHERE lead_id = ?", [id]);
    return lines.length + calls.length === 0;
  });
  return rowsOf(lab, id);
}

/** Channels on the dialler that belong to these bridges and leads: theirs are the caller ids. */
export async function channelsOf(lab: Lab, ns: readonly number[], leads: readonly Lead[]): Promise<string[]> {
  const marks = [...ns.map((n) => routeNumber(n).slice(1)), ...ns.map((n) => `1813555${n}`)];
  const all = (await lab.cli("core show channels concise")).split(/\r?\n/).filter((line) => line.includes("!"));
  return all.filter((line) => [...marks, ...leads.map(({ phone }) => phone)].some((mark) => line.includes(mark)));
}
