import { resolve } from "../../asterisk";
import { poll } from "../../../core/poll";
import { messageOf, Refusal } from "../../../core/refusal";
import { renderedDialplan } from "./loadedDialplan";
import type { ManagerAccount } from "./settings";
import {
  type ConfigurationState,
  configurationState,
  REBUILD_EVERY_SECONDS,
  rebuildPending,
} from "./configurationState";
import { diallerConfiguration } from "../site/diallerConfiguration";
import type { Vicidial } from "../session";
import { signsOfLife } from "./signsOfLife";

/**
 * The gate between writing a dialplan and letting lines take calls. A dialler loads what the database says within a minute,
 * but starts lines within two seconds: lines that open first send customers to an extension that is not there (or, where
 * the telephony carrier's pattern answers it, to a stranger's telephone).
 *
 * It only holds where a dialler runs ({@link signsOfLife}): a database without one has nobody to wait for.
 */

/** One look at whether a dialler has loaded an extension. */
interface Look {
  inForce: boolean;
  /** What is missing, for the operator. */
  waitingFor: string;
}

/** One look: are calls to `dialled` safe on this dialler now? */
export async function isInForce(vicidial: Vicidial, serverIp: string, dialled: string): Promise<boolean> {
  const look = await gateOf(vicidial, serverIp, dialled, () => undefined);
  return look === undefined || (await look()).inForce;
}

/**
 * Waits until the dialler has loaded the extension that `dialled` reaches in the database, as long as
 * `vicidial:dialplanTimeoutSeconds` says (180; 0 never waits).
 *
 * @throws Refusal when it has not by then.
 */
export async function untilInForce(vicidial: Vicidial, serverIp: string, dialled: string): Promise<void> {
  const seconds = vicidial.asterisk.dialplanTimeoutSeconds;
  const look = await gateOf(vicidial, serverIp, dialled, (line) => vicidial.report(line));
  if (look === undefined) return;
  const { seen, done, waitedSeconds } = await poll(look, {
    done: ({ inForce }) => inForce,
    seconds,
    everySeconds: 0.5,
    tell: ({ waitingFor }, waited) =>
      vicidial.report(`dialler ${serverIp}: ${waitingFor}, ${waited} s of ${seconds} s; lines open after that`),
  });
  if (!done) throw notLoaded(serverIp, dialled, waitedSeconds, seen.waitingFor);
}

/** How to look, or `undefined` where there is nothing to wait for. */
async function gateOf(
  vicidial: Vicidial,
  serverIp: string,
  dialled: string,
  report: (line: string) => void,
): Promise<(() => Promise<Look>) | undefined> {
  const { manager, dialplanTimeoutSeconds } = vicidial.asterisk;
  if (dialplanTimeoutSeconds === 0) return undefined;
  const life = await signsOfLife(vicidial, serverIp);
  if (!life.alive) {
    await reportOnce(vicidial, serverIp, life.evidence, report);
    return undefined;
  }
  // What no carrier answers is in a dialplan of the site's own, which the database does not know.
  const reached = resolve(dialled, await diallerConfiguration(vicidial, serverIp));
  if (reached?.owner.kind !== "carrier") return undefined;
  const { owner } = reached;
  const state = () => configurationState(vicidial, serverIp, [owner.carrierId]);
  const first = await state();
  const database = byDatabase(vicidial, serverIp, first, state);
  if (manager !== undefined) return byAsterisk(vicidial, manager, serverIp, dialled, database, report);
  if (first.generates) return database;
  report(
    `dialler ${serverIp} does not write its dialplan from the database: see that it has ${dialled} before calls come`,
  );
  return undefined;
}

/** Diallers that the operator knows not to run, so that forty bridges neither say nor look it up again. */
const reported = new WeakMap<Vicidial, Set<string>>();

async function reportOnce(
  vicidial: Vicidial,
  serverIp: string,
  evidence: string,
  report: (line: string) => void,
): Promise<void> {
  const known = reported.get(vicidial) ?? new Set();
  reported.set(vicidial, known);
  if (known.has(serverIp) || !(await rebuildPending(vicidial, serverIp))) return;
  known.add(serverIp);
  report(`dialler ${serverIp} does not run (${evidence}): its lines open without waiting for its dialplan`);
}

/** Changes of carriers that a dialler is known to have loaded, so that forty bridges wait once. */
const loaded = new WeakMap<Vicidial, Map<string, number>>();

/**
 * The dialler takes the flag back when it *begins* to write its files (docs/facts/vicidial.md#configuration-files), with
 * all that was in the database then. After that it gets the time to write and to reload.
 */
function byDatabase(
  vicidial: Vicidial,
  serverIp: string,
  first: ConfigurationState,
  state: () => Promise<ConfigurationState>,
): () => Promise<Look> {
  const { reloadSettleSeconds } = vicidial.asterisk;
  const known = loaded.get(vicidial) ?? new Map<string, number>();
  loaded.set(vicidial, known);
  const age = first.changedSecondsAgo;
  const old = !first.pending && (age === undefined || age > REBUILD_EVERY_SECONDS + reloadSettleSeconds);
  const waitingFor = "it has not taken up the new dialplan yet (servers.rebuild_conf_files)";
  if (old || (first.lastChange > 0 && (known.get(serverIp) ?? 0) >= first.lastChange))
    return () => Promise.resolve({ inForce: true, waitingFor });
  let takenUp: number | undefined;
  return async () => {
    if (takenUp === undefined && (await state()).pending) return { inForce: false, waitingFor };
    takenUp ??= Date.now();
    const inForce = Date.now() - takenUp >= reloadSettleSeconds * 1000;
    if (inForce) known.set(serverIp, Math.max(known.get(serverIp) ?? 0, first.lastChange));
    return { inForce, waitingFor: "it has taken up the new dialplan and is loading it" };
  };
}

/** Asterisk itself, by its manager interface; the database where that cannot be reached. */
function byAsterisk(
  vicidial: Vicidial,
  manager: ManagerAccount,
  serverIp: string,
  dialled: string,
  database: () => Promise<Look>,
  report: (line: string) => void,
): () => Promise<Look> {
  let said = false;
  const once = (line: string) => {
    if (!said) report(`dialler ${serverIp}: ${line}`);
    said = true;
  };
  return async () => {
    try {
      const { differences, reached } = await renderedDialplan(vicidial, manager, serverIp, dialled);
      const [difference] = differences;
      if (difference === undefined) return { inForce: true, waitingFor: "" };
      // The right extension answers and nothing is pending: what still differs is how Asterisk prints it.
      if (reached && (await database()).inForce) {
        once(`Asterisk prints ${dialled} differently than the database has it: ${difference}`);
        return { inForce: true, waitingFor: "" };
      }
      return { inForce: false, waitingFor: difference };
    } catch (thrown) {
      once(`${messageOf(thrown)}; only the database tells now`);
      return database();
    }
  };
}

function notLoaded(serverIp: string, dialled: string, waited: number, waitingFor: string): Refusal {
  return new Refusal({
    field: "serverIp",
    value: serverIp,
    rule: `the dialler runs, but within ${waited} s it has not loaded the dialplan of ${dialled}: ${waitingFor}. Its lines stay closed, for their calls would go astray`,
    fix: "see that cron runs ADMIN_keepalive_ALL.pl every minute on it and that Asterisk runs in a screen named asterisk; then run `pulumi up` again",
  });
}
