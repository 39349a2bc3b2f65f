import { z } from "zod";

import { Refusal } from "../../../../core/refusal";
import { resource, type State } from "../../../dynamic/resource";
import {
  blockOf,
  freeBlockAdvice,
  overlap,
  remoteAgentBlocks,
  shownBlock,
  usersOf,
  type Block,
} from "../../site/agentBlocks";
import { warnOfLinesOn } from "./inUse";
import {
  declaredRow,
  foundInputs,
  newRow,
  ruledRow,
  storedUsers,
  unknownPassword,
  watched,
  type AgentUserRow,
} from "./rows";
import { agentUsersSchema, type AgentUsers } from "./schema";
import { orHalfDone } from "../../change/halfDone";
import { writtenBy } from "../remoteAgent/rivals";
import { same } from "../../change/sameCell";
import type { Audit, Change, Reader, Vicidial } from "../../session";
import { anyRow } from "../../database/rows";

/** What the state remembers of a block. */
const agentUsersMemory = z.object({
  /** `user_id` of each line; 0 where it is not known. A user made anew by somebody else has another one and is not ours. */
  userIds: z.array(z.number()).default([]),
  /** Lines that did not hold the declared values when they were last read. Empty after an `up`. */
  deviations: z.record(z.string(), anyRow).default({}),
});
type Known = State<AgentUsers, z.infer<typeof agentUsersMemory>>;

/** The block of users that a remote agent's lines run as: one row of `vicidial_users` for each line. */
export const agentUsers = resource<Vicidial>()({
  kind: "vicidial:AgentUsers",
  schema: agentUsersSchema,
  memory: agentUsersMemory,
  identity: ["userStart"],
  secrets: [],

  async create(wanted, vicidial) {
    const block = blockOf(wanted.userStart, wanted.lines);
    const userIds: number[] = [];
    return orHalfDone(
      wanted.userStart,
      () => ({ userIds, deviations: {} }),
      () =>
        vicidial.locked(`agent users ${shownBlock(block)}`, async (change) => {
          await requireGroup(change, wanted.userGroup);
          const present = await storedUsers(change, usersOf(block));
          await refuseTaken(change, block, wanted, present);
          await refuseForeignLines(change, block, wanted.userStart);
          for (const line of usersOf(block).keys())
            userIds.push(await putLine(change, wanted, line, present, vicidial));
          return { id: wanted.userStart, userIds, deviations: {} };
        }),
    );
  },

  async read(state, vicidial) {
    const lines = ourLines(state, await storedUsers(vicidial, usersOf(blockOf(state.userStart, knownLines(state)))));
    if (lines.length === 0) return undefined;
    const { inputs, deviations } = foundInputs(state, lines);
    const live = new Map(lines.map(({ line, row }) => [line, row.user_id]));
    const userIds = usersOf(blockOf(state.userStart, knownLines(state))).map(
      (_, line) => live.get(line) ?? state.userIds[line] ?? 0,
    );
    return { inputs, computed: { userIds, deviations } };
  },

  async update(state, wanted, vicidial) {
    const block = blockOf(wanted.userStart, wanted.lines);
    const userIds: number[] = [];
    return orHalfDone(
      state.id,
      () => ({ userIds: [...userIds, ...state.userIds.slice(userIds.length)] }),
      () =>
        vicidial.locked(`agent users ${shownBlock(block)}`, async (change) => {
          await requireGroup(change, wanted.userGroup);
          const known = { ...block, lines: Math.max(knownLines(state), wanted.lines) };
          const present = await storedUsers(change, usersOf(known));
          const ours = new Map(ourLines(state, present).map(({ line, row }) => [line, row]));
          const strangers = present.filter((row) => !ours.has(lineOf(state, row)) && lineOf(state, row) < wanted.lines);
          await refuseTaken(change, block, wanted, strangers);
          if (wanted.lines > state.lines) await refuseForeignLines(change, block, wanted.userStart);
          for (const line of usersOf(block).keys()) {
            const row = ours.get(line);
            if (row !== undefined) await changeLine(change, state, wanted, line, row);
            userIds.push(row?.user_id ?? (await putLine(change, wanted, line, strangers, vicidial)));
          }
          const leaving = [...ours].filter(([line]) => line >= wanted.lines).map(([, row]) => row);
          const deleted = await removeLines(change, leaving, vicidial);
          await warnOfLinesOn(change, deleted, vicidial, ({ start }) => start === block.start);
          return { userIds, deviations: {} };
        }),
    );
  },

  async delete(state, vicidial) {
    const block = blockOf(state.userStart, knownLines(state));
    await vicidial.locked(`agent users ${shownBlock(block)}`, async (change) => {
      const leaving = ourLines(state, await storedUsers(change, usersOf(block))).map(({ row }) => row);
      await warnOfLinesOn(change, await removeLines(change, leaving, vicidial), vicidial);
    });
  },
});

/** Lines that may be there: a refresh counts only those that it finds, and remembers the `userIds` of all. */
function knownLines(state: Known): number {
  return Math.max(state.lines, state.userIds.length);
}

/** The stored rows that this block made, by their `user_id`; where that is unknown, by looking as declared. */
function ourLines(state: Known, present: readonly AgentUserRow[]): { line: number; row: AgentUserRow }[] {
  return present
    .map((row) => ({ line: lineOf(state, row), row }))
    .filter(({ line, row }) => {
      const id = state.userIds[line] ?? 0;
      return id === 0
        ? same(row.full_name, declaredRow(state, line)["full_name"] ?? null) && row.user_level === 1
        : id === row.user_id;
    });
}

