/**
 * How a look-up ended: the lead's columns are set; no such lead, or not a call of VICIdial's; Asterisk closed meanwhile (the
 * customer hung up, or the dialplan's own time was over); the database or the conversation with Asterisk failed.
 */
export type Outcome = "found" | "unknown" | "left" | "failed";
const NONE: Readonly<Record<Outcome, number>> = { found: 0, unknown: 0, left: 0, failed: 0 };

/** Durations kept per period: a bound on memory, far above what four connections can serve in a minute. */
const KEPT = 20_000;

/** What happened since the last line. */
export class Metrics {
  private counts: Record<Outcome, number> = { ...NONE };
  private durations: number[] = [];

  record(outcome: Outcome, ms: number): void {
    this.counts[outcome]++;
    if (this.durations.length < KEPT) this.durations.push(ms);
  }

  /** The period's figures, times in milliseconds; the next period begins. Percentiles are null without look-ups. */
  take(): Record<string, number | null> {
    const counts = this.counts;
    const lookups = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const sorted = this.durations.sort((a, b) => a - b);
    this.counts = { ...NONE };
    this.durations = [];
    return { lookups, ...counts, p50Ms: percentile(sorted, 50), p95Ms: percentile(sorted, 95) };
  }
}

/** Nearest rank, to a tenth; null of nothing. */
export function percentile(sorted: readonly number[], percent: number): number | null {
  const value = sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  return value === undefined ? null : Math.round(value * 10) / 10;
}
