import { z } from "zod";
import type { Checkout } from "../checkout/checkout";
import { labDatabase, sigmamindUrl } from "../prepare/pulumiEnv";
import { stackName } from "../checkout/stack";
import type { Verified } from "./verifyBridges";

const bridgeSummary = z.object({
  name: z.string(),
  campaignId: z.string(),
  remoteExtension: z.string(),
  carrierId: z.string(),
  userStart: z.number(),
  lines: z.number(),
});
type BridgeSummary = z.infer<typeof bridgeSummary>;

/** A bridge as the stack's output `bridges` names it (index.ts). */
const bridgeOutput = bridgeSummary.extend({ routeNumber: z.string() });
export type BridgeOutput = z.infer<typeof bridgeOutput>;

/** What the stack program must give out for `npm start`. */
export const stackOutputs = z.object({ bridges: z.array(bridgeOutput) });

/** How to reach the lab, passwords included. */
export interface LabAddresses {
  database: { host: string; port: number; user: string; password: string; name: string };
  sigmamind: { baseUrl: string; apiKey: string };
  /** Control APIs that tell of the lab's calls. */
  calls: { edgeUrl: string; carrierUrl: string };
}

/** The last line of `npm start -- --json`. */
export interface Summary extends LabAddresses {
  stack: string;
  bridges: BridgeSummary[];
  /** Resources that the second `pulumi up` changed, as the engine counted them. */
  secondUp: { changes: number };
  /** What `voicebridge verify` found, bridge by bridge; each verification made a call. */
  verified: Verified[];
  /** Wall time by phase. `tools` begins with the process, so it holds installing and compiling too. */
  seconds: Seconds;
}

export interface Seconds {
  tools: number;
  images: number;
  up: number;
  secondUp: number;
  verify: number;
}

export function labAddresses(checkout: Checkout): LabAddresses {
  const { ports, secrets } = checkout;
  const { host, user, name } = labDatabase;
  return {
    database: { host, port: ports.database, user, password: secrets.databasePassword, name },
    sigmamind: { baseUrl: sigmamindUrl(checkout), apiKey: secrets.sigmamindApiKey },
    calls: {
      edgeUrl: `http://127.0.0.1:${ports.edgeControl}`,
      carrierUrl: `http://127.0.0.1:${ports.carrierControl}`,
    },
  };
}

export function summarise(
  checkout: Checkout,
  bridges: readonly BridgeOutput[],
  changes: number,
  verified: readonly Verified[],
  seconds: Seconds,
): Summary {
  return {
    stack: stackName,
    ...labAddresses(checkout),
    bridges: bridges.map((bridge) => bridgeSummary.parse(bridge)),
    secondUp: { changes },
    verified: verified.map((one) => ({ ...one, seconds: tenths(one.seconds) })),
    seconds: {
      tools: tenths(seconds.tools),
      images: tenths(seconds.images),
      up: tenths(seconds.up),
      secondUp: tenths(seconds.secondUp),
      verify: tenths(seconds.verify),
    },
  };
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
