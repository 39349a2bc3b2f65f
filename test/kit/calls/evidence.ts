import { extract } from "tar-stream";
import { likeliest, periods, readMonoWav, slice, type Sound } from "../../../lab/audio";
import type { CarrierCall } from "../../../lab/carrier/calls";
import type { EdgeCallView } from "./views";
import { tonesOf } from "./views";
import type { Lab } from "./lab";

/**
 * Whom a recording greets: of these names, the one whose greeting is the likeliest in it. Holds also where a busy machine
 * broke the audio to pieces.
 */
export async function greeted<Name extends string>(
  lab: Lab,
  recording: Sound,
  names: readonly Name[],
  greeting: (name: Name) => string,
): Promise<Name | undefined> {
  const spoken = names.map(async (name) => [name, await lab.carrier.speech(greeting(name))] as const);
  return likeliest(Object.fromEntries(await Promise.all(spoken)) as Record<Name, Sound>, slice(recording, 0, 10_000), {
    furthest: 0.3,
    lead: 0.01,
  });
}

/** Rows that VICIdial's own reports are made of, for one lead. */
export interface Rows {
  lead: { status: string; user: string; called_count: number };
  /** The newest `vicidial_log` row. */
  log: { status: string; user: string; comments: string; length_in_sec: number; term_reason: string } | undefined;
  /** `vicidial_carrier_log`, by channel: the customer leg is a Local channel, the AI leg is the customer's own channel. */
  carrier: { channel: string; dialstatus: string; hangup_cause: number; answered_time: number }[];
  /** `vicidial_remote_agent_log`: the line that took the call. */
  line: { user: string; extension: string } | undefined;
  recordings: { filename: string; user: string }[];
}

export async function rowsOf(lab: Lab, leadId: number): Promise<Rows> {
  const by = (table: string, order: string) =>
    lab.query<never>(`SELECT * FROM ${table} WHERE lead_id = ? ORDER BY ${order}`, [leadId]) as Promise<unknown[]>;
  const [[lead], [log], carrier, [line], recordings] = await Promise.all([
    by("vicidial_list", "lead_id"),
    by("vicidial_log", "start_epoch DESC"),
    by("vicidial_carrier_log", "call_date"),
    by("vicidial_remote_agent_log", "call_time DESC"),
    by("recording_log", "recording_id"),
  ]);
  return { lead, log, carrier, line, recordings } as Rows;
}

/**
 * The carrier_log row of the AI leg: the only one that proves that the AI was reached
 * (docs/facts/vicidial.md#carrier-log).
 */
export function aiLeg({ carrier }: Rows): Rows["carrier"][number] | undefined {
  return carrier.findLast(({ channel }) => !channel.startsWith("Local/"));
}

/** One direction of VICIdial's recording: `in` is the customer, `out` the AI. */
export async function recorded(lab: Lab, filename: string, direction: "in" | "out", dialler = 1): Promise<Sound> {
  const path = `/var/spool/asterisk/monitor/MIX/${filename}-${direction}.wav`;
  const archive = await lab.container(`dialler${dialler}`).getArchive({ path });
  const files: Buffer[] = [];
  const reader = extract();
  archive.pipe(reader);
  for await (const entry of reader) {
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(piece as Buffer);
    files.push(Buffer.concat(pieces));
  }
  return readMonoWav(files[0] ?? Buffer.alloc(0));
}

/** Two-way audio: each side heard the other, by frequency and as speech. */
export function twoWay(
  customer: CarrierCall,
  ai: EdgeCallView,
): { aiHeardTone: boolean; customerHeardSpeech: boolean } {
  return {
    aiHeardTone: tonesOf(ai.heard).includes(customer.toneHz),
    customerHeardSpeech: customer.heard.some(({ kind }) => kind === "speech"),
  };
}

/** Whether a recording holds this tone. */
export function holdsTone(recording: Sound, hz: number): boolean {
  return tonesOf(periods(recording)).includes(hz);
}
