import { z } from "zod";
import { callSeen } from "../call/follow";
import type { CallSession } from "../call/session";
import { type Check, failed, type Finding, passed, skipped, together, unknown } from "../check";
import { type BridgeSubject, lookUntil } from "../subject";
import type { Vicidial } from "../../providers/vicidial/session";

const campaign = z.object({ recording: z.string().nullable() });

/**
 * Settings of `campaign_recording` with which calls of remote agents are recorded
 * (docs/facts/vicidial.md#routing-to-a-line).
 */
const RECORDED = ["ALLCALLS", "ALLFORCE"];

/** Both sides recorded the call: VICIdial where the campaign says so, SigmaMind always, some minutes later. */
export function recordings(session: CallSession): Check<BridgeSubject> {
  return {
    name: "recordings",
    question: "Are there recordings on both sides?",
    async run(subject) {
      const { seen, placed } = session;
      if (placed === undefined) return skipped("no call was made");
      if (!session.over) return skipped("the call is not over");
      if (seen?.aiLeg?.dialstatus !== "ANSWER") return skipped("the AI did not answer the call");
      const findings = [
        await inVicidial(subject, await subject.vicidial(), session),
        await atSigmaMind(subject, session),
      ];
      return together(findings, "both sides have a recording");
    },
  };
}

async function inVicidial({ plan }: BridgeSubject, vicidial: Vicidial, { placed }: CallSession): Promise<Finding> {
  const { campaignId } = plan.bridge;
  const sql = "SELECT campaign_recording AS recording FROM vicidial_campaigns WHERE campaign_id = ?";
  const setting = (await vicidial.row(campaign, sql, [campaignId]))?.recording ?? "NEVER";
  if (!RECORDED.includes(setting))
    return passed("", [`VICIdial: campaign_recording is ${setting}, which records no call of a remote agent`]);
  const { recordings: found } = placed === undefined ? { recordings: [] } : await callSeen(vicidial, placed);
  if (found.length > 0)
    return passed(
      "",
      found.map((one) => `VICIdial: recording ${one.recordingId}, ${one.filename} (length follows within minutes)`),
    );
  return failed(
    "VICIdial has no recording of the call",
    [`recording_log: no row of the lead since the call, with campaign_recording ${setting}`],
    "see that vicidial_recording of the agent users is not 0 and that no list overrides it",
  );
}

async function atSigmaMind(subject: BridgeSubject, { record }: CallSession): Promise<Finding> {
  if (record === undefined) return unknown("SigmaMind has no record of the call", [], "see the check of the headers");
  const found = await lookUntil(
    subject,
    "SigmaMind's recording",
    () => subject.sigmamind().calls.find(record.callId),
    (seen) => seen?.recordingUrl !== undefined,
  );
  if (found?.recordingUrl !== undefined) {
    const shown = found.recordingUrl.split("?")[0] ?? "";
    return passed("", [`SigmaMind: ${shown}, status ${found.status}, ${found.terminationReason ?? "no reason given"}`]);
  }
  return unknown(
    "SigmaMind has no recording yet",
    [`call ${record.callId}: status ${found?.status ?? "?"}, no recordingUrl`],
    "it comes some minutes after the call: look into SigmaMind's Conversations, or wait longer with `--wait`",
  );
}
