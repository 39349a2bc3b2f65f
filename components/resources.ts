import { type ArgsOf, resourceClass } from "../providers/dynamic/resourceClass";
import { agentUsers } from "../providers/vicidial/resources/agentUsers/agentUsers";
import { sipNumber } from "../providers/sigmamind/sipNumber/sipNumber";
import { campaign } from "../providers/vicidial/resources/campaign/campaign";
import { campaignRouting } from "../providers/vicidial/resources/campaignRouting/campaignRouting";
import { carrier } from "../providers/vicidial/resources/carrier/carrier";
import { list } from "../providers/vicidial/resources/list/list";
import { phone } from "../providers/vicidial/resources/phone/phone";
import { settingsContainer } from "../providers/vicidial/resources/settingsContainer/settingsContainer";
import { remoteAgent } from "../providers/vicidial/resources/remoteAgent/remoteAgent";
import { remoteAgents } from "../providers/vicidial/resources/remoteAgents/remoteAgents";

/**
 * A phone number at SigmaMind and the agents that answer and use it (docs/facts/guide.md#register-your-number).
 *
 * @example
 * new SigmaMindSipNumber("denver", {
 *   routeNumber: "+19895551234",
 *   terminationSipUri: "f111.dialmake.com",
 *   inboundAgentId: "SPIlVscbB0kkXBvZ",
 * });
 *
 * @example
 * // What SigmaMind shows to the carrier is a secret of the stack; another version sends it again.
 * const config = new pulumi.Config();
 * new SigmaMindSipNumber("boise", {
 *   routeNumber: "+12085550102",
 *   terminationSipUri: "f111.dialmake.com",
 *   trunkCredentials: { username: "boise", password: config.requireSecret("trunkPassword") },
 *   trunkCredentialsVersion: 1,
 * });
 */
export class SigmaMindSipNumber extends resourceClass(sipNumber) {}
export type SigmaMindSipNumberArgs = ArgsOf<typeof SigmaMindSipNumber>;

/**
 * The part of a campaign's row that routes its calls to the AI agent (docs/facts/guide.md#step-4-campaign).
 *
 * @example
 * new VicidialCampaignRouting("sigma", {
 *   campaignId: "SIGMA1",
 *   routingExtension: "8368",
 *   dialMethod: "RATIO",
 *   autoDialLevel: 1,
 *   recording: "ALLFORCE",
 * });
 */
export class VicidialCampaignRouting extends resourceClass(campaignRouting) {}
export type VicidialCampaignRoutingArgs = ArgsOf<typeof VicidialCampaignRouting>;

/**
 * A campaign of its own (docs/facts/guide.md#step-4-campaign), for labs and new sites. A bridge usually only patches an
 * existing one.
 *
 * @example
 * new VicidialCampaign("sigma", { campaignId: "SIGMA1", name: "Sigma campaign", localCallTime: "9am-5pm" });
 */
export class VicidialCampaign extends resourceClass(campaign) {}
export type VicidialCampaignArgs = ArgsOf<typeof VicidialCampaign>;

/**
 * The block of users that a remote agent's lines run as (docs/facts/guide.md#step-1-user).
 *
 * @example
 * new VicidialAgentUsers("sigma", { userStart: 5565, lines: 4, userGroup: "AGENTS" });
 */
export class VicidialAgentUsers extends resourceClass(agentUsers) {}
export type VicidialAgentUsersArgs = ArgsOf<typeof VicidialAgentUsers>;

/**
 * The lines of one dialler that send a campaign's answered customers to the AI agent
 * (docs/facts/guide.md#step-2-remote-agent).
 *
 * @example
 * const users = new VicidialAgentUsers("sigma", { userStart: 5565, lines: 4 });
 * new VicidialRemoteAgent(
 *   "sigma",
 *   {
 *     serverIp: "10.0.0.103",
 *     userStart: users.userStart,
 *     lines: users.lines,
 *     extension: "979719895551234",
 *     campaignId: "SIGMA1",
 *   },
 *   { dependsOn: users },
 * );
 */
export class VicidialRemoteAgent extends resourceClass(remoteAgent) {}
export type VicidialRemoteAgentArgs = ArgsOf<typeof VicidialRemoteAgent>;

/**
 * The lines of one bridge on every dialler: a block of agent users and a remote agent on each
 * (docs/facts/guide.md#step-2-remote-agent).
 *
 * @example
 * new VicidialRemoteAgents("sigma", {
 *   userStart: 5565,
 *   lines: 4,
 *   extension: "979719895551234",
 *   campaignId: "SIGMA1",
 * });
 */
export class VicidialRemoteAgents extends resourceClass(remoteAgents) {}
export type VicidialRemoteAgentsArgs = ArgsOf<typeof VicidialRemoteAgents>;

/**
 * A carrier: an account of the diallers' SIP stack and lines of their dialplan (docs/facts/guide.md#step-3-carrier).
 *
 * @example
 * new VicidialCarrier("sigma", {
 *   carrierId: "SIGMA",
 *   name: "Sigma",
 *   protocol: "PJSIP",
 *   dialplanEntry: aiCarrier({
 *     aiPrefix: "9797",
 *     routeNumber: "+19895551234",
 *     stack: "pjsip",
 *     account: "sigmamind",
 *   }).dialplanEntry,
 * });
 */
export class VicidialCarrier extends resourceClass(carrier) {}
export type VicidialCarrierArgs = ArgsOf<typeof VicidialCarrier>;

/**
 * A list of leads (docs/facts/guide.md#step-5-list), for labs, tests and small campaigns.
 *
 * @example
 * new VicidialList("test", {
 *   listId: 5001,
 *   name: "Bridge test",
 *   campaignId: "SIGMA1",
 *   leads: [{ phoneNumber: "3035500914", firstName: "Maria", city: "Denver", state: "CO" }],
 *   resetTrigger: "2026-11-12", // any change lets every lead be called again
 * });
 */
export class VicidialList extends resourceClass(list) {}
export type VicidialListArgs = ArgsOf<typeof VicidialList>;

/**
 * A phone that may register at a dialler (docs/facts/guide.md#testing-with-a-softphone).
 *
 * @example
 * const phone = new VicidialPhone("desk", { extension: 5565, serverIp: "10.0.0.103" });
 * export const secret = phone.registrationSecret; // to type into Zoiper, with server 10.0.0.103 and user 5565
 */
export class VicidialPhone extends resourceClass(phone) {}
export type VicidialPhoneArgs = ArgsOf<typeof VicidialPhone>;

/**
 * A text that VICIdial's programs look up by its id, for example the detection results that reach an agent
 * (docs/facts/guide.md#step-8-answering-machine-detection).
 *
 * @example
 * new VicidialSettingsContainer("amd", {
 *   containerId: "AMD_AGENT_OPT_SIGMA1",
 *   type: "AMD_AGENT_OPTIONS",
 *   notes: "AMD of SIGMA1",
 *   entry: "HUMAN,HUMAN",
 * });
 */
export class VicidialSettingsContainer extends resourceClass(settingsContainer) {}
export type VicidialSettingsContainerArgs = ArgsOf<typeof VicidialSettingsContainer>;
