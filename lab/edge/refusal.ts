/**
 * Statuses with which the edge can refuse an INVITE, each with the reason that Asterisk's REST interface takes and
 * chan_pjsip turns into it (16.28, `hangup_cause2sip`).
 */
export const REFUSALS: Readonly<Record<number, string>> = {
  403: "rejected",
  404: "unallocated",
  408: "timeout",
  480: "no_answer",
  484: "number_incomplete",
  486: "busy",
  488: "codec_mismatch",
  500: "failure",
  503: "congestion",
};

/** The reason for ARI; an unknown status becomes 500. */
export function reasonFor(status: number): string {
  return REFUSALS[status] ?? "failure";
}
