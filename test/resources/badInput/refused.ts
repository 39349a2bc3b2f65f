import type { dynamic } from "@pulumi/pulumi";
import { methods } from "../../../providers/registry";

/** The stack's own config is empty: settings come from the environment, as in CI. */
const noConfig = { get: () => undefined, require: () => "" } as unknown as dynamic.Config;

/**
 * What an operator reads when a resource is declared with `args`: the reasons of `check`, else the error of `create`.
 * `undefined` where nothing refuses them.
 */
export async function refusal(kind: string, args: Record<string, unknown>): Promise<string | undefined> {
  const provider = methods(kind, noConfig);
  const { inputs, failures = [] } = (await provider.check({}, args)) as dynamic.CheckResult<object>;
  if (failures.length > 0)
    return failures.map(({ property, reason }) => shown(property, args[property], reason)).join("\n");
  try {
    await provider.create(inputs ?? {});
    return undefined;
  } catch (thrown) {
    return (thrown as Error).message;
  }
}

/** As the engine prints a check failure: with the property's value. */
function shown(property: string, value: unknown, reason: string): string {
  return property === "" ? reason : `${property} = ${JSON.stringify(value)}: ${reason}`;
}
