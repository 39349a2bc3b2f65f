import { z } from "zod";

import type { Reader } from "../session";

/** Agent users `start` … `start + lines - 1`. The dialler's daemon adds numbers, so blocks are compared as numbers. */
export interface Block {
  start: number;
  lines: number;
}

/** A block that a remote agent runs. */
export interface RemoteAgentBlock extends Block {
  remoteAgentId: number;
  serverIp: string;
  campaignId: string;
}

/** The highest user id that the admin page's field of nine characters takes. */
export const HIGHEST_USER = 999_999_999;

/**
 * VICIdial's built-in administrator (docs/facts/vicidial.md#line-users): a line with this id would take over his login.
 */
export const ADMINISTRATOR = 6666;

export function blockOf(userStart: string, lines: number): Block {
  return { start: Number(userStart), lines };
}

export function endOf({ start, lines }: Block): number {
  return start + lines - 1;
}

export function overlap(one: Block, other: Block): boolean {
  return one.start <= endOf(other) && other.start <= endOf(one);
}

/** The user ids of a block, first line first. */
export function usersOf({ start, lines }: Block): string[] {
  return Array.from({ length: lines }, (_, line) => String(start + line));
}

/** `5565` or `5565-5568`. */
export function shownBlock(block: Block): string {
  return block.lines === 1 ? `${block.start}` : `${block.start}-${endOf(block)}`;
}

/**
 * The first block of that many lines, from `wanted.start` upwards, that touches none of the `taken` ones; `undefined`
 * where nine digits do not suffice.
 *
 * @example
 * nextFree({ start: 5565, lines: 4 }, [{ start: 5567, lines: 4 }]) // { start: 5571, lines: 4 }
 */
export function nextFree(wanted: Block, taken: readonly Block[]): Block | undefined {
  let found = wanted;
  for (const block of [...taken].sort((one, other) => one.start - other.start)) {
    if (overlap(found, block)) found = { ...found, start: endOf(block) + 1 };
  }
  return endOf(found) <= HIGHEST_USER ? found : undefined;
}

const remoteAgentBlockRow = z.object({
  remote_agent_id: z.number(),
  user_start: z.string().nullable(),
  number_of_lines: z.number().nullable(),
  server_ip: z.string(),
  campaign_id: z.string().nullable(),
});

/** The blocks of all remote agents, active or not, on all diallers. A `user_start` that is no number runs no line. */
export async function remoteAgentBlocks(reader: Reader): Promise<RemoteAgentBlock[]> {
  const rows = await reader.rows(
    remoteAgentBlockRow,
    "SELECT remote_agent_id, user_start, number_of_lines, server_ip, campaign_id FROM vicidial_remote_agents",
  );
  return rows.flatMap((row) => {
    const start = Number.parseInt(row.user_start ?? "", 10);
    if (!(start >= 10)) return [];
    return {
      start,
      lines: Math.max(1, row.number_of_lines ?? 1),
      remoteAgentId: row.remote_agent_id,
      serverIp: row.server_ip,
      campaignId: row.campaign_id ?? "",
    };
  });
}

/** Every user id of digits as a block of one, and the administrator: what a new block must keep clear of. */
export async function takenUsers(reader: Reader): Promise<Block[]> {
  const rows = await reader.rows(
    z.object({ user: z.string() }),
    "SELECT user FROM vicidial_users WHERE user REGEXP '^[0-9]{1,9}$'",
  );
  return [ADMINISTRATOR, ...rows.map(({ user }) => Number(user))].map((start) => ({ start, lines: 1 }));
}

/** What to do about a block that is taken: names the next free one. */
export async function freeBlockAdvice(reader: Reader, wanted: Block): Promise<string> {
  const taken = [...(await takenUsers(reader)), ...(await remoteAgentBlocks(reader))];
  const free = nextFree(wanted, taken);
  const next = free === undefined ? "no block above it is free" : `the next one is ${shownBlock(free)}`;
  return `choose a free block; ${next}`;
}
