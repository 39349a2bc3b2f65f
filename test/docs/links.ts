import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import GitHubSlugger from "github-slugger";

/** A link or citation that leads nowhere, and where it stands. */
export interface Dead {
  at: string;
  link: string;
}

/** Links of a Markdown page to files and headings of the repository; what stands in code is no link. */
export function linksOf(markdown: string): string[] {
  const links = [...withoutCode(markdown).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)/gm)];
  return links
    .map(([, inline, reference]) => inline ?? reference!)
    .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link));
}

const FOLDERS = "bench|cli|components|core|docker|docs|examples|lab|providers|services|test|tools";
const PATH = new RegExp(
  `(?<![\\w/.@<>-])(?:${FOLDERS})/[\\w./-]+\\.(?:md|ts|mjs|js|json|sql|conf|sh|yml|yaml|c)(?![\\w*])(?:#[\\w-]+)?`,
  "g",
);

/** Files of the repository that a text names by their path, with the heading: `docs/facts/vicidial.md#drain`. */
export function citationsOf(text: string): string[] {
  return [...text.matchAll(PATH)].map(([citation]) => citation);
}

/**
 * Numbers of paragraphs that no page of the repository has, as comments once cited them: a `§` that is not an RFC's, and steps
 * of SigmaMind's guide without the page that tells them.
 */
export function numbersOf(source: string): string[] {
  return source.split("\n").flatMap((line) => {
    const paragraph = line.includes("§") && !/RFC \d+/.test(line);
    const step = /(?:^\s*(?:\*|;|--|#)|\/\/|\/\*).*\bguide(?:'s)?,? (?:\w+ )?steps? \d/i.test(line);
    return paragraph || (step && !line.includes("docs/facts/guide.md")) ? [line.trim()] : [];
  });
}

/** What of `links`, as written in the file `at`, leads nowhere. `at` and the links' targets are relative to `root`. */
export function deadOf(root: string, at: string, links: readonly string[], from = dirname(at)): Dead[] {
  return links.filter((link) => !leads(root, at, link, from)).map((link) => ({ at, link }));
}

function leads(root: string, at: string, link: string, from: string): boolean {
  const [file = "", heading] = decodeURI(link).split("#");
  const target = file === "" ? at : normalize(join(from, file));
  if (!existsSync(join(root, target))) return false;
  if (heading === undefined || !target.endsWith(".md")) return true;
  return anchorsOf(join(root, target)).has(heading);
}

const anchors = new Map<string, Set<string>>();

/** What a link may name behind the `#`: the slugs of the headings, as GitHub makes them, and ids set by hand. */
function anchorsOf(path: string): Set<string> {
  const known = anchors.get(path);
  if (known) return known;
  const text = readFileSync(path, "utf8");
  const slugger = new GitHubSlugger();
  const headings = [...withoutFences(text).matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading]) =>
    slugger.slug(heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")),
  );
  const made = new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!)]);
  anchors.set(path, made);
  return made;
}

const withoutFences = (text: string) => text.replace(/^ *(```|~~~)[\s\S]*?^ *\1/gm, "");
const withoutCode = (text: string) => withoutFences(text).replace(/`[^`\n]*`/g, "");
