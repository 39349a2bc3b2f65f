import { z } from "zod";
import { agentRecord, numberRecord, type AgentRecord, type CallRecord, type NumberRecord } from "../sigmamind/records";

/** The part of the simulator's control API that the edge uses. */
export interface SigmaMindRecords {
  /** Everything that is registered and every agent, as they are now. */
  directory(): Promise<Directory>;
  /** Puts a call on record; answers its id at SigmaMind. */
  addCall(call: Partial<CallRecord> & Pick<CallRecord, "callType" | "sipPhoneNumber">): Promise<string>;
  changeCall(callId: string, changes: Partial<CallRecord>): Promise<void>;
}

export interface Directory {
  numbers: NumberRecord[];
  agents: AgentRecord[];
}

/** A call waits for this answer while it rings. */
const ANSWER_MS = 3_000;

/** The simulator at this control URL. Every look-up asks again: what somebody changes counts for the next call. */
export function sigmaMindRecords(controlUrl: string): SigmaMindRecords {
  async function request(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${controlUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
  return {
    async directory() {
      const [numbers, agents] = await Promise.all([request("GET", "/numbers"), request("GET", "/agents")]);
      return { numbers: z.array(numberRecord).parse(numbers), agents: z.array(agentRecord).parse(agents) };
    },
    async addCall(call) {
      return z.object({ callId: z.string() }).parse(await request("POST", "/calls", call)).callId;
    },
    async changeCall(callId, changes) {
      await request("PATCH", `/calls/${callId}`, changes);
    },
  };
}
