import { step } from "./dialplanText";

/**
 * VICIdial's end-of-call log, as its generated contexts have it for Asterisk 12 and later
 * (docs/facts/vicidial.md#hangup-log).
 */
export const HANGUP_LOG = step(
  "AGI",
  "agi://127.0.0.1:4577/call_log--HVcauses--PRI-----NODEBUG-----${HANGUPCAUSE}-----${DIALSTATUS}-----${DIALEDTIME}-----${ANSWEREDTIME}-----${HANGUPCAUSE(${HANGUPCAUSE_KEYS()},tech)})",
);

/** The same log for a call that goes on with somebody else: "answered, ended normally" after the AI's time. */
export const TRANSFERRED_LOG = step(
  "AGI",
  "agi://127.0.0.1:4577/call_log--HVcauses--PRI-----NODEBUG-----16-----ANSWER-----$[${EPOCH}-${AIBSTART}]-----$[${EPOCH}-${AIBSTART}]-----SIP 200 OK",
);
