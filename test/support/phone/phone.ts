import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { headerOf, methodOf, parseSip, type SipMessage } from "../../../lab/edge/sip/message";
import { waitFor } from "../files";
import { Media, TELEPHONE_EVENT } from "./media";

export interface CallOptions {
  from?: { name: string; number: string };
  /** More header lines of the INVITE, in this order. */
  headers?: readonly (readonly [name: string, value: string])[];
}

/**
 * A telephone for tests: SIP over UDP and RTP with G.711 µ-law, in this process. It measures what a caller really gets,
 * packet by packet.
 *
 * @example
 * const phone = await Phone.open("172.30.5.21", 5060);
 * const call = await phone.call("3035500914");
 * await call.answered(10_000);
 * call.media.heard();
 * await call.hangUp();
 * phone.close();
 */
export class Phone {
  readonly #calls = new Map<string, PhoneCall>();

  private constructor(
    private readonly socket: Socket,
    readonly server: string,
    readonly serverPort: number,
    /** Our own address, as the server reaches it. */
    readonly address: string,
    readonly port: number,
  ) {
    socket.on("message", (data) => {
      const message = parseSip(data.toString("utf8"));
      const callId = message && headerOf(message, "call-id");
      if (message !== undefined && callId !== undefined) this.#calls.get(callId)?.receive(message);
    });
  }

  static async open(server: string, serverPort: number): Promise<Phone> {
    const socket = createSocket("udp4");
    // A connected socket has the address of the interface towards the server.
    await new Promise<void>((resolve) => socket.connect(serverPort, server, resolve));
    const { address, port } = socket.address();
    return new Phone(socket, server, serverPort, address, port);
  }

  /** Calls a number; returns when the INVITE is sent. */
  async call(number: string, options: CallOptions = {}): Promise<PhoneCall> {
    const media = new Media();
    const call = new PhoneCall(this, number, media, await media.open(), options);
    this.#calls.set(call.callId, call);
    call.invite();
    return call;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  close(): void {
    for (const call of this.#calls.values()) call.media.close();
    this.socket.close();
  }
}

/** One call of a {@link Phone}. Times in epoch ms. */
export class PhoneCall {
  readonly callId = randomBytes(12).toString("hex");
  readonly startedAt = Date.now();
  /** Responses to the INVITE. */
  readonly responses: { status: number; at: number }[] = [];
  answeredAt: number | undefined;
  /** BYE, whoever sent it, or a final refusal. */
  ended: { by: "us" | "them"; at: number } | undefined;
  readonly #tag = randomBytes(4).toString("hex");
  readonly #invitation: { from: string; branch: string };
  #to: string;
  #target: string;
  #sequence = 1;

  constructor(
    private readonly phone: Phone,
    number: string,
    readonly media: Media,
    private readonly mediaPort: number,
    private readonly options: CallOptions,
  ) {
    const { name, number: from } = options.from ?? { name: "Test", number: "3038142839" };
    this.#target = `sip:${number}@${phone.server}:${phone.serverPort}`;
    this.#to = `<${this.#target}>`;
    this.#invitation = { from: `"${name}" <sip:${from}@${phone.address}>;tag=${this.#tag}`, branch: this.#branch() };
  }

  get status(): number | undefined {
    return this.responses.find(({ status }) => status >= 200)?.status;
  }

  invite(): void {
    const { name, number } = this.options.from ?? { name: "Test", number: "3038142839" };
    this.#request(
      "INVITE",
      this.#invitation.branch,
      [
        ["Remote-Party-ID", `"${name}" <sip:${number}@${this.phone.address}>;party=calling;privacy=off;screen=no`],
        ...(this.options.headers ?? []),
        ["Content-Type", "application/sdp"],
      ],
      this.#description(),
    );
  }

  async answered(withinMs: number): Promise<void> {
    await waitFor("the call is answered", withinMs, () => this.answeredAt !== undefined);
  }

  async over(withinMs: number): Promise<void> {
    await waitFor("the call is over", withinMs, () => this.ended !== undefined);
  }

  /** BYE, or CANCEL while it rings. */
  hangUp(): void {
    if (this.ended !== undefined) return;
    this.ended = { by: "us", at: Date.now() };
    if (this.answeredAt === undefined) this.#request("CANCEL", this.#invitation.branch);
    else {
      this.#sequence++;
      this.#request("BYE", this.#branch());
    }
  }

  receive(message: SipMessage): void {
    if (message.method !== undefined) {
      this.#answer(message);
      return;
    }
    if (methodOf(message) !== "INVITE" || message.status === undefined) return;
    const { status } = message;
    const first = this.status === undefined;
    this.responses.push({ status, at: Date.now() });
    if (status < 200) return;
    this.#to = headerOf(message, "to") ?? this.#to;
    if (status < 300) {
      this.#target = /<([^>]*)>/.exec(headerOf(message, "contact") ?? "")?.[1] ?? this.#target;
      this.#request("ACK", this.#branch());
      if (!first) return;
      this.answeredAt = Date.now();
      const { host, port } = mediaAddress(message.body);
      this.media.sendTo(host, port);
    } else {
      this.#request("ACK", this.#invitation.branch);
      this.ended ??= { by: "them", at: Date.now() };
    }
  }

  #answer(request: SipMessage): void {
    if (request.method === "ACK") return;
    if (request.method === "BYE") this.ended ??= { by: "them", at: Date.now() };
    const copied = request.headers.filter(({ name }) => /^(via|v|from|f|to|t|call-id|i|cseq)$/i.test(name));
    const body = request.method === "INVITE" ? this.#description() : "";
    this.phone.send(
      sipText(
        "SIP/2.0 200 OK",
        [
          ...copied.map(({ name, value }) => [name, value] as const),
          ["Contact", `<sip:test@${this.phone.address}:${this.phone.port}>`],
          ...(body === "" ? [] : [["Content-Type", "application/sdp"] as const]),
        ],
        body,
      ),
    );
  }

