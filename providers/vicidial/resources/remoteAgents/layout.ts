import { z } from "zod";

/** Where one dialler's lines stand: users `userStart` … `userStart + lines - 1`. */
export const place = z.object({
  serverIp: z.string(),
  /** Which block of the row it is, from 0. A dialler keeps its slot as long as it has lines. */
  slot: z.number(),
  userStart: z.string(),
  lines: z.number(),
});
export type Place = z.infer<typeof place>;

/**
 * Disjoint blocks for `diallers`, one after the other from `userStart`. Diallers that have a slot keep it; new ones get
 * the lowest free slots in their order. So a dialler that joins or leaves moves nobody else's users; only a change of
 * `lines` moves all blocks but the first.
 *
 * @example
 * placesFor(["10.0.0.103", "10.0.0.104"], 5565, 4) // users 5565-5568 and 5569-5572
 */
export function placesFor(
  diallers: readonly string[],
  userStart: string,
  lines: number,
  known: readonly Pick<Place, "serverIp" | "slot">[] = [],
): Place[] {
  const slots = new Map(
    known.filter(({ serverIp }) => diallers.includes(serverIp)).map((one) => [one.serverIp, one.slot]),
  );
  for (const serverIp of diallers) if (!slots.has(serverIp)) slots.set(serverIp, lowestFree([...slots.values()]));
  return [...slots]
    .map(([serverIp, slot]) => ({ serverIp, slot, userStart: String(Number(userStart) + slot * lines), lines }))
    .sort((one, other) => one.slot - other.slot);
}

function lowestFree(taken: readonly number[]): number {
  let slot = 0;
  while (taken.includes(slot)) slot++;
  return slot;
}
