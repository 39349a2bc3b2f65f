import { z } from "zod";
import { campaignSchema } from "../../providers/vicidial/resources/campaign/campaign";
import { campaignRoutingSchema } from "../../providers/vicidial/resources/campaignRouting/schema";
import { agentUser, campaignId, diallerIp, digits } from "../../providers/vicidial/site/fields";
import { diallers, remoteAgentsSchema } from "../../providers/vicidial/resources/remoteAgents/schema";
import { remoteAgentSchema } from "../../providers/vicidial/resources/remoteAgent/schema";
import { edgeSchema, seconds } from "./edgeSchema";
import { says } from "../../core/schema/problems";

// The comments of this file are the documentation of the arguments: editors show them on the TypeScript types, and
// bridgeSchemaFile.ts writes them into docs/bridge.schema.json for those who edit YAML.

const { manualDialCid, dialMethod, autoDialLevel, hopperLevel, recording, campaignCid, dialStatuses, onDestroy } =
  campaignRoutingSchema.shape;
const { adopt: _adopt, campaignId: _campaignId, active: _active, ...newCampaign } = campaignSchema.shape;

const e164 = z
  .string()
  .regex(
    /^\+[1-9][0-9]{6,14}$/,
    says(
      "must be an E.164 number: `+`, country code and number, 7 to 15 digits",
      'write it like "+19895551234", in quotes',
    ),
  );

