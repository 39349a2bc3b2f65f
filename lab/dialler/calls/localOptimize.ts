import type { AmiLink } from "../../../providers/ami";
import { messageOf } from "../../../providers/errors";
import type { AgiSession } from "../../../services/fastagi";
import { now } from "../moment";
import { agiCall } from "./agiCall";
import { realChannelOf } from "./channels";
import type { CallsContext } from "./contract";

/**
 * What stands behind the routing prefix: `1383XX` runs on the dialler's Local channel and sends the customer's real channel to
 * `83XX`, so that the Local channel leaves the call (facts §5.2). No row of the pair yet: nothing happens, and the dialplan
 * hangs up two seconds later.
 */
export async function localOptimize(session: AgiSession, ami: AmiLink, context: CallsContext): Promise<void> {
  const call = agiCall(session, session.args[0]);
  const channel = await realChannelOf(context, call.uniqueid, call.callerId, session.args[0] ?? "");
  if (channel === undefined) {
    context.log("no channel behind the Local channel", { channel: call.channel, callId: call.callerId });
    return;
  }
  const to = { Context: session.env.get("agi_context") ?? "default", Exten: call.extension.slice(2), Priority: 1 };
  await record(context, call.callerId, { Channel: channel, ...to });
  try {
    await ami.action("Redirect", { Channel: channel, ...to });
    context.log("redirected", { channel, extension: to.Exten, callId: call.callerId });
  } catch (thrown) {
    context.log("not redirected", { channel, extension: to.Exten, callId: call.callerId, reason: messageOf(thrown) });
  }
}

/**
 * The redirect's row in `vicidial_manager`. It is written as `SENT`, because VICIdial's program sends it by itself; from then on
 * the listener keeps it like the row of the Originate.
 */
async function record(
  { database, settings }: CallsContext,
  callId: string,
  headers: Readonly<Record<string, string | number>>,
): Promise<void> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const commands = Array.from("bcdefghijk", (letter, index) => [`cmd_line_${letter}`, lines[index] ?? ""] as const);
  await database.insert("vicidial_manager", {
    uniqueid: "",
    entry_date: (await now(database)).date,
    status: "SENT",
    response: "N",
    server_ip: settings.ip,
    channel: "",
    action: "Redirect",
    callerid: callId,
    ...Object.fromEntries(commands),
  });
}
