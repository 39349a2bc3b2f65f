import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../core/refusal";
import { NAMESPACE } from "./plan/context";
import { contextFromConfig, told } from "./program";
import { type NamedBridgeDeclaration, type NamedPlan, planStack } from "./plan/stackPlan";
import { VoiceAiBridge } from "./VoiceAiBridge";

/** A bridge of the stack, for its readers: the entries of the stack output `bridges`. */
export interface BridgeSummary {
  name: string;
  campaignId: string;
  routeNumber: string;
  remoteExtension: string;
  carrierId: string;
  userStart: number;
  /** Concurrent calls on each dialler. */
  lines: number;
}

/**
 * The bridges that the stack config `voice-ai-bridges:bridges` lists. All mistakes of the list, and all conflicts between two
 * of its bridges, are one error before any of them is made.
 */
export function bridgesFromConfig(opts: pulumi.ComponentResourceOptions = {}): BridgeSummary[] {
  return told(() => {
    const declared = bridgesConfig() as NamedBridgeDeclaration[];
    const plans = planStack(declared, contextFromConfig(), VoiceAiBridge.made);
    for (const [index, { name: _name, ...args }] of declared.entries()) {
      const plan = plans[index];
      if (plan !== undefined) VoiceAiBridge.ofPlan(plan, args, opts);
    }
    return plans.map(summary);
  });
}

function summary({ name, plan }: NamedPlan): BridgeSummary {
  const { campaignId, routeNumber, userStart, lines } = plan.bridge;
  const { remoteExtension, carrierId } = plan;
  return { name, campaignId, routeNumber, remoteExtension, carrierId, userStart: Number(userStart), lines };
}

/** Read without `pulumi.Config`, which warns of every secret inside: the only one, a trunk password, stays secret in its resource. */
function bridgesConfig(): unknown {
  const key = `${NAMESPACE}:bridges`;
  const text = pulumi.runtime.getConfig(key);
  if (text === undefined || text === "") return [];
  try {
    return JSON.parse(text);
  } catch {
    const rule = "is plain text, not a list";
    throw new Refusal({ field: key, rule, fix: `write it as a YAML list under \`${key}\` in Pulumi.<stack>.yaml` });
  }
}
