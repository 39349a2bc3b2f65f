/**
 * The lines of one bridge on every dialler: for each, a block of agent users and a remote agent.
 *
 * Why one resource and not two for each dialler: `"all"` diallers are known only when it is applied (in a lab the
 * database comes up in the same `pulumi up`), while a program must name its resources before that. So the expansion
 * happens here, and the blocks are an output (docs/decisions/006-one-resource-for-all-diallers.md). Each block is
 * created, read, changed, drained, adopted and deleted by the very resources `vicidial:AgentUsers` and
 * `vicidial:RemoteAgent`; this file only decides which blocks there are and in which order they move.
 */
import { z } from "zod";
import { HalfDone, type Json, resource, type State } from "../../../dynamic/resource";
import { messageOf, Refusal } from "../../../../core/refusal";
import { agentUsers } from "../agentUsers/agentUsers";
import { activeDiallers } from "../../site/diallers";
import { untilInForce } from "../../dialler/dialplanGate";
import { READY_SECONDS, untilReady } from "../../dialler/readyWait";
import { remoteAgent } from "../remoteAgent/remoteAgent";
import { place, type Place, placesFor } from "./layout";
import { type Declared, type Looked, part, partState, type PartState } from "./part";
import { blockOfPlace, refuseBeforehand } from "./rules";
import { type RemoteAgents, remoteAgentsSchema } from "./schema";
import type { Vicidial } from "../../session";

/** One dialler's lines. A part that is not there has no state. */
const diallerBlock = place.extend({ users: partState.exactOptional(), agent: partState.exactOptional() });
export type DiallerBlock = z.infer<typeof diallerBlock>;

const remoteAgentsMemory = z.object({
  /** The block of each dialler. */
  blocks: z.array(diallerBlock).default([]),
});
export type RemoteAgentsMemory = z.infer<typeof remoteAgentsMemory>;
type Known = State<RemoteAgents, RemoteAgentsMemory>;
type PartName = "users" | "agent";

const PARTS = {
  users: part(agentUsers, ({ wanted, place }) => {
    const { namePrefix, userGroup, recording, adopt } = wanted;
    return { userStart: place.userStart, lines: place.lines, namePrefix, userGroup, recording, adopt };
  }),
  agent: part(remoteAgent, ({ wanted, place }) => {
    const { extension, campaignId, closerCampaigns, status, drainTimeoutSeconds, force, adopt } = wanted;
    const { serverIp, userStart, lines } = place;
    const own = { extension, campaignId, closerCampaigns, status, drainTimeoutSeconds, force, adopt };
    return { serverIp, userStart, lines, ...own };
  }),
};

// Users must be there before a line runs under them, and no line may run any more when they go.
const UPWARDS: readonly PartName[] = ["users", "agent"];
const DOWNWARDS: readonly PartName[] = ["agent", "users"];

