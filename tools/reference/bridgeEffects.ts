import { parse } from "../../core/schema/problems";
import type { BridgePlan } from "../../components/plan/bridgePlan";
import { planBridge } from "../../components/plan/bridgePlan";
import { bridgeSchema } from "../../components/plan/bridgeSchema";
import { planContext } from "../../components/plan/context";
import type { Comment } from "./comments";
import { valueOf } from "./examples";
import { OWN_ARGUMENTS, SUBJECTS } from "./subjects";

/** A bridge that has what every argument needs beside it. */
const BASE = {
  ...{
    campaignId: "DENVER",
    campaign: { name: "Denver renewals" },
    routeNumber: "+13035550101",
    agentId: "c4RqNf0aXb2LmT8w",
  },
  ...{ terminationSipUri: "f222.dialmake.com", aiPrefix: "9798", customerPrefix: "9799", userStart: 7000 },
  ...{ lines: 2, callerId: "+13035550100", leadFields: ["state"], leadService: { host: "10.0.0.104" } },
};

/** Which class makes each part of a bridge. */
const CLASSES: Readonly<Record<keyof BridgePlan["children"], string>> = {
  number: "SigmaMindSipNumber",
  carrier: "VicidialCarrier",
  agents: "VicidialRemoteAgents",
  routing: "VicidialCampaignRouting",
  campaign: "VicidialCampaign",
  amdOptions: "VicidialSettingsContainer",
  softphone: "VicidialPhone",
};

/** What a change of one argument of a bridge does to its parts, found by planning the bridge before and after. */
export function bridgeEffect(name: string, comment: Comment): string | undefined {
  const plans = comment.examples.map((example) => [planOf({}), planOf({ [name]: valueOf(example) })] as const);
  const effects = plans.flatMap(([before, after]) => effectsOf(before, after));
  if (effects.length === 0) return undefined;
  const verbs = ["replaces", "drains and updates", "updates", "makes or removes"];
  return verbs
    .flatMap((verb) => {
      const classes = [...new Set(effects.filter((one) => one.verb === verb).map((one) => one.className))];
      return classes.length === 0 ? [] : `${verb} ${classes.map((one) => `[${one}](${one}.md)`).join(", ")}`;
    })
    .join("; ");
}

interface Effect {
  className: string;
  verb: string;
}

function effectsOf(before: BridgePlan, after: BridgePlan): Effect[] {
  const children = Object.keys(CLASSES) as (keyof BridgePlan["children"])[];
  const edge =
    JSON.stringify(before.edge) === JSON.stringify(after.edge) ? [] : [{ className: "SipEdge", verb: "updates" }];
  return [...edge, ...children.flatMap((child) => effectOn(child, before, after))];
}

function effectOn(child: keyof BridgePlan["children"], before: BridgePlan, after: BridgePlan): Effect[] {
  const className = CLASSES[child];
  const [from, to] = [before.children[child], after.children[child]] as (Record<string, unknown> | undefined)[];
  if (from === undefined && to === undefined) return [];
  if (from === undefined || to === undefined) return [{ className, verb: "makes or removes" }];
  const changed = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter(
    (field) => JSON.stringify(from[field]) !== JSON.stringify(to[field]) && !OWN_ARGUMENTS.includes(field),
  );
  const subject = SUBJECTS.find((one) => one.className === className);
  if (changed.length === 0 || subject === undefined) return [];
  if (changed.some((field) => subject.identity.includes(field))) return [{ className, verb: "replaces" }];
  const drains = changed.some((field) => subject.drains.includes(field));
  return [{ className, verb: drains ? "drains and updates" : "updates" }];
}

function planOf(change: object): BridgePlan {
  const parsed = parse(bridgeSchema, { ...BASE, ...change });
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return planBridge(parsed.value, planContext({ lab: true }));
}
