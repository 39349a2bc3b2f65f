import { z } from "zod";

import { ADMINISTRATOR, blockOf, endOf, HIGHEST_USER, overlap, shownBlock } from "../../site/agentBlocks";
import { agentUser, campaignId, diallerIp, inboundGroup, remoteExtension } from "../../site/fields";
import { refuse } from "../../../../core/schema/problems";

/**
 * What an operator declares for a remote agent (docs/facts/guide.md#step-2-remote-agent): table `vicidial_remote_agents`.
 */
export const remoteAgentSchema = z
  .strictObject({
    /** IPv4 address of the dialler that runs the lines. Column `server_ip`; `0.0.0.0` is never READY. */
    serverIp: diallerIp,
    /** First agent user; line n (from 0) runs as `userStart + n`. Column `user_start`; the user must exist. */
    userStart: agentUser,
    /** Concurrent calls. Column `number_of_lines`, 1 to 255. */
    lines: z
      .number({ error: "must be a whole number" })
      .int({ error: "must be a whole number" })
      .min(1, { error: "must be at least 1; to pause a remote agent set `status: INACTIVE`" })
      .max(255, { error: "must be at most 255 (number_of_lines is a TINYINT); declare a second remote agent for more" })
      .default(1),
    /**
     * What the dialler dials to reach the AI agent: AI prefix and route number, digits only. Column `conf_exten`,
     * VARCHAR(20): a longer one would be cut off silently, and a host part has no place here (it stands in the carrier).
     */
    extension: remoteExtension,
    /** Campaign whose calls the lines take; it must exist. Column `campaign_id`. */
    campaignId,
    /** In-groups whose inbound calls the lines take too; they must exist. Column `closer_campaigns`. */
    closerCampaigns: z.array(inboundGroup).default([]),
    /** INACTIVE: the dialler stops offering calls to the lines within seconds; calls go on. Column `status`. */
    status: z.enum(["ACTIVE", "INACTIVE"]).default("ACTIVE"),
    /** Ring the extension for each call instead of sending the call there. Column `on_hook_agent`. */
    onHook: z.boolean().default(false),
    /** Seconds that an on-hook line rings, 1 to 999. Column `on_hook_ring_time`. */
    onHookRingSeconds: z.number().int().min(1).max(999).default(15),
    /**
     * Extension group that replaces the extension (column `extension_group`). `NONE` for an AI agent: with a group, calls
     * go to the group's extensions and never to the agent.
     */
    extensionGroup: z
      .string()
      .regex(/^[-_0-9a-zA-Z]{2,20}$/, {
        error: "must be NONE or the id of an extension group (vicidial_extension_groups)",
      })
      .default("NONE"),
    /** How long a change or a destroy waits for the calls of the lines to end, in seconds (default 900). */
    drainTimeoutSeconds: z.number().int().min(0).max(86_400).default(900),
    /** Do not wait for calls to end. A line that changes in mid-call counts as free for the dialler, which then calls too many people. */
    force: z.boolean().default(false),
    /** Take over a remote agent with the same server and user start that exists already. */
    adopt: z.boolean().default(false),
  })
  .superRefine(({ userStart, lines }, context) => {
    const block = blockOf(userStart, lines);
    const refused = (rule: string, fix = ""): void => refuse(context, ["userStart"], { rule, fix });
    if (endOf(block) > HIGHEST_USER)
      refused(`the lines end at user ${endOf(block)}, above ${HIGHEST_USER} (nine digits)`);
    if (overlap(block, { start: ADMINISTRATOR, lines: 1 })) {
      refused(
        `lines ${shownBlock(block)} hold ${ADMINISTRATOR}, VICIdial's built-in administrator`,
        "choose another block",
      );
    }
  });

export type RemoteAgent = z.infer<typeof remoteAgentSchema>;