function lineOf({ userStart }: AgentUsers, { user }: AgentUserRow): number {
  return Number(user) - Number(userStart);
}

/** Brings a line from what it held when it was last read (as declared then, but for its deviations) to `wanted`. */
async function changeLine(
  change: Change,
  state: Known,
  wanted: AgentUsers,
  line: number,
  { user, user_id }: AgentUserRow,
): Promise<void> {
  const from = { ...declaredRow(state, line), ...state.deviations[user] };
  await change.update("vicidial_users", { user_id }, from, declaredRow(wanted, line), modified(user));
}

async function putLine(
  change: Change,
  wanted: AgentUsers,
  line: number,
  present: readonly AgentUserRow[],
  vicidial: Vicidial,
): Promise<number> {
  const password = await unknownPassword(change);
  const row = newRow(wanted, line, password, change.catalogue);
  const found = present.find(({ user }) => user === row["user"]);
  if (found === undefined)
    return change.insert("vicidial_users", row, {
      section: "USERS",
      type: "ADD",
      recordId: String(row["user"]),
      code: "ADMIN ADD USER",
    });
  const before = watched(found);
  const after = declaredRow(wanted, line);
  for (const [column, value] of Object.entries(after)) {
    if (!same(before[column] ?? null, value))
      vicidial.report(
        `vicidial:AgentUsers ${found.user}: adopted, ${column} "${before[column] ?? ""}" becomes "${value ?? ""}"`,
      );
  }
  vicidial.report(`vicidial:AgentUsers ${found.user}: adopted, its password is replaced by one that nobody knows`);
  await change.update(
    "vicidial_users",
    { user_id: found.user_id },
    before,
    ruledRow(wanted, line, password, change.catalogue),
    modified(found.user),
  );
  return found.user_id;
}

/**
 * Deletes users as the admin page does, with the rows that only made sense for them
 * (docs/facts/vicidial.md#saving-remote-agents), and answers which.
 */
async function removeLines(change: Change, rows: readonly AgentUserRow[], vicidial: Vicidial): Promise<AgentUserRow[]> {
  for (const { user, user_level: level } of rows.filter((row) => !isAgent(row)))
    vicidial.report(
      `vicidial:AgentUsers ${user}: left as it is, because somebody made it a user of level ${level ?? "NULL"}; delete it by hand if it is not needed`,
    );
  const agents = rows.filter(isAgent);
  for (const { user, user_id } of agents) {
    const audit: Audit = { section: "USERS", type: "DELETE", recordId: user, code: "ADMIN DELETE USER" };
    await change.delete("vicidial_users", { user_id }, audit);
    await change.delete("vicidial_campaign_agents", { user });
    await change.delete("vicidial_inbound_group_agents", { user });
  }
  return agents;
}

function isAgent({ user_level }: AgentUserRow): boolean {
  return user_level === 1;
}

function modified(user: string): Audit {
  return { section: "USERS", type: "MODIFY", recordId: user, code: "ADMIN MODIFY USER" };
}

async function requireGroup(reader: Reader, group: string): Promise<void> {
  const groups = await reader.rows(
    z.object({ user_group: z.string() }),
    "SELECT user_group FROM vicidial_user_groups ORDER BY user_group",
  );
  const names = groups.map(({ user_group }) => user_group);
  if (names.includes(group)) return;
  throw new Refusal({
    field: "userGroup",
    value: group,
    rule: "there is no such user group (vicidial_user_groups)",
    fix: `create it in VICIdial, or use one of ${names.slice(0, 20).join(", ")}`,
  });
}

/** Refuses users that exist, all of them by name; with `adopt` only those that are more than an agent. */
async function refuseTaken(
  reader: Reader,
  block: Block,
  wanted: AgentUsers,
  present: readonly AgentUserRow[],
): Promise<void> {
  const refused = wanted.adopt ? present.filter(({ user_level: level }) => (level ?? 0) > 1) : present;
  if (refused.length === 0) return;
  const users = refused.map(({ user }) => user);
  const list = refused.map(
    ({ user, full_name: name, user_level: level }) =>
      `${user} "${name ?? ""}"${level === 1 ? "" : ` (level ${level ?? "NULL"})`}`,
  );
  throw new Refusal({
    field: "userStart",
    value: wanted.userStart,
    rule: wanted.adopt
      ? `users ${shownBlock(block)} cannot be adopted, because these have more rights than an agent: ${list.join(", ")}`
      : `users ${shownBlock(block)} are not free, vicidial_users has ${list.join(", ")}${await writtenBy(reader, "USERS", users)}`,
    fix: `${await freeBlockAdvice(reader, block)}${wanted.adopt ? "" : ". If these users are the agent's own, take them over with `adopt: true`"}`,
  });
}

/** A line runs under its user's id although no such user exists: a remote agent of others may already use ours. */
async function refuseForeignLines(reader: Reader, block: Block, userStart: string): Promise<void> {
  const foreign = (await remoteAgentBlocks(reader)).filter(
    (other) => overlap(block, other) && other.start !== Number(userStart),
  );
  if (foreign.length === 0) return;
  const list = foreign.map((other) => `${shownBlock(other)} of campaign ${other.campaignId} on ${other.serverIp}`);
  throw new Refusal({
    field: "userStart",
    value: userStart,
    rule: `users ${shownBlock(block)} overlap the lines of remote agent ${list.join(", ")}`,
    fix: await freeBlockAdvice(reader, block),
  });
}
