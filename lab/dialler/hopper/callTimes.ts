/** A row of `vicidial_call_times`: hours as `hhmm`, weekdays that are 0-0 take the default. */
export interface CallTime {
  default: Hours;
  /** Sunday to Saturday. */
  days: readonly Hours[];
}

/** From `start` on, before `stop`, both as hour × 100 + minute. */
export interface Hours {
  start: number;
  stop: number;
}

const quarter = 0.25;

/**
 * GMT offsets in whose local time calls are allowed now, in quarters of an hour from 13 down to -12.75. A lead is dialled
 * by its `gmt_offset_now` alone: one inserted with 0.00 is judged by Greenwich, wherever it lives
 * (docs/facts/vicidial.md#hopper).
 *
 * @param epoch now, in seconds
 */
export function allowedOffsets(callTime: CallTime | undefined, epoch: number): number[] {
  if (!callTime) return [];
  const offsets: number[] = [];
  for (let offset = 13; offset > -13; offset -= quarter) {
    const local = new Date((epoch + offset * 3600) * 1000);
    const time = local.getUTCHours() * 100 + local.getUTCMinutes();
    const day = callTime.days[local.getUTCDay()];
    const hours = day && (day.start !== 0 || day.stop !== 0) ? day : callTime.default;
    if (time >= hours.start && time < hours.stop) offsets.push(offset);
  }
  return offsets;
}
