import { behaviourOf } from "./agent/behaviour";
import { Conversation } from "./agent/conversation";
import type { Speech } from "./agent/speech";
import { variablesOf } from "./agent/variables";
import { admit, calledNumber, type Admission } from "./admission";
import type { Line } from "./asterisk/line";
import type { CallBook } from "./callBook";
import type { KnobBoard, Knobs } from "./knobs";
import type { Log } from "../../core/log";
import { newCall, recordAtAnswer, type EdgeCall } from "./record";
import type { Capture } from "../../core/protocols/sip/capture";
import { answeredAt, inviteFacts } from "./sip/facts";
import type { Directory, SigmaMindRecords } from "./simulator";
import { messageOf } from "../../core/refusal";

/** What every call works with. */
export interface Edge {
  capture: Pick<Capture, "invite" | "trace">;
  sigmaMind: SigmaMindRecords;
  knobs: KnobBoard;
  speech: Speech;
  book: CallBook;
  log: Log;
}

/** Asterisk reports the channel and the INVITE's copy on two ways; either may come first. */
const INVITE_MS = 1_000;

/** One call from its INVITE to its end: refused, left ringing, or answered and talked to. */
export async function takeCall(line: Line, callId: string, edge: Edge): Promise<void> {
  const { capture, log } = edge;
  const traced = await capture.invite(callId, INVITE_MS);
  if (traced === undefined) {
    log("invite-not-captured", { call: line.id, callId });
    return line.refuse(503);
  }
  const invite = inviteFacts(traced);
  const call = newCall(line.id, invite, variablesOf(invite.headers));
  edge.book.add(call, line);
  const { requestUri, toUser, from, transport, peer } = invite;
  log("invite", { call: call.id, callId, requestUri, toUser, from: from.number, transport, peer });
  try {
    const admission = await admissionOf(call, edge);
    if (admission.kind === "refused") await line.refuse(admission.status);
    else await attend(line, call, admission, edge);
    await untilGone(line);
  } catch (thrown) {
    call.ending = "edge failed";
    log("call-failed", { call: call.id, error: messageOf(thrown) });
    await (call.answeredAt === undefined ? line.refuse(500) : line.hangUp());
    await untilGone(line);
  }
  await edge.book.end(call);
}

/**
 * Looks the number up and decides. Without SigmaMind nothing can be decided: 503, as LiveKit answers then
 * (docs/facts/livekit.md#answers).
 */
async function admissionOf(call: EdgeCall, edge: Edge): Promise<Admission> {
  let directory: Directory;
  try {
    directory = await edge.sigmaMind.directory();
  } catch (thrown) {
    edge.log("sigmamind-unreachable", { call: call.id, error: messageOf(thrown) });
    call.refusal = "SigmaMind cannot be asked";
    return { kind: "refused", status: 503, why: call.refusal };
  }
  call.routeNumber = calledNumber(call.invite, directory.numbers)?.sipPhoneNumber;
  const admission = admit(call.invite, directory, edge.knobs.of(call.routeNumber));
  if (admission.kind !== "refused") call.agentId = admission.agent?.agentId;
  if (admission.kind !== "attended") {
    call.refusal = admission.why;
    edge.log("not-attended", { call: call.id, why: admission.why });
  }
  return admission;
}

/** 180, the wait for the agent, 200 and the conversation; or 486 at the ring limit. */
async function attend(
  line: Line,
  call: EdgeCall,
  admission: Exclude<Admission, { kind: "refused" }>,
  edge: Edge,
): Promise<void> {
  const knobs: Knobs = edge.knobs.of(call.routeNumber);
  const attended = admission.kind === "attended";
  const behaviour = attended ? behaviourOf(admission.agent, call.variables, knobs) : undefined;
  // Rendered while it rings, so that the first word is there at the answer.
  const greeting = edge.speech.files(behaviour?.greeting ?? "");
  for (const file of greeting) file.catch(() => undefined);
  if (!(await line.wait(knobs.ringDelayMs))) return;
  await line.ring();
  if (!(await line.wait(attended ? knobs.delayMs : knobs.ringLimitMs))) return;
  if (behaviour === undefined) return line.refuse(486);
  if (!(await line.answer())) return;
  Object.assign(call, { state: "answered", answeredAt: Date.now(), greeting: behaviour.greeting });
  edge.log("answered", { call: call.id, number: call.routeNumber, agent: call.agentId });
  const recorded = putOnRecord(call, edge);
  const { hangUpAfterMs } = knobs;
  call.ending = await new Conversation({
    line,
    speech: edge.speech,
    behaviour,
    hangUpAfterMs,
    call,
    log: edge.log,
  }).run();
  // By then the copy of our 200 has come in, which tells it exactly.
  call.answeredAt = answeredAt(edge.capture.trace(call.invite.callId)) ?? call.answeredAt;
  await recorded;
}

/** A call goes on although SigmaMind cannot write it down. */
async function putOnRecord(call: EdgeCall, { sigmaMind, log }: Edge): Promise<void> {
  try {
    call.recordId = await sigmaMind.addCall(recordAtAnswer(call));
  } catch (thrown) {
    log("not-on-record", { call: call.id, error: messageOf(thrown) });
  }
}

async function untilGone(line: Line): Promise<void> {
  while (!line.gone) await line.next();
}
