import { z } from "zod";
import { Refusal, type Refused } from "../../core/refusal";
import { blockOf, overlap, shownBlock } from "../../providers/vicidial/site/agentBlocks";
import type { PlanContext } from "./context";
import { checked, under } from "./issues";
import { type BridgePlan, planBridge } from "./bridgePlan";
import { bridgeSchema } from "./bridgeSchema";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,49}$/;

/** One entry of the stack config `bridges`: a bridge and its name in the stack. */
export const namedBridgeSchema = bridgeSchema.extend({
  /**
   * Name of the bridge in this stack: another name makes another bridge. Letters, digits, `-`, `_` and `.`.
   * @example "denver"
   */
  name: z
    .string()
    .regex(NAME, { error: "must be 1 to 50 letters, digits, -, _ or . and begin with a letter or digit" }),
});

export type NamedBridgeDeclaration = z.input<typeof namedBridgeSchema>;

/** A planned bridge and how its operator finds it: by its place in the config, or by its name in a program. */
export interface NamedPlan {
  name: string;
  /** What error messages call it: `bridges[2]`, or `bridge "denver"`. */
  label: string;
  plan: BridgePlan;
}

/**
 * Plans all bridges of a stack from what its config declares.
 *
 * @param made bridges of the program that stand beside those of the config.
 * @throws Refusal with every mistake of every bridge and every conflict between two of them, at once.
 */
export function planStack(declared: unknown, context: PlanContext, made: readonly NamedPlan[] = []): NamedPlan[] {
  const refused: Refused[] = [];
  const plans: NamedPlan[] = [];
  for (const [index, one] of checked(z.array(z.unknown()), declared, "bridges").entries()) {
    const label = `bridges[${index}]`;
    const plan = found(refused, () => planNamed(one, label, context));
    if (plan !== undefined) plans.push(plan);
  }
  refused.push(...plans.flatMap((plan, index) => conflicts([...made, ...plans.slice(0, index)], plan)));
  if (refused.length > 0) throw new Refusal(...refused);
  return plans;
}

/** What `work` gives; what it refuses is added to `refused`. */
function found<T>(refused: Refused[], work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    refused.push(...thrown.refused);
    return undefined;
  }
}

function planNamed(declared: unknown, label: string, context: PlanContext): NamedPlan {
  const { name, ...bridge } = checked(namedBridgeSchema, declared, label);
  const refused: Refused[] = [];
  const plan = found(refused, () => planBridge(bridge, context));
  if (plan === undefined) throw new Refusal(...refused.map((one) => under(label, one)));
  return { name, label, plan };
}

/** What a bridge claims that an earlier one of the stack has. */
export function conflicts(earlier: readonly NamedPlan[], later: NamedPlan): Refused[] {
  return earlier.flatMap((one) => between(one, later));
}

function between(earlier: NamedPlan, later: NamedPlan): Refused[] {
  const refused: Refused[] = [];
  const claim = (field: string, value: unknown, rule: string, fix: string) =>
    refused.push(under(later.label, { field, value, rule: `${rule} ${earlier.label}`, fix }));
  const [one, other] = [earlier.plan, later.plan];
  const { campaignId, routeNumber, softphone } = other.bridge;

  if (earlier.name === later.name)
    claim("name", later.name, "is also the name of", "give each bridge a name of its own");
  if (sameId(one.bridge.campaignId, campaignId))
    claim(
      "campaignId",
      campaignId,
      "a campaign has one routing, and this one is bridged by",
      "bridge another campaign, or remove one of the two",
    );
  if (one.bridge.routeNumber === routeNumber)
    claim(
      "routeNumber",
      routeNumber,
      "a route number leads to one agent, and this one belongs to",
      "register a second number at SigmaMind",
    );
  else if (one.carrierId === other.carrierId)
    claim(
      "routeNumber",
      routeNumber,
      `gives the carrier id ${other.carrierId}, as does the number of`,
      "use another route number",
    );
  if (one.remoteExtension === other.remoteExtension && one.bridge.routeNumber !== routeNumber)
    claim(
      "aiPrefix",
      other.bridge.aiPrefix,
      `with the route number makes the remote extension ${other.remoteExtension}, as in`,
      "choose another prefix",
    );
  const users = sharedUsers(one, other);
  if (users !== undefined)
    claim(
      "userStart",
      other.bridge.userStart,
      `users ${users} are lines of`,
      "leave room for the lines of every dialler",
    );
  if (softphone !== undefined && one.bridge.softphone?.extension === softphone.extension)
    claim("softphone.extension", softphone.extension, "is the softphone of", "choose another extension");
  refused.push(...edgeConflicts(earlier, later));
  return refused;
}

/** MySQL compares ids without regard to case. */
function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** With `"all"` diallers the plan knows of one; what the others need is checked when it is applied. */
function sharedUsers(one: BridgePlan, other: BridgePlan): string | undefined {
  const block = ({ bridge }: BridgePlan) =>
    blockOf(bridge.userStart, bridge.lines * (bridge.diallers === "all" ? 1 : bridge.diallers.length));
  const [first, second] = [block(one), block(other)];
  return overlap(first, second) ? shownBlock(second) : undefined;
}

/** Two edges with one name, or two that want one local port, cannot be on one dialler. */
function edgeConflicts(earlier: NamedPlan, later: NamedPlan): Refused[] {
  const [one, other] = [earlier.plan.edge, later.plan.edge];
  if (JSON.stringify(one.account) === JSON.stringify(other.account)) return [];
  const say = (field: string, value: unknown, rule: string, fix: string) => [
    under(later.label, { field, value, rule: `${rule} ${earlier.label}`, fix }),
  ];
  if (one.carrierId === other.carrierId)
    return say(
      "edge.account",
      other.account.account,
      "names another edge in",
      "give each edge an `account` of its own, or the same settings in both bridges",
    );
  const samePort = one.account.bindPort === other.account.bindPort && one.account.transport === other.account.transport;
  if (one.account.stack !== "pjsip" || other.account.stack !== "pjsip" || !samePort) return [];
  return say(
    "edge.bindPort",
    other.account.bindPort,
    "is the local port of another edge in",
    "choose another `edge.bindPort`",
  );
}
