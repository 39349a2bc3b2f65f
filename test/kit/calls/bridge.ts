import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Declared } from "../stack";

/** Numbers that belong to bridge `n` of a test: everything that two bridges may not share follows from it. */
export const routeNumber = (n: number) => `+1989555${String(100 + n).padStart(4, "0")}`;
export const callerId = (n: number) => `+1303814${2800 + n}`;
export const campaignOf = (n: number) => `CALLS${n}`;
export const listOf = (n: number) => 2000 + n;
export const firstUser = (n: number) => 6000 + 20 * n;

/** PJSIP over UDP, where a test is about something else than the way. */
export const udp = { stack: "pjsip", transport: "udp", account: "ai-udp" } as const;

/** The files with calls share one lab, each with a stack of its own: so each has accounts and local ports of its own too. */
const files = ["calls", "mistakes"]
  .flatMap((folder) => readdirSync(join(__dirname, "../..", folder)))
  .filter((name) => name.endsWith(".real.test.ts"))
  .sort();
const PORTS = { udp: 0, tcp: 1, tls: 2 };

function ownEdge(edge: Edge): Edge {
  const file = basename(expect.getState().testPath ?? "");
  const account = `${edge.account}-${file.slice(0, 4)}`;
  if (edge.stack === "sip") return { ...edge, account };
  // A bridge with transfers takes the port ten further.
  const bindPort = 5100 + 20 * files.indexOf(file) + PORTS[edge.transport ?? "udp"];
  return { bindPort, ...edge, account };
}

interface Edge {
  stack: "sip" | "pjsip";
  account: string;
  transport?: keyof typeof PORTS;
  [setting: string]: unknown;
}

/** A bridge with a campaign of its own that calls around the clock. */
export function bridge(n: number, { edge = udp, ...args }: Record<string, unknown> & { edge?: Edge } = {}): Declared {
  return {
    class: "VoiceAiBridge",
    name: `bridge${n}`,
    args: {
      campaignId: campaignOf(n),
      campaign: { name: `Calls ${n}`, localCallTime: "24hours" },
      routeNumber: routeNumber(n),
      agentId: "LabSalesAgent001",
      terminationSipUri: "f111.dialmake.com",
      aiPrefix: "9797",
      customerPrefix: "9797",
      userStart: firstUser(n),
      callerId: callerId(n),
      ...{ dialMethod: "RATIO", dialLevel: 1, hopperLevel: 10, recording: "ALLFORCE", dialStatuses: ["NEW"] },
      ...args,
      edge: ownEdge(edge),
    },
  };
}
