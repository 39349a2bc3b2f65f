import { z } from "zod";
import { messageOf, Refusal } from "../../../../core/refusal";
import { resource, type State } from "../../../dynamic/resource";
import { blockOf, shownBlock } from "../../site/agentBlocks";
import { orHalfDone } from "../../change/halfDone";
import { refuseRivals } from "./rivals";
import { same } from "../../change/sameCell";
import { isInForce, untilInForce } from "../../dialler/dialplanGate";
import { drain, nothingLive, type DrainedLines, type DrainOptions } from "../../dialler/drain";
import { fromRow, remembered, remoteAgentAt, remoteAgentById, toRow, type RemoteAgentRow } from "./rows";
import { refuseUnusable } from "./rules";
import { remoteAgentSchema, type RemoteAgent } from "./schema";
import { NotUndone, type Audit, type Change, type Reader, type Row, type Vicidial } from "../../session";

/** What the state remembers of a remote agent. */
const remoteAgentMemory = z.object({
  /** `remote_agent_id`; 0 where it is not known. */
  remoteAgentId: z.number().default(0),
});
type Known = State<RemoteAgent, z.infer<typeof remoteAgentMemory>>;

const TABLE = "vicidial_remote_agents";

/** The lines of one dialler that send a campaign's answered customers to an extension. */
export const remoteAgent = resource<Vicidial>()({
  kind: "vicidial:RemoteAgent",
  schema: remoteAgentSchema,
  memory: remoteAgentMemory,
  identity: ["serverIp", "userStart"],
  secrets: [],

  async create(wanted, vicidial) {
    const id = `${wanted.serverIp}/${wanted.userStart}`;
    const found = wanted.adopt ? await remoteAgentAt(vicidial, wanted.serverIp, wanted.userStart) : undefined;
    if (found !== undefined) {
      reportAdoption(found, wanted, vicidial);
      const state = { ...wanted, ...fromRow(found), id, remoteAgentId: found.remote_agent_id };
      return { id, remoteAgentId: await change(vicidial, state, wanted) };
    }
    if (wanted.status === "ACTIVE") await untilInForce(vicidial, wanted.serverIp, wanted.extension);
    const work = () =>
      vicidial.locked(purpose(wanted), async (change) => {
        await refuseUnusable(change, wanted, 0, vicidial);
        await refuseOtherStacks(change, wanted, vicidial);
        return change.insert(TABLE, toRow(wanted), audit("ADD", wanted.userStart));
      });
    return { id, remoteAgentId: await orHalfDone(id, () => ({ remoteAgentId: 0 }), work) };
  },

  async read(state, vicidial) {
    const row = await ownRow(state, vicidial);
    return row && { inputs: fromRow(row), computed: { remoteAgentId: row.remote_agent_id } };
  },

  async update(state, wanted, vicidial) {
    return { remoteAgentId: await change(vicidial, state, wanted) };
  },

  async delete(state, vicidial) {
    await onceIdle(vicidial, state, patience(state, 0), {
      // Somebody may have given the row to other users or another dialler: then it is not what this resource made.
      check: async (change, row) => {
        const { server_ip, user_start } = toRow(state);
        await change.update(TABLE, keyOf(row), { server_ip, user_start } as Row, {}, modified(row));
      },
      harmless: () => false,
      opens: () => undefined,
      write: (change, row) => change.delete(TABLE, keyOf(row), audit("DELETE", String(row.remote_agent_id))),
    });
  },
});

/** Brings the row to `wanted`, drained where the change would touch a line that may be on a call. */
async function change(vicidial: Vicidial, state: Known, wanted: RemoteAgent): Promise<number> {
  let remoteAgentId = state.remoteAgentId;
  const pausing = wanted.status === "INACTIVE" && onlyDiffer(toRow(state), toRow(wanted), ["status"]);
  const options: DrainOptions = pausing
    ? { ...patience(wanted, wanted.lines), waitForCalls: "no" }
    : patience(wanted, wanted.lines);
  const found = await orHalfDone(
    state.id,
    () => ({ remoteAgentId }),
    () =>
      onceIdle(vicidial, state, options, {
        check: async (change, row) => {
          remoteAgentId = row.remote_agent_id;
          await change.update(TABLE, keyOf(row), remembered(state, row), {}, modified(row));
          await refuseUnusable(change, wanted, row.remote_agent_id, vicidial);
          if (row.campaign_id !== wanted.campaignId) await refuseOtherStacks(change, wanted, vicidial);
        },
        // The daemon compares the other columns with its lines and makes a busy line READY; new lines it just adds.
        harmless: (row) =>
          onlyDiffer(columnsOf(row), toRow(wanted), ["number_of_lines"]) && wanted.lines >= (row.number_of_lines ?? 0),
        opens: (row) =>
          wanted.status === "ACTIVE" && (row.status !== "ACTIVE" || row.conf_exten !== wanted.extension)
            ? wanted.extension
            : undefined,
        write: (change, row) => change.update(TABLE, keyOf(row), columnsOf(row), toRow(wanted), modified(row)),
      }),
  );
  if (!found) throw gone(state);
  return remoteAgentId;
}

/** One stack may divide a campaign between several AI agents as it likes; two stacks would not know of each other. */
async function refuseOtherStacks(change: Change, wanted: RemoteAgent, vicidial: Vicidial): Promise<void> {
  const { stack: mine } = vicidial;
  if (mine === undefined) return;
  await refuseRivals(change, wanted, (_row, stack) => stack === undefined || stack === mine, vicidial);
}

