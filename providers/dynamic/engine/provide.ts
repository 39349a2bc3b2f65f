import { StackSettings, type ConfigSource } from "./settings";
import type { Bound } from "./handler";
import type { ProviderMethods } from "./shim";

/**
 * What a package exports for its shims: the methods of a kind, over the settings of the stack.
 *
 * @example
 * export const methods = provide([bind(remoteAgent, connectVicidial)]);
 */
export function provide(
  bound: readonly Bound[],
  aliases: Readonly<Record<string, string>> = {},
): (kind: string, config: ConfigSource) => ProviderMethods {
  const kinds = new Map(bound.map((one) => [one.kind, one]));
  // One process serves one operation on one stack, so all kinds share the settings, and with them their connections.
  let settings: StackSettings | undefined;
  return (kind, config) => {
    const found = kinds.get(kind);
    if (found === undefined) {
      throw new Error(`this version knows no resource ${kind}, only ${[...kinds.keys()].join(", ")}`);
    }
    settings ??= new StackSettings(config, process.env, aliases);
    return found.methods(settings);
  };
}
