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
  /** Addresses (`servers.server_ip`), or `"all"`: every dialler in service, looked up when applied. @default "all" */
  diallers: diallers.default("all"),
  /** First agent user of the first dialler; the next dialler's block follows it, and so on. */
  userStart,
  /** Concurrent calls on each dialler, 1 to 255. A change moves the blocks of all diallers but the first. @default 1 */
  lines,
  /** Remote extension: AI prefix and route number (`conf_exten`). */
  extension,
  /** Campaign whose calls the lines take. */
  campaignId,
  /** In-groups whose calls they take too. @default [] */
  closerCampaigns,
  /** INACTIVE stops new calls within seconds. @default "ACTIVE" */
  status,
  /** Name of the users in reports, before the line's number. @default "AI agent" */
  namePrefix,
  /** User group of the users. @default "ADMIN", which every VICIdial has */
  userGroup,
  /** Whether VICIdial may record calls of these users. @default true */
  recording,
  /** How long a change or a destroy waits for calls to end, in seconds. @default 900 */
  drainTimeoutSeconds,
  /** Do not wait for calls to end. @default false */
  force,
  /**
   * How long an `up` waits for every line to be READY on the diallers that run, in seconds; 0 does not wait. Without a
   * default in the inputs, so that a state of an older version shows no difference.
   * @default 90
   */
  waitForReady: z
    .int({ error: "must be a whole number of seconds" })
    .min(0, { error: "must not be negative; 0 does not wait" })
    .max(3600, { error: "must be at most 3600 seconds" })
    .optional(),
  /** Take over users and remote agents that exist already. @default false */
  adopt: z.boolean().default(false),
});

export type RemoteAgents = z.infer<typeof remoteAgentsSchema>;
