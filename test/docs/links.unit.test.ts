import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { citationsOf, deadOf, linksOf, numbersOf } from "./links";

const ROOT = join(__dirname, "../..");
const HERE = "test/docs/";

const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\0")
  .filter((file) => file !== "" && !file.startsWith(HERE) && existsSync(join(ROOT, file)));
const pages = files.filter((file) => file.endsWith(".md"));
const sources = files.filter((file) => /\.(ts|mjs|js|c|conf|sql|sh|ya?ml)$|Dockerfile/.test(file));
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

test("there are pages and sources to look at", () => {
  expect(pages).toContain("docs/facts/vicidial.md");
  expect(sources.length).toBeGreaterThan(300);
});

test("every link of a page leads to a file and a heading", () => {
  expect(pages.flatMap((page) => deadOf(ROOT, page, linksOf(read(page))))).toEqual([]);
});

test("every file and heading that sources and pages name by its path is there", () => {
  // VICIdial's own tree has a docs/ too, a test makes up paths of its own, and the changelog tells of what was.
  const named = (file: string) => {
    const ours = citationsOf(read(file)).filter((path) => !path.startsWith("docs/conf_examples/"));
    return file.endsWith(".test.ts") ? ours.filter((path) => path.startsWith("docs/")) : ours;
  };
  const texts = [...sources, ...pages].filter((file) => file !== "CHANGELOG.md");
  expect(texts.flatMap((file) => deadOf(ROOT, file, named(file), "."))).toEqual([]);
});

test("nothing cites the number of a paragraph that nobody can open", () => {
  const cited = [...sources, ...pages].flatMap((file) => numbersOf(read(file)).map((line) => `${file}: ${line}`));
  expect(cited).toEqual([]);
});

test("every fact has a heading of its own: none is there twice", () => {
  for (const page of pages.filter((file) => file.startsWith("docs/facts/"))) {
    const headings: string[] = read(page).match(/^#+ .*$/gm) ?? [];
    expect({ page, twice: headings.filter((heading, at) => headings.indexOf(heading) !== at) }).toEqual({
      page,
      twice: [],
    });
  }
});

describe("what leads nowhere is found", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "vb-links-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ["a file that is not there", "[x](other.md)", ["other.md"]],
    ["a heading that is not there", "# One\n[x](#two)", ["#two"]],
    ["a heading of this page", "# One `two`\n[x](#one-two)", []],
    ["the second of two equal headings", "# One\n# One\n[x](#one-1) [y](#one-2)", ["#one-2"]],
    ["an id set by hand", '<a id="hand"></a>\n[x](#hand)', []],
    ["a reference", "[x]\n\n[x]: gone.md", ["gone.md"]],
    ["a heading inside code", "```\n# One\n```\n[x](#one)", ["#one"]],
    ["a link inside code", "`[x](gone.md)`\n```\n[y](gone.md)\n```", []],
    ["an address", "[x](https://example.org/gone.md#no)", []],
  ])("%s", (_name, markdown, dead) => {
    writeFileSync(join(folder, "page.md"), markdown);
    expect(deadOf(folder, "page.md", linksOf(markdown)).map(({ link }) => link)).toEqual(dead);
  });

  test("a citation in a comment", () => {
    expect(citationsOf("// as told (docs/facts/a.md#b-c), and lab/x.ts; not ../docs/y.md or test/part*.ts")).toEqual([
      "docs/facts/a.md#b-c",
      "lab/x.ts",
    ]);
  });

  test.each([
    ["/** Waits first (facts §12.9). */", 1],
    ["/** The carrier (guide step 3). */", 1],
    ["// The guide's literal step 4.3.", 1],
    ["// The guide's step 4.3 (docs/facts/guide.md#step-4-campaign).", 0],
    ["/** Doubles (RFC 3261 §17.1.2.1). */", 0],
    ['const source = "guide step 4.3";', 0],
  ])("%s", (line, found) => expect(numbersOf(line)).toHaveLength(found));
});
