import { randomBytes } from "node:crypto";
import { createSocket, type Socket as Datagrams } from "node:dgram";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { setTimeout as pause } from "node:timers/promises";
import { decodeUlaw, encodeUlaw, type Sound } from "../../lab/audio";
import { headerOf, methodOf, parseSip, type SipMessage } from "../../core/protocols/sip/message";

export type RawTransport = "udp" | "tcp" | "tls";

/** A SIP request as a test writes it; what is left out is filled in. */
export interface RawRequest {
  method: string;
  /** Default: the To URI. */
  requestUri?: string;
  /** `sip:…`, without a tag. */
  to: string;
  from?: string;
  headers?: readonly string[];
  body?: string;
  contentType?: string;
}

/**
 * A SIP caller that is no Asterisk: it sends exactly what a test says, over a socket of its own, and hears RTP in plain
 * PCMU. For what a well-behaved stack would not let a test send.
 */
export class RawSip {
  readonly messages: SipMessage[] = [];
  /** When each message arrived, epoch ms. */
  readonly times: number[] = [];
  readonly callId = `${randomBytes(8).toString("hex")}@raw`;
  readonly #tag = randomBytes(4).toString("hex");
  #branch = "";
  #sequence = 0;
  #text = "";
  #invited: RawRequest | undefined;

  private constructor(
    readonly transport: RawTransport,
    readonly local: string,
    private readonly write: (text: string) => void,
    private readonly end: () => void,
    private readonly localPort: () => number,
  ) {}

  /** Opens a socket to a SIP server. */
  static async open(transport: RawTransport, host: string, port: number): Promise<RawSip> {
    if (transport === "udp") {
      const socket = createSocket("udp4");
      await new Promise<void>((resolve) => socket.connect(port, host, resolve));
      const sip = new RawSip(
        transport,
        socket.address().address,
        (text) => socket.send(text),
        () => socket.close(),
        () => socket.address().port,
      );
      socket.on("message", (packet) => sip.#message(packet.toString("utf8")));
      socket.on("error", () => undefined);
      return sip;
    }
    const socket: Socket =
      transport === "tcp" ? connectTcp(port, host) : connectTls({ port, host, rejectUnauthorized: false });
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject).once(transport === "tcp" ? "connect" : "secureConnect", resolve);
    });
    const sip = new RawSip(
      transport,
      socket.localAddress!,
      (text) => socket.write(text),
      () => socket.destroy(),
      () => socket.localPort!,
    );
    socket.on("data", (data) => sip.#stream(data.toString("utf8")));
    return sip;
  }

  close(): void {
    this.end();
  }

  /** Sends a request outside or, once there is a To tag, inside the dialog of the INVITE. */
  send({
    method,
    requestUri,
    to,
    from = "sip:3035500914@raw.test",
    headers = [],
    body = "",
    contentType,
  }: RawRequest): void {
    const keepsBranch = method === "ACK" || method === "CANCEL";
    if (!keepsBranch) {
      this.#branch = `z9hG4bK${randomBytes(8).toString("hex")}`;
      this.#sequence++;
    }
    if (method === "INVITE") this.#invited = { method, requestUri, to, from, headers };
    const toTag = method === "INVITE" || method === "CANCEL" ? undefined : this.#toTag();
    const lines = [
      `${method} ${requestUri ?? to} SIP/2.0`,
      `Via: SIP/2.0/${this.transport.toUpperCase()} ${this.local}:${this.localPort()};rport;branch=${this.#branch}`,
      "Max-Forwards: 70",
      `From: <${from}>;tag=${this.#tag}`,
      `To: <${to}>${toTag === undefined ? "" : `;tag=${toTag}`}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${this.#sequence} ${method}`,
      `Contact: <sip:raw@${this.local}:${this.localPort()};transport=${this.transport}>`,
      ...headers,
      ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    this.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
  }

  /** Calls, waits for the final answer and acknowledges it. */
  async invite(
    request: Omit<RawRequest, "method"> & { sdp?: string; rtpPort?: number },
    withinMs = 10_000,
  ): Promise<SipMessage> {
    const body = request.sdp ?? plainOffer(this.local, request.rtpPort ?? 4000);
    this.send({ ...request, method: "INVITE", body, contentType: "application/sdp" });
    const answer = await this.answer("INVITE", withinMs);
    const branch = this.#branch;
    // The ACK of a 2xx is a transaction of its own, that of a refusal is not (RFC 3261 §13.2.2.4, §17.1.1.3).
    if (answer.status! < 300) this.#branch = `z9hG4bK${randomBytes(8).toString("hex")}`;
    this.send({ method: "ACK", to: request.to, requestUri: request.requestUri, from: request.from });
    this.#branch = branch;
    return answer;
  }

  /** A request within the call, and its final answer. */
  async within(method: string, extra: Partial<RawRequest> = {}, withinMs = 5_000): Promise<SipMessage> {
    if (this.#invited === undefined) throw new Error("no INVITE yet");
    this.send({ ...this.#invited, headers: [], ...extra, method });
    return this.answer(method, withinMs);
  }

  /** The final answer to the last request of this method. */
  async answer(method: string, withinMs = 5_000): Promise<SipMessage> {
    const sequence = `${this.#sequence} ${method}`;
    return this.until(
      (message) => message.status !== undefined && message.status >= 200 && headerOf(message, "cseq") === sequence,
      withinMs,
      `an answer to ${method}`,
    );
  }

  /** Statuses that answered a method, in order. */
  statuses(method: string): number[] {
    return this.messages.flatMap((message) =>
      message.status !== undefined && methodOf(message) === method ? [message.status] : [],
    );
  }

  /** The first message that is as wanted, here already or later. */
  async until(wanted: (message: SipMessage) => boolean, withinMs: number, what: string): Promise<SipMessage> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const found = this.messages.find(wanted);
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
      await pause(5);
    }
  }

  /** Answers a request of the other side. */
  respond(request: SipMessage, status: string): void {
    const copied = request.headers.filter(({ name }) => /^(via|v|from|f|to|t|call-id|i|cseq)$/i.test(name));
    const lines = [`SIP/2.0 ${status}`, ...copied.map(({ name, value }) => `${name}: ${value}`), "Content-Length: 0"];
    this.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  #toTag(): string | undefined {
    const answer = this.messages.findLast((message) => methodOf(message) === "INVITE" && message.status! > 100);
    return /;tag=([^;>\s]+)/.exec((answer && headerOf(answer, "to")) ?? "")?.[1];
  }

  #stream(text: string): void {
    this.#text += text;
    for (;;) {
      const head = this.#text.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/^(?:content-length|l):\s*(\d+)/im.exec(this.#text.slice(0, head))?.[1] ?? 0);
      if (this.#text.length < head + 4 + length) return;
      this.#message(this.#text.slice(0, head + 4 + length));
      this.#text = this.#text.slice(head + 4 + length);
    }
  }

  #message(text: string): void {
    const message = parseSip(text);
    if (message === undefined) return;
    this.messages.push(message);
    this.times.push(Date.now());
    if (message.method === "BYE") this.respond(message, "200 OK");
  }
}

