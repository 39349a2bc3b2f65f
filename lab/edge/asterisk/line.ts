import { reasonFor } from "../refusal";
import { ChannelGone, type Ari } from "./ari";
import type { AriEvent } from "./events";

/** What happens on a call, as the agent notices it. */
export type LineEvent =
  | { kind: "recorded" }
  | { kind: "talking" }
  /** The caller has stopped; `ms` is how long he spoke. */
  | { kind: "heard"; ms: number }
  | { kind: "digit"; digit: string }
  /** The agent's words have begun, or are all said. */
  | { kind: "speaking"; utterance: string }
  | { kind: "said"; utterance: string }
  | { kind: "referred"; accepted: boolean; status: number }
  /** Somebody from outside asks for something: the control API. */
  | { kind: "command"; do: "hangup" | "transfer"; to?: string }
  | { kind: "gone"; by: "caller" | "agent" | "edge"; cause: number };

/** Between the channel's id and the utterance's number in a playback's id. */
const UTTERANCE = "~";

/** The channel that an utterance belongs to. */
export function channelOf(utterance: string): string {
  return utterance.split(UTTERANCE)[0] ?? "";
}

/** One call's channel: what the agent does goes to Asterisk, what happens comes from {@link next} in order. */
export class Line {
  readonly #ari: Ari;
  readonly #queue: LineEvent[] = [];
  #wake: (() => void) | undefined;
  #utterances = 0;
  #hungUp = false;
  #gone = false;

  constructor(
    /** Asterisk's id of the channel. */
    readonly id: string,
    ari: Ari,
  ) {
    this.#ari = ari;
  }

  /** Whether the call is over. */
  get gone(): boolean {
    return this.#gone;
  }

  ring = (): Promise<void> => this.#ask("POST", "ring");

  /** Puts the call on record, then 200 OK. Whether the caller was still there. */
  async answer(): Promise<boolean> {
    await this.#leaveFor("record");
    while (!this.#gone && (await this.next())?.kind !== "recorded");
    if (!this.#gone) await this.#ask("POST", "answer");
    return !this.#gone;
  }

  /** Refuses an INVITE that is not answered yet. */
  async refuse(status: number): Promise<void> {
    this.#hungUp = true;
    await this.#ask("DELETE", "", { reason: reasonFor(status) });
  }

  /** BYE. */
  async hangUp(): Promise<void> {
    this.#hungUp = true;
    await this.#ask("DELETE", "", { reason: "normal" });
  }

  /**
   * Plays a sound file after whatever is playing; `speaking` and `said` tell when.
   *
   * @param file path without its extension
   * @returns the utterance's id
   */
  async play(file: string): Promise<string> {
    const utterance = `${this.id}${UTTERANCE}${this.#utterances++}`;
    await this.#ask("POST", `play/${utterance}`, { media: `sound:${file}` });
    return utterance;
  }

  /** Sends REFER with this target and waits for what the other side reports by NOTIFY; `referred` tells. */
  async refer(target: string): Promise<void> {
    await this.#ask("POST", "variable", { variable: "EDGE_REFER_TO", value: target });
    await this.#leaveFor("refer");
  }

  /** What the control API asks for. */
  command(event: Extract<LineEvent, { kind: "command" }>): void {
    this.#push(event);
  }

  /** The next event; undefined when none came within the time. */
  async next(withinMs = Infinity): Promise<LineEvent | undefined> {
    if (this.#queue.length > 0) return this.#queue.shift();
    if (withinMs <= 0) return undefined;
    await new Promise<void>((resolve) => {
      const timer = withinMs === Infinity ? undefined : setTimeout(resolve, withinMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
    return this.#queue.shift();
  }

  /** Waits, unless the call ends before; whether it is still there. */
  async wait(ms: number): Promise<boolean> {
    const until = Date.now() + ms;
    while (!this.#gone && Date.now() < until) await this.next(until - Date.now());
    return !this.#gone;
  }

  /** Asterisk can no longer be heard. */
  lose(): void {
    this.#gone = true;
    this.#push({ kind: "gone", by: "edge", cause: 0 });
  }

  /** Takes an event of this channel or of one of its utterances. */
  take(event: AriEvent): void {
    if (event.type === "ChannelDestroyed") this.#gone = true;
    const noticed = lineEvent(event, this.#hungUp);
    if (noticed !== undefined) this.#push(noticed);
  }

  #push(event: LineEvent): void {
    this.#queue.push(event);
    this.#wake?.();
  }

  /** Sends the channel through a context of docker/edge/etc/extensions.conf, from which it comes back. */
  async #leaveFor(context: "record" | "refer"): Promise<void> {
    await this.#ask("POST", "continue", { context, extension: "s", priority: "1" });
  }

  async #ask(method: "POST" | "DELETE", what: string, query: Record<string, string> = {}): Promise<void> {
    try {
      await this.#ari.request(method, `channels/${this.id}${what === "" ? "" : `/${what}`}`, query);
    } catch (thrown) {
      // Then `gone` is under way and says all that there is to say.
      if (!(thrown instanceof ChannelGone)) throw thrown;
    }
  }
}

/** What an event of Asterisk means for the call; undefined when nothing. */
function lineEvent(event: AriEvent, hungUp: boolean): LineEvent | undefined {
  switch (event.type) {
    case "StasisStart":
      if (event.args[0] === "recorded") return { kind: "recorded" };
      // Back from `refer`: its arguments tell what Transfer() said.
      return { kind: "referred", accepted: event.args[1] === "SUCCESS", status: Number(event.args[2]) || 0 };
    case "ChannelTalkingStarted":
      return { kind: "talking" };
    case "ChannelTalkingFinished":
      return { kind: "heard", ms: event.duration };
    case "ChannelDtmfReceived":
      return { kind: "digit", digit: event.digit };
    case "PlaybackStarted":
      return { kind: "speaking", utterance: event.playback.id };
    case "PlaybackFinished":
      return { kind: "said", utterance: event.playback.id };
    case "ChannelDestroyed":
      return { kind: "gone", by: hungUp ? "agent" : "caller", cause: event.cause };
  }
}
