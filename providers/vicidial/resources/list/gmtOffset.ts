import { z } from "zod";

import type { Reader } from "../../session";

/** What a lead says about where its phone is. */
export interface PhoneLocation {
  /** Country code, `vicidial_list.phone_code`. */
  phoneCode: string;
  phoneNumber: string;
  state?: string | undefined;
}

/** One row of `vicidial_phone_codes`. */
const zoneRow = z.object({
  areacode: z.string().nullable(),
  state: z.string().nullable(),
  offset: z.coerce.number(),
  dst: z.string().nullable(),
  range: z.string().nullable(),
});
export type Zone = z.infer<typeof zoneRow>;

/** Either the hours from GMT that hold now, or why they are not known. */
export type GmtOffset = { hours: number } | { unknown: string };

/**
 * Hours from GMT at the lead's place right now: what VICIdial compares with the campaign's call time
 * (docs/facts/vicidial.md#hopper). A lead whose `gmt_offset_now` is a mere 0.00 is judged by GMT, so nobody calls it, or
 * at night.
 *
 * Looked up as VICIdial does, in `vicidial_phone_codes`: by area code, else by state, else by country. Where VICIdial
 * would take the first of several zones, this says that they are several.
 *
 * @example
 * await gmtOffsetOf(reader, { phoneCode: "1", phoneNumber: "3035500914" }) // { hours: -7 } in winter
 */
export async function gmtOffsetOf(reader: Reader, phone: PhoneLocation, at = new Date()): Promise<GmtOffset> {
  if (phone.phoneCode === "") return { unknown: "the lead has no phone code, so its country is not known" };
  const zones = await reader.rows(
    zoneRow,
    "SELECT areacode, state, GMT_offset AS offset, DST AS dst, DST_range AS `range` FROM vicidial_phone_codes WHERE country_code = ?",
    [phone.phoneCode],
  );
  return offsetAmong(zones, phone, at);
}

/** The choice that {@link gmtOffsetOf} makes among the zones of one country. */
export function offsetAmong(zones: readonly Zone[], phone: PhoneLocation, at: Date): GmtOffset {
  if (zones.length === 0) return { unknown: `vicidial_phone_codes has no country code ${phone.phoneCode}` };
  const candidates = byAreaCode(zones, phone) ?? byState(zones, phone) ?? wholeCountry(zones);
  if (candidates === undefined) {
    const place = `area code ${phone.phoneNumber.slice(0, 3)}${phone.state ? ` or state ${phone.state}` : ""}`;
    return { unknown: `vicidial_phone_codes has no ${place} in country code ${phone.phoneCode}` };
  }
  const offsets = [...new Set(candidates.map((zone) => hoursNow(zone, at)))];
  const [hours] = offsets;
  if (hours !== undefined && offsets.length === 1) return { hours };
  const list = offsets.sort((a, b) => a - b).join(", ");
  return { unknown: `vicidial_phone_codes knows several offsets for it (${list})` };
}

/** The zone of the longest area code that the number begins with. */
function byAreaCode(zones: readonly Zone[], { phoneNumber }: PhoneLocation): Zone[] | undefined {
  const matching = zones.filter(({ areacode }) => areacode && phoneNumber.startsWith(areacode));
  const longest = Math.max(0, ...matching.map(({ areacode }) => areacode?.length ?? 0));
  return nonEmpty(matching.filter(({ areacode }) => areacode?.length === longest));
}

function byState(zones: readonly Zone[], { state }: PhoneLocation): Zone[] | undefined {
  return state ? nonEmpty(zones.filter((zone) => zone.state?.toUpperCase() === state.toUpperCase())) : undefined;
}

/** A country that is not divided by area code or state. */
function wholeCountry(zones: readonly Zone[]): Zone[] | undefined {
  return nonEmpty(zones.filter((zone) => !zone.areacode && !zone.state));
}

function nonEmpty(zones: Zone[]): Zone[] | undefined {
  return zones.length === 0 ? undefined : zones;
}

/** Hours from GMT in a zone at an instant, summer time included. */
export function hoursNow({ offset, dst, range }: Pick<Zone, "offset" | "dst" | "range">, at: Date): number {
  return dst === "Y" && isSummer(range ?? "", offset, at) ? offset + 1 : offset;
}

const ORDINALS: Record<string, number> = { F: 1, S: 2, T: 3, L: Infinity };
const MONTHS: Record<string, number> = { F: 2, M: 3, A: 4, S: 9, O: 10, N: 11 };

/**
 * Does summer time hold? `range` is VICIdial's notation: which Sunday of which month it begins and ends, for example
 * `SSM-FSN`, second Sunday of March to first Sunday of November. Clocks change at 2 in the morning, standard time.
 * A range that VICIdial does not know either never holds.
 */
export function isSummer(range: string, standardOffset: number, at: Date): boolean {
  const parts = /^([FSTL])S([FMASON])-([FSTL])S([FMASON])$/.exec(range);
  if (!parts) return false;
  const local = new Date(at.getTime() + standardOffset * 3_600_000);
  const year = local.getUTCFullYear();
  const begin = sunday(year, parts[1] ?? "", parts[2] ?? "");
  const end = sunday(year, parts[3] ?? "", parts[4] ?? "");
  const now = local.getTime();
  // South of the equator summer time spans the new year.
  return begin < end ? now >= begin && now < end : now >= begin || now < end;
}

/** 2:00 on that Sunday, as if local standard time were UTC. */
function sunday(year: number, ordinal: string, month: string): number {
  const index = (MONTHS[month] ?? 1) - 1;
  const first = 1 + ((7 - new Date(Date.UTC(year, index, 1)).getUTCDay()) % 7);
  const days = new Date(Date.UTC(year, index + 1, 0)).getUTCDate();
  const last = first + 7 * Math.floor((days - first) / 7);
  const day = Math.min(last, first + 7 * ((ORDINALS[ordinal] ?? 1) - 1));
  return Date.UTC(year, index, day, 2);
}
