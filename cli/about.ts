import { basename } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { z } from "zod";
import { environmentName } from "../providers/dynamic/engine/settings";
import { messageOf, Refusal } from "../core/refusal";
import { sigmamindSettingKeys } from "../providers/sigmamind/connect";
import { asteriskSettingKeys } from "../providers/vicidial/dialler/settings";
import { databaseSettingKeys, settingAliases } from "../providers/vicidial/database/settings";
import type { MakeCommand, Surroundings } from "./command";
import { installed, installedSchema } from "./installed";
import { ENCRYPTED, FILE_OPTION, readStackConfig, STACK_OPTION, type StackConfig } from "./stackConfig";

/** What `voicebridge about --json` prints. New fields may come; none goes or changes its meaning. */
export const aboutSchema = installedSchema.extend({
  /** Name of the config file that was read; absent where none was. */
  file: z.string().optional(),
  /** Why no config file was read. */
  noFile: z.string().optional(),
  /** Which settings were found, and where; no values, and no word on whether they are right. */
  settings: z.array(
    z.strictObject({
      setting: z.string(),
      /** Its variable in the environment; absent where it has none. */
      environment: z.string().optional(),
      /** Where it was found; `null`: nowhere. The environment wins over the config. */
      from: z.enum(["environment", "config", "encrypted config"]).nullable(),
    }),
  ),
  /** Names of the variables `VOICEBRIDGE_*` that are set. */
  variables: z.array(z.string()),
});

export type About = z.infer<typeof aboutSchema>;

const IN_ENVIRONMENT = [...databaseSettingKeys, ...asteriskSettingKeys, ...sigmamindSettingKeys];
const IN_CONFIG_ONLY = ["vicidial:sipStacks", "voice-ai-bridges:bridges", "voice-ai-bridges:lab"];

export const about: MakeCommand = (surroundings, exit) =>
  new Command("about")
    .summary("versions, and which settings are found: for a report of an error")
    .description(
      "Says which versions run here and which settings are found where: in the environment or in the stack's config. It " +
        "shows no values and asks neither VICIdial nor SigmaMind, so that its output can go into a report of an error.",
    )
    .option("-s, --stack <name>", STACK_OPTION)
    .option("-f, --file <path>", FILE_OPTION)
    .option("--json", "one JSON object")
    .action(({ stack, file, json }) => {
      const { cwd, env } = surroundings;
      const chosen = stack !== undefined || file !== undefined;
      const found = configOf(() => readStackConfig({ cwd, env, stack, file }), chosen);
      const said = { ...installed(surroundings), ...found.said, ...settingsOf(found.config, env) };
      surroundings.stdout(json ? `${JSON.stringify(said)}\n` : aboutText(said));
      exit(0);
    });

/** Outside a stack's folder the versions are still worth saying; a file that was asked for must be there. */
function configOf(read: () => StackConfig, chosen: boolean): { config?: StackConfig; said: Partial<About> } {
  try {
    const config = read();
    return { config, said: { file: basename(config.file) } };
  } catch (thrown) {
    if (chosen) throw thrown;
    return {
      said: {
        noFile: thrown instanceof Refusal ? thrown.refused.map(({ rule }) => rule).join("; ") : messageOf(thrown),
      },
    };
  }
}

function settingsOf(config: StackConfig | undefined, env: Surroundings["env"]): Pick<About, "settings" | "variables"> {
  const inEnvironment = IN_ENVIRONMENT.map((setting) => {
    const environment = environmentName(setting, settingAliases);
    return { setting, environment, from: env[environment] ? ("environment" as const) : fromConfig(config, setting) };
  });
  const others = IN_CONFIG_ONLY.map((setting) => ({ setting, from: fromConfig(config, setting) }));
  const variables = Object.keys(env).filter((name) => name.startsWith("VOICEBRIDGE_") && env[name]);
  return { settings: [...inEnvironment, ...others], variables: variables.sort() };
}

function fromConfig(config: StackConfig | undefined, setting: string): "config" | "encrypted config" | null {
  const value = config?.value(setting);
  if (value === undefined || value === null) return null;
  return value === ENCRYPTED ? "encrypted config" : "config";
}

function aboutText({ version, node, os, packageManager, pulumi, file, noFile, settings, variables }: About): string {
  const versions = {
    "voice-ai-bridges": version,
    "Node.js": node,
    "operating system": os,
    "package manager": packageManager ?? "unknown",
    "Pulumi CLI": pulumi.cli ?? "not in PATH",
    "Pulumi SDK": pulumi.sdk ?? "not installed",
    "stack's config": file ?? `not read: ${noFile ?? ""}`,
  };
  const found = settings.filter(({ from }) => from !== null);
  const missing = settings.filter(({ from }) => from === null);
  const lines = [
    ...Object.entries(versions).map(([name, value]) => `${name.padEnd(17)}${value}`),
    "",
    "Settings that are found (no values are shown):",
    ...found.map(({ setting, environment, from }) =>
      `  ${setting.padEnd(34)}${from === "environment" ? `environment ${environment ?? ""}` : (from ?? "")}`.trimEnd(),
    ),
    `Not set: ${missing.map(({ setting }) => setting).join(", ")}.`,
    ...(variables.length > 0 ? [`Other variables that are set: ${variables.join(", ")}.`] : []),
  ];
  return `${lines.join("\n")}\n`;
}
