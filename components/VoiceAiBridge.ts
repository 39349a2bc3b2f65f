/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the rule does not see that resourceClass() makes subclasses of Resource */
import * as pulumi from "@pulumi/pulumi";
import { shorterTraces } from "../providers/dynamic/traces";
import { Refusal } from "../core/refusal";
import { blockOf, shownBlock } from "../providers/vicidial/site/agentBlocks";
import { checked } from "./plan/issues";
import { planBridge } from "./plan/bridgePlan";
import { type BridgeDeclaration, bridgeSchema } from "./plan/bridgeSchema";
import { guideSteps } from "./plan/guideSteps";
import { contextFromConfig, perProgram, told } from "./program";
import {
  SigmaMindSipNumber,
  type SigmaMindSipNumberArgs,
  VicidialCampaign,
  type VicidialCampaignArgs,
  VicidialCampaignRouting,
  type VicidialCampaignRoutingArgs,
  VicidialCarrier,
  type VicidialCarrierArgs,
  VicidialPhone,
  type VicidialPhoneArgs,
  VicidialRemoteAgents,
  type VicidialRemoteAgentsArgs,
  VicidialSettingsContainer,
  type VicidialSettingsContainerArgs,
} from "./resources";
import { SipEdge } from "./SipEdge";
import { conflicts, type NamedPlan } from "./plan/stackPlan";
import { type Transform, transformed } from "./transform";

/** Arguments that only reach SigmaMind and decide nothing else: they may come from other resources. */
interface Late {
  agentId: pulumi.Input<string>;
  terminationSipUri?: pulumi.Input<string>;
  trunkCredentials?: { username: pulumi.Input<string>; password: pulumi.Input<string>; version?: number };
}

/** Changes a child before it is made: the way out where an argument of the bridge is missing. */
export interface BridgeTransform {
  /** The route number at SigmaMind. */
  number?: Transform<SigmaMindSipNumberArgs>;
  /** The AI carrier. */
  carrier?: Transform<VicidialCarrierArgs>;
  /** Agent users and remote agents on every dialler. */
  agents?: Transform<VicidialRemoteAgentsArgs>;
  /** The campaign's routing. */
  routing?: Transform<VicidialCampaignRoutingArgs>;
  /** The campaign itself, where the bridge creates it. */
  campaign?: Transform<VicidialCampaignArgs>;
  /** Which results of answering-machine detection reach the agent, where that is not the default. */
  amdOptions?: Transform<VicidialSettingsContainerArgs>;
  /** The softphone's account. */
  softphone?: Transform<VicidialPhoneArgs>;
}

/** Made so far, to find what two bridges of the program both claim. */
const bridges = perProgram((): NamedPlan[] => []);

/** Plans that the stack's config gave, by the arguments that they were made from. */
const plansOfConfig = new WeakMap<object, NamedPlan>();

/** Arguments of a {@link VoiceAiBridge}. The comments of each are those of the schema that YAML uses too. */
export type VoiceAiBridgeArgs = Omit<BridgeDeclaration, keyof Late | "edge"> &
  Late & {
    /** The AI platform's SIP server: a {@link SipEdge} of the program, or its settings. @default SigmaMind's */
    edge?: SipEdge | BridgeDeclaration["edge"];
    /**
     * Changes a child's arguments or options before it is made. TypeScript only.
     * @default nothing is changed
     * @example { carrier: { userGroup: "AGENCY7" } }
     * @example { number: (args, opts) => { opts.protect = true; return args; } }
     */
    transform?: BridgeTransform;
  };

/** One dialler's lines, for a reader. */
export interface AgentUsersOnDialler {
  /** Address of the dialler. */
  dialler: string;
  /** First and last user, `5565-5568`. */
  users: string;
}

/**
 * Joins one VICIdial campaign to one SigmaMind voice agent: steps 1 to 5, 7 and 8 of docs/facts/guide.md#steps.
 *
 * @example
 * new VoiceAiBridge("denver", {
 *   campaignId: "SIGMA1",
 *   routeNumber: "+19895551234",
 *   agentId: "SPIlVscbB0kkXBvZ",
 *   terminationSipUri: "f111.dialmake.com",
 *   aiPrefix: "9797",
 *   customerPrefix: "9797",
 *   userStart: 5565,
 *   dialMethod: "RATIO",
 *   dialLevel: 1,
 * });
 */
export class VoiceAiBridge extends pulumi.ComponentResource {
  /** What VICIdial dials to reach the agent: AI prefix + digits of the route number. */
  declare public readonly remoteExtension: pulumi.Output<string>;
  /** The users of each dialler's lines. */
  declare public readonly agentUsers: pulumi.Output<AgentUsersOnDialler[]>;
  /** The AI carrier's id. */
  declare public readonly carrierId: pulumi.Output<string>;
  /** The AI carrier's dialplan. */
  declare public readonly dialplan: pulumi.Output<string>;
  /** What to type into a softphone; undefined without `softphone`. Secret. */
  declare public readonly softphone: pulumi.Output<{ server: string; user: string; secret: string } | undefined>;
  /** The guide's manual steps that this bridge replaces. */
  declare public readonly guideSteps: pulumi.Output<string[]>;

