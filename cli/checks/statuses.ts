import { usersOf } from "../../providers/vicidial/site/agentBlocks";
import type { CallSession } from "../call/session";
import { type Check, failed, passed, skipped } from "../check";
import { type BridgeSubject, linesOf } from "../subject";

/**
 * What the call left in lead and logs. It is told, and a line of the bridge must have taken the call; the statuses
 * themselves prove nothing (docs/facts/vicidial.md#carrier-log), so none of them fails the check.
 */
export function statuses(session: CallSession): Check<BridgeSubject> {
  return {
    name: "statuses",
    question: "What do lead and logs say?",
    async run(subject) {
      const { seen, placed } = session;
      if (seen === undefined || placed === undefined) return skipped("no call was made");
      const vicidial = await subject.vicidial();
      const users = (await linesOf(subject, vicidial)).flatMap(({ block }) => usersOf(block));
      const { agent, log, leadStatus, aiLeg } = seen;
      const evidence = [
        `vicidial_list: lead ${placed.leadId} has status ${leadStatus ?? "none"}`,
        log === undefined
          ? "vicidial_log: no row"
          : `vicidial_log: ${log.status}, user ${log.user}, ${log.seconds} s, term_reason ${log.termReason}${log.comments === "" ? "" : `, ${log.comments}`}`,
        ...(agent === undefined ? [] : [`vicidial_remote_agent_log: user ${agent.user}, extension ${agent.extension}`]),
        ...note(leadStatus, aiLeg?.dialstatus),
      ];
      if (agent === undefined)
        return failed(
          "no line of the bridge took the call",
          evidence,
          "check the lines, and the campaign's routing extension",
        );
      if (!users.includes(agent.user))
        return failed(
          `line ${agent.user} took the call, which is not the bridge's`,
          evidence,
          "look for another remote agent of this campaign in Admin → Remote Agents",
        );
      return passed(`lead ${leadStatus ?? "?"}, log ${log?.status ?? "?"}, user ${log?.user ?? "?"}`, evidence);
    },
  };
}

function note(leadStatus: string | undefined, dialstatus: string | undefined): string[] {
  if (leadStatus === "DROP" && dialstatus === "ANSWER")
    return [
      "DROP although the AI answered: the conversation ended before VICIdial's next look at the line (up to 10 s)",
    ];
  if (leadStatus === "XFER" && dialstatus !== undefined && dialstatus !== "ANSWER")
    return ["XFER although the AI did not answer: it proves nothing"];
  return [];
}
