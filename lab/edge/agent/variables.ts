import type { SipHeader } from "../../../core/protocols/sip/message";

/** One `X-` header as it was received, all lines of that name together. */
export interface ReceivedHeader {
  /** As written on the wire (of the first line). */
  name: string;
  /** One per line, in the order on the wire. */
  values: string[];
  /** How many lines had this name. More than one is a mistake of the sender: only the last counts. */
  count: number;
  /** The dynamic variable that it becomes. */
  variable: string;
}

/**
 * The `X-` headers of an INVITE. LiveKit lower-cases names, so `X-City` and `x-city` are one
 * (docs/facts/sigmamind.md#sip-headers).
 */
export function receivedHeaders(headers: readonly SipHeader[]): ReceivedHeader[] {
  const received = new Map<string, ReceivedHeader>();
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    if (!key.startsWith("x-") || key.length === 2) continue;
    const before = received.get(key);
    if (before === undefined) received.set(key, { name, values: [value], count: 1, variable: variableName(key) });
    else {
      before.values.push(value);
      before.count++;
    }
  }
  return [...received.values()];
}

/**
 * `X-Customer-Type` becomes `customer_type`: lower case, `X-` removed, dash to underscore
 * (docs/facts/sigmamind.md#sip-headers).
 */
function variableName(header: string): string {
  return header.toLowerCase().replace(/^x-/, "").replaceAll("-", "_");
}

/** Dynamic variables of a call. Of several headers with one name, the last wins. */
export function variablesOf(headers: readonly ReceivedHeader[]): Record<string, string> {
  return Object.fromEntries(headers.map(({ variable, values }) => [variable, values.at(-1) ?? ""]));
}

/** Fills `{{ name }}`. A variable that nobody set renders as nothing (docs/facts/sigmamind.md#dynamic-variables). */
export function fillTemplate(text: string, variables: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{\{\s*([^{}\s]+)\s*\}\}/g, (_, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined || value === null) return "";
    return typeof value === "string" ? value : JSON.stringify(value);
  });
}
