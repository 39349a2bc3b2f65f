import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { AgiSession } from "../../../core/protocols/fastagi";
import { now } from "../moment";
import { agiCall, goTo, ifRefused, isAlive, setCaller, type AgiCall } from "./agiCall";
import { pickLine, type Search, type WaitingCall } from "./agents";
import { ifThere, logExtended } from "./callEnd";
import { isCallId, leadIdOf, paddedAddress } from "./callId";
import { campaignOf, flagLead, leadOf, queuedCall, serverOf, type QueuedCall } from "./campaign";
import type { CallsContext } from "./contract";
import { drop } from "./drop";
import { sendToRemoteLine } from "./remoteLine";

/** Seconds that a call waits where the campaign says 0. */
const DEFAULT_DROP_SECONDS = 9;

/** `NORMAL-----LB-----V1122…`: what kind of call, where to look for a line, name of the connected line. */
export function routingArguments(argument: string): { kind: string; search: Search; connected: string } {
  const [kind = "", search = "", connected = ""] = argument.split("-----");
  // "This server only" has been overflow for long: it begins here and looks elsewhere when nobody is free.
  return { kind: kind || "NORMAL", search: /^(SO|LO)/.test(search) ? "LO" : "LB", connected };
}

/**
 * The routing extensions 8364-8369 and 8373-8375: gives an answered customer to a line of his campaign, or drops him when
 * none is free in time (docs/facts/vicidial.md#routing-to-a-line). When it ends well, the customer's own channel goes on
 * at the line's remote extension.
 */
export async function route(session: AgiSession, context: CallsContext): Promise<void> {
  const begun = Date.now();
  const { kind, search, connected } = routingArguments(session.args[0] ?? "");
  const call = agiCall(session, connected);
  if (call.channel.startsWith("Local/")) {
    await onLocalChannel(context, call);
    return;
  }
  const waiting = (await isNew(context, call)) ? await pickedUp(context, call, begun) : undefined;
  if (!waiting) {
    context.log("not routed", { channel: call.channel, callId: call.callerId });
    return;
  }
  if (kind !== "NORMAL") context.log("surveys are not built: routed as a normal call", { callId: call.callerId, kind });
  await waitForLine(session, context, waiting, search);
}

/**
 * The routing program on a Local channel cannot tell the customer's channel and leaves. At 8369, where it comes fifth,
 * the call is also logged as one whose channel was not found (docs/facts/vicidial.md#statuses).
 */
async function onLocalChannel(context: CallsContext, call: AgiCall): Promise<void> {
  if (call.priority > 2) await sleep(1_000);
  if (call.priority > 3 && isCallId(call.callerId)) {
    const { database } = context;
    const leadId = leadIdOf(call.callerId);
    await flagLead(database, leadId, "LRERR");
    const queued = await queuedCall(database, call.callerId);
    await logCall(context, call, queued, "LRERR");
  }
  context.log("routing on a Local channel", { channel: call.channel, callId: call.callerId });
}

const count = z.object({ n: z.coerce.number() });

/** A call of the dialler that comes for the first time: a second visit must not take a second line. */
async function isNew({ database }: CallsContext, call: AgiCall): Promise<boolean> {
  if (!isCallId(call.callerId)) return false;
  const lines = "SELECT COUNT(*) AS n FROM vicidial_live_agents WHERE callerid = ?";
  const calls = "SELECT COUNT(*) AS n FROM vicidial_auto_calls WHERE callerid = ? AND status IN ('LIVE', 'XFER')";
  for (const sql of [lines, calls]) {
    if (((await database.row(count, sql, [call.callerId]))?.n ?? 0) > 0) return false;
  }
  return true;
}

