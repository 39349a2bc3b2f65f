import { type Check, failed, passed } from "../check";
import type { BridgeSubject } from "../subject";

/**
 * The agent exists and answers calls. Whether it is published shows only in earlier calls and campaigns
 * (docs/facts/sigmamind.md#agent-status), so an agent that was never called passes, and says so.
 */
export const agent: Check<BridgeSubject> = {
  name: "agent",
  question: "Does the agent exist, and is it Live?",
  async run({ plan, sigmamind }) {
    const { agentId } = plan.bridge;
    const { agents } = sigmamind();
    const found = await agents.find(agentId);
    if (found === undefined)
      return failed(
        `SigmaMind has no agent ${agentId}`,
        [`GET /v1/agents/${agentId} answers 404`],
        "give the id of an agent of this workspace in `agentId`",
      );
    const who = `${agentId} "${found.name}"`;
    const transfers = refusedTransfers(found.transferTargets, plan.bridge.transfer?.to ?? []);
    const seen = await agents.status(agentId);
    if (seen === undefined)
      return passed(`agent ${who} exists`, [
        "no call or campaign of the agent yet, and the API shows nowhere else whether it is Live: only a call proves it",
        ...transfers,
      ]);
    const evidence = [`status ${seen.status}, seen in ${seen.seenIn}`, ...transfers];
    if (seen.live) return passed(`agent ${who} is ${seen.status}`, evidence);
    return failed(
      `agent ${who} is ${seen.status}, not Live`,
      evidence,
      "publish the agent in SigmaMind's dashboard; once published, its next call shows it here",
    );
  },
};

/** No failure: a warm transfer leaves through `terminationSipUri`, and the API does not show which of the two a tool makes. */
function refusedTransfers(targets: readonly string[], allowed: readonly string[]): string[] {
  const refused = targets.filter((target) => !allowed.includes(target));
  if (refused.length === 0) return [];
  const only = allowed.length > 0 ? allowed.join(", ") : "nobody";
  return [`may transfer to ${refused.join(", ")}; by REFER the diallers put through to ${only} (\`transfer.to\`)`];
}
