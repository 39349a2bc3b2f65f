import { z } from "zod";
import { usersOf, type Block } from "../site/agentBlocks";
import type { Reader } from "../session";

/** The lines that a remote agent should run. */
export interface WantedLines {
  serverIp: string;
  block: Block;
  extension: string;
  campaignId: string;
}

/** One line as the dialler's daemon lists it. */
export interface LineSeen {
  user: string;
  /** `vicidial_live_agents.status`; `undefined` where the line is not listed. */
  status?: string;
  /** The line runs as declared: listed, fresh, with this campaign and extension. */
  running: boolean;
  /** Running, and free for a call. */
  ready: boolean;
  /** The dialler calls people for it (`outbound_autodial`): not while the campaign's dial method is MANUAL. */
  autodialled: boolean;
  /** Why it does not run, or is not free. */
  why?: string;
}

/** The daemon counts a line as gone after 10 s, and stamps a new one 10 s ahead (docs/facts/vicidial.md#lines). */
const FRESH_SECONDS = 10;
/** What a line of a remote agent is while it can take calls or has one. */
const IN_SERVICE = ["READY", "QUEUE", "INCALL", "CLOSER"];

const row = z.object({
  user: z.string(),
  status: z.string(),
  lead_id: z.coerce.number(),
  campaign_id: z.string().nullable(),
  conf_exten: z.string().nullable(),
  outbound_autodial: z.string().nullable(),
  pause_code: z.string().nullable(),
  age: z.coerce.number().nullable(),
});
type Row = z.infer<typeof row>;

/** Every line of the block as `vicidial_live_agents` shows it (docs/facts/vicidial.md#real-time-report). */
export async function linesSeen(reader: Reader, wanted: WantedLines): Promise<LineSeen[]> {
  const users = usersOf(wanted.block);
  const rows = await reader.rows(
    row,
    "SELECT user, status, lead_id, campaign_id, conf_exten, outbound_autodial, pause_code, TIMESTAMPDIFF(SECOND, last_update_time, NOW()) AS age FROM vicidial_live_agents WHERE server_ip = ? AND user IN (?)",
    [wanted.serverIp, users],
  );
  return users.map((user) =>
    lineSeen(
      user,
      rows.find((one) => one.user === user),
      wanted,
    ),
  );
}

/** Judges one line. Pure. */
export function lineSeen(
  user: string,
  live: Row | undefined,
  wanted: Pick<WantedLines, "extension" | "campaignId">,
): LineSeen {
  if (live === undefined)
    return { user, running: false, ready: false, autodialled: false, why: "is not listed (vicidial_live_agents)" };
  const why = notRunning(live, wanted) ?? notFree(live);
  return {
    user,
    status: live.status,
    running: notRunning(live, wanted) === undefined,
    ready: why === undefined,
    autodialled: live.outbound_autodial === "Y",
    ...(why !== undefined && { why }),
  };
}

function notRunning(
  live: Row,
  { extension, campaignId }: Pick<WantedLines, "extension" | "campaignId">,
): string | undefined {
  if (live.conf_exten !== extension) return `has the extension ${live.conf_exten ?? "NULL"} (conf_exten)`;
  if (live.campaign_id?.toLowerCase() !== campaignId.toLowerCase())
    return `serves campaign ${live.campaign_id ?? "NULL"} (campaign_id)`;
  if (live.age === null) return "was never refreshed (last_update_time is NULL)";
  if (live.age > FRESH_SECONDS)
    return `was last refreshed ${live.age} s ago (last_update_time): its daemon does not run`;
  if (!IN_SERVICE.includes(live.status)) return `is ${live.status}${live.pause_code ? ` (${live.pause_code})` : ""}`;
  return undefined;
}

function notFree({ status, lead_id }: Row): string | undefined {
  if (status !== "READY" && status !== "CLOSER") return `is on a call (${status})`;
  return lead_id > 0 ? `is ${status}, still with the call of lead ${lead_id}` : undefined;
}
