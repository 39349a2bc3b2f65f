import { z } from "zod";
import { agentUsersSchema } from "../agentUsers/schema";
import { diallerIp } from "../../site/fields";
import { remoteAgentSchema } from "../remoteAgent/schema";
import { says } from "../../../../core/schema/problems";

const { lines, extension, campaignId, closerCampaigns, status, drainTimeoutSeconds, force } = remoteAgentSchema.shape;
const { userStart, namePrefix, userGroup, recording } = agentUsersSchema.shape;

/** Which diallers: their addresses, or `"all"` that are in service when it is applied. */
export const diallers = z.union([
  z.literal("all"),
  z
    .array(diallerIp)
    .min(1, says("names no dialler", 'list at least one address, or write "all"'))
    .refine((ips) => new Set(ips).size === ips.length, says("names a dialler twice", "remove one")),
]);

/**
 * The lines of one bridge on every dialler (docs/facts/guide.md#step-2-remote-agent): tables `vicidial_users` and
 * `vicidial_remote_agents`.
 */
export const remoteAgentsSchema = z.strictObject({
  /**
   * Addresses of the diallers (`server_ip`), or `"all"`: every dialler in service, looked up when it is applied.
   * @default "all"
   * @example ["10.0.0.103", "10.0.0.104"]
   */
  diallers: diallers.default("all"),
  /**
   * First agent user of the first dialler (`user`, `user_start`), 10 to 999999999; the next dialler's block follows
   * it, and so on.
   * @example 5565
   */
  userStart,
  /**
   * Concurrent calls on each dialler (`number_of_lines`), 1 to 255. A change moves the blocks of all diallers but the
   * first.
   * @default 1
   * @example 4
   */
  lines,
  /**
   * What the diallers dial to reach the AI agent (`conf_exten`): AI prefix and route number, 2 to 20 digits.
   * @example "979719895551234"
   */
  extension,
  /**
   * Campaign whose calls the lines take (`campaign_id`); it must exist.
   * @example "SIGMA1"
   */
  campaignId,
  /**
   * In-groups whose inbound calls the lines take too (`closer_campaigns`); they must exist.
   * @default []
   * @example ["SUPPORT"]
   */
  closerCampaigns,
  /**
   * INACTIVE: the diallers stop offering calls to the lines within seconds, calls in progress go on (`status`).
   * @default "ACTIVE"
   * @example "INACTIVE"
   */
  status,
  /**
   * What real-time reports call the lines (`full_name`): this and the line's number from 1. Up to 46 characters.
   * @default "AI agent"
   * @example "Sigma"
   */
  namePrefix,
  /**
   * User group of the users (`user_group`); it must exist.
   * @default "ADMIN", which every VICIdial has
   * @example "AGENTS"
   */
  userGroup,
  /**
   * Whether VICIdial may record calls of these users (`vicidial_recording`).
   * @default true
   * @example false
   */
  recording,
  /**
   * How long a change or a destroy waits for the calls of the lines to end, in seconds, up to 86400; then it is
   * refused (docs/facts/vicidial.md#drain).
   * @default 900
   * @example 60
   */
  drainTimeoutSeconds,
  /**
   * Do not wait for calls to end. A line that changes in mid-call counts as free for the dialler, which then calls
   * too many people.
   * @default false
   * @example true
   */
  force,
  /**
   * How long an `up` waits for every line to be READY on the diallers that run, in seconds, up to 3600; 0 does not
   * wait. Without a default in the inputs, so that a state of an older version shows no difference.
   * @default 90
   * @example 0
   */
  waitForReady: z
    .int({ error: "must be a whole number of seconds" })
    .min(0, { error: "must not be negative; 0 does not wait" })
    .max(3600, { error: "must be at most 3600 seconds" })
    .optional(),
  /**
   * Take over users and remote agents that exist already. Destroy deletes them.
   * @default false
   * @example true
   */
  adopt: z.boolean().default(false),
});

export type RemoteAgents = z.infer<typeof remoteAgentsSchema>;
