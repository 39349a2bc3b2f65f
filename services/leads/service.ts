import { LEAD_FOUND, leadVariable } from "../../providers/asterisk";
import { AgiClosedError, startFastAgi, type AgiSession } from "../../core/protocols/fastagi";
import { codeOf, openLeadDatabase, type LeadDatabase } from "./database";
import { serveHealth } from "./health";
import { Metrics, type Outcome } from "./metrics";
import { leadIdOf, wantedColumns } from "./request";
import { safeValue } from "./safeValue";
import type { LeadServiceSettings } from "./settings";

/** Calls at the same time; more are let go on without their lead. */
const SESSIONS = 100;
/** Variable that `agi://host:port/health` sets. */
const HEALTH_VARIABLE = "AIBL_HEALTH";

/** One event for the log. Fields never hold what is in a lead, nor its id. */
export type Log = (event: string, fields?: Readonly<Record<string, unknown>>) => void;

export interface LeadService {
  /** Port of FastAGI. */
  port: number;
  /** Port of `GET /health`. */
  healthPort: number;
  /** Takes no more calls, lets the running look-ups end, closes the database's connections. */
  close(): Promise<void>;
}

/**
 * Tells Asterisk a lead's columns at call time: for `AGI(agi://host:port/lead,city,comments)` on a call whose caller id
 * name is a V-code, it sets `_AIBL_city` and `_AIBL_comments` to safe values, and then `_AIBLEAD`. Whatever fails, the
 * connection is closed within the deadline and the call goes on; its variables stay unset. Why a service of our own:
 * docs/decisions/004-own-lead-service.md.
 *
 * @example
 * const service = await startLeadService(readSettings(process.env), log);
 */
export async function startLeadService(settings: LeadServiceSettings, log: Log): Promise<LeadService> {
  const { deadlineMs } = settings;
  const database = openLeadDatabase(settings.database, deadlineMs);
  const metrics = new Metrics();
  const check = () => failureOf(database, deadlineMs);
  const agi = await startFastAgi({
    ...settings.listen,
    limits: { sessionMs: deadlineMs, environmentMs: deadlineMs, sessions: SESSIONS },
    handle: async (session) => {
      if (session.path === "lead") await lookUp(session, database, metrics, log);
      else if (session.path === "health") await session.setVariable(HEALTH_VARIABLE, (await check()) ?? "ok");
      else log("refused", { reason: "path", channel: channelOf(session) });
    },
    onProblem: (problem) => log("problem", { problem }),
  });
  const health = await serveHealth(settings.health, check);
  const reporting = setInterval(
    () => log("metrics", { ...metrics.take(), sessions: agi.sessions }),
    settings.metricsMs,
  );
  // The first connection is the slow one: make it before the first call needs it.
  void check().then((code) => log("database", { status: code ?? "ok" }));
  return {
    port: agi.port,
    healthPort: health.port,
    async close() {
      clearInterval(reporting);
      await health.close();
      await agi.close(deadlineMs + 500);
      log("metrics", metrics.take());
      await database.close();
    },
  };
}

async function lookUp(session: AgiSession, database: LeadDatabase, metrics: Metrics, log: Log): Promise<void> {
  const start = performance.now();
  const outcome = await tell(session, database, log).catch((thrown: unknown) => {
    const failed = (session.signal.aborted ? session.signal.reason : thrown) as unknown;
    const reason = failed instanceof AgiClosedError ? failed.end : codeOf(failed);
    log("failed", { reason, channel: channelOf(session), ms: Math.round(performance.now() - start) });
    return reason === "peer closed" ? "left" : "failed";
  });
  metrics.record(outcome, performance.now() - start);
}

async function tell(session: AgiSession, database: LeadDatabase, log: Log): Promise<Outcome> {
  const { columns, refused } = wantedColumns(session.args);
  if (refused > 0) log("refused", { reason: "columns", count: refused, channel: channelOf(session) });
  const id = leadIdOf(session.env.get("agi_calleridname"));
  const lead = id === undefined || columns.length === 0 ? undefined : await database.lead(id, columns, session.signal);
  if (lead === undefined) {
    const reason = columns.length === 0 ? "no column" : id === undefined ? "no V-code" : "no such lead";
    log("unknown", { reason, channel: channelOf(session) });
    return "unknown";
  }
  for (const column of columns) await session.setVariable(`_${leadVariable(column)}`, safeValue(lead[column]));
  // Last: a look-up that was cut off in the middle counts as none.
  await session.setVariable(`_${LEAD_FOUND}`, "1");
  return "found";
}

/** Undefined while leads can be read, else the failure's code. */
async function failureOf(database: LeadDatabase, withinMs: number): Promise<string | undefined> {
  try {
    await database.check(AbortSignal.timeout(withinMs));
    return undefined;
  } catch (thrown) {
    return codeOf(thrown);
  }
}

/** The channel's unique id, by which VICIdial's own logs know the call; only if it looks like one. */
function channelOf(session: AgiSession): string | undefined {
  const id = session.env.get("agi_uniqueid") ?? "";
  return /^[A-Za-z0-9._-]{1,64}$/.test(id) ? id : undefined;
}
