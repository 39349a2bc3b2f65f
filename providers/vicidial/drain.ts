import { setTimeout as sleep } from "node:timers/promises";

import { z } from "zod";

import { Refusal } from "../errors";
import { shownBlock, usersOf, type Block } from "./agentUsersBlocks";
import type { Reader, Vicidial } from "./session";

/** The lines to empty. */
export interface DrainedLines {
  serverIp: string;
  block: Block;
  campaignId: string;
  remoteAgentId: number;
}

export interface DrainOptions {
  /** How long calls may go on, in seconds. */
  timeoutSeconds: number;
  /** `no`: calls may go on during what follows; `forced` says so to the operator. */
  waitForCalls: "yes" | "no" | "forced";
  /** Seconds between two looks; default 1. */
  pollSeconds?: number;
}

/** Seconds between two progress lines. */
const PROGRESS_SECONDS = 10;

const liveRow = z.object({ live_agent_id: z.number(), user: z.string(), status: z.string(), lead_id: z.number() });
type LiveLine = z.infer<typeof liveRow>;

/** The rows by which the dialler offers calls to these lines: `vicidial_live_agents` with extension `R/<user>`. */
export async function liveLines(reader: Reader, lines: DrainedLines): Promise<LiveLine[]> {
  return reader.rows(
    liveRow,
    "SELECT live_agent_id, user, status, lead_id FROM vicidial_live_agents WHERE server_ip = ? AND user IN (?) AND extension LIKE 'R/%' ORDER BY user",
    [lines.serverIp, usersOf(lines.block)],
  );
}

/**
 * Proof that no daemon knows these lines: none of them is listed, and the last change of the remote agent is older than
 * two loops of the daemon, which lists every active line in each loop. A younger change could be listed right now.
 */
export async function nothingLive(reader: Reader, lines: DrainedLines, loopSeconds: number): Promise<boolean> {
  if ((await liveLines(reader, lines)).length > 0) return false;
  const young = await reader.row(
    z.object({ n: z.coerce.number() }),
    "SELECT COUNT(*) AS n FROM vicidial_admin_log WHERE event_section = 'REMOTEAGENTS' AND record_id IN (?) AND event_type IN ('ADD','MODIFY') AND event_date > NOW() - INTERVAL ? SECOND",
    [[String(lines.block.start), String(lines.remoteAgentId)], Math.ceil(loopSeconds)],
  );
  return (young?.n ?? 0) === 0;
}

/**
 * Empties the lines of a remote agent that is INACTIVE already: waits until the daemon has noticed, removes the rows of
 * idle lines (else they look READY for a minute, and a customer is called for a line that nobody runs: facts §12.9-10),
 * and waits for calls to end.
 */
export async function drain(vicidial: Vicidial, lines: DrainedLines, options: DrainOptions): Promise<void> {
  const name = `vicidial:RemoteAgent ${lines.serverIp}/${lines.block.start}`;
  await sleep(vicidial.drainLoopSeconds * 1000);
  const started = Date.now();
  let said = -PROGRESS_SECONDS;
  for (;;) {
    const busy = await removeIdle(vicidial, lines);
    const waited = Math.round((Date.now() - started) / 1000);
    if (busy.length === 0) return;
    const calls = `${busy.length} call(s) on lines ${busy.map(({ user, status }) => `${user} (${status})`).join(", ")}`;
    if (options.waitForCalls === "forced") vicidial.report(`${name}: forced, although there are ${calls}`);
    if (options.waitForCalls !== "yes") return;
    if (waited >= options.timeoutSeconds) throw stillBusy(lines, calls, waited);
    if (waited - said >= PROGRESS_SECONDS) {
      vicidial.report(`${name}: waiting for ${calls} to end, ${waited} s of ${options.timeoutSeconds} s`);
      said = waited;
    }
    await sleep((options.pollSeconds ?? 1) * 1000);
  }
}

/** Removes the rows of idle lines and answers those that are on a call. */
async function removeIdle(vicidial: Vicidial, lines: DrainedLines): Promise<LiveLine[]> {
  const seen = await liveLines(vicidial, lines);
  const idle = seen.filter(isIdle);
  if (idle.length > 0) {
    await vicidial.locked(`idle lines ${shownBlock(lines.block)}`, async (change) => {
      // With its status in the key: a call that arrived just now keeps its row.
      for (const { live_agent_id, status } of idle) {
        await change.delete("vicidial_live_agents", { live_agent_id, status, lead_id: 0 });
      }
    });
  }
  return (await liveLines(vicidial, lines)).filter((line) => !isIdle(line));
}

function isIdle({ status, lead_id }: LiveLine): boolean {
  return lead_id === 0 && (status === "READY" || status === "PAUSED" || status === "CLOSER");
}

function stillBusy(lines: DrainedLines, calls: string, waited: number): Refusal {
  return new Refusal({
    field: "drainTimeoutSeconds",
    value: waited,
    rule: `remote agent ${shownBlock(lines.block)} of campaign ${lines.campaignId} on ${lines.serverIp} still has ${calls}`,
    fix: "try again when they have ended, wait longer, or set `force: true` to go on during calls",
  });
}
