import { type Block, remoteAgentBlocks, shownBlock, usersOf } from "../../site/agentBlocks";
import type { Reader, Vicidial } from "../../session";

/**
 * Tells of remote agents whose lines run under users that are deleted: VICIdial starts such lines all the same, but takes
 * their rights from the first user and shows no line in real-time reports that has none
 * (docs/facts/vicidial.md#line-users). A warning and no refusal, because a destroy must end; and not INACTIVE, as
 * VICIdial's own page makes them, because they are others' rows.
 *
 * @param spared whether a remote agent is the block's own, which the same `up` changes after its users.
 */
export async function warnOfLinesOn(
  reader: Reader,
  deleted: readonly { user: string }[],
  vicidial: Vicidial,
  spared: (block: Block) => boolean = () => false,
): Promise<void> {
  if (deleted.length === 0) return;
  const users = deleted.map(({ user }) => user);
  for (const agent of await remoteAgentBlocks(reader)) {
    const used = usersOf(agent).filter((user) => users.includes(user));
    if (used.length === 0 || spared(agent)) continue;
    vicidial.report(
      `warning: agent users ${used.join(", ")} are deleted, and remote agent ${agent.remoteAgentId} of campaign ${agent.campaignId} on ` +
        `${agent.serverIp} still runs its lines ${shownBlock(agent)} under them: real-time reports will not show those, and without its first ` +
        "user it has no rights. Give it users of its own, or set it INACTIVE in Admin → Remote Agents.",
    );
  }
}
