import { type ArgsOf, resourceClass } from "../providers/dynamic/resourceClass";
import { campaign, campaignSchema } from "../providers/vicidial/campaign";
import { campaignRouting } from "../providers/vicidial/campaignRouting";
import { campaignRoutingSchema } from "../providers/vicidial/campaignRoutingSchema";

/**
 * The part of a campaign's row that routes its calls to the AI agent (guide steps 4, 5.3 and 8).
 *
 * @example
 * new VicidialCampaignRouting("sigma", { campaignId: "SIGMA", routingExtension: "8368", dialMethod: "RATIO" });
 */
export class VicidialCampaignRouting extends resourceClass(campaignRouting, campaignRoutingSchema) {}
export type VicidialCampaignRoutingArgs = ArgsOf<typeof VicidialCampaignRouting>;

/**
 * A campaign of its own (guide step 4), for labs and new sites. A bridge usually only patches an existing one.
 *
 * @example
 * new VicidialCampaign("sigma", { campaignId: "SIGMA", name: "Sigma campaign" });
 */
export class VicidialCampaign extends resourceClass(campaign, campaignSchema) {}
export type VicidialCampaignArgs = ArgsOf<typeof VicidialCampaign>;
