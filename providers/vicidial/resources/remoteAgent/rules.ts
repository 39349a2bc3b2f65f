import { z } from "zod";

import { Refusal } from "../../../../core/refusal";
import { blockOf, freeBlockAdvice, overlap, remoteAgentBlocks, shownBlock, usersOf } from "../../site/agentBlocks";
import type { RemoteAgent } from "./schema";
import type { Reader, Vicidial } from "../../session";

/** Everything that must hold before a remote agent is written. `ownId` is the row that may hold the block already. */
export async function refuseUnusable(
  reader: Reader,
  wanted: RemoteAgent,
  ownId: number,
  vicidial: Vicidial,
): Promise<void> {
  await requireDialler(reader, wanted.serverIp);
  await requireCampaign(reader, wanted.campaignId);
  await requireClosers(reader, wanted.closerCampaigns);
  await requireExtensionGroup(reader, wanted.extensionGroup);
  await refuseOverlap(reader, wanted, ownId);
  await requireUsers(reader, wanted, vicidial);
  await refuseHumans(reader, wanted);
}

/** The dialler must exist and run Asterisk: its own daemon starts the lines (docs/facts/vicidial.md#never-ready). */
export async function requireDialler(reader: Reader, serverIp: string): Promise<void> {
  const servers = await reader.rows(
    z.object({ server_ip: z.string(), active: z.string().nullable(), asterisk: z.string().nullable() }),
    "SELECT server_ip, active, active_asterisk_server AS asterisk FROM servers ORDER BY server_ip",
  );
  const found = servers.find(({ server_ip }) => server_ip === serverIp);
  if (found?.active === "Y" && found.asterisk === "Y") return;
  const usable = servers
    .filter(({ active, asterisk }) => active === "Y" && asterisk === "Y")
    .map(({ server_ip }) => server_ip);
  const why =
    found === undefined
      ? "VICIdial has no server with this address (servers.server_ip)"
      : "this server is switched off (servers.active, active_asterisk_server)";
  throw new Refusal({
    field: "serverIp",
    value: serverIp,
    rule: `${why}, so the lines would never become READY`,
    fix: usable.length === 0 ? "activate a dialler first" : `use an active dialler: ${usable.join(", ")}`,
  });
}

export async function requireCampaign(reader: Reader, campaignId: string): Promise<void> {
  const found = await reader.row(
    z.object({ campaign_id: z.string() }),
    "SELECT campaign_id FROM vicidial_campaigns WHERE campaign_id = ?",
    [campaignId],
  );
  if (found?.campaign_id === campaignId) return;
  throw new Refusal({
    field: "campaignId",
    value: campaignId,
    rule:
      found === undefined
        ? "there is no such campaign (vicidial_campaigns)"
        : `the campaign is spelt ${found.campaign_id}`,
    fix: found === undefined ? "create it first, or correct the id" : `write ${found.campaign_id}`,
  });
}

export async function requireClosers(reader: Reader, groups: readonly string[]): Promise<void> {
  if (groups.length === 0) return;
  const rows = await reader.rows(
    z.object({ group_id: z.string() }),
    "SELECT group_id FROM vicidial_inbound_groups WHERE group_id IN (?)",
    [groups],
  );
  const missing = groups.filter((group) => !rows.some(({ group_id }) => group_id === group));
  if (missing.length === 0) return;
  throw new Refusal({
    field: "closerCampaigns",
    value: missing,
    rule: "there are no such in-groups (vicidial_inbound_groups)",
    fix: "create them first, or leave them out",
  });
}

async function requireExtensionGroup(reader: Reader, group: string): Promise<void> {
  if (group === "NONE") return;
  reader.catalogue.require("vicidial_extension_groups", "extension_group_id");
  const found = await reader.row(
    z.object({ n: z.coerce.number() }),
    "SELECT COUNT(*) AS n FROM vicidial_extension_groups WHERE extension_group_id = ?",
    [group],
  );
  if ((found?.n ?? 0) > 0) return;
  throw new Refusal({
    field: "extensionGroup",
    value: group,
    rule: "there is no such extension group (vicidial_extension_groups)",
    fix: "create it first, or leave it out: an AI agent is reached by its extension alone",
  });
}

/** Lines are compared as numbers and on all diallers: a user id can be on one call only. */
async function refuseOverlap(reader: Reader, wanted: RemoteAgent, ownId: number): Promise<void> {
  const block = blockOf(wanted.userStart, wanted.lines);
  const others = (await remoteAgentBlocks(reader)).filter(
    (other) => other.remoteAgentId !== ownId && overlap(block, other),
  );
  const [first] = others;
  if (first === undefined) return;
  const same = others.find((other) => other.serverIp === wanted.serverIp && other.start === block.start);
  if (same !== undefined) {
    throw new Refusal({
      field: "userStart",
      value: wanted.userStart,
      rule: `remote agent ${same.remoteAgentId} of campaign ${same.campaignId} exists already with this user start on ${wanted.serverIp}`,
      fix: `take it over with \`adopt: true\`, or ${await freeBlockAdvice(reader, block)}`,
    });
  }
  const list = others.map(
    (other) => `remote agent ${shownBlock(other)} of campaign ${other.campaignId} on ${other.serverIp}`,
  );
  throw new Refusal({
    field: "userStart",
    value: wanted.userStart,
    rule: `lines ${shownBlock(block)} overlap ${list.join(", ")}`,
    fix: await freeBlockAdvice(reader, block),
  });
}

/** The daemon looks up the first user; lines without a user of their own work, but real-time reports do not show them. */
async function requireUsers(reader: Reader, wanted: RemoteAgent, vicidial: Vicidial): Promise<void> {
  const users = usersOf(blockOf(wanted.userStart, wanted.lines));
  const rows = await reader.rows(z.object({ user: z.string() }), "SELECT user FROM vicidial_users WHERE user IN (?)", [
    users,
  ]);
  const known = new Set(rows.map(({ user }) => user));
  if (!known.has(wanted.userStart)) {
    throw new Refusal({
      field: "userStart",
      value: wanted.userStart,
      rule: "there is no such user (vicidial_users), and VICIdial takes the lines' rights from it",
      fix: "declare a VicidialAgentUsers with the same userStart, and make this resource depend on it",
    });
  }
  const missing = users.filter((user) => !known.has(user));
  if (missing.length > 0) {
    vicidial.report(
      `vicidial:RemoteAgent ${wanted.serverIp}/${wanted.userStart}: users ${missing.join(", ")} do not exist, so real-time reports will not show these lines`,
    );
  }
}

/**
 * A person logged in under a line's id would have his row overwritten by the line's (docs/facts/vicidial.md#line-users).
 */
async function refuseHumans(reader: Reader, wanted: RemoteAgent): Promise<void> {
  const users = usersOf(blockOf(wanted.userStart, wanted.lines));
  const humans = await reader.rows(
    z.object({ user: z.string(), extension: z.string().nullable() }),
    "SELECT user, extension FROM vicidial_live_agents WHERE user IN (?) AND COALESCE(extension, '') NOT LIKE 'R/%'",
    [users],
  );
  if (humans.length === 0) return;
  throw new Refusal({
    field: "userStart",
    value: wanted.userStart,
    rule: `people are logged in as ${humans.map(({ user, extension }) => `${user} (${extension ?? "no extension"})`).join(", ")}`,
    fix: "have them log out, or choose another block",
  });
}
