/** What happened, in words that stay the same so that a log can be searched; the details go into the fields. */
export type Log = (event: string, fields?: Readonly<Record<string, unknown>>) => void;

/** One JSON line per event on stdout: time in epoch milliseconds, then the event, then its fields. */
export const stdoutLog: Log = (event, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ at: Date.now(), event, ...fields })}\n`);
};
