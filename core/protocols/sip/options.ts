import { randomBytes } from "node:crypto";
import { parseSip, type SipMessage } from "./message";

/** What an OPTIONS request is made from. */
export interface OptionsRequest {
  /** Host of the AI platform's edge, as the dialler would write it into the Request-URI. */
  host: string;
  port: number;
  transport: "udp" | "tcp" | "tls";
  /** This end, for Via and Contact. */
  local: { address: string; port: number };
}

/** A response to it. */
export type SipResponse = SipMessage & Required<Pick<SipMessage, "status" | "reason">>;

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

/**
 * Reads the first SIP response of a text; `undefined` while its headers are not complete, or where it is none.
 *
 * @example
 * sipResponse("SIP/2.0 200 OK\r\nCall-ID: a\r\n\r\n")?.status // 200
 */
export function sipResponse(text: string): SipResponse | undefined {
  if (!text.includes("\r\n\r\n")) return undefined;
  const { status, reason = "", ...message } = parseSip(text.replace(/^(\r\n)+/, "")) ?? {};
  return status === undefined ? undefined : { headers: [], body: "", ...message, status, reason };
}
