import { randomBytes } from "node:crypto";

/** What an OPTIONS request is made from. */
export interface OptionsRequest {
  /** Host of the AI platform's edge, as the dialler would write it into the Request-URI. */
  host: string;
  port: number;
  transport: "udp" | "tcp" | "tls";
  /** This end, for Via and Contact. */
  local: { address: string; port: number };
}

/** A SIP response, as far as an OPTIONS probe needs it. */
export interface SipResponse {
  status: number;
  reason: string;
  /** Lower-case header names; the first of several with one name. */
  headers: ReadonlyMap<string, string>;
}

/** Text of the request, and the Call-ID by which its responses are known (RFC 3261 §11.1). */
export function optionsRequest({ host, port, transport, local }: OptionsRequest): { text: string; callId: string } {
  const id = () => randomBytes(8).toString("hex");
  const callId = `${id()}@${local.address}`;
  const here = local.address.includes(":") ? `[${local.address}]` : local.address;
  const scheme = `sip:${host}:${port}${transport === "udp" ? "" : `;transport=${transport}`}`;
  const lines = [
    `OPTIONS ${scheme} SIP/2.0`,
    `Via: SIP/2.0/${transport.toUpperCase()} ${here}:${local.port};branch=z9hG4bK${id()};rport`,
    "Max-Forwards: 70",
    `From: <sip:voicebridge@${here}>;tag=${id()}`,
    `To: <sip:${host}>`,
    `Call-ID: ${callId}`,
    "CSeq: 1 OPTIONS",
    `Contact: <sip:voicebridge@${here}:${local.port}>`,
    "Accept: application/sdp",
    "User-Agent: voicebridge",
    "Content-Length: 0",
  ];
  return { text: `${lines.join("\r\n")}\r\n\r\n`, callId };
}

const COMPACT: Readonly<Record<string, string>> = { i: "call-id", v: "via", f: "from", t: "to", l: "content-length" };

/**
 * Reads the first SIP response of a text; `undefined` while its headers are not complete, or where it is none.
 *
 * @example
 * sipResponse("SIP/2.0 200 OK\r\nCall-ID: a\r\n\r\n")?.status // 200
 */
export function sipResponse(text: string): SipResponse | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...rest] = text
    .slice(0, end)
    .replace(/^(\r\n)+/, "")
    .split("\r\n");
  const [, status, reason = ""] = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(first) ?? [];
  if (status === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of rest) {
    const [, written = "", value = ""] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? [];
    const name = COMPACT[written.toLowerCase()] ?? written.toLowerCase();
    if (name !== "" && !headers.has(name)) headers.set(name, value);
  }
  return { status: Number(status), reason, headers };
}
