import { createSocket, type Socket } from "node:dgram";
import { networkInterfaces } from "node:os";
import { parseHep, type HepPacket } from "./hep";
import { headerOf, parseSip, splitMessages, type SipMessage } from "./message";

/** A SIP message that went over the wire, and when. */
export interface TracedMessage {
  /** Epoch ms. */
  at: number;
  received: boolean;
  /** The other side, `address:port`. */
  peer: string;
  message: SipMessage;
  /** As on the wire, media keys replaced. */
  text: string;
}

/** Dialogs that are remembered; the oldest go first. */
const KEPT_DIALOGS = 2000;
/** Messages of one dialog that are remembered. */
const KEPT_MESSAGES = 200;

/**
 * Every SIP message that Asterisk receives or sends, TLS included: Asterisk sends a copy of each to this socket (HEP,
 * `res_hep_pjsip`). What the edge says about SIP is read from the wire here, not from what Asterisk makes of it.
 */
export class Capture {
  readonly #socket: Socket = createSocket("udp4");
  readonly #dialogs = new Map<string, TracedMessage[]>();
  readonly #watchers = new Map<string, Set<(traced: TracedMessage) => void>>();
  readonly #own = ownAddresses();

  /** Starts to listen on loopback. */
  async listen(port: number): Promise<void> {
    this.#socket.on("message", (packet) => {
      const captured = parseHep(packet);
      if (captured !== undefined) this.add(captured);
    });
    await new Promise<void>((resolve, reject) => {
      this.#socket.once("error", reject);
      this.#socket.bind(port, "127.0.0.1", resolve);
    });
  }

  /** The port that {@link listen} got. */
  get port(): number {
    return this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }

  /** Over TCP and TLS, Asterisk copies what arrived in one piece as a whole, once for each message in it. */
  add(packet: HepPacket): void {
    const messages = splitMessages(packet.payload);
    for (const payload of messages) this.#addOne({ ...packet, payload }, messages.length > 1);
  }

  #addOne({ source, destination, at, payload }: HepPacket, perhapsKnown: boolean): void {
    const message = parseSip(payload);
    const callId = message && headerOf(message, "call-id");
    if (message === undefined || callId === undefined) return;
    const received = !this.#own.has(source.slice(0, source.lastIndexOf(":")));
    const peer = received ? source : destination;
    const text = payload.replace(/(inline:)[^\s|]+/g, "$1[redacted]");
    const traced = { at, received, peer, message, text };
    let dialog = this.#dialogs.get(callId);
    if (dialog === undefined) {
      // Only calls are remembered: probes with OPTIONS and the like would push them out.
      if (message.method !== "INVITE") return;
      this.#dialogs.set(callId, (dialog = []));
      const oldest = this.#dialogs.keys().next();
      if (this.#dialogs.size > KEPT_DIALOGS && !oldest.done) this.#dialogs.delete(oldest.value);
    }
    if (perhapsKnown && dialog.some((known) => known.text === text)) return;
    if (dialog.length < KEPT_MESSAGES) dialog.push(traced);
    for (const watcher of this.#watchers.get(callId) ?? []) watcher(traced);
  }

  /** What was said under a Call-ID so far. */
  trace(callId: string): readonly TracedMessage[] {
    return this.#dialogs.get(callId) ?? [];
  }

  /** Calls `watcher` for each further message of a Call-ID until the returned function is called. */
  watch(callId: string, watcher: (traced: TracedMessage) => void): () => void {
    const watchers = this.#watchers.get(callId) ?? new Set();
    this.#watchers.set(callId, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0) this.#watchers.delete(callId);
    };
  }

  /** The INVITE that began a dialog: there already, or within the time given; else undefined. */
  async invite(callId: string, withinMs: number): Promise<TracedMessage | undefined> {
    const isInvite = (traced: TracedMessage) => traced.received && traced.message.method === "INVITE";
    const known = this.trace(callId).find(isInvite);
    if (known !== undefined) return known;
    return new Promise((resolve) => {
      const done = (traced?: TracedMessage) => {
        clearTimeout(timer);
        stop();
        resolve(traced);
      };
      const timer = setTimeout(done, withinMs);
      const stop = this.watch(callId, (traced) => {
        if (isInvite(traced)) done(traced);
      });
    });
  }
}

/** Addresses of this machine; `0.0.0.0` is how a listening socket names itself. Loopback counts as a peer's: nobody else is there in tests. */
function ownAddresses(): Set<string> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return new Set(["0.0.0.0", ...all.filter(({ internal }) => !internal).map(({ address }) => address)]);
}
