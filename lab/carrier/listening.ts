import type { Ami, AmiMessage } from "../../core/protocols/ami";
import type { Log } from "../../core/log";

/** A customer's ear. */
interface Ear {
  channel: string;
  /** Whether the other side talks, by Asterisk's TALK_DETECT, which sees only frames that come. */
  talking: boolean;
  /** RTP packets so far, when they were last counted. */
  packets: string | undefined;
  /** When the other side was last heard, epoch ms. */
  heardAt: number;
  /** Since when it is the customer's turn to listen, and where he speaks. */
  listening: { afterMs: number; context: string } | undefined;
}

const TICK_MS = 200;

/**
 * Lets customers speak whenever the other side was silent for a while. Asterisk's own WaitForSilence does not do: together
 * with `transmit_silence` it waits for ever for a side that sends no packets at all, as an Asterisk that plays nothing does.
 *
 * The dialplan says when a customer listens (`UserEvent(Listening,After: ms)`); his turn is a redirect to extension `turn` of
 * the context that he listens in.
 */
export class Listening {
  readonly #ears = new Map<string, Ear>();
  readonly #timer = setInterval(() => void this.#tick(), TICK_MS);

  constructor(
    private readonly ami: Ami,
    private readonly log: Log,
  ) {
    ami.on("UserEvent", (event) => this.#listen(event));
    ami.on("ChannelTalkingStart", ({ uniqueid = "" }) => this.#talks(uniqueid, true));
    ami.on("ChannelTalkingStop", ({ uniqueid = "" }) => this.#talks(uniqueid, false));
    ami.on("Hangup", ({ uniqueid = "" }) => void this.#ears.delete(uniqueid));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #listen({ userevent, uniqueid = "", channel = "", context = "", after }: AmiMessage): void {
    if (userevent !== "Listening") return;
    const ear = this.#ears.get(uniqueid) ?? {
      channel,
      talking: false,
      packets: undefined,
      heardAt: 0,
      listening: undefined,
    };
    ear.heardAt = Date.now();
    ear.listening = { afterMs: Number(after), context };
    this.#ears.set(uniqueid, ear);
  }

  #talks(id: string, talking: boolean): void {
    const ear = this.#ears.get(id);
    if (ear === undefined) return;
    ear.talking = talking;
    ear.heardAt = Date.now();
  }

  async #tick(): Promise<void> {
    await Promise.all([...this.#ears.values()].map((ear) => this.#look(ear)));
  }

  async #look(ear: Ear): Promise<void> {
    if (ear.listening === undefined) return;
    try {
      if (ear.talking && (await this.#newPackets(ear))) ear.heardAt = Date.now();
      const { afterMs, context } = ear.listening;
      if (Date.now() - ear.heardAt < afterMs) return;
      ear.listening = undefined;
      await this.ami.action("Redirect", { Channel: ear.channel, Context: context, Exten: "turn", Priority: 1 });
    } catch (thrown) {
      // Gone meanwhile, or the manager connection is: the next `Listening` begins anew.
      this.log("turn-missed", { channel: ear.channel, error: String(thrown) });
    }
  }

  async #newPackets(ear: Ear): Promise<boolean> {
    const { value } = await this.ami.action("Getvar", { Channel: ear.channel, Variable: "CHANNEL(rtcp,rxcount)" });
    const more = value !== ear.packets;
    ear.packets = value;
    return more;
  }
}
