import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Ami, AmiMessage } from "../../core/protocols/ami";
import { messageOf } from "../../core/refusal";
import { periods, readMonoWav, type Period, type Sound } from "../audio";
import type { Capture, TracedMessage } from "../../core/protocols/sip/capture";
import { customerOf, toneOf } from "./customers";
import type { Log } from "../../core/log";
import { sipFacts, type SipFacts } from "./sip";

/** One direction of a call: what the customer heard (the caller's voice) or what he said. */
export type Direction = "heard" | "said";

/** A call as the control API tells it. Times in epoch ms. */
export interface CarrierCall extends SipFacts {
  /** Asterisk's unique id of the channel. */
  id: string;
  /** What kind of customer the number reached, in words. */
  customer: string;
  /** Frequency of the tone between his words, in Hz. */
  toneHz: number;
  /** When the recordings begin; undefined when the call was not answered. */
  recordedFrom?: number;
  /** Who spoke when, in ms from `recordedFrom`: what the customer heard and what he said. */
  heard: Period[];
  said: Period[];
  /** Touch tones that the customer received. */
  digits: { digit: string; at: number }[];
}

/** Which calls. */
export interface CallQuery {
  /** Those that arrived since then, epoch ms. */
  since?: number;
  /** Those to a number with this end. */
  number?: string;
}

interface Kept {
  id: string;
  channel: string;
  callId: string;
  recordedFrom?: number;
  /** When the channel was gone: the end of a call whose BYE was never seen. */
  goneAt?: number;
  digits: { digit: string; at: number }[];
  /** Of a finished call: its recordings do not change any more. */
  spoken?: Record<Direction, Period[]>;
}

/** After so long the recordings of a finished call are written to the end. */
const FLUSH_MS = 1000;

/** Every call that reached the carrier: Asterisk's events name it, the SIP messages on the wire say what it was. */
export class Calls {
  readonly #calls = new Map<string, Kept>();

