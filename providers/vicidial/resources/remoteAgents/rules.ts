import { Refusal } from "../../../../core/refusal";
import {
  type Block,
  blockOf,
  freeBlockAdvice,
  overlap,
  remoteAgentBlocks,
  shownBlock,
  takenUsers,
  usersOf,
} from "../../site/agentBlocks";
import { refuseRivals, writtenBy } from "../remoteAgent/rivals";
import type { RemoteAgentRow } from "../remoteAgent/rows";
import { requireCampaign, requireClosers, requireDialler } from "../remoteAgent/rules";
import type { Place } from "./layout";
import type { RemoteAgents } from "./schema";
import type { Vicidial } from "../../session";

/**
 * Judges all blocks at once, before anything moves: the advice of a single block would run into the next one, and a block
 * that moves must have somewhere to go. The blocks of `last`, how the bridge was, are free.
 */
export async function refuseBeforehand(
  wanted: RemoteAgents,
  places: readonly Place[],
  last: { campaignId: string; blocks: readonly Place[] } | undefined,
  vicidial: Vicidial,
): Promise<void> {
  // Also the agents' own rules: users that go again because a campaign is missing would fill the admin log.
  for (const { serverIp } of places) await requireDialler(vicidial, serverIp);
  await requireCampaign(vicidial, wanted.campaignId);
  await requireClosers(vicidial, wanted.closerCampaigns);
  const own = last?.blocks ?? [];
  if (wanted.campaignId !== last?.campaignId)
    await refuseRivals(vicidial, wanted, (row) => own.some(runs(row)), vicidial);
  if (wanted.adopt) return;
  const blocks = places.map(blockOfPlace);
  const mine = new Set(own.map(blockOfPlace).flatMap(usersOf));
  const others = [...(await takenUsers(vicidial)), ...(await remoteAgentBlocks(vicidial))];
  const taken = new Set(others.filter((one) => blocks.some((block) => overlap(one, block))).flatMap(usersOf));
  const rivals = blocks.flatMap(usersOf).filter((user) => taken.has(user) && !mine.has(user));
  if (rivals.length === 0) return;
  const row = blockOf(wanted.userStart, wanted.lines * (Math.max(...places.map(({ slot }) => slot)) + 1));
  throw new Refusal({
    field: "userStart",
    value: wanted.userStart,
    rule: `${counted(places.length, "dialler")} with ${counted(wanted.lines, "line")} each need agent users ${shownBlock(row)}, of which ${rivals.join(", ")} are taken (vicidial_users, vicidial_remote_agents)${await writtenBy(vicidial, "USERS", rivals)}`,
    fix: `${await freeBlockAdvice(vicidial, row)}. If they are the bridge's own, take them over with \`adopt: true\``,
  });
}

export function blockOfPlace({ userStart, lines }: Place): Block {
  return blockOf(userStart, lines);
}

/** Whether a remote agent runs the lines of a place. */
function runs({ server_ip, user_start }: RemoteAgentRow): (place: Place) => boolean {
  return ({ serverIp, userStart }) => serverIp === server_ip && userStart === user_start;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
