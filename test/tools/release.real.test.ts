import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../kit/files";

jest.setTimeout(60_000);

let folder: string;
const at = (file: string) => join(folder, file);
const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();

/** A repository with our changelog's shape, our scripts and our lock. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "voicebridge-release-"));
  for (const file of [
    "package.json",
    "package-lock.json",
    "tools/release",
    "tools/docker-plugin/package.json",
    "core",
    "tsconfig.json",
  ])
    cpSync(join(repository, file), at(file), { recursive: true });
  symlinkSync(join(repository, "node_modules"), at("node_modules"));
  writeFileSync(at("CHANGELOG.md"), "# Changelog\n\n## Unreleased\n\n- Bridges.\n");
  writeFileSync(at(".gitignore"), "node_modules\n.tools\n");
  git("init", "--quiet", "--initial-branch=main");
  git("config", "user.name", "test");
  git("config", "user.email", "test@example.com");
  commit("first");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function commit(message: string): void {
  git("add", ".");
  git("commit", "--quiet", "--message", message);
}

function release(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "release", "--", ...args], {
    ...{ cwd: folder, encoding: "utf8" },
  });
  return { code: status, stdout, stderr };
}
const refused = (text: RegExp) => ({ code: 1, stderr: expect.stringMatching(text) as unknown });

test("from the changelog to a tag", () => {
  expect(release("check")).toMatchObject({ code: 0 });
  expect(release("tag")).toMatchObject(refused(/`tag` "v\d+\.\d+\.\d+": CHANGELOG\.md has no such release/));
  expect(release("prepare", "next")).toMatchObject(refused(/`version` "next": is no version/));

  expect(release("prepare", "0.9.0")).toMatchObject({ code: 0 });
  const today = new Date().toISOString().slice(0, 10);
  expect(readFileSync(at("CHANGELOG.md"), "utf8")).toBe(
    `# Changelog\n\n## Unreleased\n\n## 0.9.0 - ${today}\n\n- Bridges.\n`,
  );
  for (const file of ["package.json", "package-lock.json"])
    expect(JSON.parse(readFileSync(at(file), "utf8"))).toMatchObject({ version: "0.9.0" });
  expect(release("notes")).toMatchObject({ code: 0, stdout: "- Bridges.\n" });
  expect(release("check", "--tag", "v0.8.0")).toMatchObject(refused(/is not v0\.9\.0/));

  expect(release("tag")).toMatchObject(refused(/changes that no commit has/));
  commit("Release 0.9.0");
  expect(release("tag")).toMatchObject({ code: 0 });
  expect(git("tag", "--list", "--format=%(refname:short) %(objecttype) %(contents)")).toBe(
    "v0.9.0 tag v0.9.0\n\n- Bridges.",
  );
  expect(release("tag")).toMatchObject(refused(/"v0\.9\.0": is there already/));
  expect(release("prepare", "0.9.0")).toMatchObject(refused(/is not newer than 0\.9\.0/));
  expect(release("prepare", "0.10.0")).toMatchObject(refused(/nothing under `## Unreleased`/));
});

test("a wrong command line says what is understood", () => {
  expect(release("chekc")).toMatchObject(refused(/unknown command 'chekc'\n\(Did you mean check\?\)/));
  expect(release("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("prepare") as unknown });
});

test("what ships here: every package under an allowed licence, the direct dependencies and those of bundles among them", () => {
  const { status, stderr } = spawnSync("npm", ["run", "--silent", "release", "--", "sbom"], {
    ...{ cwd: repository, encoding: "utf8" },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const read = (file: string) => JSON.parse(readFileSync(join(repository, file), "utf8")) as unknown;
  const { dependencies } = read("package.json") as { dependencies: Record<string, string> };
  const sbom = read(".tools/release/sbom.cdx.json") as { components: { name: string; version: string }[] };
  const found = Object.fromEntries(sbom.components.map(({ name, version }) => [name, version]));
  expect(found).toMatchObject(dependencies);
  expect(Object.keys(found)).toEqual(expect.arrayContaining(["fastify", "ws", "iconv-lite"]));
  for (const tool of ["jest", "typescript", "eslint", "@pulumi/docker"]) expect(found).not.toHaveProperty([tool]);
});

test("the package holds nothing of the tools, nor of the workspace among them", () => {
  const text = execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], {
    ...{ cwd: repository, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  });
  const [packed, ...others] = JSON.parse(text) as { name: string; files: { path: string }[] }[];
  expect(others).toEqual([]);
  expect(packed?.name).toBe("voice-ai-bridges");
  const paths = packed?.files.map(({ path }) => path) ?? [];
  expect(paths).toContain("dist/cli/main.js");
  expect(paths.filter((path) => /(^|\/)(tools|docker-plugin)(\/|$)/.test(path))).toEqual([]);
});
