/** What the `h` extension reports: `call_log--HVcauses--PRI-----NODEBUG-----16-----ANSWER-----25-----20-----SIP 200 OK)`. */
export interface HangupReport {
  /** `PRI` in every stock dialplan; only then do busy and disconnected numbers get their statuses. */
  kind: string;
  /** `${HANGUPCAUSE}`, Q.850. */
  cause: string;
  /** `${DIALSTATUS}`; empty when the channel never dialled. */
  dialStatus: string;
  /** Seconds. */
  dialTime: string;
  answeredTime: string;
  /**
   * Status code of the last SIP answer, 0 without one, and its words (with the dialplan's stray parenthesis,
   * docs/facts/vicidial.md#hangup-log).
   */
  sipCause: number;
  sipReason: string;
}

/** Reads the request; undefined when it carries no causes. */
export function hangupReport(request: string): HangupReport | undefined {
  const [head = "", , cause = "", dialStatus = "", dialTime = "", answeredTime = "", tech = ""] =
    request.split("-----");
  const kind = /--HVcauses--(.*)$/.exec(head)?.[1];
  if (kind === undefined) return undefined;
  const [, code, reason = ""] = /^SIP (\d+) ?(.*)$/.exec(tech) ?? [];
  return { kind, cause, dialStatus, dialTime, answeredTime, sipCause: Number(code ?? 0), sipReason: reason };
}

/** Statuses of a call that was not answered: of the lead, and of `vicidial_auto_calls`. */
export interface Unanswered {
  lead: string;
  call: string;
}

const DISCONNECTED = (lead: string): Unanswered => ({ lead, call: "DISCONNECT" });
const BUSY: Unanswered = { lead: "AB", call: "BUSY" };

/**
 * What a failed Dial says of the number: busy `AB`, disconnected `ADC`; everything else is left to the dialling program, which
 * makes it `NA` after the timeout. `enhanced` is `system_settings.enhanced_disconnect_logging`: 1 and 2 know temporary
 * disconnections (`ADCT`) and the carriers' own filters, 3 keeps the cause (`HUC34`).
 */
export function unanswered({ dialStatus, cause }: HangupReport, enhanced: number): Unanswered | undefined {
  const one = (...causes: number[]): boolean => causes.includes(Number(cause));
  const busy = dialStatus.includes("BUSY");
  const gone = dialStatus.includes("CHANUNAVAIL");
  const congested = dialStatus.includes("CONGESTION");
  const filtered = /DNC|DISCONNECT/.test(dialStatus);
  const known = busy || (gone && one(1, 28));
  const known2 = enhanced > 0 && ((congested && one(1, 19, 21, 34, 38, 102)) || (gone && one(18)) || filtered);
  if (!known && !known2) return undefined;
  if (enhanced === 3) return byCause(cause, one);
  if (filtered)
    return dialStatus.includes("DNC") ? { lead: "DNCCAR", call: "DNCCAR" } : { lead: "ADCCAR", call: "ADCCAR" };
  if (congested) return DISCONNECTED(one(1) ? "ADC" : "ADCT");
  if (gone) return DISCONNECTED(enhanced === 2 && one(18) ? "ADCT" : "ADC");
  return enhanced === 2 && one(19) ? DISCONNECTED("ADCT") : BUSY;
}

function byCause(cause: string, one: (...causes: number[]) => boolean): Unanswered | undefined {
  if (one(18, 19, 21, 34, 38, 41, 42, 88, 102)) return { lead: `HUC${cause}`, call: "CARRIERFAIL" };
  if (one(1, 28)) return DISCONNECTED("ADC");
  return one(17) ? BUSY : undefined;
}

/** The log row of an answered call when it ends. */
export interface LoggedCall {
  status: string;
  user: string | null;
  comments: string | null;
  term_reason: string | null;
}

/**
 * How an answered call ended. Until the daemon's pass has written the line's user and `REMOTE` into the log, a call that
 * ends counts as dropped, although the AI may have talked with the customer: the race of
 * docs/facts/vicidial.md#ten-second-pass, which makes short calls DROP.
 */
export function ending(logged: LoggedCall): { status?: "DROP"; termReason?: "CALLER" | "ABANDON" } {
  const waiting = /^(NA|NEW|QUEUE|XFER)$/.test(logged.status) && !(logged.comments ?? "").includes("REMOTE");
  if (!waiting) return { termReason: "CALLER" };
  if (/AGENT|CALLER|QUEUETIMEOUT/.test(logged.term_reason ?? "")) return { status: "DROP" };
  const noAgent = (logged.user ?? "") === "" || /VDAD|VDCL/.test(logged.user ?? "");
  return { status: "DROP", termReason: noAgent ? "ABANDON" : "CALLER" };
}
