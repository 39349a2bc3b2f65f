import { z } from "zod";
import type { AgiSession } from "../../../core/protocols/fastagi";
import { now } from "../moment";
import { agiCall, type AgiCall } from "./agiCall";
import type { CallsContext } from "./contract";

/** What `call_log` says of a line: kind, what was dialled, and for a trunk its account as extension. */
export interface Line {
  channel: string;
  group: string;
  extension: string;
  dialled: string;
}

/** Numbers dialled with a prefix of old trunks are logged without it, with a word of description. */
const DESCRIBED: readonly (readonly [RegExp, string, string])[] = [
  [/^9(01144\d{10,})$/, "$1", "Outbound Intl UK"],
  [/^9(01161\d{9,})$/, "$1", "Outbound Intl AUS"],
  [/^91((?:800|888|877|866)\d{7})$/, "$1", "Outbound Local 800"],
  [/^9(\d{7})$/, "727$1", "Outbound Local"],
  [/^9(\d{10})$/, "$1", "Outbound Local"],
  [/^91(\d{10})$/, "$1", "Outbound Long Distance"],
];

export function lineOf({ channel, extension }: Pick<AgiCall, "channel" | "extension">): Line {
  if (channel.startsWith("Local/")) return { channel, group: "Local Channel Line", extension, dialled: extension };
  const trunk = channel.replace(/^((?:PJ)?SIP\/.*?)-.*/, "$1").replace(/^(IAX2\/.*)\/\d+$/, "$1");
  const [pattern, replacement, group] = DESCRIBED.find(([one]) => one.test(extension)) ?? [/^$/, "", ""];
  return {
    channel: trunk,
    group,
    extension: trunk.replace(/^(?:PJSIP|SIP|IAX2)\//, ""),
    dialled: extension.replace(pattern, replacement),
  };
}

const campaignRow = z.object({ campaign_id: z.string() });
const timeouts = z.object({ dial_timeout: z.coerce.string(), manual_dial_timeout: z.coerce.string().nullish() });

/**
 * `AGI(agi://127.0.0.1:4577/call_log)` at the start of a carrier's or routing extension: the call's row in `call_log`,
 * and the variables of its campaign. `CAMPDTO` is set for manual calls only; a Dial of the dialler thus has no timeout of
 * its own (docs/facts/vicidial.md#configuration-files).
 */
export async function callStart(session: AgiSession, context: CallsContext): Promise<void> {
  const { database, settings, log } = context;
  const call = agiCall(session);
  if (/^[VM].*\d{18}/.test(call.callerId)) {
    const sql = "SELECT campaign_id FROM vicidial_auto_calls WHERE callerid = ? LIMIT 1";
    const campaign = (await database.row(campaignRow, sql, [call.callerId]))?.campaign_id ?? "";
    if (campaign !== "") await session.setVariable("_CAMPCUST", campaign);
    if (/^(M|DC)/.test(call.callerId)) await session.setVariable("_CAMPDTO", await manualTimeout(context, campaign));
  }
  const line = lineOf(call);
  const { date, epoch } = await now(database);
  // A channel that passes through several extensions has one row: the first, which says what was dialled.
  const sql =
    "INSERT IGNORE INTO call_log (uniqueid, channel, channel_group, type, server_ip, extension, number_dialed, start_time, " +
    "start_epoch, end_time, end_epoch, length_in_sec, length_in_min, caller_code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', '', ?)";
  await database.run(sql, [
    call.uniqueid,
    line.channel,
    line.group,
    call.type,
    settings.ip,
    line.extension,
    line.dialled,
    date,
    epoch,
    call.callerId,
  ]);
  log("call started", { channel: call.channel, extension: call.extension, callId: call.callerId });
}

async function manualTimeout({ database }: CallsContext, campaign: string): Promise<string> {
  const row = await database.row(timeouts, "SELECT * FROM vicidial_campaigns WHERE campaign_id = ?", [campaign]);
  return row?.manual_dial_timeout || row?.dial_timeout || "";
}
