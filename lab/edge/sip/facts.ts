import { receivedHeaders, type ReceivedHeader } from "../agent/variables";
import type { TracedMessage } from "../../../core/protocols/sip/capture";
import { headerOf, methodOf, parseAddress } from "../../../core/protocols/sip/message";

type Transport = "udp" | "tcp" | "tls";

/** What an INVITE says, read from the wire. */
export interface InviteFacts {
  /** Call-ID. */
  callId: string;
  requestUri: string;
  /** The `To` header as written, and its user part, which is what counts. */
  to: string;
  toUser: string;
  from: { name: string; number: string; host: string };
  transport: Transport;
  /** `address:port` of the caller. */
  peer: string;
  /** Whether the offer carries a key for SRTP (SDES). */
  srtpOffered: boolean;
  /** Codecs of the offer, in its order, e.g. `PCMU`. */
  codecs: string[];
  headers: ReceivedHeader[];
  /** When it arrived, epoch ms. */
  at: number;
}

/** Payload types that need no `rtpmap` (RFC 3551). */
const STATIC_CODECS: Readonly<Record<string, string>> = { "0": "PCMU", "8": "PCMA", "9": "G722" };

export function inviteFacts({ message, at, peer }: TracedMessage): InviteFacts {
  const to = headerOf(message, "to") ?? "";
  const { name, user, host } = parseAddress(headerOf(message, "from") ?? "");
  return {
    callId: headerOf(message, "call-id") ?? "",
    requestUri: message.requestUri ?? "",
    to,
    toUser: parseAddress(to).user,
    from: { name, number: user, host },
    transport: transportOf(headerOf(message, "via") ?? ""),
    peer,
    srtpOffered: hasKey(message.body),
    codecs: codecsOf(message.body),
    headers: receivedHeaders(message.headers),
    at,
  };
}

function transportOf(via: string): Transport {
  const named = /^SIP\/2\.0\/(\w+)/i.exec(via)?.[1]?.toLowerCase();
  return named === "tcp" || named === "tls" ? named : "udp";
}

/** Whether a session description carries an SDES key. */
function hasKey(sdp: string): boolean {
  return /^a=crypto:/m.test(sdp);
}

function codecsOf(sdp: string): string[] {
  const types = /^m=audio \d+ \S+ (.*)$/m.exec(sdp)?.[1]?.trim().split(/\s+/) ?? [];
  return types.map(
    (type) => new RegExp(`^a=rtpmap:${type} ([^/\\s]+)`, "m").exec(sdp)?.[1] ?? STATIC_CODECS[type] ?? type,
  );
}

/** A response that the edge sent to the INVITE. */
export interface SentResponse {
  at: number;
  status: number;
  reason: string;
}

/** Responses to the INVITE without retransmissions, in order. */
export function responsesSent(trace: readonly TracedMessage[]): SentResponse[] {
  const responses: SentResponse[] = [];
  for (const { at, received, message } of trace) {
    if (received || message.status === undefined || methodOf(message) !== "INVITE") continue;
    if (responses.at(-1)?.status === message.status) continue;
    responses.push({ at, status: message.status, reason: message.reason ?? "" });
  }
  return responses;
}

/** When our 200 OK went out. */
export function answeredAt(trace: readonly TracedMessage[]): number | undefined {
  return responsesSent(trace).find(({ status }) => status === 200)?.at;
}

/** Whether the call's media was agreed to be encrypted: our 200 carries a key too. */
export function srtpAgreed(trace: readonly TracedMessage[]): boolean {
  const answer = trace.find(
    ({ received, message }) => !received && message.status === 200 && methodOf(message) === "INVITE",
  );
  return answer !== undefined && hasKey(answer.message.body);
}

/** What came of a REFER, in the order on the wire. */
export interface ReferFacts {
  /** `Refer-To` as sent. */
  referTo: string;
  at: number;
  /** Status of the REFER's own response: 202, or a refusal. */
  answer: SentResponse | undefined;
  /** Status lines that the other side reported by NOTIFY (RFC 3515: `message/sipfrag`). */
  notified: SentResponse[];
}

/** Every REFER that the edge sent under a Call-ID. */
export function refersSent(trace: readonly TracedMessage[]): ReferFacts[] {
  const refers: ReferFacts[] = [];
  const sequence = new Map<ReferFacts, string>();
  for (const { at, received, message } of trace) {
    const number = headerOf(message, "cseq")?.split(/\s+/)[0] ?? "";
    if (!received && message.method === "REFER") {
      const again = refers.some((refer) => sequence.get(refer) === number);
      const refer = { referTo: headerOf(message, "refer-to") ?? "", at, answer: undefined, notified: [] };
      if (!again) refers.push(refer);
      if (!again) sequence.set(refer, number);
    }
    if (received && message.status !== undefined && message.status >= 200 && methodOf(message) === "REFER") {
      const refer = refers.find((one) => sequence.get(one) === number);
      if (refer !== undefined) refer.answer ??= { at, status: message.status, reason: message.reason ?? "" };
    }
    if (received && message.method === "NOTIFY") {
      const fragment = /^SIP\/2\.0 (\d{3}) ?(.*?)\r?$/m.exec(message.body);
      if (fragment === null) continue;
      refers.at(-1)?.notified.push({ at, status: Number(fragment[1]), reason: fragment[2] ?? "" });
    }
  }
  return refers;
}
