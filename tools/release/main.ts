import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { build } from "esbuild";
import { gt, valid } from "semver";
import { Refusal } from "../../core/refusal";
import { releaseMistakes, sectionsOf, withRelease } from "./changelog";
import { licenceMistakes, lockSchema, manifestSchema, sbomSchema, shipped } from "./ships";

const changelogFile = "CHANGELOG.md";
const read = (file: string) => readFileSync(file, "utf8");
const manifest = () => manifestSchema.parse(JSON.parse(read("package.json")));
const say = (text: string) => void process.stdout.write(`${text}\n`);
const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();

function check({ tag }: { tag?: string }): void {
  const { version } = manifest();
  const mistakes = releaseMistakes(read(changelogFile), version, tag);
  if (mistakes.length > 0) throw new Refusal(...mistakes);
  say(`${changelogFile} fits version ${version}${tag === undefined ? "" : ` and tag ${tag}`}.`);
}

function prepare(version: string): void {
  const [unreleased, newest] = sectionsOf(read(changelogFile));
  if (valid(version) !== version)
    throw new Refusal({ field: "version", value: version, rule: "is no version", fix: "write for example 0.2.0" });
  if (newest?.version !== undefined && !gt(version, newest.version))
    throw new Refusal({
      field: "version",
      value: version,
      rule: `is not newer than ${newest.version}`,
      fix: "choose the next one by SemVer",
    });
  if (unreleased?.heading !== "Unreleased" || unreleased.body === "")
    throw new Refusal({ field: changelogFile, rule: "has nothing under `## Unreleased`", fix: "say what is new" });
  writeFileSync(changelogFile, withRelease(read(changelogFile), version, new Date().toISOString().slice(0, 10)));
  execFileSync("npm", ["version", version, "--no-git-tag-version", "--allow-same-version"], { stdio: "ignore" });
  check({});
  say("Commit it, have it merged, and tag the merged commit with `npm run release -- tag`.");
}

function notes(): string {
  const { version } = manifest();
  const section = sectionsOf(read(changelogFile)).find((one) => one.version === version);
  if (section !== undefined) return section.body;
  throw new Refusal({ field: changelogFile, rule: `has no release ${version}`, fix: "prepare it first" });
}

function tag(): void {
  const name = `v${manifest().version}`;
  check({ tag: name });
  if (git("status", "--porcelain") !== "")
    throw new Refusal({ field: "Git", rule: "there are changes that no commit has", fix: "commit or stash them" });
  if (git("tag", "--list", name) !== "")
    throw new Refusal({ field: "tag", value: name, rule: "is there already", fix: "prepare the next version" });
  git("tag", "--annotate", name, "--cleanup=verbatim", "--message", `${name}\n\n${notes()}`);
  say(`Tagged. \`git push origin ${name}\` publishes it.`);
}

/** Packages whose code is in the bundles of the lab and of the services. */
async function bundledPackages(): Promise<string[]> {
  const mains = ["lab", "services"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => /^[^/\\]+[/\\]main\.ts$/.test(path))
      .map((path) => join(folder, path)),
  );
  const options = { bundle: true, platform: "node", write: false, metafile: true, logLevel: "error" } as const;
  const { metafile } = await build({ entryPoints: mains, outdir: ".tools/release", ...options });
  const names = Object.keys(metafile.inputs).flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)];
}

async function sbom(): Promise<void> {
  const ships = shipped(manifest(), lockSchema.parse(JSON.parse(read("package-lock.json"))), await bundledPackages());
  // npm calls the product by its folder's name.
  const folder = join(".tools/release", ships.manifest.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify(ships.manifest));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify(ships.lock));
  const args = ["sbom", "--package-lock-only", "--sbom-format", "cyclonedx", "--sbom-type", "library"];
  const text = execFileSync("npm", args, { cwd: folder, encoding: "utf8" });
  const found = sbomSchema.parse(JSON.parse(text));
  const mistakes = licenceMistakes(found);
  if (mistakes.length > 0) throw new Refusal(...mistakes);
  const file = ".tools/release/sbom.cdx.json";
  writeFileSync(file, text);
  say(`${found.components.length} packages ship, each under a licence that is allowed: ${file}`);
}

const program = new Command("npm run release --").description("From the changelog to a tag, and what a release holds.");
program
  .command("check")
  .description("refuse a changelog and a version that do not fit together")
  .option("--tag <tag>", "also refuse this tag where it is not the newest release")
  .action(check);
program
  .command("prepare <version>")
  .description("make a release of what is unreleased: changelog, package.json and its lock")
  .action(prepare);
program
  .command("tag")
  .description("tag the commit of a prepared release, for the release workflow to publish")
  .action(tag);
program
  .command("notes")
  .description("what the changelog says of this version")
  .action(() => say(notes()));
program
  .command("sbom")
  .description("list what ships (CycloneDX), and refuse licences that nobody allowed")
  .action(sbom);

program.parseAsync().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Refusal ? thrown.message : String((thrown as Error).stack)}\n`);
  process.exitCode = 1;
});
