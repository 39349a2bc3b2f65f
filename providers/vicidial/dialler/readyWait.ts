import { setTimeout as sleep } from "node:timers/promises";
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

/** Seconds between two progress lines. */
const PROGRESS_SECONDS = 10;

/**
 * Waits until the daemons of the diallers that run have every line in service. Diallers without a sign of life are passed
 * over.
 *
 * @throws Refusal that tells of each line what is wrong with it.
 */
export async function untilReady(vicidial: Vicidial, wanted: readonly WantedLines[], seconds: number): Promise<void> {
  if (seconds === 0) return;
  const started = Date.now();
  let said = 0;
  for (;;) {
    const missing = await notRunning(vicidial, wanted);
    const [first] = missing;
    if (first === undefined) return;
    const waited = Math.round((Date.now() - started) / 1000);
    if (waited >= seconds) throw notReady(missing, waited);
    if (waited - said >= PROGRESS_SECONDS) {
      const lines = shownBlock(first.lines.block);
      vicidial.report(
        `dialler ${first.lines.serverIp}: waiting for lines ${lines} to be READY, ${waited} s of ${seconds} s`,
      );
      said = waited;
    }
    await sleep(500);
  }
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
