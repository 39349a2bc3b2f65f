import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { repository, workspace } from "../files";

const OWN_FILES = ["thing", "provider", "classes"];

/**
 * Makes `folder` a program that depends on a package `voice-ai-bridges` of its own: the real dynamic layer with the file-backed
 * `Thing` as its only resource. Returns the package's folder, to edit or break it.
 */
export function installThingPackage(folder: string): string {
  const installed = join(folder, "node_modules/voice-ai-bridges");
  const program = join(installed, "dist/test/support/program");
  mkdirSync(program, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "a-program", version: "1.0.0", private: true }));
  const offered = { "./provider": "./dist/test/support/program/provider.js", "./package.json": "./package.json" };
  writeFileSync(
    join(installed, "package.json"),
    JSON.stringify({ name: "voice-ai-bridges", version: "0.0.0", exports: offered }),
  );
  cpSync(join(repository, "dist/providers/dynamic"), join(installed, "dist/providers/dynamic"), { recursive: true });
  cpSync(join(repository, "dist/providers/errors.js"), join(installed, "dist/providers/errors.js"));
  for (const name of OWN_FILES) {
    const source = join(__dirname, `${name}.ts`);
    writeFileSync(join(program, `${name}.js`), compiled(source));
  }
  return installed;
}

function compiled(file: string): string {
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  return ts.transpileModule(readFileSync(file, "utf8"), { compilerOptions: options, fileName: file }).outputText;
}

/** A folder for a test, inside the repository so that it finds the repository's packages. */
export function testFolder(): string {
  const folder = join(workspace, `${process.pid}-${Math.random().toString(36).slice(2, 8)}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}
