import { z } from "zod";

import { poll, systemClock, type Clock } from "../../../core/poll";
import { Refusal } from "../../../core/refusal";
import { shownBlock, usersOf, type Block } from "../site/agentBlocks";
import { callsComing, databaseTime, lastCallsOnly } from "./comingCalls";
import type { Reader, Vicidial } from "../session";

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
  /** `no`: calls may go on during what follows; `forced`: also those that no line has yet are not waited for, and the operator is told. */
  waitForCalls: "yes" | "no" | "forced";
  /** How many of the lines, from the first, stay lines afterwards; default all. */
  staying?: number;
  /** Seconds between two looks; default 1. */
  pollSeconds?: number;
  clock?: Clock;
}

const liveRow = z.object({ live_agent_id: z.number(), user: z.string(), status: z.string(), lead_id: z.number() });
type LiveLine = z.infer<typeof liveRow>;

/** The rows by which the dialler offers calls to these lines: `vicidial_live_agents` with extension `R/<user>`. */
async function liveLines(reader: Reader, lines: DrainedLines): Promise<LiveLine[]> {
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
 * Empties the lines of a remote agent that is INACTIVE already: waits until the daemon has noticed, lets the customers
 * whom the campaign is calling right now still reach an idle line, removes the rows of idle lines (else they look READY
 * for a minute, and a customer is called for a line that nobody runs: docs/facts/vicidial.md#ghost-lines), and waits for
 * calls to end (docs/decisions/005-drain.md).
 */
export async function drain(vicidial: Vicidial, lines: DrainedLines, options: DrainOptions): Promise<void> {
  const name = `vicidial:RemoteAgent ${lines.serverIp}/${lines.block.start}`;
  const { timeoutSeconds: seconds, pollSeconds: everySeconds = 1, clock = systemClock } = options;
  await clock.sleep(vicidial.drainLoopSeconds * 1000);
  let closedAt: string | undefined;
  /** Frees what may be freed; answers in words which calls are to end before the lines may change. */
  const step = async (): Promise<string | undefined> => {
    const idle = (await liveLines(vicidial, lines)).filter(isIdle);
    const open = options.waitForCalls === "forced" ? [] : idle.filter(({ status }) => status !== "PAUSED");
    const coming = open.length === 0 ? 0 : await callsComing(vicidial, lines.campaignId, closedAt);
    if (coming > 0) {
      await lastCallsOnly(vicidial, `last calls of lines ${shownBlock(lines.block)}`, open);
      closedAt ??= await databaseTime(vicidial);
    } else await removeIdle(vicidial, lines, idle);
    const busy = (await liveLines(vicidial, lines)).filter((line) => !isIdle(line));
    if (busy.length === 0 && coming === 0) return undefined;
    const calls = shownCalls(lines, busy, coming);
    if (options.waitForCalls === "forced") {
      vicidial.report(`${name}: forced, although there are ${calls}`);
      await removeLeaving(vicidial, lines, busy, options.staying ?? lines.block.lines);
    }
    return options.waitForCalls !== "yes" && coming === 0 ? undefined : calls;
  };
  const tell = (calls: string | undefined, waited: number): void =>
    vicidial.report(`${name}: waiting for ${calls ?? ""} to end, ${waited} s of ${seconds} s`);
  const done = (calls: string | undefined): boolean => calls === undefined;
  const { seen: calls, waitedSeconds } = await poll(step, { done, seconds, everySeconds, tell, clock });
  if (calls !== undefined) throw stillBusy(lines, calls, waitedSeconds);
}

/** Removes the rows of idle lines. */
async function removeIdle(vicidial: Vicidial, lines: DrainedLines, idle: readonly LiveLine[]): Promise<void> {
  if (idle.length === 0) return;
  await vicidial.locked(`idle lines ${shownBlock(lines.block)}`, async (change) => {
    // With its status in the key: a call that arrived just now keeps its row.
    for (const { live_agent_id, status } of idle) {
      await change.delete("vicidial_live_agents", { live_agent_id, status, lead_id: 0 });
    }
  });
}

/**
 * Removes the rows of busy lines that do not stay: the call goes on without, and at its end the daemon would make such a
 * line READY, for the dialler to call a customer (docs/facts/vicidial.md#removal-of-a-line).
 */
async function removeLeaving(
  vicidial: Vicidial,
  lines: DrainedLines,
  busy: readonly LiveLine[],
  staying: number,
): Promise<void> {
  const leaving = busy.filter(({ user }) => Number(user) >= lines.block.start + staying);
  if (leaving.length === 0) return;
  await vicidial.locked(`lines that leave ${shownBlock(lines.block)}`, async (change) => {
    for (const { live_agent_id } of leaving) await change.delete("vicidial_live_agents", { live_agent_id });
  });
}

/** `2 call(s) on lines 5565 (INCALL), 5566 (QUEUE) and 1 call(s) that campaign SIGMA1 is placing`. */
function shownCalls({ campaignId }: DrainedLines, busy: readonly LiveLine[], coming: number): string {
  const on = busy.map(({ user, status }) => `${user} (${status})`).join(", ");
  return [
    ...(busy.length > 0 ? [`${busy.length} call(s) on lines ${on}`] : []),
    ...(coming > 0 ? [`${coming} call(s) that campaign ${campaignId} is placing`] : []),
  ].join(" and ");
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
