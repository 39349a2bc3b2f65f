import { aiCarrier, type AiCarrierArgs, aiCarrierProblems, digitsOf, remoteExtension } from "../../providers/asterisk";
import { Refusal, type Refused } from "../../core/refusal";
import type { PlanContext } from "./context";
import type { Bridge } from "./bridgeSchema";
import { type EdgePlan, edgeProblems, planEdge } from "./edgePlan";
import type { z } from "zod";
import type { sipNumberSchema } from "../../providers/sigmamind/sipNumber/schema";
import type { campaignSchema } from "../../providers/vicidial/resources/campaign/campaign";
import type { campaignRoutingSchema } from "../../providers/vicidial/resources/campaignRouting/schema";
import type { carrierSchema } from "../../providers/vicidial/resources/carrier/schema";
import type { remoteAgentsSchema } from "../../providers/vicidial/resources/remoteAgents/schema";
import type { settingsContainerSchema } from "../../providers/vicidial/resources/settingsContainer/settingsContainer";

/** The inputs of each child of a bridge. None of them comes from another child's output, so a preview shows all of them. */
interface BridgeChildren {
  /** The route number at SigmaMind and its agent. */
  number: z.input<typeof sipNumberSchema>;
  /** The AI carrier: one exact extension in the diallers' dialplan. */
  carrier: z.input<typeof carrierSchema>;
  /** Agent users and remote agents on every dialler. */
  agents: z.input<typeof remoteAgentsSchema>;
  /** The campaign's routing. */
  routing: z.input<typeof campaignRoutingSchema>;
  /** The campaign itself, where the bridge creates it. */
  campaign?: z.input<typeof campaignSchema>;
  /** Which results of answering-machine detection reach the agent, where that is not the default. */
  amdOptions?: z.input<typeof settingsContainerSchema>;
  /** The softphone's account. */
  softphone?: { extension: string; serverIp: string };
}

/** What a bridge comes to. */
export interface BridgePlan {
  bridge: Bridge;
  /** AI prefix + digits of the route number (`conf_exten`). */
  remoteExtension: string;
  /** Carrier id of the bridge's own carrier row. */
  carrierId: string;
  edge: EdgePlan;
  children: BridgeChildren;
  /** The AI carrier's dialplan. */
  dialplan: string;
}

/**
 * Computes every child of a bridge from its arguments. Pure: the same arguments always give the same plan, and nothing is read.
 *
 * @param sharedEdge the edge where it is declared by itself; else the bridge's `edge` settings decide.
 * @throws Refusal with every rule that the arguments break.
 */
export function planBridge(bridge: Bridge, context: PlanContext, sharedEdge?: EdgePlan): BridgePlan {
  const edge = sharedEdge ?? planEdge(bridge.edge, context.sipStacks, bridge.transfer !== undefined);
  const dialplan = dialplanOf(bridge, edge, context);
  const refused = [
    ...edgeProblems(edge.account),
    ...aiCarrierProblems(dialplan).map(inBridgeWords),
    ...terminationProblems(bridge, edge),
    ...transferProblems(bridge, edge),
  ];
  if (refused.length > 0) throw new Refusal(...refused);
  const extension = remoteExtension(bridge.aiPrefix, bridge.routeNumber);
  const text = aiCarrier(dialplan);
  const carrierId = carrierIdOf(bridge.routeNumber);
  const { campaignId, diallers } = bridge;
  const children: BridgeChildren = {
    number: numberOf(bridge),
    carrier: {
      carrierId,
      name: `AI agent of ${campaignId}, ${digitsOf(bridge.routeNumber)}`,
      protocol: text.protocol,
      serverIp: diallers !== "all" && diallers.length === 1 ? diallers[0] : "0.0.0.0",
      dialplanEntry: text.dialplanEntry,
      description: `Voice AI bridge of campaign ${campaignId}`,
      adopt: bridge.adopt,
    },
    agents: {
      diallers: diallers === "all" ? "all" : [...diallers],
      userStart: bridge.userStart,
      lines: bridge.lines,
      extension,
      campaignId,
      namePrefix: `AI ${campaignId}`,
      ...(bridge.waitForReady !== undefined && { waitForReady: bridge.waitForReady }),
      drainTimeoutSeconds: bridge.drainTimeoutSeconds,
      force: bridge.force,
      adopt: bridge.adopt,
    },
    routing: routingOf(bridge, extension, context),
    ...(bridge.campaign && { campaign: { ...bridge.campaign, campaignId, adopt: bridge.adopt } }),
    ...amdOptionsOf(bridge),
    ...(bridge.softphone && { softphone: softphoneOf(bridge, bridge.softphone) }),
  };
  return { bridge, remoteExtension: extension, carrierId, edge, children, dialplan: text.dialplanEntry };
}

/** `aib<digits of the route number>`; the longest numbers lose letters of the prefix, as the column holds 15 characters. */
export function carrierIdOf(routeNumber: string): string {
  return `aib${digitsOf(routeNumber)}`.slice(-15);
}