  constructor(name: string, args: VoiceAiBridgeArgs, opts?: pulumi.ComponentResourceOptions) {
    const end = shorterTraces();
    try {
      super("voice-ai-bridge:index:VoiceAiBridge", name, {}, opts);
    } finally {
      end();
    }
    const { transform = {}, ...declared } = args;
    const { plan } = told(() => plansOfConfig.get(args) ?? planFor(name, declared), this);
    const { children } = plan;
    const after = (...more: (pulumi.Input<pulumi.Resource> | undefined)[]) => ({
      parent: this,
      dependsOn: [...dependencies(opts), ...more.filter((one) => one !== undefined)],
    });

    // The order of the steps: what a call needs last is made first, and goes last when the bridge is destroyed.
    const edge =
      args.edge instanceof SipEdge
        ? args.edge
        : SipEdge.shared(plan.edge, plan.bridge.adopt, { dependsOn: opts?.dependsOn });
    const campaign =
      children.campaign &&
      new VicidialCampaign(`${name}-campaign`, ...transformed(transform.campaign, children.campaign, after()));
    const number = new SigmaMindSipNumber(
      `${name}-number`,
      ...transformed(transform.number, { ...children.number, ...late(declared) }, after()),
    );
    const carrier = new VicidialCarrier(
      `${name}-carrier`,
      ...transformed(transform.carrier, children.carrier, after(number, edge)),
    );
    const agents = new VicidialRemoteAgents(
      `${name}-agents`,
      ...transformed(transform.agents, children.agents, after(carrier, campaign)),
    );
    const amdOptions =
      children.amdOptions &&
      new VicidialSettingsContainer(
        `${name}-amd-options`,
        ...transformed(transform.amdOptions, children.amdOptions, after()),
      );
    new VicidialCampaignRouting(
      `${name}-routing`,
      ...transformed(transform.routing, children.routing, after(agents, amdOptions)),
    );
    const softphone =
      children.softphone &&
      new VicidialPhone(`${name}-softphone`, ...transformed(transform.softphone, children.softphone, after()));

    this.remoteExtension = pulumi.output(plan.remoteExtension);
    this.agentUsers = agents.blocks.apply((blocks) =>
      blocks.map(({ serverIp, userStart, lines }) => ({
        dialler: serverIp,
        users: shownBlock(blockOf(userStart, lines)),
      })),
    );
    this.carrierId = carrier.carrierId;
    this.dialplan = pulumi.output(plan.dialplan);
    this.softphone = softphoneOf(softphone);
    this.guideSteps = pulumi.output(guideSteps(plan));
    const { remoteExtension, agentUsers, carrierId, dialplan } = this;
    const outputs = { remoteExtension, agentUsers, carrierId, dialplan, softphone: this.softphone };
    this.registerOutputs({ ...outputs, guideSteps: this.guideSteps });
  }

  /** A bridge that is planned already, and held against all others. */
  static ofPlan(planned: NamedPlan, args: VoiceAiBridgeArgs, opts: pulumi.ComponentResourceOptions): VoiceAiBridge {
    plansOfConfig.set(args, planned);
    bridges().push(planned);
    return new VoiceAiBridge(planned.name, args, opts);
  }

  /** The bridges that the program made so far. */
  static get made(): readonly NamedPlan[] {
    return bridges();
  }
}

/** Plans the bridge and looks for conflicts with those that the program made before it. */
function planFor(name: string, { edge, ...args }: Omit<VoiceAiBridgeArgs, "transform">): NamedPlan {
  const shared = edge instanceof SipEdge ? edge.edgePlan : undefined;
  const own = edge instanceof SipEdge || edge === undefined ? {} : { edge };
  const bridge = checked(bridgeSchema, { ...args, ...placeholders(args), ...own }, "");
  const mine: NamedPlan = { name, label: `bridge "${name}"`, plan: planBridge(bridge, contextFromConfig(), shared) };
  const refused = conflicts(bridges(), mine);
  if (refused.length > 0) throw new Refusal(...refused);
  bridges().push(mine);
  return mine;
}

/** The arguments that may be known only later, for the one child that takes them. */
function late({ agentId, terminationSipUri, trunkCredentials }: Late): SigmaMindSipNumberArgs {
  const { username = "", password = "" } = trunkCredentials ?? {};
  return {
    inboundAgentId: agentId,
    terminationSipUri,
    ...(trunkCredentials && { trunkCredentials: { username, password } }),
  };
}

/** Stand in for values that are known only later; the number's own checks see the values themselves. */
function placeholders(args: Late): object {
  const isLate = (value: unknown) => pulumi.Output.isInstance(value) || value instanceof Promise;
  const { agentId, terminationSipUri, trunkCredentials } = args;
  const credentials = trunkCredentials && [trunkCredentials.username, trunkCredentials.password];
  return {
    ...(isLate(agentId) && { agentId: "known-later" }),
    ...(isLate(terminationSipUri) && { terminationSipUri: "known-later.invalid" }),
    ...(credentials?.some(isLate) && {
      trunkCredentials: { ...trunkCredentials, username: "known-later", password: "known-later" },
    }),
  };
}

/** What to type into the softphone. */
function softphoneOf(phone: VicidialPhone | undefined): VoiceAiBridge["softphone"] {
  if (phone === undefined) return pulumi.output(undefined);
  const { serverIp: server, extension: user, registrationSecret: secret } = phone;
  return pulumi
    .all([server, user, pulumi.secret(secret)])
    .apply(([server, user, secret]) => ({ server, user, secret }));
}

function dependencies(opts: pulumi.ComponentResourceOptions | undefined): pulumi.Input<pulumi.Resource>[] {
  const { dependsOn = [] } = opts ?? {};
  return Array.isArray(dependsOn) ? dependsOn : [dependsOn as pulumi.Input<pulumi.Resource>];
}
