import { availableParallelism } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { callerId, campaignOf, firstUser, routeNumber } from "../test/kit/calls/bridge";
import type { Declared } from "../test/kit/stack";
import { CallLab } from "./callLab";
import { load, traceSteps, type Load, type Result } from "./callLoad";
import type { CallTimes } from "./callTimes";
import { markdown, quantile, seconds } from "./measure";

/** Numbers of the bench's bridges. */
const [PLAIN, AMD, RAMP] = [80, 81, 82] as const;

interface Plan {
  /** Calls of each of the two runs that are taken apart. */
  calls: number;
  /** Lines of their bridges. */
  lines: number;
  /** Lines of the third bridge, one step after the other. */
  ramp: readonly number[];
  /** How long a step of the ramp calls. */
  rampSeconds: number;
}
const WHOLE: Plan = { calls: 110, lines: 6, ramp: [1, 8, 24, 48, 96], rampSeconds: 50 };
const QUICK: Plan = { calls: 8, lines: 4, ramp: [1, 4], rampSeconds: 25 };
/** A step of the ramp has so many people for each line, more than it can call. */
const PEOPLE_PER_LINE = 12;

/** What the figures are, for docs/measurements.md. */
const METHOD = `\`npm run bench -- --calls\`: a lab of its own by a real \`pulumi up\`; bridges to SigmaMind's default edge (PJSIP, TLS, SRTP) with
two lead fields. Customers answer after 4 s, say hello and listen; the AI greets them and hangs up after 4 s (in the last table after
12 s). Dialler, database, telephone network, edge, simulator and the bench itself share CORES processor cores. The lab's routing is quicker
than VICIdial's own programs (lab/dialler/README.md), and its agent joins at once, so both are lower bounds for a site. SIP messages
are timed on the wire, the first word in the recording at the customer (to some 20 ms). While no audio arrives the lab's edge looks for
its agent's words every 200 ms: right after the answer, when the lab's customer sends nothing yet, that is most of "200 OK to the first
word"; after AMD he is heard already, and the agent begins at once.`;

export interface Voice {
  /** Progress. */
  say: (text: string) => void;
  /** Results, as Markdown. */
  show: (text: string) => void;
}

/**
 * `npm run bench -- --calls`: a lab of its own, bridges with SigmaMind's default edge (PJSIP, TLS, SRTP) and two lead fields, real
 * calls with real audio. All parts of the lab share the machine with the dialler.
 */
export async function callsTables(quick: boolean, { say, show }: Voice): Promise<void> {
  const plan = quick ? QUICK : WHOLE;
  say("lab comes up");
  const { lab, phases } = await CallLab.start();
  show(`## Real calls\n\n${METHOD.replace("CORES", String(availableParallelism()))}\n`);
  try {
    const table = phases.map(({ what, from, to }) => [what, from.toFixed(1), (to - from).toFixed(1)]);
    show(`### Lab, images built\n\n${markdown([["part", "begins s", "takes s"], ...table])}\n`);
    show(`### \`up\` of a bridge beside a lab that is up\n\n${await readyTable(lab, plan, say)}\n`);
    await traceSteps(lab);
    const taken = { calls: plan.calls, seconds: 400, talkSeconds: 4 };
    say(`${plan.calls} calls without AMD`);
    const plain = await load(lab, { n: PLAIN, ...taken }, say);
    say(`${plan.calls} calls with AMD`);
    const amd = await load(lab, { n: AMD, ...taken }, say);
    show(`### Customer's 200 OK to the AI's first word at the customer, ms\n\n${splitTable(plain, amd)}\n`);
    show(`### Calls at once, ${availableParallelism()} cores\n\n${await rampTable(lab, plan, plain, say)}\n`);
  } finally {
    say("lab goes down");
    await lab.remove();
  }
}

/** A bridge to SigmaMind's default edge, with a campaign of its own that calls around the clock. */
const benchBridge = (n: number, lines: number, args: Record<string, unknown> = {}): Declared => ({
  class: "VoiceAiBridge",
  name: `bridge${n}`,
  args: {
    campaignId: campaignOf(n),
    campaign: { name: `Bench ${n}`, localCallTime: "24hours" },
    ...{ routeNumber: routeNumber(n), agentId: "LabSalesAgent001", terminationSipUri: "f111.dialmake.com" },
    ...{ aiPrefix: "9797", customerPrefix: "9797", callerId: callerId(n), userStart: firstUser(n), lines },
    ...{ dialMethod: "RATIO", dialLevel: 1, hopperLevel: 200, recording: "NEVER", dialStatuses: ["NEW"] },
    ...{ leadFields: ["first_name", "city"], ...args },
  },
});

const bridges = ({ lines }: Plan, rampLines: number): Declared[] => [
  benchBridge(PLAIN, lines),
  benchBridge(AMD, lines, { amd: { onMachine: "hangup", onNotSure: "agent" } }),
  benchBridge(RAMP, rampLines),
];

