import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { commandLine } from "../../cli/main";
import { code, fence, plain } from "./markdown";

/** The page of `voicebridge`, from the declarations that its help is made of. */
export function cliText(): string {
  const all = commandLine({ cwd: "/", env: {}, stdout: () => undefined, stderr: () => undefined }, () => undefined);
  return [`# voicebridge`, plain(all.description()), ...optionsOf(all), ...all.commands.flatMap(sectionOf)].join(
    "\n\n",
  );
}

function sectionOf(command: CommandUnknownOpts): string[] {
  const args = command.registeredArguments.map((one) => `- ${code(one.name())}: ${plain(one.description)}`);
  return [
    `## voicebridge ${command.name()}`,
    fence("console", `$ voicebridge ${command.name()} ${command.usage()}`),
    plain(command.description()),
    ...(args.length > 0 ? ["Arguments:", args.join("\n")] : []),
    ...optionsOf(command),
    ...afterHelp(command),
  ];
}

function optionsOf(command: CommandUnknownOpts): string[] {
  const help = command.createHelp();
  const lines = help.visibleOptions(command).map((option) => {
    const said = help.optionDescription(option);
    return `- ${code(option.flags)}: ${plain(said)}`;
  });
  return lines.length === 0 ? [] : ["Options:", lines.join("\n")];
}

/** What the help says behind its options. */
function afterHelp(command: CommandUnknownOpts): string[] {
  let written = "";
  const own = command.helpInformation();
  command.configureOutput({ writeOut: (text) => (written += text) });
  command.outputHelp();
  const after = written.replace(own, "").trim();
  return after === "" ? [] : [plain(after)];
}
