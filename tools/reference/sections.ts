import type { Argument } from "./arguments";
import { type Comment, membersOf } from "./comments";
import { programOf } from "./examples";
import { code, fence, paragraph, plain } from "./markdown";
import { type Rule, rulesOf } from "./refusals";
import { rightsOf } from "./rights";
import type { Subject } from "./subjects";

/** One page of docs/reference. */
export interface Page {
  file: string;
  title: string;
  /** The first sentence of what it is, for the index. */
  summary: string;
  text: string;
}

type Section = readonly [heading: string, parts: readonly string[]];

export function page(title: string, about: Comment, sections: readonly Section[]): Page {
  const body = sections.flatMap(([heading, parts]) => [`## ${heading}`, ...parts]).filter((part) => part !== "");
  const text = [`# ${title}`, paragraph(about.text), ...body].join("\n\n");
  const summary = /^.*?[.:](?=\s|$)/.exec(about.text)?.[0].replace(/[.:]$/, "") ?? about.text;
  return { file: `${title}.md`, title, summary: summary.replace(/ \(docs\/[^)]*\)/g, ""), text };
}

export function examplesOf(about: Comment): string[] {
  return about.examples.map((example) => fence("ts", programOf(example)));
}

/** All arguments at a glance, as the editor shows them. */
export function constructorText(
  className: string,
  argsName: string,
  args: readonly Argument[],
  options = "pulumi.CustomResourceOptions",
): string {
  const top = args.filter(({ path }) => !path.includes("."));
  const allOptional = top.every(({ required }) => !required);
  const fields = top.map(({ path, type, required }) => `  ${path}${required ? "" : "?"}: ${shortened(type)};`);
  const text = [
    `new ${className}(name: string, args${allOptional ? "?" : ""}: ${argsName}, opts?: ${options});`,
    "",
    `interface ${argsName} {`,
    ...fields,
    "}",
  ];
  return fence("ts", text.join("\n"));
}

function shortened(type: string): string {
  return type.length > 100 ? type.replace(/\{.*\}/, "{ … }") : type;
}

export function outputText(name: string, type: string, comment: Comment | undefined, secret: boolean): string {
  return `- \`${name}\` ${code(type.replace(/^pulumi\.Output<(.*)>$/, "$1"))}: ${paragraph(comment?.text ?? "")}${secret ? " **Secret.**" : ""}`;
}

export function componentOutputs(file: string, name: string): string {
  return [...membersOf(file, name)]
    .map(([member, { type = "unknown", comment }]) => outputText(member, type, comment, false))
    .join("\n");
}

export function importText(className: string, args: readonly Argument[], ofBridge: string | undefined): string {
  const cannot = `\`pulumi import\` and \`${className}.get()\` cannot work, as for every dynamic provider ([pulumi: read](../facts/pulumi.md#read)).`;
  const adopt = args.find(({ path }) => path === "adopt");
  if (adopt?.comment === undefined)
    return `${cannot} It needs neither: it patches what exists, and remembers what was there before.`;
  const where = ofBridge === undefined ? "" : " A bridge's `adopt` does it for all of its parts.";
  return `${cannot} Instead declare it with \`adopt: true\`. ${paragraph(adopt.comment.text)} \`up\` prints what it changes.${where}`;
}

export function errorsText(places: readonly string[]): string {
  const rules = places.flatMap(rulesOf).filter(({ rule }) => /[a-z]{3}/.test(rule.replace(/…/g, "")));
  const byKey = new Map(rules.map((one) => [`${one.field ?? ""} ${one.rule}`, one]));
  if (byKey.size === 0) return "What the inputs say that they refuse.";
  return [
    "Besides what the inputs say that they refuse, each named with its value (`…` is filled in):",
    [...byKey.values()].map(ruleText).join("\n"),
  ].join("\n\n");
}

function ruleText({ field, rule, fix }: Rule): string {
  const said = fix === undefined || /^[…. ]*$/.test(fix) ? "" : ` → ${plain(fix)}`;
  return `- ${field === undefined ? "" : `${code(field)}: `}${plain(rule)}${said}`;
}

export function rightsText({ kind, folder, parts = [] }: Subject): string {
  if (kind.startsWith("sigmamind:")) return "An API key of SigmaMind: `sigmamind:apiKey`, or `SIGMAMIND_API_KEY`.";
  const rights = [...rightsOf([folder, ...parts]), ["vicidial_admin_log", new Set(["INSERT"])] as const];
  const grants = rights.map(
    ([table, verbs]) => `GRANT ${[...verbs].sort().join(", ")} ON asterisk.${table} TO 'voicebridge'@'10.0.0.%';`,
  );
  const said =
    "Beside `SELECT ON asterisk.*` ([SECURITY.md](../../SECURITY.md#least-privilege-for-the-database-user)), for the tables that the server has:";
  return [said, fence("sql", grants.join("\n"))].join("\n\n");
}

export function detailsText(
  className: string,
  entry: string,
  types: readonly string[],
  sources: readonly string[],
): string {
  return [
    `- Import: \`import { ${className} } from "${entry}"\``,
    `- Type token: ${types.map(code).join(", ")}`,
    `- Source: ${sources.map((source) => `[${source}](../../${source})`).join(", ")}`,
    "- Licence: Apache-2.0",
  ].join("\n");
}