export const remoteAgents = resource<Vicidial>()({
  kind: "vicidial:RemoteAgents",
  schema: remoteAgentsSchema,
  memory: remoteAgentsMemory,
  identity: ["userStart"],
  secrets: [],

  async create(wanted, vicidial) {
    const blocks: DiallerBlock[] = placesFor(await diallersOf(wanted, vicidial), wanted.userStart, wanted.lines);
    await refuseBeforehand(wanted, blocks, undefined, vicidial);
    try {
      // All users first: what goes wrong most often then goes wrong before any line can take a call.
      for (const block of blocks) await put(vicidial, "users", undefined, wanted, block);
      // No line opens before every dialler has the dialplan: a call may reach an agent by way of another dialler.
      if (wanted.status === "ACTIVE")
        await Promise.all(blocks.map(({ serverIp }) => untilInForce(vicidial, serverIp, wanted.extension)));
      for (const block of blocks) await put(vicidial, "agent", undefined, wanted, block);
    } catch (thrown) {
      await clear(vicidial, wanted, blocks);
      if (blocks.some(isThere)) throw remains(wanted.userStart, blocks, thrown);
      // What a part could not undo by itself was taken back since; its remains have another shape than ours.
      throw thrown instanceof HalfDone ? new Error(messageOf(thrown), { cause: thrown }) : thrown;
    }
    await inService(vicidial, wanted, blocks);
    return { id: wanted.userStart, blocks };
  },

  async read(state, vicidial) {
    const looked = await Promise.all(state.blocks.map((block) => look(vicidial, state, block)));
    if (!looked.some(({ users, agent }) => users !== undefined || agent !== undefined)) return undefined;
    const inputs = { ...oddInputs(state, looked), diallers: await diallersSeen(state, looked, vicidial) };
    const blocks = looked.map((one) => blockSeen({ ...state, ...inputs }, one)).filter(isThere);
    return { inputs, computed: { blocks } };
  },

  async update(state, wanted, vicidial) {
    const places = placesFor(await diallersOf(wanted, vicidial), wanted.userStart, wanted.lines, state.blocks);
    await refuseBeforehand(wanted, places, state, vicidial);
    const last = ({ serverIp, userStart }: Place) =>
      state.blocks.find((block) => block.serverIp === serverIp && block.userStart === userStart);
    const blocks = places.map((place): DiallerBlock => ({ ...last(place), ...place }));
    const leaving = state.blocks
      .filter((block) => !places.some((place) => last(place) === block))
      .map((block) => ({ ...block }));
    const steps = [
      ...leaving.flatMap((block) => DOWNWARDS.map((name) => () => drop(vicidial, name, state, block))),
      ...blocks.flatMap((block) => {
        const from = last(block);
        const order = from !== undefined && from.lines > wanted.lines ? DOWNWARDS : UPWARDS;
        return order.map((name) => () => put(vicidial, name, from && { wanted: state, place: from }, wanted, block));
      }),
    ];
    let done = 0;
    try {
      for (const step of steps) {
        await step();
        done++;
      }
    } catch (thrown) {
      // A block that shrinks still holds its old users until its turn came.
      const widest = blocks.map((block) => ({ ...block, lines: Math.max(block.lines, last(block)?.lines ?? 0) }));
      throw done > 0 || thrown instanceof HalfDone ? remains(state.id, [...leaving, ...widest], thrown) : thrown;
    }
    await inService(vicidial, wanted, blocks);
    return { blocks };
  },

  async delete(state, vicidial) {
    for (const block of state.blocks) for (const name of DOWNWARDS) await drop(vicidial, name, state, { ...block });
  },
});

/** Creates a part of a block, or brings it from how it was last seen to the declaration, and notes it in the block. */
async function put(
  vicidial: Vicidial,
  name: PartName,
  from: Declared | undefined,
  wanted: RemoteAgents,
  block: DiallerBlock,
): Promise<void> {
  const state = block[name];
  const seen = from && state && { ...from, state };
  block[name] = await PARTS[name].put(vicidial, seen, { wanted, place: block }, (left) => {
    block[name] = left;
  });
}

async function drop(vicidial: Vicidial, name: PartName, wanted: RemoteAgents, block: DiallerBlock): Promise<void> {
  const state = block[name];
  if (state === undefined) return;
  await PARTS[name].drop(vicidial, { wanted, place: block, state });
  block[name] = undefined;
}

/** Lets an `up` end with lines that take calls. When they do not come, everything is there all the same. */
async function inService(vicidial: Vicidial, wanted: RemoteAgents, blocks: readonly DiallerBlock[]): Promise<void> {
  const { extension, campaignId, status, userStart } = wanted;
  if (status !== "ACTIVE") return;
  const lines = blocks.map((block) => ({
    serverIp: block.serverIp,
    block: blockOfPlace(block),
    extension,
    campaignId,
  }));
  try {
    await untilReady(vicidial, lines, wanted.waitForReady ?? READY_SECONDS);
  } catch (thrown) {
    throw remains(userStart, blocks, thrown);
  }
}

