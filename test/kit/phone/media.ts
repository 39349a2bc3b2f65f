import { createSocket, type Socket } from "node:dgram";
import { concat, decodeUlaw, encodeUlaw, silence, ULAW_SILENCE, type Sound } from "../../../lab/audio";

/** Payload types: G.711 µ-law, and touch tones (RFC 4733) as our offer numbers them. */
const PCMU = 0;
export const TELEPHONE_EVENT = 101;
const PACKET_MS = 20;
const SAMPLES = 160;
const HEADER = 12;
const KEYS = "0123456789*#ABCD";

interface Packet {
  /** Arrival, epoch ms. */
  at: number;
  type: number;
  /** In samples. */
  timestamp: number;
  payload: Buffer;
}

/** The audio of one call: RTP over a UDP socket of its own. Sends silence, or what it is told to play, once it knows where to. */
export class Media {
  readonly #socket: Socket = createSocket("udp4");
  readonly #packets: Packet[] = [];
  #sender: NodeJS.Timeout | undefined;
  /** Send packets only while something is played, as an Asterisk without `transmit_silence` does. */
  onlySound = false;
  #toPlay = Buffer.alloc(0);
  #sequence = 0;

  /** @returns the local port */
  async open(): Promise<number> {
    this.#socket.on("message", (data) => {
      if (data.length <= HEADER) return;
      const type = data.readUInt8(1) & 0x7f;
      this.#packets.push({ at: Date.now(), type, timestamp: data.readUInt32BE(4), payload: data.subarray(HEADER) });
    });
    await new Promise<void>((resolve) => this.#socket.bind(0, resolve));
    return this.#socket.address().port;
  }

  /** Begins to send, a packet every 20 ms. */
  sendTo(host: string, port: number): void {
    const started = Date.now() - PACKET_MS;
    this.#sender ??= setInterval(() => {
      // A timer that fires late makes up for it.
      while (this.#sequence * PACKET_MS <= Date.now() - started) {
        const silent = this.#toPlay.length === 0;
        const packet = this.#next();
        if (!silent || !this.onlySound) this.#socket.send(packet, port, host);
      }
    }, PACKET_MS / 2);
  }

  /** Says something, after what is being said. */
  play(sound: Sound): void {
    this.#toPlay = Buffer.concat([this.#toPlay, encodeUlaw(sound)]);
  }

  /** How many audio packets came, to tell silence from nothing. */
  get received(): number {
    return this.#packets.filter(({ type }) => type === PCMU).length;
  }

  /** When the first audio packet came, epoch ms. */
  get firstAt(): number | undefined {
    return this.#packets.find(({ type }) => type === PCMU)?.at;
  }

  /** What was heard, from the first packet on; what did not come is silence. */
  heard(): Sound {
    const audio = this.#packets.filter(({ type }) => type === PCMU);
    const [first] = audio;
    let sound = silence(0);
    const parts: Sound[] = [];
    let length = 0;
    for (const { timestamp, payload } of audio) {
      const missing = ((timestamp - (first?.timestamp ?? 0)) >>> 0) - length;
      if (missing > 0) parts.push(silence(missing / 8));
      parts.push(decodeUlaw(payload));
      length += Math.max(0, missing) + payload.length;
    }
    sound = concat(sound, ...parts);
    return sound;
  }

  /** Touch tones that came, each with its first arrival and its duration in ms. */
  keys(): { key: string; at: number; ms: number }[] {
    const events = new Map<number, { key: string; at: number; ms: number }>();
    for (const { at, type, timestamp, payload } of this.#packets) {
      if (type !== TELEPHONE_EVENT || payload.length < 4) continue;
      const event = events.get(timestamp) ?? { key: KEYS[payload.readUInt8(0)] ?? "?", at, ms: 0 };
      event.ms = Math.max(event.ms, payload.readUInt16BE(2) / 8);
      events.set(timestamp, event);
    }
    return [...events.values()];
  }

  close(): void {
    clearInterval(this.#sender);
    this.#socket.close();
  }

  #next(): Buffer {
    const packet = Buffer.alloc(HEADER + SAMPLES, ULAW_SILENCE);
    packet.writeUInt8(0x80, 0);
    packet.writeUInt8(PCMU, 1);
    packet.writeUInt16BE(this.#sequence & 0xffff, 2);
    packet.writeUInt32BE((this.#sequence * SAMPLES) >>> 0, 4);
    packet.writeUInt32BE(0x1ab, 8);
    this.#toPlay.copy(packet, HEADER, 0, SAMPLES);
    this.#toPlay = this.#toPlay.subarray(SAMPLES);
    this.#sequence++;
    return packet;
  }
}
