/** A row of `vicidial_auto_calls` with what its campaign says about time. */
export interface PendingCall {
  status: string;
  /** `IN`, `OUT` or `OUTBALANCE`. */
  callType: string;
  stage: string;
  dialTimeout: number;
  dropCallSeconds: number;
}

/** When the call began and ended by `call_log`, in epoch seconds; 0 where it did not. */
export interface LoggedTimes {
  start: number;
  end: number;
}

/** Seconds after which a call that went nowhere is given up: ring time and drop time together. */
function patience(call: PendingCall): number {
  const survey = /SURVEY|REMIND/.test(call.stage) ? 120 : 0;
  const seconds = call.dialTimeout + call.dropCallSeconds + survey;
  return call.stage.includes("SENT") ? Math.min(seconds, 110) : seconds;
}

/**
 * What becomes of a call in this round of the sweep (docs/facts/vicidial.md#originate): `undefined` leaves it alone, else
 * it is deleted from `vicidial_auto_calls` and its lead gets the status. A call with an agent (`XFER`, `CLOSER`) is never
 * touched.
 */
export function fate(call: PendingCall, log: LoggedTimes, now: number): "DROP" | "AB" | "ADC" | "NA" | undefined {
  if (call.callType.includes("IN") || /IVR|XFER|CLOSER/.test(call.status)) return undefined;
  const lasted = log.end - log.start;
  // Without a start this is the whole of time, which the limit throws out. 7 s are given on top.
  const since = now - (log.start + 7);
  const waited = since > 100_000 ? 0 : since;
  const limit = patience(call);
  if (lasted < limit && waited < limit && !/BUSY|DISCONNECT/.test(call.status)) return undefined;
  if (call.status.includes("LIVE")) return "DROP";
  if (call.status.includes("BUSY")) return "AB";
  return call.status.includes("DISCONNECT") ? "ADC" : "NA";
}
