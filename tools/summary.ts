import { z } from "zod";
import type { Checkout } from "./checkout";
import { labDatabase, sigmamindUrl } from "./pulumiEnv";
import { stackName } from "./stack";

/** A bridge as the stack's output `bridges` names it (index.ts). */
export const bridgeSummary = z.object({
  name: z.string(),
  campaignId: z.string(),
  remoteExtension: z.string(),
  carrierId: z.string(),
  userStart: z.number(),
  lines: z.number(),
});
export type BridgeSummary = z.infer<typeof bridgeSummary>;

/** What the stack program must give out for `npm start`. */
export const stackOutputs = z.object({ bridges: z.array(bridgeSummary) });

export interface DatabaseSummary {
  host: string;
  port: number;
  user: string;
  password: string;
  name: string;
}

/** The last line of `npm start -- --json`. */
export interface Summary {
  stack: string;
  database: DatabaseSummary;
  sigmamind: { baseUrl: string; apiKey: string };
  bridges: BridgeSummary[];
  /** Resources that the second `pulumi up` changed, as the engine counted them. */
  secondUp: { changes: number };
  /** Wall time by phase. `tools` begins with the process, so it holds installing and compiling too. */
  seconds: Seconds;
}

export interface Seconds {
  tools: number;
  images: number;
  up: number;
  secondUp: number;
}

export function databaseSummary(checkout: Checkout): DatabaseSummary {
  return {
    host: labDatabase.host,
    port: checkout.ports.database,
    user: labDatabase.user,
    password: checkout.secrets.databasePassword,
    name: labDatabase.name,
  };
}

export function summarise(checkout: Checkout, bridges: BridgeSummary[], changes: number, seconds: Seconds): Summary {
  return {
    stack: stackName,
    database: databaseSummary(checkout),
    sigmamind: { baseUrl: sigmamindUrl(checkout), apiKey: checkout.secrets.sigmamindApiKey },
    bridges,
    secondUp: { changes },
    seconds: {
      tools: tenths(seconds.tools),
      images: tenths(seconds.images),
      up: tenths(seconds.up),
      secondUp: tenths(seconds.secondUp),
    },
  };
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