  #request(method: string, branch: string, more: CallOptions["headers"] = [], body = ""): void {
    const { address, port } = this.phone;
    this.phone.send(
      sipText(
        `${method} ${this.#target} SIP/2.0`,
        [
          ["Via", `SIP/2.0/UDP ${address}:${port};branch=${branch};rport`],
          ["Max-Forwards", "70"],
          ["From", this.#invitation.from],
          ["To", method === "CANCEL" ? `<${this.#target}>` : this.#to],
          ["Call-ID", this.callId],
          ["CSeq", `${method === "ACK" || method === "CANCEL" ? 1 : this.#sequence} ${method}`],
          ["Contact", `<sip:test@${address}:${port}>`],
          ...more,
        ],
        body,
      ),
    );
  }

  #description(): string {
    const { address } = this.phone;
    return [
      "v=0",
      `o=- 1 1 IN IP4 ${address}`,
      "s=-",
      `c=IN IP4 ${address}`,
      "t=0 0",
      `m=audio ${this.mediaPort} RTP/AVP 0 ${TELEPHONE_EVENT}`,
      "a=rtpmap:0 PCMU/8000",
      `a=rtpmap:${TELEPHONE_EVENT} telephone-event/8000`,
      `a=fmtp:${TELEPHONE_EVENT} 0-16`,
      "a=ptime:20",
      "a=sendrecv",
      "",
    ].join("\r\n");
  }

  #branch(): string {
    return `z9hG4bK${randomBytes(8).toString("hex")}`;
  }
}

function sipText(first: string, headers: readonly (readonly [string, string])[], body: string): string {
  const lines = [...headers, ["Content-Length", String(Buffer.byteLength(body))] as const];
  return [first, ...lines.map(([name, value]) => `${name}: ${value}`), "", body].join("\r\n");
}

function mediaAddress(sdp: string): { host: string; port: number } {
  return { host: /^c=IN IP4 (\S+)/m.exec(sdp)?.[1] ?? "", port: Number(/^m=audio (\d+)/m.exec(sdp)?.[1]) };
}
