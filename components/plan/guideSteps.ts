import type { BridgePlan } from "./bridgePlan";

/** The guide's manual steps that a bridge replaces, with what each became. Shown as the output `guideSteps`. */
export function guideSteps(plan: BridgePlan): string[] {
  const { bridge, carrierId, remoteExtension, edge, children } = plan;
  const { campaignId, routeNumber, agentId, lines } = bridge;
  const on = bridge.diallers === "all" ? "every dialler in service" : bridge.diallers.join(", ");
  const { campaignId: _id, lab: _lab, onDestroy: _end, routing: _routing, ...fields } = children.routing;
  const routed = Object.entries<unknown>(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [
    `Register your number: ${routeNumber} at SigmaMind, answered by agent ${agentId}`,
    `Step 1, user: ${lines} for each of ${on}, from ${bridge.userStart} (numeric ids; the guide's sigma_agent would never be READY)`,
    `Step 2, remote agent: one on each of ${on}, ${lines} line${lines === 1 ? "" : "s"}, remote extension ${remoteExtension} (${bridge.aiPrefix} + the number's digits; the guide's own example is a digit short)`,
    `Step 3, carrier: ${carrierId}, the exact extension ${remoteExtension} to ${edge.account.host} (${edge.account.transport}, ${edge.carrierId}); conflicts with other carriers are checked`,
    `Step 4, campaign ${campaignId}: ${routed.join(", ")}`,
    ...(bridge.dialStatuses ? [`Step 5.3, dialable statuses: ${bridge.dialStatuses.join(" ")}`] : []),
    ...(bridge.leadFields || bridge.headers ? ["Step 7, X- headers: in the carrier's dialplan"] : []),
    ...(bridge.amd === false ? [] : ["Step 8, AMD: routing extension 8369"]),
    ...(bridge.softphone ? [`Testing with a softphone: account ${bridge.softphone.extension}`] : []),
  ];
}
