import { z } from "zod";
import type { Reader, Vicidial } from "../session";

/** `dial_timeout` is at most 255 s: a call that is older is of a dialler that no longer runs. */
const LONGEST_RING_SECONDS = 300;

const count = z.object({ n: z.coerce.number() });
const clock = z.object({ now: z.string() });

/**
 * Calls that a campaign has placed and that no line has yet: the customer's telephone rings, or he has just answered
 * (`vicidial_auto_calls`, docs/facts/vicidial.md#routing-to-a-line). When the lines go now, he meets nobody and is
 * dropped.
 *
 * @param placedBy only those that were placed until then, by the database's clock
 */
export async function callsComing(reader: Reader, campaignId: string, placedBy?: string): Promise<number> {
  const [until, values] = placedBy === undefined ? ["", []] : [" AND call_time <= ?", [placedBy]];
  const row = await reader.row(
    count,
    `SELECT COUNT(*) AS n FROM vicidial_auto_calls WHERE campaign_id = ? AND status IN ('SENT','RINGING','LIVE') AND call_time > NOW() - INTERVAL ? SECOND${until}`,
    [campaignId, LONGEST_RING_SECONDS, ...values],
  );
  return row?.n ?? 0;
}

/** The database's clock, as `vicidial_auto_calls.call_time` has it. */
export async function databaseTime(reader: Reader): Promise<string> {
  const row = await reader.row(clock, "SELECT DATE_FORMAT(NOW(), '%Y-%m-%d %H:%i:%s') AS now");
  return row?.now ?? "";
}

/** A line that waits for a call. */
export interface IdleLine {
  live_agent_id: number;
  status: string;
}

/**
 * Leaves idle lines of an INACTIVE remote agent to the customers who are being called already, and to nobody else: the
 * dialler calls nobody for a line with `outbound_autodial` N (docs/facts/vicidial.md#pace), the routing gives calls to
 * one that was refreshed within five seconds (docs/facts/vicidial.md#routing-to-a-line). Its own daemon no longer
 * refreshes it, and any changed column does.
 */
export async function lastCallsOnly(vicidial: Vicidial, purpose: string, lines: readonly IdleLine[]): Promise<void> {
  await vicidial.locked(purpose, async (change) => {
    for (const { live_agent_id, status } of lines) {
      const random_id = 10_000_000 + Math.floor(Math.random() * 10_000_000);
      await change.updateAll(
        "vicidial_live_agents",
        { live_agent_id, status, lead_id: 0 },
        { outbound_autodial: "N", random_id },
      );
    }
  });
}
