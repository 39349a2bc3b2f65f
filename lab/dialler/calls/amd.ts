import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { AgiSession } from "../../../core/protocols/fastagi";
import { now } from "../moment";
import { agiCall, hangUp, ifRefused, play, type AgiCall } from "./agiCall";
import { ifThere, logExtended } from "./callEnd";
import { leadIdOf, secondOf } from "./callId";
import { campaignOf, leadOf, queuedCall, type Campaign } from "./campaign";
import type { CallsContext } from "./contract";

/** What AMD() found: `MACHINE`, and why: `LONGGREETING-2200-2200`. */
export interface AmdResult {
  status: string;
  cause: string;
}

/** `AMDCAUSE` without its measures. */
const responseOf = ({ cause }: AmdResult): string => cause.replace(/-.*/s, "");

/** The settings container `AMD_AGENT_OPT_<campaign>`: which results go to agents, and whether a silent line is hung up. */
export interface AgentOptions {
  agents: readonly string[];
  hangUpSilence: boolean;
}

/** One `STATUS,CAUSE` per line, `;` begins a comment. Too short a text counts as none. */
export function agentOptions(container: string): AgentOptions | undefined {
  if (container.length < 4) return undefined;
  const lines = container.split("\n").map((line) => line.replace(/;.*|[\r\t ]/g, ""));
  return {
    agents: lines.filter((line) => line.length > 3 && line.includes(",")).map((line) => line.toUpperCase()),
    hangUpSilence: lines.some((line) => line.includes("NOAUDIODATA-Hangup-ENABLED")),
  };
}

/**
 * Whether the call goes to an agent: a person, and everybody that AMD is not sure of; with options exactly what they list.
 * A result that AMD did not give (the module is missing) is a machine.
 */
export function isForAgent(result: AmdResult, options: AgentOptions | undefined): boolean {
  if (!options) return /PERSON|HUMAN|NOTSURE|HANGUP/.test(result.status);
  const [status, response] = [result.status.toUpperCase(), responseOf(result).toUpperCase()];
  return options.agents.some((line) => line.split(",")[0] === status && line.split(",")[1] === response);
}

/** `waitforsilence_options`: arguments of WaitForSilence, or seconds to wait (`3X`), or nothing. */
export function waitBefore(options: string): { silence: string } | { seconds: number } | undefined {
  if (/X/i.test(options)) return { seconds: Math.min(20, Number(options.replace(/\D/g, "") || 1)) };
  return options === "" || /NONE/i.test(options) ? undefined : { silence: options };
}

/**
 * 8369 between AMD() and the routing: logs the result; a person goes on to the routing, a machine is hung up (`AA`) or
 * gets the campaign's message (`AM`, at its end `AL`; docs/facts/vicidial.md#amd).
 */
export async function amd(session: AgiSession, context: CallsContext): Promise<void> {
  const call = agiCall(session, session.args[1]);
  if (call.channel.startsWith("Local/")) {
    if (call.priority > 2) await sleep(1_000);
    return;
  }
  const { database, log } = context;
  const variable = async (name: string): Promise<string> => (await session.getVariable(name)) ?? "";
  const result = { status: await variable("AMDSTATUS"), cause: await variable("AMDCAUSE") };
  await logAmd(context, call, result, await variable("AMDSTATS"));
  const queued = await queuedCall(database, call.callerId);
  const campaign = await campaignOf(database, queued?.campaign_id ?? "");
  const options = await optionsOf(context, campaign);
  const forAgent = isForAgent(result, options);
  log("AMD", { callId: call.callerId, ...result, forAgent });
  if (forAgent) return;
  await onMachine(session, context, call, campaign, result, options);
}

async function logAmd(
  { database, settings }: CallsContext,
  call: AgiCall,
  result: AmdResult,
  stats: string,
): Promise<void> {
  if (!(await database.has("vicidial_amd_log"))) return;
  const { date } = await now(database);
  await database.insert("vicidial_amd_log", {
    uniqueid: call.uniqueid,
    lead_id: leadIdOf(call.callerId),
    call_date: date,
    caller_code: call.callerId,
    channel: call.channel,
    server_ip: settings.ip,
    AMDSTATUS: result.status,
    AMDRESPONSE: responseOf(result),
    AMDCAUSE: result.cause,
    run_time: stats.replace(/-.*/s, "") || "0",
    AMDSTATS: stats,
  });
}

const containerRow = z.object({ container_entry: z.string().nullable() });

