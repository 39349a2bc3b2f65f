import { type Check, failed, passed } from "../check";
import type { BridgeSubject } from "../subject";

/**
 * The agent exists and answers calls. Whether it is published shows only in earlier calls and campaigns (facts §3), so an
 * agent that was never called passes, and says so.
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
    const seen = await agents.status(agentId);
    if (seen === undefined)
      return passed(`agent ${who} exists`, [
        "no call or campaign of the agent yet, and the API shows nowhere else whether it is Live: only a call proves it",
      ]);
    const evidence = [`status ${seen.status}, seen in ${seen.seenIn}`];
    if (seen.live) return passed(`agent ${who} is ${seen.status}`, evidence);
    return failed(
      `agent ${who} is ${seen.status}, not Live`,
      evidence,
      "publish the agent in SigmaMind's dashboard; once published, its next call shows it here",
    );
  },
};
