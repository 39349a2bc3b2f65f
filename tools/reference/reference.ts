import { cliText } from "./cliPage";
import { linked, plain } from "./markdown";
import { resourcePages } from "./pages";
import type { Page } from "./sections";

const MADE = "<!-- Made by `npm run reference` from the comments of the sources. Change those. -->";

/** Every file of docs/reference, by its name. */
export function referenceFiles(): Map<string, string> {
  const resources = resourcePages();
  return new Map([
    ...resources.map(({ file, text }): [string, string] => [file, `${MADE}\n\n${text}\n`]),
    ["cli.md", `${MADE}\n\n${cliText()}\n`],
    ["README.md", `${MADE}\n\n${indexText(resources)}\n`],
  ]);
}

function indexText(resources: readonly Page[]): string {
  const line = ({ file, title, summary }: Page): string => `- [${title}](${file}): ${linked(plain(summary))}`;
  return [
    "# Reference",
    "Each page says of every argument what it means, its type, default and unit, what a change of it does, the VICIdial column or API field behind it, and what is refused; then the outputs, how to take over what exists, and the rights that are needed. The pages are made from the sources, and a test finds one that is older.",
    "## Resources",
    resources.map(line).join("\n"),
    "## Command line",
    "- [voicebridge](cli.md): its commands, options and exit codes",
  ].join("\n\n");
}
