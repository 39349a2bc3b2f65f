import { z } from "zod";

import { ADMINISTRATOR, blockOf, endOf, HIGHEST_USER, overlap, shownBlock } from "../../site/agentBlocks";
import { agentUser, displayName, userGroup } from "../../site/fields";
import { refuse } from "../../../../core/schema/problems";

/** What an operator declares for a block of agent users (docs/facts/guide.md#step-1-user): table `vicidial_users`. */
export const agentUsersSchema = z
  .strictObject({
    /** First agent user; line n (from 0) uses `userStart + n`. Column `user`. */
    userStart: agentUser,
    /** Users in the block, one for each concurrent call. 1 to 255 (a remote agent's `number_of_lines` is a TINYINT). */
    lines: z.number().int().min(1).max(255).default(1),
    /**
     * What real-time reports call the lines: `full_name` is the prefix and the line's number from 1, `"Sigma 1"`. Up to
     * 46 characters, so that the number fits VARCHAR(50).
     */
    namePrefix: displayName(46).default("AI agent"),
    /** User group of every line; it must exist. `ADMIN` is the only one that every VICIdial has; it gives a level-1 user no rights. Column `user_group`. */
    userGroup: userGroup.default("ADMIN"),
    /** Off: VICIdial records no call of these users, whatever the campaign says. Column `vicidial_recording`. */
    recording: z.boolean().default(true),
    /** Off: the users cannot log in; the lines of a remote agent run all the same. Column `active`. */
    active: z.boolean().default(true),
    /** Take over users of the block that exist already: names, group, recording and password become as declared. */
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
