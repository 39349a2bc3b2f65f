import { readFileSync } from "node:fs";
import { join } from "node:path";
import { releaseMistakes, sectionsOf, withRelease } from "./changelog";

const CHANGELOG = `# Changelog

Says what is new.

## Unreleased

### Added

- A thing.

## 0.2.0 - 2026-10-01

- Another thing.

## 0.1.0 - 2026-09-01

- The first thing.
`;

const said = (...args: Parameters<typeof releaseMistakes>) =>
  releaseMistakes(...args).map(({ field, value, rule }) => [field, value, rule].filter(Boolean).join(" "));

test("sections with their versions and texts", () => {
  expect(sectionsOf(CHANGELOG)).toEqual([
    { heading: "Unreleased", body: "### Added\n\n- A thing." },
    { heading: "0.2.0 - 2026-10-01", version: "0.2.0", body: "- Another thing." },
    { heading: "0.1.0 - 2026-09-01", version: "0.1.0", body: "- The first thing." },
  ]);
});

test("a changelog that fits has no mistakes, with and without a tag", () => {
  expect(said(CHANGELOG, "0.2.0")).toEqual([]);
  expect(said(CHANGELOG, "0.2.0", "v0.2.0")).toEqual([]);
  expect(said("## Unreleased\n\n- First.\n", "0.1.0")).toEqual([]);
});

test.each<[string, string, string, string | undefined, string]>([
  ["no Unreleased", CHANGELOG.replace("## Unreleased", ""), "0.2.0", undefined, "does not begin with `## Unreleased`"],
  ["no date", CHANGELOG.replace(" - 2026-09-01", ""), "0.2.0", undefined, "CHANGELOG.md 0.1.0 is no release"],
  [
    "no version",
    CHANGELOG.replace("0.1.0 -", "one -"),
    "0.2.0",
    undefined,
    "CHANGELOG.md one - 2026-09-01 is no release",
  ],
  ["the older first", CHANGELOG.replace("## 0.1.0", "## 0.3.0"), "0.2.0", undefined, "0.3.0 stands below 0.2.0"],
  ["twice", CHANGELOG.replace("## 0.1.0", "## 0.2.0"), "0.2.0", undefined, "0.2.0 stands below 0.2.0"],
  ["another version", CHANGELOG, "0.3.0", undefined, "version 0.3.0 of package.json is not 0.2.0"],
  ["another tag", CHANGELOG, "0.2.0", "v0.1.0", "tag v0.1.0 is not v0.2.0"],
  ["a tag without v", CHANGELOG, "0.2.0", "0.2.0", "tag 0.2.0 is not v0.2.0"],
  ["a tag of nothing", "## Unreleased\n\n- First.\n", "0.1.0", "v0.1.0", "tag v0.1.0 CHANGELOG.md has no such release"],
])("%s is a mistake", (_, changelog, version, tag, rule) => {
  expect(said(changelog, version, tag)).toEqual([expect.stringContaining(rule)]);
});

test("a release takes what was unreleased, and leaves the rest as it was", () => {
  const next = withRelease(CHANGELOG, "0.3.0", "2026-12-01");
  expect(releaseMistakes(next, "0.3.0", "v0.3.0")).toEqual([]);
  const [unreleased, released, ...older] = sectionsOf(next);
  expect(unreleased?.body).toBe("");
  expect(released).toEqual({ heading: "0.3.0 - 2026-12-01", version: "0.3.0", body: "### Added\n\n- A thing." });
  expect(older).toEqual(sectionsOf(CHANGELOG).slice(1));
});

test("this repository's changelog fits its version", () => {
  const root = join(__dirname, "../..");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  expect(said(readFileSync(join(root, "CHANGELOG.md"), "utf8"), version)).toEqual([]);
});
