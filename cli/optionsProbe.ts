import { createSocket } from "node:dgram";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type PeerCertificate, TLSSocket } from "node:tls";
import { optionsRequest, type OptionsRequest, sipResponse, type SipResponse } from "../core/protocols/sip/options";
import { headerOf } from "../core/protocols/sip/message";

/** Where to probe. */
export interface ProbeTarget extends Pick<OptionsRequest, "host" | "port" | "transport"> {
  /** Where the edge is reached from here, when not at `host` and `port`. */
  through?: { host: string; port: number };
  /** Whole budget, milliseconds. Default 6,000. */
  deadline?: number;
}

export interface ProbeAnswer {
  response: SipResponse;
  milliseconds: number;
  /** What there is to say about the edge's TLS certificate. */
  certificate?: string;
}

/** Why there was no answer: it is refused, nothing came in time, or the way there is not open from here. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  constructor(
    readonly reason: "refused" | "silent" | "unreachable",
    message: string,
  ) {
    super(message);
  }
}

/** First retransmission over UDP; doubles (RFC 3261 §17.1.2.1). */
const T1 = 500;

/**
 * Sends one SIP OPTIONS over the transport that the bridge uses and waits for the final response.
 *
 * @throws NoAnswer
 * @example
 * (await probe({ host: "sip.example.com", port: 5061, transport: "tls" })).response.status // 200
 */
export async function probe(target: ProbeTarget): Promise<ProbeAnswer> {
  const started = performance.now();
  const deadline = AbortSignal.timeout(target.deadline ?? 6_000);
  const answer = await (target.transport === "udp" ? overUdp(target, deadline) : overStream(target, deadline));
  return { ...answer, milliseconds: Math.round(performance.now() - started) };
}

type Answer = Omit<ProbeAnswer, "milliseconds">;

function overUdp(target: ProbeTarget, deadline: AbortSignal): Promise<Answer> {
  const { host, port } = target.through ?? target;
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIP(host) === 6 ? "udp6" : "udp4");
    let timer: NodeJS.Timeout | undefined;
    const end = (finish: () => void): void => {
      clearTimeout(timer);
      deadline.removeEventListener("abort", silent);
      socket.removeAllListeners();
      socket.on("error", () => undefined);
      socket.close();
      finish();
    };
    const silent = (): void => end(() => reject(silence(target)));
    deadline.addEventListener("abort", silent);
    socket.on("error", (error) => end(() => reject(noAnswer(error, target))));
    // A connected socket: the system then tells of a refused port.
    socket.connect(port, host);
    socket.once("connect", () => {
      const { text, callId } = optionsRequest({ ...target, local: socket.address() });
      const send = (wait: number): void => {
        socket.send(text);
        timer = setTimeout(() => send(wait * 2), wait);
      };
      socket.on("message", (data) => {
        const response = finalResponse(data.toString("utf8"), callId);
        if (response !== undefined) end(() => resolve({ response }));
      });
      send(T1);
    });
  });
}

function overStream(target: ProbeTarget, deadline: AbortSignal): Promise<Answer> {
  const socket = open(target);
  return new Promise<Answer>((resolve, reject) => {
    deadline.addEventListener("abort", () => reject(silence(target)));
    socket.on("error", (error) => reject(noAnswer(error, target)));
    socket.on("close", () => reject(new NoAnswer("refused", `${named(target)} closed the connection`)));
    socket.once(target.transport === "tls" ? "secureConnect" : "connect", () => {
      const local = { address: socket.localAddress ?? "0.0.0.0", port: socket.localPort ?? 0 };
      const { text, callId } = optionsRequest({ ...target, local });
      let received = "";
      socket.on("data", (data: Buffer) => {
        received += data.toString("utf8");
        const response = finalResponse(received, callId);
        if (response === undefined) return;
        const certificate = certificateOf(socket, target);
        resolve({ response, ...(certificate !== undefined && { certificate }) });
      });
      socket.write(text);
    });
  }).finally(() => {
    socket.removeAllListeners("close").destroy();
  });
}

function open(target: ProbeTarget): Socket {
  const { host, port } = target.through ?? target;
  if (target.transport === "tcp") return connectTcp({ host, port });
  // Only whether it answers is asked; what the certificate is worth is said beside it. Diallers judge it by their own CAs.
  const servername = isIP(target.host) === 0 ? target.host : undefined;
  return connectTls({ host, port, rejectUnauthorized: false, ...(servername !== undefined && { servername }) });
}

/** The final response to our own request; provisional ones and those of others are passed over. */
function finalResponse(text: string, callId: string): SipResponse | undefined {
  const response = sipResponse(text);
  if (response === undefined) return undefined;
  if (headerOf(response, "call-id") === callId && response.status >= 200) return response;
  return finalResponse(text.slice(text.indexOf("\r\n\r\n") + 4), callId);
}

function certificateOf(socket: Socket, { host }: ProbeTarget): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const { subject, valid_to: until } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  const name = `certificate of ${String(subject?.CN ?? host)}, valid until ${until ?? "?"}`;
  return socket.authorized ? `${name}, verified` : `${name}, not verified here (${String(socket.authorizationError)})`;
}

function silence(target: ProbeTarget): NoAnswer {
  return new NoAnswer("silent", `${named(target)} did not answer within ${(target.deadline ?? 6_000) / 1000} s`);
}

function noAnswer(error: Error & { code?: string }, target: ProbeTarget): NoAnswer {
  const { code = "" } = error;
  if (code === "ECONNREFUSED" || code === "ECONNRESET" || code === "EPIPE")
    return new NoAnswer("refused", `${named(target)} refused (${code})`);
  if (["ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EACCES", "EPERM"].includes(code))
    return new NoAnswer("unreachable", `${named(target)} cannot be reached from here (${code})`);
  if (code === "ETIMEDOUT") return new NoAnswer("silent", `${named(target)} did not answer (${code})`);
  return new NoAnswer("refused", `${named(target)}: ${error.message}`);
}

function named({ host, port, transport, through }: ProbeTarget): string {
  const at = through === undefined ? "" : `, at ${through.host}:${through.port}`;
  return `${host}:${port} (${transport}${at})`;
}
