import { compare, valid } from "semver";
import type { Refused } from "../../core/refusal";

/** One heading of the second level in CHANGELOG.md, with what stands under it. */
export interface Section {
  /** `Unreleased`, or `0.2.0 - 2026-12-01`. */
  heading: string;
  version?: string;
  body: string;
}

const FIELD = "CHANGELOG.md";

export function sectionsOf(changelog: string): Section[] {
  return changelog
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const [heading = "", ...lines] = text.split("\n");
      const version = /^(\S+) - \d{4}-\d{2}-\d{2}$/.exec(heading)?.[1];
      return { heading, ...(version !== undefined && valid(version) && { version }), body: lines.join("\n").trim() };
    });
}

/** Why CHANGELOG.md and the version of package.json do not fit together; with a tag, also why that must not be published. */
export function releaseMistakes(changelog: string, version: string, tag?: string): Refused[] {
  const sections = sectionsOf(changelog);
  const released = sections.filter(({ heading }) => heading !== "Unreleased");
  const mistakes: Refused[] = [];
  if (sections[0]?.heading !== "Unreleased")
    mistakes.push({ field: FIELD, rule: "does not begin with `## Unreleased`", fix: "add that heading" });
  for (const { heading } of released.filter((one) => one.version === undefined))
    mistakes.push({ field: FIELD, value: heading, rule: "is no release", fix: "write `## 0.2.0 - 2026-12-01`" });
  const versions = released.flatMap((one) => one.version ?? []);
  for (const [index, one] of versions.entries()) {
    const newer = versions[index - 1];
    if (newer !== undefined && compare(one, newer) >= 0)
      mistakes.push({ field: FIELD, value: one, rule: `stands below ${newer}`, fix: "put the newest release first" });
  }
  const [newest] = versions;
  if (newest !== undefined && newest !== version)
    mistakes.push({
      field: "version",
      value: version,
      rule: `of package.json is not ${newest}, the newest release in ${FIELD}`,
      fix: "make a release with `npm run release -- prepare <version>`",
    });
  if (tag !== undefined) mistakes.push(...tagMistakes(tag, version, newest));
  return mistakes;
}

function tagMistakes(tag: string, version: string, newest: string | undefined): Refused[] {
  const fix = "merge `npm run release -- prepare <version>` first, then tag with `npm run release -- tag`";
  if (tag !== `v${version}`)
    return [{ field: "tag", value: tag, rule: `is not v${version}, the version of package.json`, fix }];
  if (newest === version) return [];
  return [{ field: "tag", value: tag, rule: `${FIELD} has no such release`, fix }];
}

/** CHANGELOG.md with what was unreleased under the heading of a version, and an empty `Unreleased` above it. */
export function withRelease(changelog: string, version: string, date: string): string {
  return changelog.replace(/^## Unreleased$/m, `## Unreleased\n\n## ${version} - ${date}`);
}
