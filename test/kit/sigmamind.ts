import type { Simulator } from "../../lab/sigmamind/simulator";
import { sigmaMindClient, type SigmaMind } from "../../providers/sigmamind/api/client";
import type { RetryPolicy } from "../../core/retry";

/** As in production, without the waiting. */
const hasty: RetryPolicy = { attempts: 5, perAttempt: 5_000, total: 20_000, firstDelay: 1, longestDelay: 2 };

/** A client of the simulator that remembers what it told the operator. */
export function clientOf(
  simulator: Pick<Simulator, "baseUrl" | "apiKey">,
  policy: Partial<RetryPolicy> = {},
): SigmaMind & { reports: string[] } {
  const reports: string[] = [];
  const { baseUrl, apiKey } = simulator;
  const client = sigmaMindClient({
    baseUrl,
    apiKey,
    policy: { ...hasty, ...policy },
    report: (line) => reports.push(line),
  });
  return { ...client, reports };
}

/** What the simulator was asked, as `METHOD path`. */
export function asked({ control }: Simulator): string[] {
  return control.requests().map(({ method, path }) => `${method} ${path.split("?")[0] ?? ""}`);
}

/** The rejection of a promise, as an Error. */
export async function failure(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );
  if ("thrown" in outcome && outcome.thrown instanceof Error) return outcome.thrown;
  throw new Error(`expected a failure, got ${JSON.stringify(outcome)}`);
}