function numberOf(bridge: Bridge): BridgeChildren["number"] {
  const { routeNumber, agentId, terminationSipUri, trunkCredentials, purchase, transfer, adopt } = bridge;
  return {
    routeNumber,
    inboundAgentId: agentId,
    terminationSipUri,
    ...(trunkCredentials && {
      trunkCredentials: { username: trunkCredentials.username, password: trunkCredentials.password },
      trunkCredentialsVersion: trunkCredentials.version,
    }),
    ...(purchase && { purchase: {} }),
    ...(transfer && { transferTargets: transfer.to }),
    adopt,
  };
}

function dialplanOf(bridge: Bridge, edge: EdgePlan, context: PlanContext): AiCarrierArgs {
  const { aiPrefix, routeNumber, ringTimeout, leadFields, headers, transfer, fallback, callerId } = bridge;
  const prefix = bridge.customerPrefix;
  const leadService = bridge.leadService ?? (leadFields === undefined ? undefined : context.leadService);
  const { account, stack } = edge.account;
  return {
    ...{ aiPrefix, routeNumber, stack, account, ringTimeout, leadFields, leadService, headers, fallback },
    ...(transfer && prefix !== undefined && callerId !== undefined && { transfer: { ...transfer, prefix, callerId } }),
  };
}

function routingOf(bridge: Bridge, extension: string, context: PlanContext): BridgeChildren["routing"] {
  const { campaignId, amd, routing } = bridge;
  return {
    campaignId,
    dialPrefix: bridge.customerPrefix,
    manualDialPrefix: bridge.manualPrefix,
    campaignCid: bridge.callerId,
    manualDialCid: bridge.manualCallerId,
    routing,
    routingExtension: routing === "direct" ? extension : amd === false ? "8368" : "8369",
    dialMethod: bridge.dialMethod,
    autoDialLevel: bridge.dialLevel,
    hopperLevel: bridge.hopperLevel,
    dialStatuses: bridge.dialStatuses,
    recording: bridge.recording,
    ...(amd !== false && amdColumns(amd)),
    lab: context.lab,
    onDestroy: bridge.onDestroy,
  };
}

type Amd = Exclude<Bridge["amd"], false>;

function amdColumns({ onMachine, onNotSure, waitForSilence }: Amd): Partial<BridgeChildren["routing"]> {
  return {
    amdSendToVmx: onMachine !== "hangup",
    ...(onMachine !== "hangup" && { amMessageExten: onMachine.play }),
    ...(waitForSilence !== undefined && { waitForSilenceOptions: waitForSilence }),
    ...(onNotSure === "hangup" && { amdAgentRouteOptions: "ENABLED" }),
  };
}

/** VD_amd.agi sends to agents only the STATUS,CAUSE pairs that this container lists, once it lists any. */
function amdOptionsOf({ amd, campaignId, adopt }: Bridge): Pick<BridgeChildren, "amdOptions"> {
  if (amd === false || amd.onNotSure === "agent") return {};
  const containerId = `AMD_AGENT_OPT_${campaignId}`;
  const notes = `AMD agent options for ${campaignId} campaign`;
  return { amdOptions: { containerId, type: "AMD_AGENT_OPTIONS", notes, entry: "HUMAN,HUMAN", adopt } };
}

function softphoneOf(
  bridge: Bridge,
  { extension, dialler }: NonNullable<Bridge["softphone"]>,
): NonNullable<BridgeChildren["softphone"]> {
  return { extension, serverIp: dialler };
}

/** The dialplan's rules name its own arguments; an operator knows the bridge's. */
function inBridgeWords(problem: Refused): Refused {
  const words: Record<string, string> = { "transfer.prefix": "customerPrefix", "transfer.callerId": "callerId" };
  return { ...problem, field: words[problem.field] ?? problem.field };
}

function terminationProblems({ terminationSipUri, purchase }: Bridge, edge: EdgePlan): Refused[] {
  if (terminationSipUri === undefined && !purchase)
    return [
      {
        field: "terminationSipUri",
        rule: "a number that you own needs the host of its telephony carrier, for SigmaMind's own outbound calls",
        fix: "give your carrier's host, like f111.dialmake.com, or `purchase: true` to buy the number at SigmaMind",
      },
    ];
  if (terminationSipUri?.toLowerCase() !== edge.account.host.toLowerCase()) return [];
  return [
    {
      field: "terminationSipUri",
      value: terminationSipUri,
      rule: "is the AI platform's own edge: SigmaMind's outbound calls would come back to it",
      fix: "give the host of your telephony carrier, like f111.dialmake.com",
    },
  ];
}

function transferProblems({ transfer, customerPrefix, callerId }: Bridge, edge: EdgePlan): Refused[] {
  if (transfer === undefined) return [];
  const needed = Object.entries({ customerPrefix, callerId }).filter(([, value]) => value === undefined);
  const missing = needed.map(([field]) => ({
    field,
    rule: "a transfer is called through the campaign's telephony prefix and shows its caller id, so both must be known here",
    fix: `declare \`${field}\``,
  }));
  if (edge.mayTransfer) return missing;
  const rule = "the bridge has `transfer`, but its edge may not send REFER";
  return [...missing, { field: "edge", rule, fix: "declare the SipEdge with `allowTransfer: true`" }];
}
