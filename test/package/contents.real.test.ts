/** What `npm pack` of an unbuilt checkout holds: all that a user needs, and nothing else. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { repository } from "../kit/files";
import { packed } from "../kit/packed";

jest.setTimeout(180_000);

interface Manifest {
  bin: Record<string, string>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
}

const unpacked = mkdtempSync(join(tmpdir(), "vb-package-"));
afterAll(() => rmSync(unpacked, { recursive: true, force: true }));
let tarball: string;
let files: string[];
let manifest: Manifest;

beforeAll(async () => {
  tarball = await packed();
  execFileSync("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components=1"]);
  files = filesBelow(unpacked);
  manifest = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8")) as Manifest;
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

test("library, provider, lab, command line, schema and licence; no tools, no tests, nothing of the compiler's", () => {
  const wanted =
    /^(dist\/(core|providers|components|cli|bundles)\/|docker\/|docs\/bridge\.schema\.json$|[A-Z]+(\.md)?$|package\.json$)/;
  expect(files.filter((file) => !wanted.test(file))).toEqual([]);
  expect(files.filter((file) => /\.test\.|\.tsbuildinfo|\.built$/.test(file))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "docs/bridge.schema.json"]));
});

test("every image's build context is whole, with its program", () => {
  const tracked = execFileSync("git", ["ls-files", "docker"], { cwd: repository, encoding: "utf8" }).trim().split("\n");
  const present = tracked.filter((file) => existsSync(join(repository, file)));
  expect(files).toEqual(expect.arrayContaining(present));
  const programs = ["carrier", "dialler", "edge", "leads", "sigmamind"].map((name) => `dist/bundles/${name}.js`);
  expect(files.filter((file) => file.startsWith("dist/bundles/"))).toEqual(programs);
});

test("every export and the command exist, with types", () => {
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? [target] : [target["types"], target["default"]],
  );
  for (const target of [...targets, ...Object.values(manifest.bin)]) {
    expect(files).toContain(target?.replace(/^\.\//, ""));
  }
});

test("what its files import is in it, a dependency or Node's", () => {
  const { dependencies, peerDependencies } = manifest;
  const installed = [...Object.keys({ ...dependencies, ...peerDependencies }), ...builtinModules];
  const missing = files
    .filter((file) => /^dist\/(?!bundles).*\.(js|d\.ts)$/.test(file))
    .flatMap((file) => importsOf(file).map((name) => ({ file, name })))
    .filter(({ file, name }) =>
      name.startsWith(".") ? !leadsToAFile(file, name) : !installed.includes(packageOf(name.replace("node:", ""))),
    );
  expect(missing).toEqual([]);
});

test("it stays within its budget", () => {
  expect(statSync(tarball).size).toBeLessThan(3_500_000);
  const size = files.reduce((sum, file) => sum + statSync(join(unpacked, file)).size, 0);
  expect(size).toBeLessThan(18_000_000);
});

function importsOf(file: string): string[] {
  // Not what a comment shows, not what is looked up and may be missing, and no method of that name.
  const text = readFileSync(join(unpacked, file), "utf8").replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  const statement = file.endsWith(".d.ts")
    ? /(?:\bfrom |\bimport\()"([^"]+)"/g
    : /(?<!\.)\b(?:require|import)\("([^"]+)"/g;
  return [...text.matchAll(statement)].map(([, name = ""]) => name);
}

function leadsToAFile(file: string, name: string): boolean {
  const target = join(unpacked, dirname(file), name);
  const kinds = file.endsWith(".d.ts") ? [".d.ts", "/index.d.ts"] : ["", ".js", "/index.js"];
  return kinds.some((kind) => statSync(target + kind, { throwIfNoEntry: false })?.isFile() === true);
}

function packageOf(name: string): string {
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}
