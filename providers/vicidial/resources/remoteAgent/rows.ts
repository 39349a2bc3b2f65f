import { z } from "zod";

import { same } from "../../change/sameCell";
import type { RemoteAgent } from "./schema";
import type { Reader, Row } from "../../session";

const COLUMNS =
  "remote_agent_id, user_start, number_of_lines, server_ip, conf_exten, status, campaign_id, closer_campaigns, extension_group, on_hook_agent, on_hook_ring_time";

const remoteAgentRow = z.object({
  remote_agent_id: z.number(),
  user_start: z.string().nullable(),
  number_of_lines: z.number().nullable(),
  server_ip: z.string(),
  conf_exten: z.string().nullable(),
  status: z.string().nullable(),
  campaign_id: z.string().nullable(),
  closer_campaigns: z.string().nullable(),
  extension_group: z.string().nullable(),
  on_hook_agent: z.string().nullable(),
  on_hook_ring_time: z.number().nullable(),
});
export type RemoteAgentRow = z.infer<typeof remoteAgentRow>;

/** The columns that a remote agent's inputs stand for. */
export function toRow(wanted: RemoteAgent): Row {
  return {
    user_start: wanted.userStart,
    number_of_lines: wanted.lines,
    server_ip: wanted.serverIp,
    conf_exten: wanted.extension,
    status: wanted.status,
    campaign_id: wanted.campaignId,
    closer_campaigns: closersText(wanted.closerCampaigns),
    extension_group: wanted.extensionGroup,
    on_hook_agent: wanted.onHook ? "Y" : "N",
    on_hook_ring_time: wanted.onHookRingSeconds,
  };
}

/** The inputs that a stored row stands for; what an operator would have declared to get it. */
export function fromRow(row: RemoteAgentRow): Partial<RemoteAgent> {
  return {
    userStart: row.user_start ?? "",
    lines: row.number_of_lines ?? 0,
    serverIp: row.server_ip,
    extension: row.conf_exten ?? "",
    status: row.status === "ACTIVE" ? "ACTIVE" : "INACTIVE",
    campaignId: row.campaign_id ?? "",
    closerCampaigns: closersOf(row.closer_campaigns),
    extensionGroup: row.extension_group || "NONE",
    onHook: row.on_hook_agent === "Y",
    onHookRingSeconds: row.on_hook_ring_time ?? 0,
  };
}

/**
 * The columns to compare a stored row with: what the inputs stand for, in the stored spelling where it means the same
 * (`''` and `' -'` are both no closer campaigns), so that only a real change counts as one.
 */
export function remembered(inputs: RemoteAgent, live: RemoteAgentRow): Row {
  const expected = toRow(inputs);
  const meaning = toRow({ ...inputs, ...fromRow(live) });
  return Object.fromEntries(
    Object.entries(expected).map(([column, value]) => [
      column,
      same(meaning[column] ?? null, value) ? live[column as keyof RemoteAgentRow] : value,
    ]),
  );
}

/** VICIdial's list form: ` SUPPORT SALES -`. */
export function closersText(groups: readonly string[]): string {
  return `${groups.map((group) => ` ${group}`).join("")} -`;
}

export function closersOf(text: string | null): string[] {
  return (text ?? "").split(" ").filter((group) => group !== "" && group !== "-");
}

export async function remoteAgentById(reader: Reader, id: number): Promise<RemoteAgentRow | undefined> {
  return reader.row(remoteAgentRow, `SELECT ${COLUMNS} FROM vicidial_remote_agents WHERE remote_agent_id = ?`, [id]);
}

export async function remoteAgentAt(
  reader: Reader,
  serverIp: string,
  userStart: string,
): Promise<RemoteAgentRow | undefined> {
  return reader.row(
    remoteAgentRow,
    `SELECT ${COLUMNS} FROM vicidial_remote_agents WHERE server_ip = ? AND user_start = ?`,
    [serverIp, userStart],
  );
}

/** The remote agents of a campaign on all diallers. */
export async function remoteAgentsOf(reader: Reader, campaignId: string): Promise<RemoteAgentRow[]> {
  return reader.rows(
    remoteAgentRow,
    `SELECT ${COLUMNS} FROM vicidial_remote_agents WHERE campaign_id = ? ORDER BY INET_ATON(server_ip), remote_agent_id`,
    [campaignId],
  );
}
