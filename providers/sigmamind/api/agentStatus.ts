import { bareAgentId, call, campaign } from "./bodies";
import type { Http } from "./http";
import { firstPage } from "./paging";

/** An agent's status, and where it was seen. */
export interface SeenStatus {
  /** `Live`, `Testing`, `active` …: there is no enum in the documents (docs/facts/sigmamind.md#agent-status). */
  status: string;
  /** For example `call call_x7 of 2026-05-14T10:00:00.000Z`. */
  seenIn: string;
  /**
   * Whether calls reach the agent: `Live` in the newest pages, `active` in the oldest. Inferred
   * (docs/facts/sigmamind.md#agent-status).
   */
  live: boolean;
}

/**
 * The newest status that the first hundred calls and campaigns show of an agent. There is no other place: the agent's own
 * body has none (docs/facts/sigmamind.md#agent-status), so an agent that was never called has no status that anyone could
 * read.
 */
export async function agentStatus(http: Http, agentId: string): Promise<SeenStatus | undefined> {
  const calls = await firstPage(http, "list the calls", "/v1/calls", call);
  const campaigns = await firstPage(http, "list the campaigns", "/v1/campaigns", campaign);
  const seen = [
    ...calls.map((one) => ({ ...one, what: `call ${one.callId}` })),
    ...campaigns.map((one) => ({ ...one, what: `campaign ${one.campaignName ?? ""}` })),
  ];
  const newest = seen
    .filter(({ agent }) => agent?.agentId === bareAgentId(agentId) && agent.status !== undefined)
    .sort((one, other) => (other.createdAt ?? "").localeCompare(one.createdAt ?? ""))[0];
  const status = newest?.agent?.status;
  if (newest === undefined || status === undefined) return undefined;
  const seenIn = [newest.what, newest.createdAt].filter((part) => part !== undefined).join(" of ");
  return { status, seenIn, live: ["live", "active"].includes(status.toLowerCase()) };
}
