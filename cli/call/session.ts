import type { Call } from "../../providers/sigmamind/api/bodies";
import type { PlacedCall } from "../../providers/vicidial/dialler/testCall";
import type { CallSeen } from "./follow";

/** What a verification that makes a call knows of it; its checks fill it in one after the other. */
export interface CallSession {
  /** Whom to call: nobody (and why), a person by number, or a lead. */
  callee: { none: string } | { number: string } | { leadId?: number };
  /** How long the call may take, seconds. */
  seconds: number;
  /** Hang up when the line has had the call for so many seconds; `undefined` lets the two talk. */
  talkSeconds?: number;
  placed?: PlacedCall;
  /** Epoch milliseconds, by this machine's clock. */
  placedAt?: number;
  seen?: CallSeen;
  /** The call has ended; else what was `seen` is not all. */
  over?: boolean;
  /** The same call on SigmaMind's record. */
  record?: Call;
}
