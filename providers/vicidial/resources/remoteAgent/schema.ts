import { z } from "zod";

import { ADMINISTRATOR, blockOf, endOf, HIGHEST_USER, overlap, shownBlock } from "../../site/agentBlocks";
import { agentUser, campaignId, diallerIp, inboundGroup, remoteExtension } from "../../site/fields";
import { refuse } from "../../../../core/schema/problems";

/**
 * What an operator declares for a remote agent (docs/facts/guide.md#step-2-remote-agent): table `vicidial_remote_agents`.
 */
export const remoteAgentSchema = z
  .strictObject({
    /**
     * IPv4 address of the dialler that runs the lines, as Admin → Servers shows it (`server_ip`). `0.0.0.0` is
     * refused: such lines are never READY (docs/facts/vicidial.md#never-ready).
     * @example "10.0.0.103"
     */
    serverIp: diallerIp,
    /**
     * First agent user (`user_start`): line n, counted from 0, runs as `userStart + n`. Digits, 10 to 999999999; the
     * users must exist.
     * @example 5565
     */
    userStart: agentUser,
    /**
     * Concurrent calls (`number_of_lines`), 1 to 255. More lines are just added; fewer wait for calls to end.
     * @default 1
     * @example 4
     */
    lines: z
      .number({ error: "must be a whole number" })
      .int({ error: "must be a whole number" })
      .min(1, { error: "must be at least 1; to pause a remote agent set `status: INACTIVE`" })
      .max(255, { error: "must be at most 255 (number_of_lines is a TINYINT); declare a second remote agent for more" })
      .default(1),
    /**
     * What the dialler dials to reach the AI agent (`conf_exten`): AI prefix and route number, 2 to 20 digits. A host
     * has no place here, it stands in the carrier; VICIdial would cut a longer text off silently.
     * @example "979719895551234"
     */
    extension: remoteExtension,
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
    closerCampaigns: z.array(inboundGroup).default([]),
    /**
     * INACTIVE: the dialler stops offering calls to the lines within seconds, calls in progress go on (`status`).
     * @default "ACTIVE"
     * @example "INACTIVE"
     */
    status: z.enum(["ACTIVE", "INACTIVE"]).default("ACTIVE"),
    /**
     * Ring the extension for each call instead of sending the call there (`on_hook_agent`).
     * @default false
     * @example true
     */
    onHook: z.boolean().default(false),
    /**
     * Seconds that an on-hook line rings (`on_hook_ring_time`), 1 to 999.
     * @default 15
     * @example 20
     */
    onHookRingSeconds: z.number().int().min(1).max(999).default(15),
    /**
     * Extension group that replaces the extension (`extension_group`). Leave it out for an AI agent: with a group,
     * calls go to the group's extensions and never to the agent.
     * @default "NONE"
     */
    extensionGroup: z
      .string()
      .regex(/^[-_0-9a-zA-Z]{2,20}$/, {
        error: "must be NONE or the id of an extension group (vicidial_extension_groups)",
      })
      .default("NONE"),
    /**
     * How long a change or a destroy waits for the calls of the lines to end, in seconds, up to 86400; then it is
     * refused (docs/facts/vicidial.md#drain).
     * @default 900
     * @example 60
     */
    drainTimeoutSeconds: z.number().int().min(0).max(86_400).default(900),
    /**
     * Do not wait for calls to end. A line that changes in mid-call counts as free for the dialler, which then calls
     * too many people.
     * @default false
     * @example true
     */
    force: z.boolean().default(false),
    /**
     * Take over a remote agent with the same server and user start that exists already. Destroy deletes it.
     * @default false
     * @example true
     */
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
