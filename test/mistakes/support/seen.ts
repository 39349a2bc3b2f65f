/** What several mistakes show: each awaits it and fails where it is not so. */
import type { CarrierCall } from "../../../lab/carrier/calls";
import { aiLeg, rowsOf, type Rows } from "../../kit/calls/evidence";
import type { Lead } from "../../kit/calls/lab";
import { until } from "../../kit/calls/until";
import type { EdgeCallView } from "../../kit/calls/views";
import type { Site } from "./site";

/** Long enough for everybody's turn where all mistakes are made at once. */
const CALL_MS = 90_000;

/** Nobody's telephone rings, though somebody of the same kind was called meanwhile. */
async function nobodyCalled(site: Site, lead: Lead = site.lead): Promise<void> {
  await site.watched;
  expect(await site.lab.carrier.of(lead.phone)).toEqual([]);
  expect(await site.lab.edge.of(lead.phone)).toEqual([]);
}

/** Not even tried: the customer stays as he was, and no call of his is in the dialler's log. */
export async function notTried(site: Site, lead: Lead = site.lead): Promise<void> {
  const before = { status: "NEW", called_since_last_reset: "N", ...site.mistake.lead };
  await nobodyCalled(site, lead);
  const { status, called_since_last_reset } = await site.row(lead);
  expect({ status, called_since_last_reset }).toEqual({
    status: before.status,
    called_since_last_reset: before.called_since_last_reset,
  });
  expect(await site.placed(lead)).toEqual([]);
}

/** Tried once and lost on the way: the customer counts as called, and nothing but the dialler's log tells of it. */
export async function lostOnTheWay(site: Site, channel: string, lead: Lead = site.lead): Promise<void> {
  await nobodyCalled(site, lead);
  expect(await site.placed(lead)).toMatchObject([{ channel: `Local/${channel}@default` }]);
  expect(await site.row(lead)).toMatchObject({ status: "NEW", called_since_last_reset: "Y" });
  expect((await rowsOf(site.lab, lead.id)).log).toBeUndefined();
}

/** A line waits, ready and idle. */
export async function waits(site: Site, outboundAutodial: "Y" | "N" = "Y"): Promise<void> {
  expect(await site.lines()).toMatchObject([{ status: "READY", lead_id: 0, outbound_autodial: outboundAutodial }]);
}

/** The customer's call when it is over. */
export async function over(site: Site, lead: Lead = site.lead): Promise<CarrierCall> {
  return site.lab.carrier.call(lead.phone, ({ endedAt }) => endedAt !== undefined, CALL_MS);
}

/** VICIdial's rows when the customer's call is closed with a status of these. */
export async function closedAs(site: Site, statuses: readonly string[], lead: Lead = site.lead): Promise<Rows> {
  return until(`lead ${lead.id} of bridge ${site.n} ends as ${statuses.join(" or ")}`, CALL_MS, async () => {
    const [calls, rows] = await Promise.all([
      site.lab.query("SELECT callerid FROM vicidial_auto_calls WHERE lead_id = ?", [lead.id]),
      rowsOf(site.lab, lead.id),
    ]);
    return calls.length === 0 && statuses.includes(rows.lead.status) ? rows : undefined;
  });
}

/**
 * The answered customer hears that the number is not in service, and is gone: VICIdial calls it DROP, "Agent Not Available", or
 * XFER where its ten-second pass fell into the announcement.
 */
export async function hearsInvalid(site: Site, extension: string): Promise<void> {
  const customer = await over(site);
  expect(customer).toMatchObject({ endedBy: "caller", answeredAt: expect.any(Number) as number });
  expect(customer.heard.some(({ kind }) => kind === "speech")).toBe(true);
  const rows = await closedAs(site, ["DROP", "XFER"]);
  // The line was picked all the same.
  expect(rows.line).toMatchObject({ user: site.user, extension });
  expect(aiLeg(rows)).toBeUndefined();
  expect(await site.lab.edge.of(site.lead.phone)).toEqual([]);
}

/** The AI leg fails: VICIdial's row of it. */
export async function aiLegEnds(
  site: Site,
  row: { dialstatus: string; hangup_cause?: number },
  lead: Lead = site.lead,
): Promise<Rows> {
  return until(`the AI leg of bridge ${site.n} ends with ${row.dialstatus}`, CALL_MS, async () => {
    const rows = await rowsOf(site.lab, lead.id);
    const leg = aiLeg(rows);
    if (leg === undefined) return undefined;
    expect(leg).toMatchObject(row);
    return rows;
  });
}

/** The AI has answered the customer, as the edge tells it. */
export async function talks(site: Site, lead: Lead = site.lead): Promise<EdgeCallView> {
  return site.lab.edge.call(lead.phone, ({ state }) => state !== "ringing", CALL_MS);
}

/** The customer has heard somebody speak. */
export async function hears(site: Site, lead: Lead = site.lead): Promise<CarrierCall> {
  return site.lab.carrier.call(lead.phone, ({ heard }) => heard.some(({ kind }) => kind === "speech"), CALL_MS);
}
