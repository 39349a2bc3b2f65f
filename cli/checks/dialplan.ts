import type { BridgePlan } from "../../components/plan/bridgePlan";
import { messageOf } from "../../core/refusal";
import { resolve, nameOf } from "../../providers/asterisk";
import { renderedDialplan } from "../../providers/vicidial/dialler/loadedDialplan";
import { configurationState, REBUILD_EVERY_SECONDS } from "../../providers/vicidial/dialler/configurationState";
import { diallerConfiguration } from "../../providers/vicidial/site/diallerConfiguration";
import type { Vicidial } from "../../providers/vicidial/session";
import { signsOfLife } from "../../providers/vicidial/dialler/signsOfLife";
import { type Check, failed, type Finding, passed, together, unknown } from "../check";
import { type BridgeSubject, diallersOf, lookUntil } from "../subject";

const GIVE_AMI =
  "give a manager account in VICIDIAL_AMI_USER and VICIDIAL_AMI_SECRET (VICIDIAL_AMI_ADDRESSES where a dialler is reached elsewhere), and Asterisk itself is asked";

/** The remote extension is in force on every dialler: asked of Asterisk where that is possible, else told by the database. */
export const dialplan: Check<BridgeSubject> = {
  name: "dialplan",
  question: "Has every dialler loaded the bridge's dialplan?",
  async run(subject) {
    const vicidial = await subject.vicidial();
    const diallers = await diallersOf(subject, vicidial);
    if (diallers.length === 0) return unknown("no dialler is in service", [], "activate a dialler in Admin → Servers");
    const findings: Finding[] = [];
    for (const serverIp of diallers) {
      const look = () => onDialler(subject, vicidial, serverIp);
      const alive = (await signsOfLife(vicidial, serverIp)).alive;
      const patience = alive ? subject : { ...subject, waitSeconds: 0 };
      findings.push(
        await lookUntil(
          patience,
          `dialler ${serverIp} to load the dialplan`,
          look,
          ({ verdict }) => verdict === "passed",
        ),
      );
    }
    return together(findings, `the dialplan is in force on ${diallers.join(", ")}`);
  },
};

async function onDialler({ plan }: BridgeSubject, vicidial: Vicidial, serverIp: string): Promise<Finding> {
  const extension = plan.remoteExtension;
  const reached = resolve(extension, await diallerConfiguration(vicidial, serverIp));
  if (reached?.owner.kind !== "carrier" || reached.owner.carrierId.toLowerCase() !== plan.carrierId.toLowerCase()) {
    const who = reached === undefined ? "nothing" : nameOf(reached.owner);
    return failed(
      `${serverIp}: ${extension} reaches ${who} instead of carrier ${plan.carrierId}`,
      [`${serverIp}: ${reached?.why ?? "no active carrier answers it"}`],
      "run `pulumi refresh`, then `pulumi up`",
    );
  }
  const { manager } = vicidial.asterisk;
  if (manager === undefined) return byDatabase(plan, vicidial, serverIp, []);
  try {
    const { differences, shown, reloadedAt } = await renderedDialplan(vicidial, manager, serverIp, extension);
    const when = reloadedAt === undefined ? "" : `, loaded ${reloadedAt}`;
    if (differences.length > 0)
      return failed(
        `${serverIp}: Asterisk has not loaded what the database says`,
        differences.map((one) => `${serverIp}: ${one}`),
        "see that ADMIN_keepalive_ALL.pl runs every minute on the dialler and that Asterisk runs in a screen named asterisk",
      );
    const steps = shown?.steps.map(({ application }) => application.replace(/\(.*$/s, "")).join(", ") ?? "";
    return passed("", [`${serverIp}: Asterisk has ${extension} in [${shown?.context ?? ""}]: ${steps}${when}`]);
  } catch (thrown) {
    return byDatabase(plan, vicidial, serverIp, [`${serverIp}: ${messageOf(thrown)}`]);
  }
}

/**
 * Weaker: the flag goes back before the work is done, and says nothing of what Asterisk made of the text
 * (docs/facts/vicidial.md#configuration-files).
 */
async function byDatabase(plan: BridgePlan, vicidial: Vicidial, serverIp: string, before: string[]): Promise<Finding> {
  const state = await configurationState(vicidial, serverIp, [plan.carrierId, plan.edge.carrierId]);
  const life = await signsOfLife(vicidial, serverIp);
  const age = state.changedSecondsAgo;
  const changed =
    age === undefined ? "no change of its carriers is logged" : `last change of its carriers ${age} s ago`;
  const evidence = [
    ...before,
    `${serverIp}: rebuild_conf_files is ${state.pending ? "Y" : "N"}, ${changed} (weaker evidence: the database only tells that the dialler took up the rebuild)`,
    `${serverIp}: ${life.evidence}`,
  ];
  if (!state.generates)
    return unknown(
      `${serverIp} does not write its configuration from the database (generate_vicidial_conf is N)`,
      evidence,
      GIVE_AMI,
    );
  if (state.pending && !life.alive)
    return unknown(
      `${serverIp} shows no sign of life, and has not taken up the rebuild`,
      evidence,
      "start the dialler",
    );
  if (state.pending)
    return failed(
      `${serverIp} has not taken up the rebuild`,
      evidence,
      "see that cron runs ADMIN_keepalive_ALL.pl every minute on the dialler",
    );
  if (!life.alive) return unknown(`${serverIp} shows no sign of life`, evidence, "start the dialler");
  const settled = age === undefined || age > REBUILD_EVERY_SECONDS + vicidial.asterisk.reloadSettleSeconds;
  if (settled) return passed("", evidence);
  return unknown(
    `${serverIp} may still be loading a change of ${age} s ago`,
    evidence,
    `wait a minute, or ${GIVE_AMI}`,
  );
}
