import { setTimeout as pause } from "node:timers/promises";
import { readFileSync } from "node:fs";
import { campaignOf, listOf, routeNumber } from "../test/kit/calls/bridge";
import type { CallLab } from "./callLab";
import { atOnce, callTimes, perMinute, type CallTimes, type DiallerEvent, type Span } from "./callTimes";

/** Where Asterisk of the dialler writes the dialplan's steps, with milliseconds. */
const STEPS = "/var/log/asterisk/steps";
/** Customers who say hello and then listen for 25 s (docker/carrier/README.md). */
const LISTENER = "62";
/** Nobody else is called while the last calls end. */
const LAST_CALLS_MS = 90_000;

/** Calls of one bridge of the bench. */
export interface Load {
  /** The bridge's number (test/kit/calls/bridge.ts). */
  n: number;
  /** How many people are called … */
  calls: number;
  /** … unless this time is over before. */
  seconds: number;
  /** How long the AI talks with each. */
  talkSeconds: number;
}

/** What became of it. */
export interface Result {
  times: CallTimes[];
  /** Calls that the edge answered, and customers who answered and were dropped or lost. */
  answered: number;
  lost: number;
  most: number;
  mean: number;
  perMinute: number;
  /** Processor cores in use: of all programs, and of the dialler's container alone. */
  cores: number;
  diallerCores: number;
}

/** Lets Asterisk of the dialler write down when each step of a call begins and ends. */
export async function traceSteps(lab: CallLab): Promise<void> {
  const dated = "sed -i 's/^\\[general\\]/[general]\\ndateformat = %F %T.%3q/' /etc/asterisk/logger.conf";
  const commands = ["logger reload", `logger add channel ${STEPS} verbose(3)`];
  await lab.run("dialler1", [dated, ...commands.map((command) => `asterisk -rx '${command}'`)].join(" && "));
}

/** Calls people over one bridge, and collects what everybody saw of the calls. */
export async function load(lab: CallLab, wanted: Load, say: (text: string) => void): Promise<Result> {
  const { n, calls, seconds, talkSeconds } = wanted;
  await lab.forgetCalls();
  await lab.run("dialler1", `: > ${STEPS}`);
  const since = Date.now();
  const { edge, carrier } = lab.views(since);
  // The agent does not answer the customer's hello, and is patient until he hangs up himself.
  await edge.turn({ replies: false, silenceMs: 600_000, hangUpAfterMs: talkSeconds * 1000 }, routeNumber(n));
  const before = await usage(lab);
  await people(lab, n, calls);
  const until = since + seconds * 1000;
  let [over, shown] = [0, 0];
  while (over < calls && Date.now() < until) {
    if (Date.now() - shown >= 15_000) {
      say(`  ${over} of ${calls} calls are over, ${Math.round((Date.now() - since) / 1000)} s`);
      shown = Date.now();
    }
    await pause(1000);
    over = await ended(lab, n);
  }
  await sendHome(lab, n);
  const after = await usage(lab);
  await pause(1500); // until the telephone network takes the recordings for finished
  const [ai, customers] = [await edge.calls(), await carrier.calls()];
  const dialler = (await lab.printed("dialler1", since)).flatMap(eventOf);
  const asterisk = (await lab.run("dialler1", `grep -a AGI ${STEPS}`)).split(/\r?\n/);
  const spans = ai.flatMap(({ answeredAt, endedAt }): Span[] =>
    answeredAt === undefined ? [] : [[answeredAt, endedAt ?? Date.now()]],
  );
  const reached = new Set(ai.filter(({ status }) => status === 200).map(({ from }) => from.number));
  const lost = customers.filter(
    ({ answeredAt, number }) => answeredAt !== undefined && !reached.has(number.slice(1)),
  ).length;
  return {
    times: callTimes({ customers, ai, dialler, asterisk }),
    ...{ answered: spans.length, lost, ...atOnce(spans), perMinute: perMinute(spans) },
    cores: (after.machine - before.machine) / (after.at - before.at),
    diallerCores: (after.dialler - before.dialler) / (after.at - before.at),
  };
}

/** A list of so many people for the bridge's campaign; nobody of a former load is in it. */
async function people(lab: CallLab, n: number, count: number): Promise<void> {
  const list = listOf(n);
  await lab.query("DELETE FROM vicidial_list WHERE list_id = ?", [list]);
  await lab.query("REPLACE INTO vicidial_lists (list_id, list_name, campaign_id, active) VALUES (?, ?, ?, 'Y')", [
    ...[list, `Bench ${n}`, campaignOf(n)],
  ]);
  const lead = (at: number) => {
    const phone = `3035${String(at).padStart(4, "0")}${LISTENER}`;
    return [new Date(), "NEW", list, list, "1", phone, "-7.00", "N", "Maria", "Denver"];
  };
  const columns =
    "entry_date, status, list_id, entry_list_id, phone_code, phone_number, gmt_offset_now, called_since_last_reset, first_name, city";
  await lab.query(`INSERT INTO vicidial_list (${columns}) VALUES ?`, [
    Array.from({ length: count }, (_, at) => lead(at)),
  ]);
}

async function ended(lab: CallLab, n: number): Promise<number> {
  const sql =
    "SELECT COUNT(*) AS n FROM vicidial_list WHERE list_id = ? AND status NOT IN ('NEW', 'QUEUE', 'INCALL', 'PU')";
  const still = "SELECT COUNT(*) AS n FROM vicidial_auto_calls WHERE campaign_id = ?";
  const [called] = await lab.query<{ n: number }>(sql, [listOf(n)]);
  const [up] = await lab.query<{ n: number }>(still, [campaignOf(n)]);
  // A call whose lead is not yet marked as called is up all the same.
  return Math.max(0, (called?.n ?? 0) - (up?.n ?? 0));
}

/** Nobody else is called; returns when the last calls are over. */
async function sendHome(lab: CallLab, n: number): Promise<void> {
  await lab.query("UPDATE vicidial_lists SET active = 'N' WHERE list_id = ?", [listOf(n)]);
  await lab.query("DELETE FROM vicidial_hopper WHERE campaign_id = ?", [campaignOf(n)]);
  const until = Date.now() + LAST_CALLS_MS;
  const busy = async (): Promise<boolean> => {
    const sql = "SELECT callerid FROM vicidial_auto_calls WHERE campaign_id = ?";
    return (await lab.query(sql, [campaignOf(n)])).length > 0;
  };
  while ((await busy()) && Date.now() < until) await pause(500);
}

function eventOf(line: string): DiallerEvent[] {
  return line.startsWith("{") ? [JSON.parse(line) as DiallerEvent] : [];
}

/** Seconds of processor time used so far, and when. */
async function usage(lab: CallLab): Promise<{ at: number; machine: number; dialler: number }> {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = line.split(/\s+/).map(Number);
  const stats = await lab.container("dialler1").stats({ stream: false, "one-shot": true });
  return {
    at: Date.now() / 1000,
    machine: (user + nice + system + irq + softIrq) / 100, // jiffies
    dialler: stats.cpu_stats.cpu_usage.total_usage / 1e9,
  };
}
