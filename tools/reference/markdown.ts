import type { Argument } from "./arguments";

/** Links of a comment to the repository's own pages, as seen from docs/reference. */
export function linked(text: string): string {
  return text
    .replace(/\(docs\/([\w/.-]+\.md(?:#[\w-]+)?)\)/g, (_all, page: string) => `([${titleOf(page)}](../${page}))`)
    .replace(/(?<![\w/(])docs\/([\w/.-]+\.md(?:#[\w-]+)?)/g, (_all, page: string) => `[${titleOf(page)}](../${page})`)
    .replace(/(?<![\w/([])(lab\/[\w/.-]+\.md)/g, (_all, page: string) => `[${page}](../../${page})`);
}

function titleOf(page: string): string {
  const [file = "", heading] = page.split("#");
  const about = file.replace(/^.*\//, "").replace(/\.md$/, "");
  return heading === undefined ? about : `${about}: ${heading.replaceAll("-", " ")}`;
}

export function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

export function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** A text that stands among others: `<` is no tag, and `_` and `*` are no emphasis, outside of code. */
export function plain(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replace(/[<>*|\\]|(?<!\w)_|_(?!\w)/g, (mark) => `\\${mark}`)))
    .join("");
}

/** A comment as a paragraph: escaped, with its links. */
export function paragraph(text: string): string {
  return linked(plain(text).replace(/docs\\?[\w/.\\-]+\.md(?:#[\w\\-]+)?/g, (path) => path.replaceAll("\\", "")));
}

/** One argument: what it is, whether it is needed, what a change does, and what is refused. */
export function argumentText(argument: Argument, change: string | undefined, level = "###"): string {
  const { path, type, required, comment, refused } = argument;
  const byDefault = comment?.default;
  const need = required ? "required" : byDefault === undefined ? "optional" : `default: ${defaultText(byDefault)}`;
  const lines = [`${level} \`${path}\``, `${code(type)} — ${need}`];
  if (comment !== undefined && comment.text !== "") lines.push(paragraph(comment.text));
  const more = [
    ...(change === undefined ? [] : [`On change: ${change}`]),
    ...(comment?.examples.length ? [`Example: ${comment.examples.map(code).join(", ")}`] : []),
    ...(refused.length > 0 ? [`Refused otherwise: ${refused.map((said) => plain(upper(said))).join(" ")}`] : []),
  ];
  if (more.length > 0) lines.push(more.map((line) => `- ${line}`).join("\n"));
  return lines.join("\n\n");
}

/** A default that is a value stands as code, one that is told as text. */
function defaultText(text: string): string {
  const value = /^(?:"[^"]*"|-?\d+|true|false|\[.*?\]|\{.*?\})/.exec(text)?.[0];
  return value === undefined ? plain(text) : `${code(value)}${plain(text.slice(value.length))}`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
