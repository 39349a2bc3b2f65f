import { createHash, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { headerOf, methodOf, parseSip, type SipMessage } from "../../../core/protocols/sip/message";
import { waitFor } from "../files";
import { Media, TELEPHONE_EVENT } from "./media";

export interface CallOptions {
  from?: { name: string; number: string };
  /** More header lines of the INVITE, in this order. */
  headers?: readonly (readonly [name: string, value: string])[];
}

/** What a registrar knows a telephone by. */
export interface Account {
  user: string;
  secret: string;
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
  readonly #waiting = new Map<string, (answer: SipMessage) => void>();
  #account: Account | undefined;

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
      if (message === undefined || callId === undefined) return;
      this.#calls.get(callId)?.receive(message);
      this.#waiting.get(callId)?.(message);
    });
  }

  static async open(server: string, serverPort: number): Promise<Phone> {
    const socket = createSocket("udp4");
    // A connected socket has the address of the interface towards the server.
    await new Promise<void>((resolve) => socket.connect(serverPort, server, resolve));
    const { address, port } = socket.address();
    return new Phone(socket, server, serverPort, address, port);
  }

  /** Registers with an account, by digest, and calls with it from then on. Returns the final status: 200, 403 … */
  async register(account: Account): Promise<number> {
    this.#account = account;
    const callId = randomBytes(12).toString("hex");
    const uri = `sip:${this.server}`;
    const ask = (sequence: number, more: CallOptions["headers"] = []): Promise<SipMessage> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("the registrar does not answer")), 5_000);
        this.#waiting.set(callId, (answer) => {
          if ((answer.status ?? 0) < 200) return;
          clearTimeout(timer);
          resolve(answer);
        });
        const party = `<sip:${account.user}@${this.server}>`;
        this.send(
          sipText(
            `REGISTER ${uri} SIP/2.0`,
            [
              ["Via", `SIP/2.0/UDP ${this.address}:${this.port};branch=${newBranch()};rport`],
              ["Max-Forwards", "70"],
              ["From", `${party};tag=${callId.slice(0, 8)}`],
              ["To", party],
              ["Call-ID", callId],
              ["CSeq", `${sequence} REGISTER`],
              ["Contact", `<sip:${account.user}@${this.address}:${this.port}>`],
              ["Expires", "120"],
              ...more,
            ],
            "",
          ),
        );
      });
    const challenge = await ask(1);
    const authorization = this.authorization(challenge, "REGISTER", uri);
    const answer = authorization === undefined ? challenge : await ask(2, [authorization]);
    return answer.status ?? 0;
  }

  /** The answer to a challenge (RFC 2617, MD5, without qop); undefined when there is none, or no account. */
  authorization(challenge: SipMessage, method: string, uri: string): readonly [string, string] | undefined {
    const asked = headerOf(challenge, "www-authenticate");
    if (challenge.status !== 401 || asked === undefined || this.#account === undefined) return undefined;
    const value = (name: string) => new RegExp(`${name}="?([^",]*)"?`).exec(asked)?.[1] ?? "";
    const { user, secret } = this.#account;
    const md5 = (text: string) => createHash("md5").update(text).digest("hex");
    const [realm, nonce] = [value("realm"), value("nonce")];
    const response = md5(`${md5(`${user}:${realm}:${secret}`)}:${nonce}:${md5(`${method}:${uri}`)}`);
    const parts = { username: user, realm, nonce, uri, response };
    const text = Object.entries(parts).map(([name, part]) => `${name}="${part}"`);
    return ["Authorization", `Digest ${text.join(", ")}, algorithm=MD5`];
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
  readonly #invitation: { from: string; branch: string; sequence: number };
  #authorization: CallOptions["headers"] = [];
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
    this.#invitation = {
      from: `"${name}" <sip:${from}@${phone.address}>;tag=${this.#tag}`,
      branch: newBranch(),
      sequence: 1,
    };
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
        ...(this.#authorization ?? []),
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
      this.#request("BYE", newBranch());
    }
  }

  receive(message: SipMessage): void {
    if (message.method !== undefined) {
      this.#answer(message);
      return;
    }
    if (methodOf(message) !== "INVITE" || message.status === undefined) return;
    const { status } = message;
    if (status === 401 && this.#authorization?.length === 0) {
      this.#inviteAgain(message);
      return;
    }
    const first = this.status === undefined;
    this.responses.push({ status, at: Date.now() });
    if (status < 200) return;
    this.#to = headerOf(message, "to") ?? this.#to;
    if (status < 300) {
      this.#target = /<([^>]*)>/.exec(headerOf(message, "contact") ?? "")?.[1] ?? this.#target;
      this.#request("ACK", newBranch());
      if (!first) return;
      this.answeredAt = Date.now();
      const { host, port } = mediaAddress(message.body);
      this.media.sendTo(host, port);
    } else {
      this.#request("ACK", this.#invitation.branch);
      this.ended ??= { by: "them", at: Date.now() };
    }
  }

  /** With the answer to the challenge. */
  #inviteAgain(challenge: SipMessage): void {
    const authorization = this.phone.authorization(challenge, "INVITE", this.#target);
    this.#request("ACK", this.#invitation.branch);
    if (authorization === undefined) {
      this.responses.push({ status: 401, at: Date.now() });
      this.ended ??= { by: "them", at: Date.now() };
      return;
    }
    this.#authorization = [authorization];
    this.#sequence++;
    Object.assign(this.#invitation, { branch: newBranch(), sequence: this.#sequence });
    this.invite();
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
          ["CSeq", `${method === "ACK" || method === "CANCEL" ? this.#invitation.sequence : this.#sequence} ${method}`],
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
}

function newBranch(): string {
  return `z9hG4bK${randomBytes(8).toString("hex")}`;
}

function sipText(first: string, headers: readonly (readonly [string, string])[], body: string): string {
  const lines = [...headers, ["Content-Length", String(Buffer.byteLength(body))] as const];
  return [first, ...lines.map(([name, value]) => `${name}: ${value}`), "", body].join("\r\n");
}

function mediaAddress(sdp: string): { host: string; port: number } {
  return { host: /^c=IN IP4 (\S+)/m.exec(sdp)?.[1] ?? "", port: Number(/^m=audio (\d+)/m.exec(sdp)?.[1]) };
}
