import { setTimeout as sleep } from "node:timers/promises";
import type { AmiLink } from "../../../core/protocols/ami";
import { messageOf } from "../../../core/refusal";
import type { AgiSession } from "../../../core/protocols/fastagi";
import { now } from "../moment";
import { agiCall } from "./agiCall";
import { realChannelOf } from "./channels";
import type { CallsContext } from "./contract";

/** The dialplan hangs up two seconds after the answer. */
const BRIDGE_MS = 1_500;

/**
 * What stands behind the routing prefix: `1383XX` runs on the dialler's Local channel and sends the customer's real
 * channel to `83XX`, so that the Local channel leaves the call (docs/facts/vicidial.md#routing-prefix). No row of the
 * pair yet: nothing happens, and the dialplan hangs up two seconds later.
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
    await untilBridged(ami, channel);
    await ami.action("Redirect", { Channel: channel, ...to });
    context.log("redirected", { channel, extension: to.Exten, callId: call.callerId });
  } catch (thrown) {
    context.log("not redirected", { channel, extension: to.Exten, callId: call.callerId, reason: messageOf(thrown) });
  }
}

/**
 * Waits until the customer's channel is in a bridge with the Local channel, a few ms after the answer. VICIdial starts two
 * programs before its redirect, so it always comes later than that. One that is redirected before becomes another channel in
 * Asterisk, without the time of its answer: the AI leg's row in `vicidial_carrier_log` would say `answered_time` 0 (seen).
 */
async function untilBridged(ami: AmiLink, channel: string): Promise<void> {
  const until = Date.now() + BRIDGE_MS;
  while (Date.now() < until) {
    const [status] = await ami.list("Status", { Channel: channel });
    if ((status?.["bridgeid"] ?? "") !== "") return;
    await sleep(20);
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
