import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type Header, HEADER_CHARACTERS, HEADER_VALUE_LENGTH, headersOf } from "../../providers/asterisk";
import type { Call } from "../../providers/sigmamind/api/bodies";
import type { SigmaMind } from "../../providers/sigmamind/api/client";
import type { Vicidial } from "../../providers/vicidial/session";
import type { CallSession } from "../call/session";
import { type Check, failed, type Finding, passed, skipped, together, unknown } from "../check";
import type { BridgeSubject } from "../subject";

/** SigmaMind has the call on record, with the bridge's agent, and every declared header arrived as a variable. */
export function headers(session: CallSession): Check<BridgeSubject> {
  return {
    name: "headers",
    question: "What did the AI platform get?",
    async run(subject) {
      const { placed, seen } = session;
      if (placed === undefined) return skipped("no call was made");
      if (!session.over) return skipped("the call is not over");
      if (seen?.aiLeg?.dialstatus !== "ANSWER") return skipped("the AI did not answer the call");
      const record = await recordOf(subject, session);
      if (record === undefined)
        return failed(
          "SigmaMind has no record of the call",
          [`GET /v1/calls: no inbound call to ${subject.plan.bridge.routeNumber} since it was placed`],
          "the edge knew the number of another workspace: check that the API key is of the workspace with the agent",
        );
      session.record = record;
      const vicidial = await subject.vicidial();
      const { leadFields, headers: fixed } = subject.plan.bridge;
      const declared = headersOf({ leadFields, headers: fixed }).headers;
      const lead = await leadValues(vicidial, placed.leadId, declared);
      const findings = [agentOf(subject, record), ...declared.map((one) => arrived(one, lead, record, subject.lab))];
      const count = declared.length === 0 ? "" : `, with ${declared.length} header${declared.length === 1 ? "" : "s"}`;
      return together(findings, `call ${record.callId} is on SigmaMind's record${count}`);
    },
  };
}

/** Clocks of this machine and of SigmaMind may differ. */
const CLOCK_SKEW_MS = 60_000;

/** The newest inbound call to the number since ours was placed; it may appear some seconds late. */
async function recordOf({ plan, sigmamind, waitSeconds, say }: BridgeSubject, { placedAt = 0 }: CallSession) {
  const ends = Date.now() + Math.min(waitSeconds, 60) * 1000;
  for (;;) {
    const found = await newestCall(sigmamind(), plan.bridge.routeNumber, placedAt - CLOCK_SKEW_MS);
    if (found !== undefined || Date.now() >= ends) return found;
    say("waiting for SigmaMind to record the call");
    await sleep(2000);
  }
}

async function newestCall(sigmamind: SigmaMind, number: string, since: number): Promise<Call | undefined> {
  const calls = await sigmamind.calls.list();
  const when = (call: Call) => Date.parse(call.startTime ?? call.createdAt ?? "");
  return calls
    .filter((call) => call.callType === "inbound" && call.number === number && when(call) >= since)
    .sort((one, other) => when(other) - when(one))[0];
}

function agentOf({ plan }: BridgeSubject, { callId, agent, startTime }: Call): Finding {
  const { agentId } = plan.bridge;
  const evidence = [`call ${callId} of ${startTime ?? "?"}: agent ${agent?.agentId ?? "not shown"}`];
  if (agent === undefined || agent.agentId === agentId) return passed("", evidence);
  return failed(`agent ${agent.agentId} answered instead of ${agentId}`, evidence, "run `pulumi up`");
}

async function leadValues(vicidial: Vicidial, leadId: number, declared: readonly Header[]) {
  const columns = declared.flatMap((one) => ("column" in one ? [one.column] : []));
  if (columns.length === 0) return {};
  const list = columns.map((column) => `\`${column}\``).join(", ");
  const sql = `SELECT ${list} FROM vicidial_list WHERE lead_id = ?`;
  return (await vicidial.row(z.record(z.string(), z.unknown()), sql, [leadId])) ?? {};
}

/** These change while the call is made, so only that they arrive can be judged. */
const CHANGING = new Set([
  "status",
  "user",
  "modify_date",
  "called_count",
  "called_since_last_reset",
  "last_local_call_time",
]);

function arrived(header: Header, lead: Record<string, unknown>, { variables }: Call, lab: boolean): Finding {
  const variable = header.name.replace(/^X-/, "");
  const got = variables[variable];
  const what = `${header.name} → {{${variable}}}`;
  const sent = "value" in header ? header.value : textOf(lead[header.column]);
  const exact = "value" in header || (!CHANGING.has(header.column) && isPlain(sent));
  if (got === undefined && "column" in header && sent === "")
    return passed("", [`${what}: empty in the lead, not sent`]);
  if (got === undefined) {
    const evidence = [`${what}: not among the call's variables`];
    if (lab) return failed(`${header.name} did not arrive`, evidence, "see the log of the lead service");
    return unknown(
      `${header.name} does not show`,
      evidence,
      `let the agent's prompt refer to {{${variable}}}: SigmaMind shows only variables that it refers to`,
    );
  }
  const shown = JSON.stringify(got);
  if (!exact || textOf(got) === sent) return passed("", [`${what}: ${shown}`]);
  return failed(
    `${header.name} arrived as ${shown}`,
    [`${what}: ${shown}, sent ${JSON.stringify(sent)}`],
    "run `pulumi up`",
  );
}

/** A value that travels unchanged; others are made safe on the way, and only that they arrive can be judged. */
function isPlain(value: string): boolean {
  return (
    new RegExp(`^[${HEADER_CHARACTERS.replace("/", "\\/")}]{0,${HEADER_VALUE_LENGTH}}$`).test(value) &&
    value.trim() === value
  );
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
