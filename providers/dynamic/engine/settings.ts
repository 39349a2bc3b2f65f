import type { Settings } from "../resource";

/** Where stack config comes from: `configure` of a dynamic provider, or `pulumi.Config` in a program. */
export interface ConfigSource {
  get(key: string): string | undefined;
}

const SECRET = /(password|secret|token|key|passphrase)$/i;

/**
 * Settings of the outside systems: the environment first, then stack config. The environment wins because
 * `pulumi destroy` and `pulumi refresh` hand over the config of the *last* `up`, so that a password rotated since is only
 * known there (docs/facts/pulumi.md#configuration).
 *
 * `vicidial:adminUser` is `VICIDIAL_ADMIN_USER` in the environment; `aliases` names exceptions. An empty variable counts as unset.
 */
export class StackSettings implements Settings {
  readonly #secrets = new Set<string>();

  constructor(
    private readonly config: ConfigSource,
    private readonly environment: Readonly<Record<string, string | undefined>> = process.env,
    private readonly aliases: Readonly<Record<string, string>> = {},
  ) {}

  get(key: string): string | undefined {
    const value = this.fromEnvironment(key) ?? this.config.get(key);
    if (value !== undefined && SECRET.test(key)) this.#secrets.add(value);
    return value;
  }

  /** Passwords and keys handed out so far, to keep out of every text. */
  get secrets(): ReadonlySet<string> {
    return this.#secrets;
  }

  private fromEnvironment(key: string): string | undefined {
    const value = this.environment[environmentName(key, this.aliases)];
    return value === "" ? undefined : value;
  }
}

/** `vicidial:adminUser` → `VICIDIAL_ADMIN_USER`, where no alias says otherwise. */
export function environmentName(key: string, aliases: Readonly<Record<string, string>> = {}): string {
  const byRule = key
    .replaceAll(":", "_")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toUpperCase();
  return aliases[key] ?? byRule;
}
