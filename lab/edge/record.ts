import type { Period } from "../audio";
import type { CallRecord } from "../sigmamind/records";
import type { TracedMessage } from "../../core/protocols/sip/capture";
import { refersSent, responsesSent, srtpAgreed, type InviteFacts } from "./sip/facts";

/** Why an answered call ended, from the agent's side. */
export type Ending = "caller hung up" | "agent hung up" | "silence" | "longest call" | "transferred" | "edge failed";

/** One transfer that the agent tried. */
interface TransferAttempt {
  /** What it was asked for, and the `Refer-To` that became of it. */
  to: string;
  target: string;
  at: number;
  outcome: "waiting" | "done" | "failed";
  /** The status that decided it: of the REFER itself, or reported by NOTIFY. 0 when Asterisk told none. */
  status: number;
}

/** What the edge knows of one call. Times are epoch ms. */
export interface EdgeCall {
  id: string;
  state: "ringing" | "answered" | "ended";
  invite: InviteFacts;
  routeNumber: string | undefined;
  agentId: string | undefined;
  variables: Record<string, string>;
  /** Why it was refused or left unattended. */
  refusal: string | undefined;
  greeting: string | undefined;
  said: { at: number; text: string }[];
  digits: { at: number; digit: string }[];
  /** Periods of speech and tones in what the caller said; ms from the answer. Known when the call is over. */
  heard: Period[];
  answeredAt: number | undefined;
  /** When Asterisk began to send the greeting. */
  firstAudioAt: number | undefined;
  endedAt: number | undefined;
  ending: Ending | undefined;
  transfers: TransferAttempt[];
  /** Its id at SigmaMind. */
  recordId: string | undefined;
  recorded: boolean;
}

export function newCall(id: string, invite: InviteFacts, variables: Record<string, string>): EdgeCall {
  return {
    id,
    state: "ringing",
    invite,
    routeNumber: undefined,
    agentId: undefined,
    variables,
    refusal: undefined,
    greeting: undefined,
    said: [],
    digits: [],
    heard: [],
    answeredAt: undefined,
    firstAudioAt: undefined,
    endedAt: undefined,
    ending: undefined,
    transfers: [],
    recordId: undefined,
    recorded: false,
  };
}

/** A call as the control API shows it: what the edge did, and what the wire says about it. */
export function callView({ invite, ...call }: EdgeCall, trace: readonly TracedMessage[]): Record<string, unknown> {
  const responses = responsesSent(trace);
  const { at: invitedAt, ...facts } = invite;
  const refers = refersSent(trace);
  const transfers = call.transfers.map((transfer, index) => ({ ...transfer, wire: refers[index] ?? null }));
  return {
    ...call,
    ...facts,
    invitedAt,
    srtp: srtpAgreed(trace),
    responses,
    status: responses.findLast(({ status }) => status >= 200)?.status ?? null,
    terminationReason: call.ending === undefined ? null : TERMINATION[call.ending],
    transfers,
  };
}

/**
 * Values of the newest documents and, where they show none, of the older ones (docs/facts/sigmamind.md#call-record). How
 * SigmaMind calls the end by a transfer or by the longest duration is not documented: there the agent ended its part.
 */
const TERMINATION: Readonly<Record<Ending, string>> = {
  "caller hung up": "user_ended_call",
  "agent hung up": "agent_ended_call",
  silence: "inactivity",
  "longest call": "agent_ended_call",
  transferred: "agent_ended_call",
  "edge failed": "failed",
};

/** What goes on record at SigmaMind when a call is answered. */
export function recordAtAnswer(call: EdgeCall): Partial<CallRecord> & Pick<CallRecord, "callType" | "sipPhoneNumber"> {
  return {
    callType: "inbound",
    sipPhoneNumber: call.routeNumber ?? "",
    agentId: call.agentId ?? null,
    status: "in_progress",
    startTime: iso(call.answeredAt),
    dynamicVariables: call.variables,
  };
}

/** What is added when it is over. */
export function recordAtEnd(call: EdgeCall, recordingUrl: string | null): Partial<CallRecord> {
  const { answeredAt, endedAt, ending } = call;
  return {
    status: ending === "edge failed" ? "error" : "ended",
    endTime: iso(endedAt),
    duration: answeredAt === undefined || endedAt === undefined ? null : Math.round((endedAt - answeredAt) / 1000),
    terminationReason: ending === undefined ? null : TERMINATION[ending],
    transcript: transcriptOf(call),
    recordingUrl,
  };
}

/** Who said what, in the order in which it began. The agent's words are known; the caller's are described. */
export function transcriptOf({
  said,
  heard,
  digits,
  answeredAt = 0,
}: Pick<EdgeCall, "said" | "heard" | "digits" | "answeredAt">): string {
  const lines = [
    ...said.map(({ at, text }) => ({ at, line: `Agent: ${text}` })),
    ...heard.map((period) => ({ at: answeredAt + period.startMs, line: `User: ${describe(period)}` })),
    ...digits.map(({ at, digit }) => ({ at, line: `User: [key ${digit}]` })),
  ];
  return lines
    .sort((a, b) => a.at - b.at)
    .map(({ line }) => line)
    .join("\n");
}

function describe(period: Period): string {
  const seconds = ((period.endMs - period.startMs) / 1000).toFixed(1);
  return period.kind === "tone" ? `[tone ${period.hz} Hz ${seconds} s]` : `[speech ${seconds} s]`;
}

function iso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