/** Each bridge is added by an `up` of its own. */
async function readyTable(lab: CallLab, plan: Plan, say: (text: string) => void): Promise<string> {
  const all = bridges(plan, plan.ramp[0] ?? 1);
  const rows = [["bridge", "lines", "first READY line s", "`up` ends s"]];
  for (let count = 1; count <= all.length; count++) {
    say(`bridge ${count} of ${all.length}`);
    const { ready, up } = await untilReady(lab, all.slice(0, count), [PLAIN, AMD, RAMP][count - 1] ?? PLAIN);
    rows.push([String(count), String(all[count - 1]?.args["lines"]), ready.toFixed(1), up.toFixed(1)]);
  }
  return markdown(rows);
}

async function untilReady(
  lab: CallLab,
  wanted: readonly Declared[],
  n: number,
): Promise<{ ready: number; up: number }> {
  const sql = "SELECT user FROM vicidial_live_agents WHERE campaign_id = ? AND status = 'READY'";
  let ready = NaN;
  let done = false;
  const begin = performance.now();
  const watch = async (): Promise<void> => {
    while (Number.isNaN(ready) && !done) {
      if ((await lab.query(sql, [campaignOf(n)])).length > 0) ready = (performance.now() - begin) / 1000;
      else await pause(50);
    }
  };
  const watching = watch();
  try {
    return { up: await seconds(() => lab.up(wanted)), ready };
  } finally {
    done = true;
    await watching;
  }
}

const PARTS: readonly (readonly [keyof CallTimes, string])[] = [
  ["amd", "answering machine detection"],
  ["routing", "routing: to the line picked"],
  ["lookup", "look-up of the lead (AGI)"],
  ["dialplan", "rest of the dialplan, to the INVITE"],
  ["sip", "SIP set-up: INVITE to 200 OK"],
  ["audio", "200 OK to the first word"],
  ["total", "**whole**"],
];

function splitTable(plain: Result, amd: Result): string {
  const cells = ({ times }: Result, part: keyof CallTimes): string[] => {
    const values = times.flatMap((one) => one[part] ?? []);
    return [0.5, 0.95].map((share) => (values.length === 0 ? "-" : quantile(values, share).toFixed(0)));
  };
  const head = ["part", "p50", "p95", "p50 with AMD", "p95 with AMD"];
  const rates = (what: string, of: (result: Result) => string) => [what, of(plain), "", of(amd), ""];
  const parts = PARTS.map(([part, name]) => [name, ...cells(plain, part), ...cells(amd, part)]);
  return markdown([
    head,
    ...parts,
    rates("calls measured", ({ times }) => String(times.length)),
    rates("calls per minute", ({ perMinute }) => perMinute.toFixed(1)),
    rates("processor cores in use", ({ cores }) => cores.toFixed(2)),
  ]);
}

/** More and more lines; the p95 of each is compared with that of the calls that were taken apart, which had few lines. */
async function rampTable(lab: CallLab, plan: Plan, plain: Result, say: (text: string) => void): Promise<string> {
  const head = ["lines", "calls", "lost", "at once, mean", "most", "per minute", "p50 ms", "p95 ms"];
  const rows = [[...head, "cores", "of them the dialler"]];
  const p95Of = ({ times }: Result): number =>
    quantile(
      times.map(({ total }) => total),
      0.95,
    );
  const [held, doubled]: [string[], string[]] = [[], []];
  for (const lines of plan.ramp) {
    await lab.up(bridges(plan, lines));
    say(`${lines} lines for ${plan.rampSeconds} s`);
    const step: Load = { n: RAMP, calls: PEOPLE_PER_LINE * lines, seconds: plan.rampSeconds, talkSeconds: 12 };
    const result = await load(lab, step, say);
    const { answered, lost, mean, most, perMinute, cores, diallerCores, times } = result;
    const p50 = quantile(
      times.map(({ total }) => total),
      0.5,
    );
    const rates = [mean.toFixed(1), String(most), perMinute.toFixed(1), p50.toFixed(0), p95Of(result).toFixed(0)];
    rows.push([String(lines), String(answered), String(lost), ...rates, cores.toFixed(2), diallerCores.toFixed(2)]);
    (p95Of(result) > 2 * p95Of(plain) ? doubled : held).push(`${lines} (${mean.toFixed(1)} at once)`);
  }
  const base = `Twice the p95 of the ${plain.times.length} calls without AMD above is ${(2 * p95Of(plain)).toFixed(0)} ms`;
  const told = (lines: readonly string[]) => (lines.length === 0 ? "none" : lines.join(", "));
  return `${markdown(rows)}\n\n${base}. Lines that stay below: ${told(held)}; above: ${told(doubled)}.`;
}
