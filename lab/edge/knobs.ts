import { z } from "zod";
import { REFUSALS } from "./refusal";

const ms = z.number().int().min(0).max(3_600_000);
const refusals = Object.keys(REFUSALS).map(Number);

/** What a test or a curious person can turn while the edge runs. Nothing here exists at LiveKit. */
const knobsSchema = z.strictObject({
  /** Time before 180 Ringing, in ms. */
  ringDelayMs: ms.default(0),
  /** Time between 180 Ringing and 200 OK, in ms: how long the agent takes to join. */
  delayMs: ms.default(0),
  /** How long it rings when no Live agent joins, before 486. LiveKit: 180,000; here shorter, nobody learns from the wait. */
  ringLimitMs: ms.default(3_000),
  /** Every INVITE is refused with this status. */
  refuseWith: z
    .number()
    .refine((status) => refusals.includes(status), `one of ${refusals.join(", ")}`)
    .nullable()
    .default(null),
  /** `false`: nobody joins, whatever the agent's status says; `true`: the agent counts as Live; `null`: as its status says. */
  agentLive: z.boolean().nullable().default(null),
  /** Refuse offers without a key, as a LiveKit trunk with required encryption does. */
  requireSrtp: z.boolean().default(false),
  /** The agent hangs up so long after the answer. */
  hangUpAfterMs: ms.nullable().default(null),
  /** Instead of the agent's `endCallOnSilenceDuration`. */
  silenceMs: ms.nullable().default(null),
  /** Instead of the agent's `maxCallDuration`. */
  maxCallMs: ms.nullable().default(null),
  /** Whether the agent answers when it is spoken to. */
  replies: z.boolean().default(true),
  /** The agent transfers the caller: E.164, `sip:…` or `tel:…`; `{{variables}}` are filled. Without it, the agent's own tool says where to. */
  transferTo: z.string().min(1).nullable().default(null),
  /** When it transfers: so long after the greeting's end … */
  transferAfterMs: ms.nullable().default(null),
  /** … or when the caller presses this key. */
  transferOnDigit: z
    .string()
    .regex(/^[0-9*#A-D]$/, "one of 0-9 * # A-D")
    .nullable()
    .default(null),
});
export type Knobs = z.infer<typeof knobsSchema>;

/** Only what is to change. */
type KnobChanges = Partial<Knobs>;

/** The knobs of all calls, and those that are turned for one number alone. */
export class KnobBoard {
  #all: KnobChanges = {};
  readonly #numbers = new Map<string, KnobChanges>();

  /** For a call to `number`. */
  of(number?: string): Knobs {
    const own = number === undefined ? undefined : this.#numbers.get(number);
    return knobsSchema.parse({ ...this.#all, ...own });
  }

  /** @throws z.ZodError when a name or value is wrong; nothing is changed then. */
  turn(given: unknown, number?: string): Knobs {
    const checked = changesIn(given);
    if (number === undefined) this.#all = { ...this.#all, ...checked };
    else this.#numbers.set(number, { ...this.#numbers.get(number), ...checked });
    return this.of(number);
  }

  /** Everything as it was at the start. */
  reset(): void {
    this.#all = {};
    this.#numbers.clear();
  }
}

/** Only the names that were given: a default must not undo what was turned before. */
function changesIn(given: unknown): KnobChanges {
  const checked = knobsSchema.partial().parse(given);
  return Object.fromEntries(Object.entries(checked).filter(([name]) => Object.hasOwn(given as object, name)));
}
