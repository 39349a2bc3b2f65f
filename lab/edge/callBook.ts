import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { messageOf } from "../../core/refusal";
import type { Period } from "../audio";
import type { Line } from "./asterisk/line";
import type { Log } from "../../core/log";
import { recordAtEnd, type EdgeCall } from "./record";
import type { SigmaMindRecords } from "./simulator";

/** Sounds of a call: what the caller said, what the agent said, both. */
export const SOUNDS = ["heard", "said", "recording"] as const;
export type SoundName = (typeof SOUNDS)[number];

export interface CallBookOptions {
  /** Folder that Asterisk records to, one folder per call. */
  folder: string;
  /** Beginning of each `recordingUrl`. */
  publicUrl: string;
  /** How many calls are kept. */
  keep: number;
  sigmaMind: SigmaMindRecords;
  /** Who spoke when, in a recording. */
  listen: (file: string) => Promise<Period[]>;
  log: Log;
}

/** Asterisk closes a recording a moment after the call; longer than this it takes only when something is wrong. */
const CLOSED_WITHIN_MS = 3_000;
/** A caller who sent no sound leaves a header and nothing else, closed or not. */
const EMPTY_AFTER_MS = 300;
const WAV_HEADER = 44;

/** The calls that the edge remembers, newest last, with their recordings. */
export class CallBook {
  readonly #options: CallBookOptions;
  readonly #calls = new Map<string, { call: EdgeCall; line: Line }>();

  constructor(options: CallBookOptions) {
    this.#options = options;
  }

  add(call: EdgeCall, line: Line): void {
    this.#calls.set(call.id, { call, line });
    for (const [id, kept] of this.#calls) {
      if (this.#calls.size <= this.#options.keep) break;
      if (kept.call.state === "ended") void this.#forget(id);
    }
  }

  all(): EdgeCall[] {
    return [...this.#calls.values()].map(({ call }) => call);
  }

  find(id: string): { call: EdgeCall; line: Line } | undefined {
    return this.#calls.get(id);
  }

  sound(id: string, name: SoundName): string {
    return path.join(this.#options.folder, id, `${name}.wav`);
  }

  /** The call is over: its recording is listened to and SigmaMind's record completed. Refused calls leave no recording. */
  async end(call: EdgeCall): Promise<void> {
    const { log, listen } = this.#options;
    call.endedAt = Date.now();
    if (call.answeredAt === undefined) {
      await this.#removeSounds(call.id);
    } else {
      const heard = this.sound(call.id, "heard");
      call.recorded = await closed(heard);
      if (call.recorded) {
        call.heard = await listen(heard).catch((thrown: unknown) => {
          log("not-listened-to", { call: call.id, error: messageOf(thrown) });
          return [];
        });
      }
      await this.#complete(call);
    }
    call.state = "ended";
    const { ending, refusal, transfers } = call;
    log("ended", { call: call.id, ending, refusal, ms: call.endedAt - call.invite.at, transfers: transfers.length });
    // A call that was forgotten while it went on leaves nothing either.
    if (!this.#calls.has(call.id)) await this.#removeSounds(call.id);
  }

  /** Forgets all calls that are over, and their recordings. Calls that go on stay. */
  async clear(): Promise<void> {
    const over = [...this.#calls.values()].filter(({ call }) => call.state === "ended");
    await Promise.all(over.map(({ call }) => this.#forget(call.id)));
  }

  async #complete(call: EdgeCall): Promise<void> {
    const { sigmaMind, publicUrl, log } = this.#options;
    if (call.recordId === undefined) return;
    const url = call.recorded ? `${publicUrl}/calls/${call.id}/recording.wav` : null;
    try {
      await sigmaMind.changeCall(call.recordId, recordAtEnd(call, url));
    } catch (thrown) {
      log("not-on-record", { call: call.id, error: messageOf(thrown) });
    }
  }

  async #forget(id: string): Promise<void> {
    this.#calls.delete(id);
    await this.#removeSounds(id);
  }

  async #removeSounds(id: string): Promise<void> {
    await rm(path.join(this.#options.folder, id), { recursive: true, force: true });
  }
}

/** Waits until a WAV file's header tells its true length, which Asterisk writes when it closes the file. */
async function closed(file: string): Promise<boolean> {
  const since = Date.now();
  for (;;) {
    const content = await readFile(file).catch(() => Buffer.alloc(0));
    const length = content.length < WAV_HEADER ? 0 : content.readUInt32LE(WAV_HEADER - 4);
    if (length > 0 && length === content.length - WAV_HEADER) return true;
    const empty = content.length <= WAV_HEADER;
    if (Date.now() - since > (empty ? EMPTY_AFTER_MS : CLOSED_WITHIN_MS)) return !empty;
    await pause(50);
  }
}
