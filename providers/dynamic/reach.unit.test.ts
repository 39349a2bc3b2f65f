import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireReach } from "./reach";

const host = "/site/node_modules/@pulumi/pulumi/cmd/run/index.js";
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "vb-reach-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a program whose folder does not lead to the package is told what to install, and where", () => {
  expect(() => requireReach(host, folder)).toThrow(
    `voice-ai-bridges is not found from ${folder}, where Pulumi runs its resources`,
  );
  expect(() => requireReach(host, folder)).toThrow("`pnpm add voice-ai-bridges`");
});

test("the package may lie in any folder above", () => {
  const installed = join(folder, "node_modules/voice-ai-bridges");
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, "package.json"), '{ "exports": { "./provider": "./provider.js" } }');
  writeFileSync(join(installed, "provider.js"), "");
  expect(() => requireReach(host, join(folder, "program"))).not.toThrow();
});

test("a program that no CLI runs is left alone", () => {
  expect(() => requireReach(join(folder, "inline.js"), folder)).not.toThrow();
});
