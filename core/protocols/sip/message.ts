/** One header line, with the name as it was written. */
export interface SipHeader {
  name: string;
  value: string;
}

/** One SIP message, as far as the edge looks into it. */
export interface SipMessage {
  /** Of a request. */
  method?: string;
  /** Of a request: who is asked, which is not always who is called (that is `To`). */
  requestUri?: string;
  /** Of a response. */
  status?: number;
  reason?: string;
  headers: SipHeader[];
  body: string;
}

/** One-letter names of RFC 3261 §7.3.3 and RFC 3515. */
const COMPACT: Readonly<Record<string, string>> = {
  c: "content-type",
  f: "from",
  i: "call-id",
  l: "content-length",
  m: "contact",
  r: "refer-to",
  t: "to",
  v: "via",
};

/** Reads one message; undefined when it is none (a keep-alive, for example). */
export function parseSip(text: string): SipMessage | undefined {
  const split = /\r?\n\r?\n/.exec(text);
  const head = split === null ? text : text.slice(0, split.index);
  const body = split === null ? "" : text.slice(split.index + split[0].length);
  // A line that begins with a blank continues the one before (RFC 3261 §7.3.1).
  const [first = "", ...lines] = head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  const headers = lines.flatMap((line) => {
    const colon = line.indexOf(":");
    return colon < 1 ? [] : [{ name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() }];
  });
  const response = /^SIP\/2\.0 (\d{3})(?: (.*))?$/.exec(first);
  if (response !== null) return { status: Number(response[1]), reason: response[2] ?? "", headers, body };
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(first);
  if (request === null) return undefined;
  return { method: request[1], requestUri: request[2], headers, body };
}

/** The messages of a stream's piece, which may hold several: each ends where its Content-Length says. */
export function splitMessages(text: string): string[] {
  const messages: string[] = [];
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    const head = rest.indexOf("\r\n\r\n");
    const length =
      head < 0 ? undefined : /^(?:content-length|l)\s*:\s*(\d+)/im.exec(rest.toString("latin1", 0, head))?.[1];
    const end = length === undefined ? rest.length : head + 4 + Number(length);
    messages.push(rest.toString("utf8", 0, end));
    rest = rest.subarray(end);
  }
  return messages;
}

/** Value of the first header of that name, whatever its case or compact form. */
export function headerOf(message: SipMessage, name: string): string | undefined {
  return message.headers.find((header) => longName(header.name) === name.toLowerCase())?.value;
}

function longName(name: string): string {
  const lower = name.toLowerCase();
  return COMPACT[lower] ?? lower;
}

/** The method that a message belongs to: its own, or that of the request which a response answers. */
export function methodOf(message: SipMessage): string | undefined {
  return message.method ?? headerOf(message, "cseq")?.split(/\s+/)[1];
}

/** An address as From, To and Contact carry it. */
export interface SipAddress {
  /** Display name without quotes, empty when there is none. */
  name: string;
  /** User part with `%xx` resolved, empty when there is none. */
  user: string;
  /** Host, with port when one is written. */
  host: string;
}

/** Reads `"Name" <sip:user@host:port;x=y>;tag=z`, `<sip:user@host>` or `sip:user@host`. */
export function parseAddress(value: string): SipAddress {
  const angle = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<([^>]*)>/.exec(value);
  const name = angle?.[1]?.replace(/\\(.)/g, "$1") ?? angle?.[2] ?? "";
  const uri = angle?.[3] ?? value.trim().replace(/;.*$/, "");
  const rest = uri.replace(/^[A-Za-z][A-Za-z0-9+.-]*:/, "");
  const at = rest.lastIndexOf("@");
  const user = at < 0 ? "" : (rest.slice(0, at).split(/[;:]/)[0] ?? "");
  const host = (at < 0 ? rest : rest.slice(at + 1)).replace(/[;?].*$/, "");
  // `tel:+1989…` has no host: what it names is the number itself.
  if (at < 0 && /^tel:/i.test(uri)) return { name, user: unescaped(host), host: "" };
  return { name, user: unescaped(user), host };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
