import { z } from "zod";
import type { AgiSession } from "../../../core/protocols/fastagi";
import { now } from "../moment";
import { ifRefused, setCaller } from "./agiCall";
import type { Line, WaitingCall } from "./agents";
import { leadOf } from "./campaign";
import type { CallsContext } from "./contract";

/** Where Monitor writes `<name>-in.wav` (the customer) and `<name>-out.wav` (what the customer hears). */
export const RECORDINGS = "/var/spool/asterisk/monitor/MIX";

/**
 * Makes a customer's channel ready for a remote agent's line: caller id name and number as the AI leg will show them (V-code,
 * customer's number), log of the attempt, recording. Returns the extension to dial.
 */
export async function sendToRemoteLine(
  session: AgiSession,
  context: CallsContext,
  call: WaitingCall,
  line: Line,
  dialString: string,
): Promise<string> {
  const { database } = context;
  await setCaller(session, call.callerId, call.queued.phone_number).catch(ifRefused);
  const extension = (await groupExtension(context, call, line)) ?? line.conf_exten ?? "";
  await database.run("UPDATE vicidial_live_agents SET ra_extension = ? WHERE extension = ? AND ra_user = ?", [
    `${dialString}${extension}`,
    line.extension,
    line.ra_user,
  ]);
  const { date } = await now(database);
  await database.insert("vicidial_remote_agent_log", {
    uniqueid: call.uniqueid,
    callerid: call.callerId,
    ra_user: line.ra_user,
    user: line.user,
    call_time: date,
    extension,
    lead_id: call.leadId,
    phone_number: call.queued.phone_number,
    campaign_id: call.campaign.campaign_id,
    processed: "N",
  });
  const recording = recordingOf(call.campaign.campaign_recording, await userRecording(context, line.ra_user ?? ""));
  if (/ALLCALLS|ALLFORCE/.test(recording)) await record(session, context, call, line);
  return extension;
}

const userRow = z.object({
  vicidial_recording_override: z.string().nullable(),
  vicidial_recording: z.string().nullable(),
});

async function userRecording({ database }: CallsContext, user: string): Promise<z.infer<typeof userRow> | undefined> {
  if (user === "") return undefined;
  const sql = "SELECT vicidial_recording_override, vicidial_recording FROM vicidial_users WHERE user = ?";
  return database.row(userRow, sql, [user]);
}

/** The campaign's setting, unless the remote agent's first user has another; a user who may not record records nothing. */
export function recordingOf(campaign: string, user: z.infer<typeof userRow> | undefined): string {
  if (!user) return campaign;
  if (Number(user.vicidial_recording ?? 0) < 1) return "NONE";
  const override = user.vicidial_recording_override ?? "DISABLED";
  return override.includes("DISABLED") ? campaign : override;
}

/** What a recording's name is made of. */
export interface NameParts {
  CAMPAIGN: string;
  CUSTPHONE: string;
  AGENT: string;
  VENDORLEADCODE: string;
  LEADID: string;
  CALLID: string;
  /** `YYYY-MM-DD hh:mm:ss`. */
  date: string;
  epoch: number;
}

/** `vicidial_campaigns.campaign_rec_filename` with its words replaced, for example `FULLDATE_CUSTPHONE`. */
export function recordingName(template: string, { date, epoch, ...words }: NameParts): string {
  const digits = date.replace(/\D/g, "");
  const all: Record<string, string> = {
    ...words,
    FULLDATE: `${digits.slice(0, 8)}-${digits.slice(8)}`,
    TINYDATE: digits.slice(2),
    EPOCH: String(epoch),
  };
  // Lead data lands in a file name: nothing that leaves the folder or ends Monitor's argument.
  return template
    .replace(
      /CAMPAIGN|CUSTPHONE|FULLDATE|TINYDATE|EPOCH|AGENT|VENDORLEADCODE|LEADID|CALLID/gi,
      (word) => all[word.toUpperCase()] ?? "",
    )
    .replace(/[^\w.-]/g, "");
}

async function record(session: AgiSession, context: CallsContext, call: WaitingCall, line: Line): Promise<void> {
  const { database, settings, log } = context;
  const lead = await leadOf(database, call.leadId);
  const { date, epoch } = await now(database);
  const name = recordingName(call.campaign.campaign_rec_filename, {
    CAMPAIGN: call.campaign.campaign_id,
    CUSTPHONE: call.queued.phone_number,
    AGENT: line.user,
    VENDORLEADCODE: lead.vendor_lead_code,
    LEADID: String(call.leadId),
    CALLID: call.callerId,
    date,
    epoch,
  });
  await session.exec("Monitor", `wav,${RECORDINGS}/${name}`).catch(ifRefused);
  await database.insert("recording_log", {
    channel: call.channel,
    server_ip: settings.ip,
    extension: call.queued.phone_number,
    start_time: date,
    start_epoch: epoch,
    length_in_sec: 0,
    filename: name,
    lead_id: call.leadId,
    user: line.user,
    location: name,
    vicidial_id: call.uniqueid,
  });
  log("recording", { callId: call.callerId, name });
}

const groupRow = z.object({ extension_group: z.string().nullable(), extension_group_order: z.string().nullable() });
const extensionRow = z.object({ extension: z.string().nullable() });

/** With an extension group the next extension of the group replaces the line's own. */
async function groupExtension({ database }: CallsContext, call: WaitingCall, line: Line): Promise<string | undefined> {
  if ((line.ra_user ?? "") === "") return undefined;
  const sql = "SELECT extension_group, extension_group_order FROM vicidial_remote_agents WHERE user_start = ?";
  const agent = await database.row(groupRow, sql, [line.ra_user]);
  const group = agent?.extension_group ?? "";
  if (group === "" || group.startsWith("NONE")) return undefined;
  const how = agent?.extension_group_order ?? "";
  const rank = how.includes("RANK") ? "`rank` DESC, " : "";
  const fewest = how.includes("CALL_COUNT") ? "call_count_today, " : "";
  const update =
    "UPDATE vicidial_extension_groups SET last_callerid = ?, last_call_time = NOW(), call_count_today = call_count_today + 1 " +
    "WHERE extension_group_id = ? AND (campaign_groups = '' OR campaign_groups LIKE ?) " +
    `ORDER BY ${fewest || rank}last_call_time LIMIT 1`;
  const { affected } = await database.run(update, [call.callerId, group, `%|${call.campaign.campaign_id}|%`]);
  if (affected === 0) return undefined;
  const read =
    "SELECT extension FROM vicidial_extension_groups WHERE last_callerid = ? ORDER BY last_call_time DESC LIMIT 1";
  return (await database.row(extensionRow, read, [call.callerId]))?.extension ?? undefined;
}