/** Everything that joins one VICIdial campaign to one SigmaMind agent. */
export const bridgeSchema = z.strictObject({
  /**
   * Campaign to bridge: an existing one, or the id of the one that `campaign` creates.
   * @example "SIGMA1"
   */
  campaignId,
  /**
   * Creates the campaign, for a new site (docs/facts/guide.md#step-4-campaign). Leave it out for a campaign that exists.
   * @default none: the campaign exists
   * @example { name: "Sigma Voice Agent", localCallTime: "9am-9pm" }
   */
  campaign: z.strictObject(newCampaign).optional(),
  /**
   * E.164 number that is registered at SigmaMind and called on the AI leg; it decides which agent answers. One per bridge.
   * @example "+19895551234"
   */
  routeNumber: e164,
  /**
   * SigmaMind agent that answers (its id, from the agent's page). It must be published.
   * @example "SPIlVscbB0kkXBvZ"
   */
  agentId: z
    .string()
    .regex(/^\S{1,64}$/, says("must be an agent's id, 1 to 64 characters", "copy it from the agent's page")),
  /**
   * Host of your telephony carrier, for SigmaMind's own outbound legs. Never SigmaMind's edge: that would call itself.
   * @default required, but with `purchase`
   * @example "f111.dialmake.com"
   */
  terminationSipUri: z.string().optional(),
  /**
   * What SigmaMind shows to that carrier, where it asks. Secret, never read back; another `version` sends it again.
   * @default none
   * @example { username: "denver", password: "…", version: 1 }
   */
  trunkCredentials: z
    .strictObject({
      username: z.string().min(1).max(128),
      password: z.string().min(1).max(128),
      version: z.int().min(0).optional(),
    })
    .optional(),
  /**
   * Buy the route number at SigmaMind instead of registering one that you own.
   * @default false
   * @example true
   */
  purchase: z.boolean().default(false),
  /**
   * Digits before the route number in the remote extension. May equal `customerPrefix`: the AI carrier answers only its own number.
   * @example "9797"
   */
  aiPrefix: digits(13),
  /**
   * Digits before a customer's number (campaign `dial_prefix`). A telephony carrier must answer them.
   * @default left as it is
   * @example "9797"
   */
  customerPrefix: digits(20).optional(),
  /**
   * The same for calls that a person dials (campaign `manual_dial_prefix`).
   * @default left as it is
   * @example "8787"
   */
  manualPrefix: digits(20).optional(),
  /**
   * First agent user; line n of the first dialler is `userStart + n`, the next dialler's block follows. Digits, 10 to 999999999.
   * @example 5565
   */
  userStart: agentUser,
  /**
   * Concurrent calls on each dialler, 1 to 255. No more than the agent can take.
   * @default 1
   * @example 4
   */
  lines: remoteAgentSchema.shape.lines,
  /**
   * Addresses of the diallers as in Admin → Servers, or `"all"`: those that are in service when it is applied.
   * @default "all"
   * @example ["10.0.0.103"]
   */
  diallers: diallers.default("all"),
  /**
   * Number that customers see (campaign `campaign_cid`), 7 to 20 digits; `+` and punctuation are dropped.
   * @default left as it is
   * @example "+13038142839"
   */
  callerId: campaignCid,
  /**
   * Where manual calls take their caller id from (campaign `manual_dial_cid`).
   * @default left as it is
   * @example "AGENT_PHONE"
   */
  manualCallerId: manualDialCid,
  /**
   * Calls per free line (campaign `auto_dial_level`). Start with 1.
   * @default left as it is
   * @example 1
   */
  dialLevel: autoDialLevel,
  /**
   * Leads kept ready to dial (campaign `hopper_level`).
   * @default left as it is
   * @example 10
   */
  hopperLevel,
  /**
   * How calls are paced (campaign `dial_method`). A new campaign's MANUAL never dials by itself.
   * @default left as it is
   * @example "RATIO"
   */
  dialMethod,
  /**
   * Statuses whose leads are dialled (campaign `dial_statuses`). DNC, XFER and DROP only in a lab.
   * @default left as they are
   * @example ["NEW", "NA"]
   */
  dialStatuses,
  /**
   * What VICIdial records (campaign `campaign_recording`); only ALLCALLS and ALLFORCE record AI calls.
   * @default left as it is
   * @example "ALLFORCE"
   */
  recording,
  /**
   * Answering-machine detection: `false`, or what happens with a machine and when detection is not sure.
   * It costs the customer 1 to 5 seconds of silence before the AI speaks.
   * @default false
   * @example { onMachine: { play: "sorry-we-missed-you" }, waitForSilence: "2000,2,30" }
   * @example { onNotSure: "hangup" }
   */
  amd: z
    .union([
      z.literal(false),
      z.strictObject({
        /**
         * `hangup`, or an audio file to play.
         * @default "hangup"
         */
        onMachine: z
          .union([z.literal("hangup"), z.strictObject({ play: z.string().regex(/^[-|/._0-9A-Za-z]{1,100}$/) })])
          .default("hangup"),
        /**
         * `agent`: unsure calls reach the AI; `hangup`: they are treated as machines (schema 1720 and later).
         * @default "agent"
         */
        onNotSure: z.enum(["agent", "hangup"]).default("agent"),
        /**
         * How to wait for the beep: milliseconds, times, seconds.
         * @default left as it is
         * @example "2000,2,30"
         */
        waitForSilence: z
          .string()
          .regex(/^\d+,\d+,\d+$/, says("is milliseconds,times,seconds", 'use for example "2000,2,30"'))
          .optional(),
      }),
    ])
    .default(false),
  /**
   * Columns of the lead that the agent gets as variables: each is sent as the header `X-<column>`, or renamed.
   * @default none
   * @example ["first_name", "city"]
   * @example { vendor_lead_code: "X-account_id" }
   */
  leadFields: z.union([z.array(z.string()), z.record(z.string(), z.string())]).optional(),
  /**
   * Where the diallers reach the lead service, which reads those columns safely during the call. Required with `leadFields`.
   * @default the lab's own in a lab
   * @example { host: "10.0.0.103", port: 4573 }
   */
  leadService: z.strictObject({ host: z.string(), port: z.int().min(1).max(65_535).optional() }).optional(),
  /**
   * Fixed headers for the agent, `X-` name to value.
   * @default none
   * @example { "X-source": "autumn" }
   */
  headers: z.record(z.string(), z.string()).optional(),
  /**
   * The AI platform's SIP server. Bridges with the same settings share one account on the diallers.
   * @default SigmaMind's, over TLS with SRTP where the diallers have PJSIP
   * @example { transport: "udp", srtp: false }
   */
  edge: edgeSchema.prefault({}),
  /**
   * Seconds that the AI leg may ring, 5 to 120.
   * @default 30
   * @example 20
   */
  ringTimeout: seconds(5, 120).default(30),
  /**
   * What happens to the customer when the AI leg fails: `hangup`, an extension, an in-group, or a second route number. For
   * VICIdial the first three end the agent's call (DROP, as before its own drop actions), so the line is free again.
   * @default "hangup"
   * @example { inGroup: "SUPPORT" }
   */
  fallback: z
    .union([
      z.literal("hangup"),
      z.strictObject({ extension: z.string() }),
      z.strictObject({ inGroup: z.string() }),
      z.strictObject({ routeNumber: e164 }),
    ])
    .default("hangup"),
  /**
   * Exact numbers that the agent may transfer a customer to. Needs `customerPrefix` and `callerId`.
   * `up` warns about targets of the agent's own transfer tools that are missing here. Besides, the edge can join two customers whom
   * it has on the line (REFER with Replaces): Asterisk asks no dialplan then.
   * @default none: transfers are refused
   * @example { to: ["+18135551111"], ringSeconds: 20, onFailure: "return" }
   */
  transfer: z
    .strictObject({
      /** Numbers that the agent may transfer to, E.164. */
      to: z.array(e164),
      /**
       * How long a target rings, 5 to 120 seconds.
       * @default 20
       */
      ringSeconds: seconds(5, 120).optional(),
      /**
       * When it is busy or does not answer: back to the agent, or hang up.
       * @default "return"
       */
      onFailure: z.enum(["return", "hangup"]).optional(),
    })
    .optional(),
  /**
   * An account for a softphone that calls the agent without the telephony carrier
   * (docs/facts/guide.md#testing-with-a-softphone).
   * @default none
   * @example { extension: "5599", dialler: "10.0.0.103" }
   */
  softphone: z.strictObject({ extension: digits(10, 2), dialler: diallerIp }).optional(),
  /**
   * `agents`: through VICIdial's agent routing. `direct`: as the guide says it (docs/facts/guide.md#step-4-campaign),
   * which bypasses it; not on Asterisk 12 and later.
   * @default "agents"
   * @example "direct"
   */
  routing: z.enum(["agents", "direct"]).default("agents"),
  /**
   * How long `up` waits for every line to be READY on the diallers that run, in seconds; 0 does not wait.
   * @default 90
   * @example 0
   */
  waitForReady: remoteAgentsSchema.shape.waitForReady,
  /**
   * How long a change or a destroy that touches the lines waits for their calls to end, in seconds; then it is refused.
   * @default 900
   * @example 60
   */
  drainTimeoutSeconds: remoteAgentsSchema.shape.drainTimeoutSeconds,
  /**
   * Do not wait for calls to end: what runs goes on with the lines changed or gone under it, and who is being called meets nobody.
   * A destroy does as the last `up` said.
   * @default false
   * @example true
   */
  force: remoteAgentsSchema.shape.force,
  /**
   * What becomes of the campaign when the bridge goes: its old settings back, left as it is, or paused (`active` N).
   * @default "restore"
   * @example "pause"
   */
  onDestroy,
  /**
   * Take over objects that exist already: number, carrier, users, remote agents, campaign. Prints what changes.
   * @default false
   * @example true
   */
  adopt: z.boolean().default(false),
});

/** A bridge as it is declared. */
export type BridgeDeclaration = z.input<typeof bridgeSchema>;
/** A bridge with its defaults. */
export type Bridge = z.output<typeof bridgeSchema>;
