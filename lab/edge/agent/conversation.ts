import type { Line, LineEvent } from "../asterisk/line";
import type { Log } from "../../../core/log";
import type { EdgeCall, Ending } from "../record";
import { referTarget, type Behaviour } from "./behaviour";
import type { Speech } from "./speech";

/** What a conversation works with. */
export interface Stage {
  line: Pick<Line, "next" | "play" | "refer" | "hangUp">;
  speech: Pick<Speech, "files">;
  behaviour: Behaviour;
  /** The agent hangs up so long after the answer. */
  hangUpAfterMs: number | null;
  /** Where it writes down what happens. */
  call: EdgeCall;
  log: Log;
}

/**
 * After a transfer the other side may hang up itself; else the agent does, within the second that LiveKit takes
 * (docs/facts/livekit.md#transfers).
 */
const BYE_AFTER_MS = 800;
/** What is shorter is a click, not a word. */
const SHORTEST_WORD_MS = 100;
const ENDED_BY: Readonly<Record<Extract<LineEvent, { kind: "gone" }>["by"], Ending>> = {
  agent: "agent hung up",
  caller: "caller hung up",
  edge: "edge failed",
};
const SORRY = "I am sorry, I could not transfer you.";

/** One answered call from the greeting to its end: says, listens, answers, transfers, hangs up. */
export class Conversation {
  readonly #stage: Stage;
  readonly #utterances = new Set<string>();
  readonly #answeredAt: number;
  #talking = false;
  #quietSince: number;
  #transferAt: number | undefined;
  #wanted: string | undefined;
  #referring = false;
  #byeAt: number | undefined;
  #ending: Ending | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#answeredAt = this.#quietSince = stage.call.answeredAt ?? Date.now();
  }

  /** Returns when the call is gone. */
  async run(): Promise<Ending> {
    const { line, behaviour } = this.#stage;
    await this.#say(behaviour.greeting);
    if (behaviour.greeting === "") this.#greeted();
    for (;;) {
      const due = this.#due();
      const event = await line.next(due.at - Date.now());
      if (event?.kind === "gone") return this.#ending ?? ENDED_BY[event.by];
      if (event === undefined) await due.act();
      else await this.#on(event);
      await this.#transferWhenQuiet();
    }
  }

  /** What comes next if nothing happens. */
  #due(): { at: number; act: () => void | Promise<void> } {
    const { behaviour, hangUpAfterMs } = this.#stage;
    const quiet = !this.#talking && this.#utterances.size === 0 && !this.#referring;
    const later = Infinity;
    const plans: [number, () => void | Promise<void>][] = [
      [this.#byeAt ?? later, () => this.#end("transferred")],
      [this.#answeredAt + (hangUpAfterMs ?? later), () => this.#end("agent hung up")],
      [this.#answeredAt + behaviour.maxCallMs, () => this.#end("longest call")],
      [quiet ? this.#quietSince + behaviour.silenceMs : later, () => this.#end("silence")],
      [this.#transferAt ?? later, () => this.#wantTransfer(behaviour.transfer.to)],
    ];
    // Once it has hung up, only the end of the call can follow.
    if (this.#ending !== undefined && this.#byeAt === undefined) return { at: later, act: () => undefined };
    const [at, act] = plans.reduce((first, plan) => (plan[0] < first[0] ? plan : first));
    return { at, act };
  }

  async #on(event: LineEvent): Promise<void> {
    const { call, behaviour, log } = this.#stage;
    switch (event.kind) {
      case "talking":
        this.#talking = true;
        return;
      case "heard":
        this.#talking = false;
        this.#quietSince = Date.now();
        log("heard", { call: call.id, ms: event.ms });
        if (event.ms >= SHORTEST_WORD_MS && this.#utterances.size === 0 && !this.#referring)
          await this.#say(behaviour.reply);
        return;
      case "digit":
        this.#quietSince = Date.now();
        call.digits.push({ at: Date.now(), digit: event.digit });
        if (event.digit === behaviour.transfer.onDigit) this.#wantTransfer(behaviour.transfer.to);
        return;
      case "speaking":
        call.firstAudioAt ??= Date.now();
        return;
      case "said":
        this.#utterances.delete(event.utterance);
        this.#quietSince = Date.now();
        if (this.#utterances.size === 0) this.#greeted();
        return;
      case "referred":
        return this.#referred(event);
      case "command":
        if (event.do === "hangup") return this.#end("agent hung up");
        this.#wantTransfer(event.to ?? behaviour.transfer.to);
        return;
      case "recorded":
      case "gone":
        return;
    }
  }

  #greeting = true;
  /** The greeting is over: from now on the planned transfer's time runs. */
  #greeted(): void {
    const { afterGreetingMs } = this.#stage.behaviour.transfer;
    if (this.#greeting && afterGreetingMs !== undefined) this.#transferAt = Date.now() + afterGreetingMs;
    this.#greeting = false;
  }

  async #say(text: string): Promise<void> {
    const { line, speech, call } = this.#stage;
    if (this.#ending !== undefined) return;
    for (const file of speech.files(text)) {
      const utterance = await line.play(await file);
      this.#utterances.add(utterance);
    }
    if (text !== "") call.said.push({ at: Date.now(), text });
  }

  #wantTransfer(to: string | undefined): void {
    this.#transferAt = undefined;
    if (to !== undefined && to !== "") this.#wanted = to;
    else this.#stage.log("transfer-without-target", { call: this.#stage.call.id });
  }

  /** An agent finishes its sentence before it leaves. */
  async #transferWhenQuiet(): Promise<void> {
    const to = this.#wanted;
    if (to === undefined || this.#utterances.size > 0 || this.#referring || this.#ending !== undefined) return;
    const { line, call, log } = this.#stage;
    this.#wanted = undefined;
    this.#referring = true;
    const target = referTarget(to, call.invite.from.host);
    call.transfers.push({ to, target, at: Date.now(), outcome: "waiting", status: 0 });
    log("transfer", { call: call.id, target });
    await line.refer(target);
  }

  async #referred({ accepted, status }: Extract<LineEvent, { kind: "referred" }>): Promise<void> {
    const { call, log } = this.#stage;
    const attempt = call.transfers.at(-1);
    if (attempt !== undefined) Object.assign(attempt, { outcome: accepted ? "done" : "failed", status });
    log("transfer-ended", { call: call.id, accepted, status });
    this.#quietSince = Date.now();
    if (accepted) {
      this.#ending = "transferred";
      this.#byeAt = Date.now() + BYE_AFTER_MS;
    } else {
      this.#referring = false;
      await this.#say(SORRY);
    }
  }

  async #end(ending: Ending): Promise<void> {
    this.#ending ??= ending;
    this.#byeAt = undefined;
    await this.#stage.line.hangUp();
  }
}