/** PCMU and telephone events, in the clear. */
function plainOffer(address: string, port: number): string {
  return [
    "v=0",
    `o=- 1 1 IN IP4 ${address}`,
    "s=-",
    `c=IN IP4 ${address}`,
    "t=0 0",
    `m=audio ${port} RTP/AVP 0 101`,
    "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:101 telephone-event/8000",
    "a=fmtp:101 0-16",
    "a=sendrecv",
    "",
  ].join("\r\n");
}

/** One end of an audio stream: plain PCMU in packets of 20 ms, sent to where an answer's session description says. */
export class Rtp {
  /** When the first packet came that holds more than silence, epoch ms. */
  firstSoundAt: number | undefined;
  #sequence = 0;
  #stamp = 0;

  private constructor(private readonly socket: Datagrams) {
    socket.on("message", (packet) => {
      if ((packet[1]! & 0x7f) !== 0) return;
      const loud = decodeUlaw(packet.subarray(12)).samples.some((sample) => Math.abs(sample) > 500);
      if (loud) this.firstSoundAt ??= Date.now();
    });
  }

  static async open(): Promise<Rtp> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, resolve));
    return new Rtp(socket);
  }

  get port(): number {
    return this.socket.address().port;
  }

  close(): void {
    this.socket.close();
  }

  /** Plays a sound and returns when it is over. */
  async play(answer: SipMessage, sound: Sound): Promise<void> {
    const audio = encodeUlaw(sound);
    const start = Date.now();
    for (let at = 0; at < audio.length; at += 160) {
      this.#send(answer, 0, audio.subarray(at, at + 160));
      this.#stamp += 160;
      await pause(Math.max(0, start + (at + 160) / 8 - Date.now()));
    }
  }

  /** Presses a key as RFC 4733 says: packets of one event, the last three with the end bit. */
  async press(answer: SipMessage, key: string): Promise<void> {
    const event = "0123456789*#ABCD".indexOf(key);
    for (let step = 1; step <= 8; step++) {
      const duration = Math.min(step, 6) * 160;
      this.#send(answer, 101, Buffer.from([event, step > 5 ? 0x8a : 0x0a, duration >> 8, duration & 255]));
      await pause(20);
    }
    this.#stamp += 960;
  }

  #send(answer: SipMessage, type: number, payload: Buffer): void {
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header[1] = type;
    header.writeUInt16BE(this.#sequence++ & 0xffff, 2);
    header.writeUInt32BE(this.#stamp >>> 0, 4);
    header.writeUInt32BE(0x1234, 8);
    const host = /^c=IN IP4 (\S+)/m.exec(answer.body)![1]!;
    this.socket.send(Buffer.concat([header, payload]), Number(/^m=audio (\d+)/m.exec(answer.body)![1]), host);
  }
}
