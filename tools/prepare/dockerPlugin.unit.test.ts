import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../terminal/command";
import { dockerPluginVersion, ensureDockerPlugin, pluginFolder, standInScript } from "./dockerPlugin";
import { pathsOf, type Paths } from "../checkout/paths";
import { progressOn } from "../terminal/progress";

const progress = progressOn({ write: () => true, isTTY: false, columns: 80 });
let paths: Paths;
let file: string;

beforeEach(() => {
  paths = pathsOf(realpathSync(mkdtempSync(join(tmpdir(), "vb it's a plugin-"))));
  mkdirSync(join(paths.root, "node_modules/@pulumi/docker"), { recursive: true });
  writeFileSync(join(paths.root, "node_modules/@pulumi/docker/package.json"), '{"pulumi": {"version": "5.2.0"}}');
  file = join(pluginFolder(paths, "5.2.0"), "pulumi-resource-docker");
});
afterEach(() => rmSync(paths.root, { recursive: true, force: true }));

/** A `pulumi` that can or cannot install the official plugin. */
function cli(script: string): NodeJS.ProcessEnv {
  mkdirSync(paths.bin, { recursive: true });
  writeFileSync(
    join(paths.bin, "pulumi"),
    `#!/bin/sh\necho called >> ${JSON.stringify(join(paths.root, "calls"))}\n${script}\n`,
  );
  chmodSync(join(paths.bin, "pulumi"), 0o755);
  return { PATH: `${paths.bin}:${process.env.PATH ?? ""}` };
}
const calls = () => readFileSync(join(paths.root, "calls"), "utf8").split("\n").length - 1;
const ensure = (env: NodeJS.ProcessEnv) => ensureDockerPlugin(paths, env, progress);

test("the version is what the npm package asks for", () => expect(dockerPluginVersion(paths)).toBe("5.2.0"));

test("where the official one cannot be had, a script starts the stand-in by absolute paths", async () => {
  mkdirSync(join(paths.root, "dist/tools/docker-plugin"), { recursive: true });
  writeFileSync(
    join(paths.root, "dist/tools/docker-plugin/main.js"),
    "console.log(JSON.stringify(process.argv.slice(2)))",
  );
  expect(await ensure(cli("exit 255"))).toBe("stand-in");
  expect(await run(file, ["127.0.0.1:1", "a b"], { cwd: tmpdir() })).toBe('["127.0.0.1:1","a b"]');
});

test("a second time there is nothing to do: neither asked nor written again", async () => {
  const env = cli("exit 255");
  await ensure(env);
  const before = statSync(file).mtimeMs;
  expect(await ensure(env)).toBe("stand-in");
  expect([calls(), statSync(file).mtimeMs]).toEqual([1, before]);
});

test("a script for another place or Node is written anew", async () => {
  const env = cli("exit 255");
  await ensure(env);
  const right = readFileSync(file, "utf8");
  writeFileSync(file, standInScript("/old/node", "/old/main.js"));
  await ensure(env);
  expect(readFileSync(file, "utf8")).toBe(right);
});

test("the official one is asked for first, and what is there is kept", async () => {
  const env = cli(`mkdir -p ${JSON.stringify(pluginFolder(paths, "5.2.0"))} && touch ${JSON.stringify(file)}`);
  expect(await ensure(env)).toBe("official");
  expect(await ensure(env)).toBe("official");
  expect(calls()).toBe(1);
});

test("an official download that was cut short is asked for again", async () => {
  mkdirSync(pluginFolder(paths, "5.2.0"), { recursive: true });
  writeFileSync(file, "half of a program");
  writeFileSync(`${pluginFolder(paths, "5.2.0")}.partial`, "");
  expect(await ensure(cli("exit 255"))).toBe("stand-in");
  expect(calls()).toBe(1);
});
