import { z } from "zod";

import { ADMINISTRATOR, blockOf, endOf, HIGHEST_USER, overlap, shownBlock } from "../../site/agentBlocks";
import { agentUser, displayName, userGroup } from "../../site/fields";
import { refuse } from "../../../../core/schema/problems";

/** What an operator declares for a block of agent users (docs/facts/guide.md#step-1-user): table `vicidial_users`. */
export const agentUsersSchema = z
  .strictObject({
    /**
     * First agent user (`user`): line n, counted from 0, is `userStart + n`. Digits, 10 to 999999999, without a
     * leading zero. The whole block must be free, and may not hold VICIdial's administrator 6666.
     * @example 5565
     */
    userStart: agentUser,
    /**
     * Users in the block, one for each concurrent call, 1 to 255 (a remote agent's `number_of_lines` holds no more).
     * @default 1
     * @example 4
     */
    lines: z.number().int().min(1).max(255).default(1),
    /**
     * What real-time reports call the lines (`full_name`): this and the line's number from 1, "Sigma 1". Up to 46
     * characters, so that the number fits the column's 50.
     * @default "AI agent"
     * @example "Sigma"
     */
    namePrefix: displayName(46).default("AI agent"),
    /**
     * User group of every line (`user_group`); it must exist. ADMIN is the only one that every VICIdial has; it gives
     * a user of level 1 no rights.
     * @default "ADMIN"
     * @example "AGENTS"
     */
    userGroup: userGroup.default("ADMIN"),
    /**
     * Whether VICIdial may record calls of these users (`vicidial_recording`). With `false` it records none, whatever
     * the campaign says.
     * @default true
     * @example false
     */
    recording: z.boolean().default(true),
    /**
     * Whether the users can log in (`active`). The lines of a remote agent run all the same.
     * @default true
     * @example false
     */
    active: z.boolean().default(true),
    /**
     * Take over users of the block that exist already: names, group, recording and password become as declared.
     * Destroy deletes them. Users with more rights than an agent are never taken over.
     * @default false
     * @example true
     */
    adopt: z.boolean().default(false),
  })
  .superRefine(({ userStart, lines }, context) => {
    const block = blockOf(userStart, lines);
    const refused = (rule: string, fix = ""): void => refuse(context, ["userStart"], { rule, fix });
    if (endOf(block) > HIGHEST_USER) refused(`the block ends at ${endOf(block)}, above ${HIGHEST_USER} (nine digits)`);
    if (overlap(block, { start: ADMINISTRATOR, lines: 1 })) {
      refused(
        `the block ${shownBlock(block)} holds ${ADMINISTRATOR}, VICIdial's built-in administrator`,
        "choose another block",
      );
    }
  });

export type AgentUsers = z.infer<typeof agentUsersSchema>;
