import { messageOf, Refusal } from "../../../core/refusal";
import type { Agent } from "../api/bodies";
import type { SigmaMind } from "../api/client";
import type { SipNumber } from "./schema";

/** Inputs that name an agent. */
export const agentFields = ["inboundAgentId", "outboundAgentId"] as const;
export type AgentField = (typeof agentFields)[number];

/**
 * Refuses agents that SigmaMind does not have, before anything is written, and warns about one that may not answer or whose
 * transfers would be refused.
 *
 * An agent that is not published is the mistake that nobody sees: the phone rings and nobody speaks. It can only be a
 * warning, because the API shows a status in calls and campaigns alone (docs/facts/sigmamind.md#agent-status).
 */
export async function checkAgents(
  wanted: SipNumber,
  fields: readonly AgentField[],
  sigmamind: SigmaMind,
): Promise<void> {
  const checked = new Set<string>();
  for (const field of fields) {
    const agentId = wanted[field];
    if (agentId === undefined || agentId === null || checked.has(agentId)) continue;
    checked.add(agentId);
    const agent = await sigmamind.agents.find(agentId);
    if (agent === undefined) throw await unknownAgent(field, agentId, sigmamind);
    await warnUnlessLive(agentId, agent.name, sigmamind);
    if (field === "inboundAgentId") warnOfTransfers(agent, wanted, sigmamind);
  }
}

/**
 * A transfer that the diallers refuse fails in the middle of a call, where nobody but the customer notices. What a
 * variable will hold is known only then. Only a warning, because warm transfers leave through `terminationSipUri`
 * instead, and the documents do not show how a tool says which of the two it makes
 * (docs/facts/sigmamind.md#transfer-tools).
 */
function warnOfTransfers(agent: Agent, { transferTargets: allowed = [] }: SipNumber, sigmamind: SigmaMind): void {
  const who = `warning: SigmaMind: agent ${agent.agentId} "${agent.name}"`;
  const missing = agent.transferTargets.filter((target) => !allowed.includes(target));
  const [numbers, unchecked] = [missing.filter(isNumber), missing.filter((target) => !isNumber(target))];
  if (numbers.length > 0) {
    sigmamind.report(
      `${who} may transfer to ${numbers.join(", ")}, which \`transfer.to\` of the bridge (\`transferTargets\` of the number) ` +
        "does not allow: the diallers refuse it and the customer stays with the agent. Add it there, or take it from the agent",
    );
  }
  if (unchecked.length > 0) {
    const texts = unchecked.map((target) => target || "a target that the API does not show").join(", ");
    sigmamind.report(
      `${who} may transfer to ${texts}, which is known only in a call: the diallers put through only ` +
        (allowed.length > 0 ? allowed.join(", ") : "what `transfer.to` of the bridge allows, which is nothing"),
    );
  }
}

function isNumber(target: string): boolean {
  return /^\+\d+$/.test(target);
}

async function unknownAgent(field: AgentField, agentId: string, { agents }: SigmaMind): Promise<Refusal> {
  const all = await agents.list();
  const known = all.slice(0, 10).map((agent) => `${agent.agentId} (${agent.name})`);
  const rest = all.length > known.length ? ` and ${all.length - known.length} more` : "";
  const choice = known.length === 0 ? "it has none yet: create one" : `it has ${known.join(", ")}${rest}`;
  return new Refusal({
    field,
    value: agentId,
    rule: "there is no such agent in this SigmaMind workspace (GET /v1/agents/{agentId} answers 404)",
    fix: `give the id of one of its agents; ${choice}`,
  });
}

async function warnUnlessLive(agentId: string, name: string, sigmamind: SigmaMind): Promise<void> {
  const who = `SigmaMind: agent ${agentId} "${name}"`;
  const seen = await sigmamind.agents.status(agentId).catch((thrown: unknown) => messageOf(thrown));
  if (typeof seen === "string") {
    // Only a warning hangs on it, so it must not stop a bridge.
    sigmamind.report(`warning: ${who}: whether it is published could not be read (${seen})`);
  } else if (seen === undefined) {
    sigmamind.report(
      `${who} has no call or campaign yet, and the API shows nowhere else whether it is Live: publish it before the first ` +
        "call, or the phone rings and nobody speaks",
    );
  } else if (!seen.live) {
    sigmamind.report(
      `warning: ${who} is ${seen.status}, not Live (${seen.seenIn}): until it is published in the dashboard it may not ` +
        "answer: the phone rings and nobody speaks",
    );
  }
}