/** Takes back what a failed `create` made. What cannot be taken back stays noted in its block. */
async function clear(vicidial: Vicidial, wanted: RemoteAgents, blocks: readonly DiallerBlock[]): Promise<void> {
  for (const block of blocks)
    for (const name of DOWNWARDS)
      try {
        await drop(vicidial, name, wanted, block);
      } catch (thrown) {
        const where = `${block.userStart} on ${block.serverIp}`;
        vicidial.report(`vicidial:RemoteAgents ${where}: its ${name} cannot be taken back: ${messageOf(thrown)}`);
      }
}

/** The failure, with what is there now for the state. */
function remains(id: string, blocks: readonly DiallerBlock[], thrown: unknown): HalfDone {
  const left = blocks.filter(isThere).map((block) => JSON.parse(JSON.stringify(block)) as Json);
  return new HalfDone(messageOf(thrown), id, { blocks: left }, { cause: thrown });
}

function isThere({ users, agent }: DiallerBlock): boolean {
  return users !== undefined || agent !== undefined;
}

/** What is live of one block. */
interface LookedBlock {
  block: DiallerBlock;
  users: Looked | undefined;
  agent: Looked | undefined;
}

async function look(vicidial: Vicidial, wanted: RemoteAgents, block: DiallerBlock): Promise<LookedBlock> {
  const { users, agent } = block;
  return {
    block,
    users: users && (await PARTS.users.look(vicidial, { wanted, place: block, state: users })),
    agent: agent && (await PARTS.agent.look(vicidial, { wanted, place: block, state: agent })),
  };
}

/** What differs from a declaration in the parts of a block. */
function driftOf(wanted: RemoteAgents, { block, ...parts }: LookedBlock, name: PartName): Record<string, Json> {
  const declared = PARTS[name].declared({ wanted, place: block });
  const live = Object.entries(parts[name]?.inputs ?? {});
  return Object.fromEntries(live.filter(([field, value]) => !sameJson(value, declared[field])));
}

/** Inputs of the whole that some dialler holds otherwise, as the first such dialler has them. */
function oddInputs(state: Known, looked: readonly LookedBlock[]): Partial<RemoteAgents> {
  const odd = looked.flatMap((one) => UPWARDS.map((name) => driftOf(state, one, name))).reverse();
  const { userStart: _, ...inputs } = Object.assign({}, ...odd) as Record<string, Json>;
  return Object.fromEntries(Object.entries(inputs).filter(([field]) => field in state));
}

/** A block as it was seen: which of its parts are there, and what in them is not as `shown`. */
function blockSeen(shown: RemoteAgents, looked: LookedBlock): DiallerBlock {
  const { block } = looked;
  const seen = (name: PartName): PartState | undefined => {
    const [live, state] = [looked[name], block[name]];
    if (live === undefined || state === undefined) return undefined;
    const drift = driftOf(shown, looked, name);
    return { id: state.id, computed: live.computed, ...(Object.keys(drift).length > 0 && { drift }) };
  };
  return { ...block, users: seen("users"), agent: seen("agent") };
}

async function diallersOf({ diallers }: RemoteAgents, vicidial: Vicidial): Promise<readonly string[]> {
  if (diallers !== "all") return diallers;
  const active = await activeDiallers(vicidial);
  if (active.length > 0) return active;
  throw new Refusal({
    field: "diallers",
    value: "all",
    rule: "no dialler is in service (servers with active and active_asterisk_server Y)",
    fix: "activate one in Admin → Servers",
  });
}

/** `"all"` as long as exactly the diallers in service have both parts; else those that have them, so that the difference shows. */
async function diallersSeen(
  state: Known,
  looked: readonly LookedBlock[],
  vicidial: Vicidial,
): Promise<RemoteAgents["diallers"]> {
  const whole = looked.filter(({ users, agent }) => users !== undefined && agent !== undefined);
  const found = whole.map(({ block }) => block.serverIp);
  const meant = state.diallers === "all" ? await activeDiallers(vicidial) : state.diallers;
  return meant.length === found.length && meant.every((ip) => found.includes(ip)) ? state.diallers : found;
}

function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
