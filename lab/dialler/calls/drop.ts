import { z } from "zod";
import type { AgiSession } from "../../../core/protocols/fastagi";
import { now } from "../moment";
import { goTo, hangUp, ifRefused, play, setCaller } from "./agiCall";
import type { WaitingCall } from "./agents";
import { leadOf, serverOf, type Campaign } from "./campaign";
import type { CallsContext } from "./contract";
import { secondOf } from "./callId";

/** Where a customer goes for whom no line was free in time. */
export type DropTarget =
  | { kind: "hangup" }
  | { kind: "audio"; sounds: string }
  | { kind: "extension"; context: string | undefined; extension: string };

/** `vicidial_campaigns.drop_action` with the columns that belong to it. */
export function dropTarget(
  campaign: Campaign,
  inGroup: string,
  voicemailDump: string,
  leadId: number,
  phone: string,
): DropTarget {
  const to = (extension: string, context?: string): DropTarget =>
    extension === "" ? { kind: "hangup" } : { kind: "extension", context, extension };
  switch (campaign.drop_action) {
    case "MESSAGE":
      return to(campaign.safe_harbor_exten);
    case "VOICEMAIL":
    case "VMAIL_NO_INST":
      return campaign.voicemail_ext === "" ? { kind: "hangup" } : to(`${voicemailDump}${campaign.voicemail_ext}`);
    case "IN_GROUP":
      return to(`90009*${inGroup}**${leadId}**${phone}**`);
    case "CALLMENU":
      return campaign.safe_harbor_menu_id === "" ? { kind: "hangup" } : to("s", campaign.safe_harbor_menu_id);
    case "AUDIO":
      return { kind: "audio", sounds: campaign.safe_harbor_audio };
    default:
      return { kind: "hangup" };
  }
}

const listRow = z.object({ drop_inbound_group_override: z.string().nullable() });

/** No line in time: statuses, then the campaign's drop action. `waited` in seconds. */
export async function drop(
  session: AgiSession,
  context: CallsContext,
  call: WaitingCall,
  waited: number,
): Promise<void> {
  const { database, settings, log } = context;
  const { campaign, leadId, callerId } = call;
  const { epoch } = await now(database);
  const menu = campaign.drop_action === "CALLMENU";
  const update =
    "UPDATE vicidial_log SET status = 'DROP', end_epoch = ?, length_in_sec = ?, term_reason = ? WHERE lead_id = ? AND uniqueid LIKE ?";
  await database.run(update, [
    epoch,
    waited,
    menu ? "CALLMENUXFER" : "QUEUETIMEOUT",
    leadId,
    `${secondOf(call.uniqueid)}%`,
  ]);
  await database.run("UPDATE vicidial_list SET status = 'DROP' WHERE lead_id = ?", [leadId]);
  if (!menu) {
    const remove = "DELETE FROM vicidial_auto_calls WHERE callerid = ? ORDER BY call_time DESC LIMIT 1";
    await database.run(remove, [callerId]);
  }
  log("dropped", { callId: callerId, waited, action: campaign.drop_action });

  const { list_id } = await leadOf(database, leadId);
  const sql = "SELECT drop_inbound_group_override FROM vicidial_lists WHERE list_id = ?";
  const inGroup =
    (await database.row(listRow, sql, [list_id]))?.drop_inbound_group_override || campaign.drop_inbound_group;
  const server = await serverOf(database, settings.ip);
  const phone = call.queued.phone_number;
  const target = dropTarget(campaign, inGroup, server.voicemail_dump_exten, leadId, phone);
  if (target.kind === "extension") {
    if (campaign.drop_action !== "IN_GROUP") await setCaller(session, callerId, phone).catch(ifRefused);
    await goTo(session, target.context ?? server.ext_context, target.extension).catch(ifRefused);
    return;
  }
  if (target.kind === "audio" && target.sounds !== "") await play(session, `sip-silence|sip-silence|${target.sounds}`);
  await hangUp(session);
}
