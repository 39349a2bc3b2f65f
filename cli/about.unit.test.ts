import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type About, aboutSchema } from "./about";
import { main } from "./main";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "voicebridge-about-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function about(env: Record<string, string>, ...args: string[]): Promise<{ code: number; said: string }> {
  let said = "";
  const collect = (text: string) => void (said += text);
  const code = await main(["about", ...args], { cwd: folder, env, stdout: collect, stderr: collect });
  return { code, said };
}

async function object(env: Record<string, string> = {}, ...args: string[]): Promise<About> {
  const { code, said } = await about(env, "--json", ...args);
  expect(code).toBe(0);
  return aboutSchema.parse(JSON.parse(said));
}

const found = ({ settings }: About) =>
  Object.fromEntries(settings.flatMap(({ setting, from }) => (from === null ? [] : [[setting, from]])));

const CONFIG = `config:
  vicidial:host: secret-host.example
  vicidial:user: ai
  vicidial:password: { secure: v1:abc= }
  voice-ai-bridges:bridges: []
`;

test("settings are found where they are, the environment first, and no value is shown", async () => {
  writeFileSync(join(folder, "Pulumi.prod.yaml"), CONFIG);
  const env = {
    VICIDIAL_USER: "another-user",
    VICIDIAL_SOCKET: "/run/somewhere.sock",
    VICIDIAL_PORT: "",
    SIGMAMIND_API_KEY: "hush-hush",
    VICIDIAL_AMI_SECRET: "not-this-either",
    VOICEBRIDGE_EDGE_ADDRESS: "edge.example",
  };
  const said = await object(env);
  expect(found(said)).toEqual({
    "vicidial:host": "config",
    "vicidial:user": "environment",
    "vicidial:password": "encrypted config",
    "vicidial:socketPath": "environment",
    "vicidial:amiSecret": "environment",
    "sigmamind:apiKey": "environment",
    "voice-ai-bridges:bridges": "config",
  });
  expect(said).toMatchObject({ file: "Pulumi.prod.yaml", variables: ["VOICEBRIDGE_EDGE_ADDRESS"] });

  const { said: text } = await about(env);
  expect(text).toMatch(/^ {2}vicidial:password +encrypted config$/m);
  expect(text).toMatch(/^ {2}vicidial:socketPath +environment VICIDIAL_SOCKET$/m);
  expect(text).toMatch(/^Not set: vicidial:port, /m);
  for (const value of ["secret-host", "another-user", "somewhere", "hush", "either", "edge.example", "v1:abc"])
    expect(JSON.stringify(said) + text).not.toContain(value);
});

test("versions: of this package, Node.js, the package manager and Pulumi", async () => {
  const pulumi = join(folder, "pulumi");
  writeFileSync(pulumi, '#!/bin/sh\n[ "$1" = version ] && [ "$PULUMI_SKIP_UPDATE_CHECK" = true ] && echo v3.999.0\n');
  chmodSync(pulumi, 0o755);
  const said = await object({ PATH: folder, npm_config_user_agent: "pnpm/9.1.0 npm/? node/v20.11.0 linux x64" });
  const sdk = jest.requireActual<{ version: string }>("@pulumi/pulumi/package.json").version;
  expect(said).toMatchObject({
    version: jest.requireActual<{ version: string }>("../package.json").version,
    node: process.versions.node,
    packageManager: "pnpm 9.1.0",
    pulumi: { cli: "v3.999.0", sdk },
  });
});

test("without a stack, without Pulumi, without a package manager it still says what it can", async () => {
  const said = await object({ PATH: folder });
  expect(said).toMatchObject({ packageManager: null, pulumi: { cli: null }, noFile: expect.any(String) as unknown });
  expect(said.file).toBeUndefined();
  expect(found(said)).toEqual({});
  writeFileSync(join(folder, "yarn.lock"), "");
  expect((await object({ PATH: folder })).packageManager).toBe("yarn");
  const { code, said: text } = await about({ PATH: folder });
  expect(code).toBe(0);
  expect(text).toMatch(/^Pulumi CLI +not in PATH$/m);
  expect(text).toMatch(/^stack's config +not read: there is no Pulumi\.<stack>\.yaml/m);
});

test("a file that was asked for must be there", async () => {
  expect(await about({}, "--file", "Pulumi.live.yaml")).toMatchObject({
    code: 64,
    said: expect.stringContaining("there is no such file") as unknown,
  });
});
