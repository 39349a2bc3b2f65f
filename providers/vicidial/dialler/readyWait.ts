import { poll } from "../../../core/poll";
import { Refusal } from "../../../core/refusal";
import { shownBlock } from "../site/agentBlocks";
import { type LineSeen, linesSeen, type WantedLines } from "./readyLines";
import type { Vicidial } from "../session";
import { signsOfLife } from "./signsOfLife";

/**
 * How long `up` waits for lines when nothing else is said; a dialler starts them within seconds
 * (docs/facts/vicidial.md#lines).
 */
export const READY_SECONDS = 90;

/**
 * Waits until the daemons of the diallers that run have every line in service. Diallers without a sign of life are passed
 * over.
 *
 * @throws Refusal that tells of each line what is wrong with it.
 */
export async function untilReady(vicidial: Vicidial, wanted: readonly WantedLines[], seconds: number): Promise<void> {
  if (seconds === 0) return;
  const { seen, done, waitedSeconds } = await poll(() => notRunning(vicidial, wanted), {
    done: (missing) => missing.length === 0,
    seconds,
    everySeconds: 0.5,
    quietSeconds: 10,
    tell: ([first], waited) => {
      if (first === undefined) return;
      const { serverIp, block } = first.lines;
      const of = `${waited} s of ${seconds} s`;
      vicidial.report(`dialler ${serverIp}: waiting for lines ${shownBlock(block)} to be READY, ${of}`);
    },
  });
  if (!done) throw notReady(seen, waitedSeconds);
}

interface Missing {
  lines: WantedLines;
  seen: LineSeen[];
}

async function notRunning(vicidial: Vicidial, wanted: readonly WantedLines[]): Promise<Missing[]> {
  const missing: Missing[] = [];
  for (const lines of wanted) {
    const seen = (await linesSeen(vicidial, lines)).filter(({ running }) => !running);
    if (seen.length > 0 && (await signsOfLife(vicidial, lines.serverIp)).alive) missing.push({ lines, seen });
  }
  return missing;
}

function notReady(missing: readonly Missing[], waited: number): Refusal {
  const said = missing.map(({ lines, seen }) => {
    const each = seen.map(({ user, why }) => `${user} ${why ?? "does not run"}`).join(", ");
    return `on ${lines.serverIp} ${each}`;
  });
  return new Refusal({
    field: "waitForReady",
    value: waited,
    rule: `the lines are declared and their diallers run, but not READY: ${said.join("; ")}`,
    fix: "see that AST_VDremote_agents.pl runs on the dialler (keepalive 4) and that no other program's user has these ids; then run `pulumi up` again, or set `waitForReady: 0` not to wait",
  });
}