/** The customer has picked up: `LIVE`, lead `PU`, and the call's row in `vicidial_log`. Undefined when nobody placed the call. */
async function pickedUp(context: CallsContext, call: AgiCall, begun: number): Promise<WaitingCall | undefined> {
  const { database, settings } = context;
  const live =
    "UPDATE vicidial_auto_calls SET uniqueid = ?, channel = ?, status = 'LIVE', stage = 'LIVE-0' WHERE callerid = ? ORDER BY call_time DESC LIMIT 1";
  await database.run(live, [call.uniqueid, call.channel, call.callerId]);
  const queued = await queuedCall(database, call.callerId);
  const campaign = queued && (await campaignOf(database, queued.campaign_id));
  if (!campaign) return undefined;
  const leadId = leadIdOf(call.callerId);
  await flagLead(database, leadId, "PU");
  const sql = "SELECT DATE_FORMAT(NOW() - INTERVAL 5 SECOND, '%Y-%m-%d %H:%i:%s') AS since";
  const fresh = await database.row(z.object({ since: z.string() }), sql);
  // In `comments` stands what the routing took up to here, in seconds, until the take-over writes REMOTE.
  await logCall(context, call, queued, "QUEUE", ((Date.now() - begun) / 1000).toFixed(3));
  context.log("picked up", { callId: call.callerId, leadId, campaign: campaign.campaign_id });
  return { ...call, campaign, queued, leadId, serverIp: settings.ip, freshSince: fresh?.since ?? "" };
}

async function logCall(
  context: CallsContext,
  call: AgiCall,
  queued: QueuedCall | undefined,
  status: string,
  comments?: string,
): Promise<void> {
  const { database } = context;
  const leadId = leadIdOf(call.callerId);
  const lead = await leadOf(database, leadId);
  const { date, epoch } = await now(database);
  await database
    .insert("vicidial_log", {
      uniqueid: call.uniqueid,
      lead_id: leadId,
      campaign_id: queued?.campaign_id ?? "",
      call_date: date,
      start_epoch: epoch,
      status,
      phone_code: queued?.phone_code ?? "",
      phone_number: queued?.phone_number ?? "",
      user: "VDAD",
      processed: "N",
      alt_dial: queued?.alt_dial ?? "",
      list_id: lead.list_id,
      comments: comments ?? null,
      called_count: lead.called_count,
    })
    .catch(ifThere);
  await logExtended(context, call.uniqueid, leadId, call.callerId, date);
}

/** Looks four times a second for three seconds, then once a second, until the campaign's patience is over. */
async function waitForLine(
  session: AgiSession,
  context: CallsContext,
  call: WaitingCall,
  search: Search,
): Promise<void> {
  const { database } = context;
  const patience = call.campaign.drop_call_seconds || DEFAULT_DROP_SECONDS;
  let timer = 0;
  let dropAfter: number | undefined;
  while (timer <= patience) {
    if (!(await isAlive(session))) {
      await sleep(990);
      // Gone: one last look, and then the call is dropped, as VICIdial's program does.
      if (!(await isAlive(session))) {
        dropAfter = timer < patience ? timer : patience;
        timer += patience;
      }
    }
    const line = await pickLine(database, call, search);
    if (line) return sendTo(session, context, call, line, timer);
    const [pause, counted] = timer < 3 ? [230, 0.25] : [990, 1];
    await sleep(pause);
    timer += counted;
    await database.run("UPDATE vicidial_auto_calls SET stage = ? WHERE callerid = ?", [`LIVE-${timer}`, call.callerId]);
  }
  await drop(session, context, call, Math.floor(dropAfter ?? patience) || patience);
}

type PickedLine = NonNullable<Awaited<ReturnType<typeof pickLine>>>;

async function sendTo(
  session: AgiSession,
  context: CallsContext,
  call: WaitingCall,
  line: PickedLine,
  waited: number,
): Promise<void> {
  const { database, settings, log } = context;
  // The padded address also on the line's own server: `_172*031*000*011*.` of the generated dialplan leads back here.
  const address = paddedAddress(line.server_ip);
  const remote = line.extension?.startsWith("R/") ?? false;
  if (!remote) await setCaller(session, call.callerId, call.queued.phone_number).catch(ifRefused);
  const extension = remote ? await sendToRemoteLine(session, context, call, line, address) : (line.conf_exten ?? "");
  const dialString = `${address}${extension}`;
  const update = "UPDATE vicidial_auto_calls SET status = 'XFER', stage = ?, extension = ? WHERE callerid = ?";
  await database.run(update, [`XFER-${waited}`, dialString, call.callerId]);
  const { ext_context } = await serverOf(database, settings.ip);
  log("to line", { callId: call.callerId, user: line.user, server: line.server_ip, extension, waited });
  await goTo(session, ext_context, dialString).catch(ifRefused);
}