async function optionsOf(
  { database }: CallsContext,
  campaign: Campaign | undefined,
): Promise<AgentOptions | undefined> {
  if (!campaign || !/ENABLED/i.test(campaign.amd_agent_route_options)) return undefined;
  const sql = "SELECT container_entry FROM vicidial_settings_containers WHERE container_id = ? LIMIT 1";
  const row = await database.row(containerRow, sql, [`AMD_AGENT_OPT_${campaign.campaign_id}`]);
  return agentOptions(row?.container_entry ?? "");
}

const listRow = z.object({ am_message_exten_override: z.string().nullable() });

async function onMachine(
  session: AgiSession,
  context: CallsContext,
  call: AgiCall,
  campaign: Campaign | undefined,
  result: AmdResult,
  options: AgentOptions | undefined,
): Promise<void> {
  const { database, log } = context;
  await play(session, "sip-silence|sip-silence");
  const leadId = leadIdOf(call.callerId);
  const uniqueid = await logMachine(context, call, leadId, campaign);
  const set = async (status: string): Promise<void> => {
    await database.run("UPDATE vicidial_log SET status = ? WHERE uniqueid = ? AND lead_id = ?", [
      status,
      uniqueid,
      leadId,
    ]);
    await database.run("UPDATE vicidial_list SET status = ? WHERE lead_id = ?", [status, leadId]);
    log("machine", { callId: call.callerId, status });
  };
  if (responseOf(result).startsWith("NOAUDIODATA") && options?.hangUpSilence) {
    await set("ADAIR");
    return hangUp(session);
  }
  const { list_id } = await leadOf(database, leadId);
  const sql = "SELECT am_message_exten_override FROM vicidial_lists WHERE list_id = ?";
  const override = (await database.row(listRow, sql, [list_id]))?.am_message_exten_override;
  const message = override || campaign?.am_message_exten || "";
  if (campaign?.amd_send_to_vmx !== "Y" || message === "") return hangUp(session);
  const unknown = /^Unknown|\?\?\?/i.test(result.cause);
  await set(unknown ? "UNKAM" : "AM");
  const wait = waitBefore(campaign.waitforsilence_options);
  if (wait && "silence" in wait) await session.exec("WaitForSilence", wait.silence).catch(ifRefused);
  if (wait && "seconds" in wait) await sleep(wait.seconds * 1_000);
  await play(session, message);
  await set(unknown ? "UNKAL" : "AL");
  await hangUp(session);
}

const logRow = z.object({ start_epoch: z.coerce.number(), uniqueid: z.string() });

/** Lead and log become `AA`; returns the unique id of the log row. */
async function logMachine(
  context: CallsContext,
  call: AgiCall,
  leadId: number,
  campaign: Campaign | undefined,
): Promise<string> {
  const { database } = context;
  const queued = await queuedCall(database, call.callerId);
  const lead = await leadOf(database, leadId);
  const { date, epoch } = await now(database);
  await database.run("UPDATE vicidial_list SET status = 'AA' WHERE lead_id = ?", [leadId]);
  await database.run(
    "UPDATE vicidial_auto_calls SET status = 'XFER' WHERE callerid = ? ORDER BY auto_call_id DESC LIMIT 1",
    [call.callerId],
  );
  const seconds = [call.uniqueid, queued?.uniqueid ?? ""].filter((one) => one !== "").map((one) => `${secondOf(one)}%`);
  const like = seconds.map(() => "uniqueid LIKE ?").join(" OR ");
  const sql = `SELECT start_epoch, uniqueid FROM vicidial_log WHERE lead_id = ? AND (${like}) ORDER BY call_date DESC LIMIT 1`;
  const logged = await database.row(logRow, sql, [leadId, ...seconds]);
  if (logged) {
    const update =
      "UPDATE vicidial_log SET status = 'AA', end_epoch = ?, length_in_sec = ?, list_id = ? WHERE uniqueid = ? AND lead_id = ?";
    await database.run(update, [epoch, epoch - logged.start_epoch, lead.list_id, logged.uniqueid, leadId]);
  } else {
    const row = {
      uniqueid: call.uniqueid,
      lead_id: leadId,
      campaign_id: campaign?.campaign_id ?? "",
      call_date: date,
      start_epoch: epoch,
      status: "AA",
      phone_code: queued?.phone_code ?? "",
      phone_number: queued?.phone_number ?? "",
      user: "VDAD",
      processed: "N",
      length_in_sec: 3,
      end_epoch: epoch + 3,
      list_id: lead.list_id,
      called_count: lead.called_count,
    };
    await database.insert("vicidial_log", row).catch(ifThere);
  }
  await logExtended(context, logged?.uniqueid ?? call.uniqueid, leadId, call.callerId, date);
  return logged?.uniqueid ?? call.uniqueid;
}
