import type { Voice } from "../audio/speech";

/** Something that the carrier says on behalf of a customer. */
export type Phrase = keyof typeof PHRASES;

/** What is said, by espeak-ng. */
export const PHRASES = {
  hello: "Hello?",
  turn: "I am listening.",
  agent: "Sales department, how can I help you?",
  // Commas, because a pause of a second between sentences would be a person's to an answering machine detector.
  greeting:
    "Your call was answered by voice mail, nobody here can talk right now, please leave your name, your number and your " +
    "message after this tone",
} as const;

/**
 * How it is said, where not as everything else. Asterisk's AMD counts words that a pause of 50 ms keeps apart: so spoken, the fifth
 * word comes 1.7 s after the answer. On a busy machine the audio arrives in bursts, and AMD, which adds its waits to what it
 * hears, gives up after half of its five seconds (seen).
 */
export const VOICES: Partial<Record<Phrase, Voice>> = { greeting: { speed: 240, gapMs: 120 } };

/** Pure tones besides the customers' own, in Hz. */
export const BEEP_HZ = 1000;

/** One thing that a customer does, in the order of the table. */
export type Step =
  /** Rings for so many ms (180), then goes on. */
  | { do: "ring"; ms: number }
  | { do: "answer" }
  /** Refuses the call with a Q.850 cause: 17 busy (486), 1 unallocated number (404), 34 no circuit (503). */
  | { do: "refuse"; cause: number }
  /** Sends digital silence for so many ms. */
  | { do: "wait"; ms: number }
  /** Sends no audio at all until the other side hangs up. */
  | { do: "mute" }
  | { do: "say"; phrase: Phrase }
  /** The mailbox's beep. */
  | { do: "beep" }
  /** A tone of the customer's own frequency. */
  | { do: "tone" }
  /**
   * Until the call ends: whenever the other side was silent for `afterMs`, says "I am listening." and then a tone of the
   * customer's own frequency; `press` follows as touch tones (RFC 4733), when there is one.
   */
  | { do: "converse"; afterMs: number; press?: string }
  | { do: "hang up" };

/** A kind of customer. */
export interface Customer {
  /** Last two digits of the number dialled; without, all others. */
  digits?: string;
  /** What he does, for people. */
  does: string;
  steps: readonly Step[];
}

/**
 * Shorter, and a VICIdial dialler loses the call: its look-up of the real channel has no second try
 * (docs/facts/vicidial.md#routing-prefix).
 */
const RING_MS = 4000;
/** How long a customer lets the other side be silent before he speaks. More than any detector of machines listens. */
const AFTER_MS = 2500;
/** A human agent waits longer, or the two would always speak at once. */
const AGENT_AFTER_MS = 5000;

const ring = (ms = RING_MS): Step => ({ do: "ring", ms });
const answer: Step = { do: "answer" };
const wait = (ms: number): Step => ({ do: "wait", ms });
const say = (phrase: Phrase): Step => ({ do: "say", phrase });
const converse = (press?: string, afterMs = AFTER_MS): Step => ({ do: "converse", afterMs, press });
const tone: Step = { do: "tone" };
const hangUp: Step = { do: "hang up" };
const person = [answer, wait(300), say("hello"), converse()];

/**
 * Everybody whom the telephone network can reach. The last two digits of the number choose: `+1 303 550 0930` is a machine,
 * whatever stands before. Numbers that are not listed are persons.
 */
export const CUSTOMERS: readonly Customer[] = [
  {
    does: "person: rings 4 s, answers, says hello after 0.3 s, then speaks when the other side is silent",
    steps: [ring(), ...person],
  },
  { digits: "20", does: "person who answers at once, without ringing", steps: person },
  { digits: "21", does: "person who lets it ring for 45 s", steps: [ring(45_000), ...person] },
  {
    digits: "30",
    does: "answering machine: greeting of about 7 s, beep of 0.8 s, records for 40 s, hangs up",
    steps: [ring(), answer, wait(300), say("greeting"), wait(300), { do: "beep" }, wait(40_000), hangUp],
  },
  { digits: "40", does: "busy (486)", steps: [{ do: "refuse", cause: 17 }] },
  { digits: "41", does: "does not answer: rings until the caller gives up", steps: [ring(3_600_000)] },
  { digits: "42", does: "number not in service (404)", steps: [{ do: "refuse", cause: 1 }] },
  { digits: "43", does: "no circuit free (503)", steps: [{ do: "refuse", cause: 34 }] },
  {
    digits: "50",
    does: "answers, 3.4 s of digital silence, then a person",
    steps: [ring(), answer, wait(3400), say("hello"), converse()],
  },
  {
    digits: "51",
    does: "answers, 7.5 s of digital silence, then a person",
    steps: [ring(), answer, wait(7500), say("hello"), converse()],
  },
  { digits: "52", does: "answers and sends digital silence for ever", steps: [ring(), answer, wait(3_600_000)] },
  { digits: "53", does: "answers and sends no audio at all", steps: [ring(), answer, { do: "mute" }] },
  {
    digits: "60",
    does: "hangs up while waiting: says hello, hangs up 1 s later",
    steps: [ring(), answer, wait(300), say("hello"), wait(1000), hangUp],
  },
  {
    digits: "61",
    does: "person who listens after his hello and hangs up 10 s later",
    steps: [ring(), answer, wait(300), say("hello"), wait(10_000), hangUp],
  },
  {
    digits: "62",
    does: "person who listens after his hello and hangs up 25 s later",
    steps: [ring(), answer, wait(300), say("hello"), wait(25_000), hangUp],
  },
  ...[
    ["70", "#"],
    ["71", "*"],
    ["72", "CC813035556666"],
  ].map(([digits, press]) => ({
    digits,
    does: `person who presses \`${press}\` after each of his turns`,
    steps: [ring(), ...person.slice(0, -1), converse(press)],
  })),
  {
    digits: "80",
    does: "human agent for transfers: rings 2 s, answers, gives his department and his tone, then speaks after 5 s of silence",
    steps: [ring(2000), answer, wait(300), say("agent"), tone, converse(undefined, AGENT_AFTER_MS)],
  },
  {
    digits: "81",
    does: "human agent who is busy (486), after ringing 1 s",
    steps: [ring(1000), { do: "refuse", cause: 17 }],
  },
  { digits: "82", does: "human agent who never answers", steps: [ring(3_600_000)] },
  {
    digits: "83",
    does: "human agent who answers likewise and hangs up 6 s later",
    steps: [ring(2000), answer, wait(300), say("agent"), tone, wait(6000), hangUp],
  },
];

/** The customer whom a number reaches. */
export function customerOf(number: string): Customer {
  const digits = lastTwo(number);
  const [anybody] = CUSTOMERS;
  const found = CUSTOMERS.find((customer) => customer.digits === digits) ?? anybody;
  if (found === undefined) throw new Error("the table of customers is empty");
  return found;
}

/**
 * Frequency of a customer's own tone: 300 Hz and 20 Hz more for each step of the last two digits, so …14 has 580 Hz and
 * …77 has 1,840 Hz. By it a recording tells whom it heard.
 */
export function toneOf(number: string): number {
  return 300 + 20 * Number(lastTwo(number));
}

/** Last two digits, as the dialplan takes them: what is no digit does not count. */
function lastTwo(number: string): string {
  return number.replace(/\D/g, "").slice(-2);
}

/** The table of the README. */
export function customerTable(): string {
  const rows = CUSTOMERS.map(({ digits, does }) => [digits === undefined ? "all others" : `…${digits}`, does]);
  return ["| number | customer |", "| --- | --- |", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n");
}