interface Write {
  /** Throws where the row is not what this resource last knew, or must not be written. */
  check(change: Change, row: RemoteAgentRow): Promise<void>;
  /** Does the write leave every listed line as it is? */
  harmless(row: RemoteAgentRow): boolean;
  /** The extension that lines take calls for after the write and did not before; the dialler must have loaded it. */
  opens(row: RemoteAgentRow): string | undefined;
  write(change: Change, row: RemoteAgentRow): Promise<unknown>;
}

/**
 * Writes at once where that disturbs no line and opens none too early. Else: INACTIVE, drain (without the lock, so that
 * others go on), wait for the dialplan, write; and back to what it was when that fails. Answers whether there was a row.
 */
async function onceIdle(vicidial: Vicidial, state: Known, options: DrainOptions, what: Write): Promise<boolean> {
  const first = await vicidial.locked(purpose(state), async (change) => {
    const row = await ownRow(state, change);
    if (row === undefined) return { found: false };
    await what.check(change, row);
    const free = what.harmless(row) || (await nothingLive(change, linesOf(row), vicidial.drainLoopSeconds));
    const opened = what.opens(row);
    const open = opened === undefined || (await isInForce(vicidial, row.server_ip, opened));
    if (free && open) await what.write(change, row);
    else await setStatus(change, row, "INACTIVE");
    return { found: true, paused: free && open ? undefined : row, opened };
  });
  const { paused, opened } = first;
  if (paused === undefined) return first.found;
  const inactive = { ...paused, status: "INACTIVE" };
  try {
    await drain(vicidial, linesOf(paused), options);
    if (opened !== undefined) await untilInForce(vicidial, paused.server_ip, opened);
    await vicidial.locked(purpose(state), (change) => what.write(change, inactive));
  } catch (thrown) {
    await putBack(vicidial, inactive, paused.status, thrown);
    throw thrown;
  }
  return true;
}

/** A change that failed after the drain must not leave the remote agent out of service. */
async function putBack(vicidial: Vicidial, row: RemoteAgentRow, status: string | null, why: unknown): Promise<void> {
  try {
    await vicidial.locked(`${row.server_ip}/${row.user_start ?? ""} back to ${status ?? "NULL"}`, (change) =>
      setStatus(change, row, status),
    );
  } catch (thrown) {
    const left = `${TABLE}.status of ${row.remote_agent_id} is ${row.status ?? "NULL"} instead of ${status ?? "NULL"} (${messageOf(thrown)})`;
    throw new NotUndone(messageOf(why), [left]);
  }
}

async function setStatus(change: Change, row: RemoteAgentRow, status: string | null): Promise<void> {
  await change.update(TABLE, keyOf(row), { status: row.status }, { status }, modified(row));
}

async function ownRow(state: Known, reader: Reader): Promise<RemoteAgentRow | undefined> {
  return state.remoteAgentId > 0
    ? remoteAgentById(reader, state.remoteAgentId)
    : remoteAgentAt(reader, state.serverIp, state.userStart);
}

function reportAdoption(found: RemoteAgentRow, wanted: RemoteAgent, vicidial: Vicidial): void {
  const live = columnsOf(found);
  for (const [column, value] of Object.entries(toRow(wanted))) {
    if (same(live[column] ?? null, value)) continue;
    vicidial.report(
      `vicidial:RemoteAgent ${wanted.serverIp}/${wanted.userStart}: adopted, ${column} "${live[column] ?? ""}" becomes "${value ?? ""}"`,
    );
  }
}

function gone({ serverIp, userStart }: RemoteAgent): Refusal {
  return new Refusal({
    field: "userStart",
    value: userStart,
    rule: `remote agent ${serverIp}/${userStart} is gone from vicidial_remote_agents`,
    fix: "run `pulumi refresh`, then `pulumi up` makes it again",
  });
}

function patience({ force, drainTimeoutSeconds }: RemoteAgent, staying: number): DrainOptions {
  return { staying, timeoutSeconds: drainTimeoutSeconds, waitForCalls: force ? "forced" : "yes" };
}

function onlyDiffer(one: Row, other: Row, columns: readonly string[]): boolean {
  return Object.keys(other).every(
    (column) => columns.includes(column) || same(one[column] ?? null, other[column] ?? null),
  );
}

function linesOf(row: RemoteAgentRow): DrainedLines {
  const block = blockOf(row.user_start ?? "", row.number_of_lines ?? 0);
  return { serverIp: row.server_ip, block, campaignId: row.campaign_id ?? "", remoteAgentId: row.remote_agent_id };
}

function purpose({ serverIp, userStart, lines }: RemoteAgent): string {
  return `remote agent ${shownBlock(blockOf(userStart, lines))} on ${serverIp}`;
}

function keyOf({ remote_agent_id }: RemoteAgentRow): Row {
  return { remote_agent_id };
}

function columnsOf({ remote_agent_id: _id, ...columns }: RemoteAgentRow): Row {
  return columns;
}

function modified({ remote_agent_id: id }: RemoteAgentRow): Audit {
  return audit("MODIFY", String(id));
}

function audit(type: "ADD" | "MODIFY" | "DELETE", recordId: string): Audit {
  return { section: "REMOTEAGENTS", type, recordId, code: `ADMIN ${type} REMOTE AGENT` };
}
