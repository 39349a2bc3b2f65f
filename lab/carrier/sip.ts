import type { TracedMessage } from "../../core/protocols/sip/capture";
import { headerOf, methodOf, parseAddress, type SipHeader, type SipMessage } from "../../core/protocols/sip/message";

/** What the SIP messages of one call say, read from the wire. */
export interface SipFacts {
  callId: string;
  /** User part of the Request-URI: the number dialled. */
  number: string;
  requestUri: string;
  from: { name: string; number: string };
  /** Every Remote-Party-ID and P-Asserted-Identity of the caller's requests, in order, repetitions left out: a re-INVITE may bring another. */
  identities: SipHeader[];
  /** Every `X-` header of the first INVITE as written, in order. */
  headers: SipHeader[];
  /** `address:port` of the caller. */
  peer: string;
  /** Times in epoch ms. */
  invitedAt: number;
  ringingAt?: number;
  answeredAt?: number;
  endedAt?: number;
  /** Final status of the INVITE: 200, 486, 487 when the caller gave up … */
  status?: number;
  /** Who ended it: the caller by BYE or CANCEL, the customer by BYE or by refusing. */
  endedBy?: "caller" | "customer";
}

/** Undefined while the INVITE is not seen. */
export function sipFacts(traced: readonly TracedMessage[]): SipFacts | undefined {
  const trace = traced.map((one) => ({ ...one, at: Math.round(one.at) }));
  const invite = trace.find(({ received, message }) => received && message.method === "INVITE");
  if (invite === undefined) return undefined;
  const { message, at, peer } = invite;
  const requestUri = message.requestUri ?? "";
  const { name, user } = parseAddress(headerOf(message, "from") ?? "");
  const answers = trace.filter(({ received, message: m }) => !received && isAnswerTo("INVITE", m));
  const final = answers.find(({ message: m }) => (m.status ?? 0) >= 200);
  return {
    callId: headerOf(message, "call-id") ?? "",
    number: parseAddress(requestUri).user,
    requestUri,
    from: { name, number: user },
    identities: identities(trace),
    headers: message.headers.filter((header) => /^x-./i.test(header.name)),
    peer,
    invitedAt: at,
    ringingAt: answers.find(({ message: m }) => m.status === 180)?.at,
    answeredAt: final?.message.status === 200 ? final.at : undefined,
    status: final?.message.status,
    ...ending(trace, final),
  };
}

function identities(trace: readonly TracedMessage[]): SipHeader[] {
  const all = trace.flatMap(({ received, message }) =>
    received && message.method !== undefined
      ? message.headers.filter(({ name }) => /^(remote-party-id|p-asserted-identity)$/i.test(name))
      : [],
  );
  return all.filter(({ value }, at) => all.findIndex((other) => other.value === value) === at);
}

function ending(trace: readonly TracedMessage[], final?: TracedMessage): Pick<SipFacts, "endedAt" | "endedBy"> {
  const end = trace.find(({ message }) => message.method === "BYE" || message.method === "CANCEL");
  if (end !== undefined) return { endedAt: end.at, endedBy: end.received ? "caller" : "customer" };
  if (final !== undefined && final.message.status !== 200) return { endedAt: final.at, endedBy: "customer" };
  return {};
}

function isAnswerTo(method: string, message: SipMessage): boolean {
  return message.status !== undefined && methodOf(message) === method;
}
