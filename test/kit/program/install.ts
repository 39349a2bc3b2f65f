import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { repository, workspace } from "../files";

const OWN = "test/kit/program";

/**
 * Makes `folder` a program that depends on a package `voice-ai-bridges` of its own: the real dynamic layer, compiled from its
 * source, with the resources of this folder. Returns the package's folder, to edit or break it.
 */
export function installThingPackage(folder: string): string {
  const installed = join(folder, "node_modules/voice-ai-bridges");
  write(join(folder, "package.json"), JSON.stringify({ name: "a-program", version: "1.0.0", private: true }));
  const offered = { "./provider": `./dist/${OWN}/provider.js`, "./package.json": "./package.json" };
  write(
    join(installed, "package.json"),
    JSON.stringify({ name: "voice-ai-bridges", version: "0.0.0", exports: offered }),
  );
  for (const source of sources()) {
    write(join(installed, "dist", source.replace(/ts$/, "js")), compiled(join(repository, source)));
  }
  return installed;
}

/** The compiled file of a resource of this folder, to edit it as an upgrade of the package would. */
export function installedFile(installed: string, name: string): string {
  return join(installed, "dist", OWN, `${name}.js`);
}

/** A folder for a test, inside the repository so that it finds the repository's packages. */
export function testFolder(): string {
  const folder = join(workspace, `${process.pid}-${Math.random().toString(36).slice(2, 8)}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function sources(): string[] {
  const own = ["thing", "odd", "provider", "classes"].map((name) => `${OWN}/${name}.ts`);
  return [...sourcesBelow("core"), ...sourcesBelow("providers/dynamic"), ...own];
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => `${folder}/${name}`);
}

function compiled(file: string): string {
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  return ts.transpileModule(readFileSync(file, "utf8"), { compilerOptions: options, fileName: file }).outputText;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
