/** What is known of a request that failed. */
export interface Failed {
  /** In the operator's words, for example `import +19895551234`. */
  operation: string;
  /** HTTP status, or `undefined` where no answer came. */
  status?: number;
  /** Why, as far as SigmaMind or the network said it. Free of secrets. */
  reason: string;
  /** What to do. */
  fix: string;
  /** Another attempt may succeed. */
  passing: boolean;
  /** The request may have been carried out all the same. */
  uncertain: boolean;
  /** Milliseconds that SigmaMind asked to wait. */
  after?: number;
}

/** A request to SigmaMind that failed. Holds nothing of the request itself: its headers have the API key. */
export class ApiError extends Error {
  override readonly name: string = "ApiError";

  constructor(readonly failed: Failed) {
    super(`SigmaMind: could not ${failed.operation}: ${failed.reason}. ${failed.fix}`);
  }

  get status(): number | undefined {
    return this.failed.status;
  }
}

/** A write that may or may not have happened, also after looking: whoever asked for it must look again later. */
export class OutcomeUnknown extends ApiError {
  override readonly name = "OutcomeUnknown";

  constructor(failed: Failed) {
    super({
      ...failed,
      fix: `${failed.fix} Whether it was carried out is not known; run \`pulumi up\` again to find out.`,
    });
  }
}

const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);
/** Refused before anything was done, whatever the method. */
const NOT_DONE = new Set([425, 429]);

/** Whether a status may go away by itself, and whether the request may have been carried out. */
export function nature(status: number): Pick<Failed, "passing" | "uncertain"> {
  return { passing: PASSING.has(status), uncertain: status === 408 || (status >= 500 && !NOT_DONE.has(status)) };
}

/**
 * What to do about a status. Only 400 is documented; the others follow the framework whose error body SigmaMind uses
 * (docs/facts/sigmamind.md#errors).
 */
export function fixFor(status: number): string {
  if (status >= 300 && status < 400) return "Set `sigmamind:baseUrl` to the address that it redirects to.";
  if (status >= 500) return "SigmaMind has a problem of its own; run the command again later.";
  switch (status) {
    case 401:
    case 403:
      return (
        "Set SIGMAMIND_API_KEY, or `pulumi config set --secret sigmamind:apiKey`, to the production API key of this " +
        "workspace (SigmaMind dashboard → API Keys)."
      );
    case 404:
      return "Check `sigmamind:baseUrl`, and whether somebody removed it in the SigmaMind dashboard.";
    case 409:
      return (
        "A number is registered once for all SigmaMind workspaces: with `adopt: true` it is taken over if it is in this " +
        "one, otherwise its owner must release it."
      );
    case 429:
      return "SigmaMind limits how often it may be asked; run the command again later, or with a lower `--parallel`.";
    default:
      return "Correct what it names and run the command again.";
  }
}
