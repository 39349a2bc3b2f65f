import { type Check, failed, passed } from "../check";
import type { BridgeSubject } from "../subject";

/** The route number is registered and leads to the bridge's agent (docs/facts/guide.md#register-your-number). */
export const number: Check<BridgeSubject> = {
  name: "number",
  question: "Does SigmaMind know the route number, and does it lead to the agent?",
  async run({ plan, sigmamind }) {
    const { routeNumber, agentId, terminationSipUri } = plan.bridge;
    const found = await sigmamind().numbers.find(routeNumber);
    if (found === undefined)
      return failed(
        `${routeNumber} is not registered at SigmaMind`,
        [`GET /v1/phone-numbers/${routeNumber} answers 404, and the list does not have it`],
        "run `pulumi up`; the edge answers calls to an unknown number with 404",
      );
    const evidence = [
      `${found.number}: inboundAgentId ${found.inboundAgentId ?? "none"}, terminationSipURI ${found.terminationSipUri ?? "none"}`,
    ];
    if (found.inboundAgentId !== agentId)
      return failed(
        `${routeNumber} leads to ${found.inboundAgentId ?? "no agent"} instead of ${agentId}`,
        evidence,
        "run `pulumi up`, or correct `agentId`",
      );
    if (terminationSipUri !== undefined && found.terminationSipUri !== terminationSipUri.toLowerCase())
      return failed(
        `${routeNumber} has another telephony carrier: ${found.terminationSipUri ?? "none"} instead of ${terminationSipUri}`,
        evidence,
        "run `pulumi up`, or correct `terminationSipUri`",
      );
    return passed(`${routeNumber} leads to agent ${agentId}`, evidence);
  },
};
