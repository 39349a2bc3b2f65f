import { shownBlock } from "../../providers/vicidial/site/agentBlocks";
import { type LineSeen, linesSeen, type WantedLines } from "../../providers/vicidial/dialler/readyLines";
import type { Vicidial } from "../../providers/vicidial/session";
import { signsOfLife } from "../../providers/vicidial/dialler/signsOfLife";
import { type Check, failed, type Finding, passed, together, unknown } from "../check";
import { type BridgeSubject, linesOf, lookUntil } from "../subject";

/**
 * Every line is listed by the dialler's daemon, fresh, and free or on a call (docs/facts/vicidial.md#real-time-report).
 */
export const lines: Check<BridgeSubject> = {
  name: "lines",
  question: "Are the lines READY?",
  async run(subject) {
    const vicidial = await subject.vicidial();
    const wanted = await linesOf(subject, vicidial);
    if (wanted.length === 0) return unknown("no dialler is in service", [], "activate a dialler in Admin → Servers");
    const findings: Finding[] = [];
    for (const one of wanted) findings.push(await onDialler(subject, vicidial, one));
    return together(findings, "all lines are READY or on a call");
  },
};

async function onDialler(subject: BridgeSubject, vicidial: Vicidial, wanted: WantedLines): Promise<Finding> {
  const { serverIp, block } = wanted;
  const life = await signsOfLife(vicidial, serverIp);
  const seen = await lookUntil(
    life.alive ? subject : { ...subject, waitSeconds: 0 },
    `lines ${shownBlock(block)} on ${serverIp}`,
    () => linesSeen(vicidial, wanted),
    (lines) => lines.every(inService),
  );
  const evidence = seen.map((line) => `${serverIp}: line ${line.user} ${described(line)}`);
  const bad = seen.filter((line) => !inService(line));
  if (bad.length === 0) return passed("", evidence);
  const users = bad.map(({ user }) => user).join(", ");
  if (!life.alive)
    return unknown(
      `${serverIp} shows no sign of life, so no line of it is listed`,
      [...evidence, `${serverIp}: ${life.evidence}`],
      "start the dialler",
    );
  const manual = bad.every(({ running }) => running);
  return failed(
    manual
      ? `${serverIp}: lines ${users} are listed, but nobody is called for them (outbound_autodial N)`
      : `${serverIp}: lines ${users} are not READY`,
    evidence,
    manual
      ? "set the campaign's `dialMethod` to RATIO: with MANUAL the dialler calls nobody"
      : "see that AST_VDremote_agents.pl runs on the dialler (keepalive 4), and that the remote agent is ACTIVE",
  );
}

function inService({ running, autodialled }: LineSeen): boolean {
  return running && autodialled;
}

function described({ status, why, autodialled }: LineSeen): string {
  const free = why ?? `is ${status ?? "READY"}`;
  return autodialled || status === undefined ? free : `${free}, outbound_autodial N`;
}