  constructor(
    private readonly folder: string,
    private readonly capture: Capture,
    private readonly ami: Ami,
    private readonly log: Log,
    private readonly keep = 500,
  ) {
    ami.on("UserEvent", (event) => this.#userEvent(event));
    ami.on("DTMFEnd", (event) => this.#digit(event));
    ami.on("Hangup", (event) => this.#gone(event));
  }

  /** The calls that are asked for, oldest first. */
  async all({ since = 0, number = "" }: CallQuery = {}): Promise<CarrierCall[]> {
    const asked = [...this.#calls.values()].filter((call) => {
      const facts = sipFacts(this.capture.trace(call.callId));
      return facts !== undefined && facts.invitedAt >= since && facts.number.endsWith(number);
    });
    // Of these only: listening to the recording of a call that goes on costs a processor's time.
    const calls = await Promise.all(asked.map((call) => this.#told(call)));
    return calls.filter((call) => call !== undefined).sort((a, b) => a.invitedAt - b.invitedAt);
  }

  async one(id: string): Promise<CarrierCall | undefined> {
    const call = this.#calls.get(id);
    return call && this.#told(call);
  }

  /** The SIP messages of a call as they were on the wire. */
  trace(id: string): { at: number; received: boolean; peer: string; text: string }[] | undefined {
    const call = this.#calls.get(id);
    return (
      call && this.capture.trace(call.callId).map(({ at, received, peer, text }) => ({ at, received, peer, text }))
    );
  }

  /** The recording of one direction as it is now; undefined when there is none. */
  async recording(id: string, direction: Direction): Promise<Buffer | undefined> {
    if (!this.#calls.has(id)) return undefined;
    return readFile(this.#file(id, direction)).catch(() => undefined);
  }

  /** The customer hangs up. False when there is no such call up. */
  async hangUp(id: string): Promise<boolean> {
    const call = this.#up(id);
    if (call === undefined) return false;
    await this.ami.action("Hangup", { Channel: call.channel, Cause: 16 });
    return true;
  }

  /** The customer presses keys, 0.12 s each. False when there is no such call up. */
  async press(id: string, digits: string): Promise<boolean> {
    for (const digit of digits) {
      const call = this.#up(id);
      if (call === undefined) return false;
      await this.ami.action("PlayDTMF", { Channel: call.channel, Digit: digit, Duration: 120 });
      await new Promise((resolve) => setTimeout(resolve, 240));
    }
    return true;
  }

  /** Forgets finished calls and their recordings; those that are up stay. */
  async forget(): Promise<void> {
    for (const call of this.#calls.values()) if (call.goneAt !== undefined) await this.#drop(call);
  }

  #up(id: string): Kept | undefined {
    const call = this.#calls.get(id);
    return call?.goneAt === undefined ? call : undefined;
  }

  #userEvent({ userevent, uniqueid = "", channel = "", sip = "" }: AmiMessage): void {
    if (userevent === "Arrived") {
      const { number } = sipFacts(this.capture.trace(sip)) ?? {};
      this.log("call-arrived", { id: uniqueid, number });
      this.#calls.set(uniqueid, { id: uniqueid, channel, callId: sip, digits: [] });
      const [oldest] = this.#calls.values();
      if (this.#calls.size > this.keep && oldest !== undefined) void this.#drop(oldest);
    }
    const call = this.#calls.get(uniqueid);
    if (userevent === "Recording" && call !== undefined) call.recordedFrom = Date.now();
  }

  #digit({ uniqueid = "", direction, digit }: AmiMessage): void {
    if (direction === "Received" && digit !== undefined)
      this.#calls.get(uniqueid)?.digits.push({ digit, at: Date.now() });
  }

  #gone({ uniqueid = "", cause }: AmiMessage): void {
    const call = this.#calls.get(uniqueid);
    if (call === undefined) return;
    call.goneAt = Date.now();
    this.log("call-ended", { id: uniqueid, cause: Number(cause) });
  }

  async #drop(call: Kept): Promise<void> {
    this.#calls.delete(call.id);
    for (const direction of ["heard", "said"] as const) await rm(this.#file(call.id, direction), { force: true });
  }

  async #told(call: Kept): Promise<CarrierCall | undefined> {
    const trace: readonly TracedMessage[] = this.capture.trace(call.callId);
    const facts = sipFacts(trace);
    if (facts === undefined) return undefined;
    const { id, recordedFrom, digits, goneAt } = call;
    return {
      id,
      ...facts,
      endedAt: facts.endedAt ?? goneAt,
      customer: customerOf(facts.number).does,
      toneHz: toneOf(facts.number),
      recordedFrom,
      ...(await this.#spoken(call)),
      digits: [...digits],
    };
  }

  async #spoken(call: Kept): Promise<Record<Direction, Period[]>> {
    if (call.spoken !== undefined) return call.spoken;
    const final = call.goneAt !== undefined && Date.now() - call.goneAt > FLUSH_MS;
    const [heard, said] = await Promise.all([this.#periods(call.id, "heard"), this.#periods(call.id, "said")]);
    const spoken = { heard, said };
    if (final) call.spoken = spoken;
    return spoken;
  }

  async #periods(id: string, direction: Direction): Promise<Period[]> {
    const file = await this.recording(id, direction);
    const sound = file && this.#read(file, id);
    return sound === undefined ? [] : periods(sound);
  }

  /** A file whose header is not written yet is no recording yet. */
  #read(file: Buffer, id: string): Sound | undefined {
    try {
      return readMonoWav(file);
    } catch (thrown) {
      if (file.length > 100) this.log("recording-unreadable", { id, error: messageOf(thrown) });
      return undefined;
    }
  }

  #file(id: string, direction: Direction): string {
    return join(this.folder, `${id}-${direction}.wav`);
  }
}

/** An empty folder for recordings. */
export async function emptyFolder(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}
