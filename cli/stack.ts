import { NAMESPACE, planContext } from "../components/plan/context";
import { type NamedPlan, planStack } from "../components/plan/stackPlan";
import { StackSettings } from "../providers/dynamic/engine/settings";
import { settingAliases } from "../providers/vicidial/database/settings";
import { WrongUsage } from "./command";
import { readStackConfig, type StackChoice, type StackConfig } from "./stackConfig";

/** A stack as its config declares it: the same plans that its program makes, and the same settings. */
export interface Stack {
  config: StackConfig;
  lab: boolean;
  plans: readonly NamedPlan[];
  settings: StackSettings;
}

/**
 * Reads and plans a stack the way its program does, without Pulumi.
 *
 * @throws Refusal with every mistake of its bridges.
 */
export function readStack(choice: StackChoice): Stack {
  const config = readStackConfig(choice);
  const lab = isTrue(config.value(`${NAMESPACE}:lab`));
  const sipStacks = config.value("vicidial:sipStacks");
  const context = planContext({
    lab,
    ...(sipStacks !== undefined && {
      sipStacks: typeof sipStacks === "string" ? sipStacks : JSON.stringify(sipStacks),
    }),
  });
  const plans = planStack(config.value(`${NAMESPACE}:bridges`) ?? [], context);
  return { config, lab, plans, settings: new StackSettings(config, choice.env, settingAliases) };
}

/** The bridge of that name. */
export function bridgeNamed({ plans, config }: Stack, name: string | undefined): NamedPlan {
  const found = plans.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = plans.map((one) => one.name).join(", ");
  throw new WrongUsage({
    field: "<bridge>",
    ...(name !== undefined && { value: name }),
    rule: name === undefined ? "the bridge's name is missing" : `${config.file} declares no bridge of this name`,
    fix: names === "" ? `declare it under \`${NAMESPACE}:bridges\`` : `choose one of ${names}`,
  });
}

/** Config values of a YAML file are typed, those of `pulumi config set` are text. */
function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}
