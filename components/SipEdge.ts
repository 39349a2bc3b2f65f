import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../core/refusal";
import { checked } from "./plan/issues";
import { edgeCarrier, type EdgePlan, edgeProblems, planEdge } from "./plan/edgePlan";
import { type EdgeDeclaration, edgeSchema } from "./plan/edgeSchema";
import { contextFromConfig, perProgram, told } from "./program";
import { VicidialCarrier, type VicidialCarrierArgs } from "./resources";
import { type Transform, transformed } from "./transform";

/** Made so far, by carrier id: bridges with the same edge share its account. */
const edges = perProgram(() => new Map<string, SipEdge>());

/** Arguments of a {@link SipEdge}. */
export type SipEdgeArgs = EdgeDeclaration & {
  /**
   * Whether the edge may send REFER: needed for bridges with `transfer`.
   * @default false
   */
  allowTransfer?: boolean;
  /**
   * Take over a carrier row that exists.
   * @default false
   */
  adopt?: boolean;
  /**
   * Changes the carrier row's arguments or options before it is made: the way out where an argument is missing here.
   * @default nothing is changed
   * @example { userGroup: "AGENCY7" }
   */
  transform?: Transform<VicidialCarrierArgs>;
};

/**
 * The account of an AI platform's SIP server on every dialler: one carrier row without any dialplan. Bridges make the one
 * that they need by themselves and share it; declare it to say more about it.
 *
 * @example
 * const edge = new SipEdge("sigmamind", { caPath: "/etc/ssl/certs" });
 * new VoiceAiBridge("denver", {
 *   edge,
 *   campaignId: "SIGMA1",
 *   routeNumber: "+19895551234",
 *   agentId: "SPIlVscbB0kkXBvZ",
 *   terminationSipUri: "f111.dialmake.com",
 *   aiPrefix: "9797",
 *   userStart: 5565,
 * });
 */
export class SipEdge extends pulumi.ComponentResource {
  /** Carrier id of the account's row. */
  declare public readonly carrierId: pulumi.Output<string>;
  /** The account as Asterisk gets it. */
  declare public readonly accountEntry: pulumi.Output<string>;
  /** What bridges need to know of it when they are planned. */
  declare public readonly edgePlan: EdgePlan;

  constructor(name: string, args: SipEdgeArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("voice-ai-bridge:index:SipEdge", name, {}, opts);
    const { allowTransfer = false, adopt = false, transform, ...declared } = args;
    const plan = told(() => planOf(declared, allowTransfer), this);
    for (const warning of plan.warnings) void pulumi.log.warn(warning, this);
    const row = edgeCarrier(plan, adopt);
    const options = { parent: this, dependsOn: opts?.dependsOn };
    const carrier = new VicidialCarrier(`${name}-carrier`, ...transformed(transform, row, options));
    this.edgePlan = plan;
    this.carrierId = carrier.carrierId;
    this.accountEntry = pulumi.output(row.accountEntry ?? "");
    this.registerOutputs({ carrierId: this.carrierId, accountEntry: this.accountEntry });
    edges().set(plan.carrierId, this);
  }

  /** The edge of a plan, made once for all bridges of the program that need it. */
  static shared(
    { carrierId, edge, mayTransfer, account }: EdgePlan,
    adopt: boolean,
    opts: pulumi.ComponentResourceOptions,
  ): SipEdge {
    const known = edges().get(carrierId);
    return known ?? new SipEdge(account.account, { ...edge, allowTransfer: mayTransfer, adopt }, opts);
  }
}

function planOf(declared: EdgeDeclaration, allowTransfer: boolean): EdgePlan {
  const plan = planEdge(checked(edgeSchema, declared, ""), contextFromConfig().sipStacks, allowTransfer);
  const refused = edgeProblems(plan.account);
  if (refused.length > 0) throw new Refusal(...refused);
  return plan;
}
