import type { CarrierCall } from "../lab/carrier/calls";
import type { EdgeCallView } from "../test/kit/calls/views";

/**
 * One call from the customer's 200 OK to the first word of the AI in his ear, in ms. All times are of one machine's clock: SIP
 * messages as they were on the wire, the dialler's log, Asterisk's log, the recording at the customer.
 */
export interface CallTimes {
  /** Until answering machine detection has decided; only with it. */
  amd?: number;
  /** Then, until a line is picked. */
  routing: number;
  /** The dialplan's call of the lead service. */
  lookup?: number;
  /** The rest of the dialplan between line and INVITE. */
  dialplan: number;
  /** From the INVITE's arrival at the edge to its 200 OK. */
  sip: number;
  /** From there to the first word at the customer. */
  audio: number;
  total: number;
}

/** One line of the dialler's log. */
export interface DiallerEvent {
  at: number;
  event: string;
  callId?: string;
  channel?: string;
  extension?: string;
}

/** What the four witnesses of a run say. */
export interface Evidence {
  customers: readonly CarrierCall[];
  ai: readonly EdgeCallView[];
  dialler: readonly DiallerEvent[];
  /** Lines of Asterisk's log with milliseconds. */
  asterisk: readonly string[];
}

/** Calls that reached the AI and whose customer heard it, oldest first. */
export function callTimes({ customers, ai, dialler, asterisk }: Evidence): CallTimes[] {
  const lookups = lookUps(asterisk);
  const events = new Map<string, DiallerEvent[]>();
  for (const event of dialler) {
    if (event.callId === undefined) continue;
    const known = events.get(event.callId);
    if (known === undefined) events.set(event.callId, [event]);
    else known.push(event);
  }
  return [...ai]
    .sort((a, b) => a.invitedAt - b.invitedAt)
    .flatMap((call) => {
      const customer = customers.find(({ number }) => number.endsWith(call.from.number));
      return customer === undefined ? [] : timesOf(call, customer, events.get(call.from.name) ?? [], lookups);
    });
}

function timesOf(
  call: EdgeCallView,
  customer: CarrierCall,
  events: readonly DiallerEvent[],
  lookups: ReadonlyMap<string, number>,
): CallTimes[] {
  const find = (event: string) => events.find((one) => one.event === event);
  const [detected, picked] = [find("AMD"), find("to line")];
  const channel = events.findLast(({ event, at }) => event === "call started" && at >= (picked?.at ?? 0))?.channel;
  const connected = call.responses.find(({ status }) => status === 200)?.at;
  const { answeredAt, recordedFrom } = customer;
  if (answeredAt === undefined || recordedFrom === undefined || connected === undefined || picked === undefined)
    return [];
  // Before, the dialler lets him hear a ringing tone.
  const word = customer.heard.find(
    ({ kind, startMs }) => kind === "speech" && recordedFrom + startMs >= connected - 100,
  );
  if (word === undefined) return [];
  const heardAt = recordedFrom + word.startMs;
  const lookup = channel === undefined ? undefined : lookups.get(channel);
  return [
    {
      ...(detected && { amd: detected.at - answeredAt }),
      routing: picked.at - (detected?.at ?? answeredAt),
      lookup,
      dialplan: call.invitedAt - picked.at - (lookup ?? 0),
      sip: connected - call.invitedAt,
      audio: heardAt - connected,
      total: heardAt - answeredAt,
    },
  ];
}

const BEGUN = /^\[([^\]]+)\].* Executing \[[^\]]+\] AGI\("([^"]+)", "agi:\/\/[^"]*\/lead[",]/;
const ENDED = /^\[([^\]]+)\].* <([^>]+)>AGI Script agi:\/\/\S*\/lead(?:,\S*)? completed/;

/** How long each channel's look-up took, in ms. */
export function lookUps(lines: readonly string[]): Map<string, number> {
  const begun = new Map<string, number>();
  const took = new Map<string, number>();
  for (const line of lines) {
    const [, from, channel = ""] = BEGUN.exec(line) ?? [];
    if (from !== undefined) begun.set(channel, epoch(from));
    const [, to, of = ""] = ENDED.exec(line) ?? [];
    const start = begun.get(of);
    if (to !== undefined && start !== undefined) took.set(of, epoch(to) - start);
  }
  return took;
}

/** The containers' clocks are at UTC. */
function epoch(stamp: string): number {
  return Date.parse(`${stamp.replace(" ", "T")}Z`);
}

/** A stretch of time, in epoch ms. */
export type Span = readonly [from: number, to: number];

/** How many calls were up at once between the first and the last answer: at most, and in the mean. */
export function atOnce(spans: readonly Span[]): { most: number; mean: number } {
  if (spans.length === 0) return { most: 0, mean: 0 };
  const last = Math.max(...spans.map(([from]) => from));
  const first = Math.min(...spans.map(([from]) => from));
  const within = spans.map(([from, to]) => Math.min(to, last) - from).reduce((sum, ms) => sum + ms, 0);
  const most = Math.max(...spans.map(([at]) => spans.filter(([from, to]) => from <= at && at < to).length));
  return { most, mean: last > first ? within / (last - first) : spans.length };
}

/** Conversations per minute between the first answer and the last end. */
export function perMinute(spans: readonly Span[]): number {
  const ms = Math.max(...spans.map(([, to]) => to)) - Math.min(...spans.map(([from]) => from));
  return spans.length === 0 ? 0 : (spans.length * 60_000) / ms;
}
