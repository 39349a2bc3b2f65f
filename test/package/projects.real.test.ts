/** The packed package in projects of its users, as they are laid out in the wild. Each preview checks every resource, which loads the provider. */
import { dirname, join } from "node:path";
import { devDependencies } from "../../package.json";
import { packed, UserFolder } from "../kit/packed";

jest.setTimeout(300_000);

const { "@pulumi/pulumi": sdk, typescript, "@types/node": nodeTypes } = devDependencies;
const bridge = {
  name: "denver",
  campaignId: "SIGMA1",
  routeNumber: "+19895551234",
  agentId: "SPIlVscbB0kkXBvZ",
  terminationSipUri: "f111.dialmake.com",
  aiPrefix: "9797",
  userStart: 5565,
};
const stackConfig = { config: { "voice-ai-bridges:bridges": [bridge] } };
const program = 'import { bridgesFromConfig } from "voice-ai-bridges";\nexport const bridges = bridgesFromConfig();\n';
const project = (name: string, main: string, typescript = true) =>
  JSON.stringify({ name, main, runtime: { name: "nodejs", options: { typescript } } });
const compilerOptions = { strict: true, skipLibCheck: false, target: "es2020", types: ["node"], noEmit: true };

const user = new UserFolder();
afterAll(() => user.remove());
let tarball: string;
beforeAll(async () => (tarball = await packed()));

/** What a preview of one bridge must say: the stack, the bridge, the edge's component, and its resources. */
async function expectPreview(below: string, ...before: string[]): Promise<void> {
  await user.must("pulumi", ["stack", "init", "production"], { below });
  const text = await user.must("pulumi", [...before, "preview", "--stack", "production"], {
    below: before.length > 0 ? "." : below,
  });
  expect(text).toMatch(/vicidial:CampaignRouting denver-routing\s+create/);
  expect(text).toContain("+ 8 to create");
  expect(text).not.toMatch(/warning|error/i);
}

describe("npm", () => {
  beforeAll(async () => {
    user.write({
      "npm/package.json": { name: "site", private: true },
      "npm/Pulumi.yaml": project("site", "index.ts"),
      "npm/Pulumi.production.yaml": stackConfig,
      "npm/index.ts": program,
      "npm/tsconfig.json": { compilerOptions: { ...compilerOptions, module: "node16", moduleResolution: "node16" } },
    });
    const packages = [tarball, `@pulumi/pulumi@${sdk}`, `typescript@${typescript}`, `@types/node@${nodeTypes}`];
    await user.must("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages], { below: "npm" });
  });

  test("a TypeScript program, and the command line on its bridge", async () => {
    await expectPreview("npm");
    const { code, stdout } = await user.run("npx", ["voicebridge", "verify", "denver", "--no-call", "--json"], {
      below: "npm",
    });
    // Nothing is configured here that it could ask: it says so, check by check.
    expect(JSON.parse(stdout)).toMatchObject({
      bridge: "denver",
      verdict: "unknown",
      remoteExtension: "979719895551234",
    });
    expect(code).toBe(2);
  });

  test("the program in a sub-folder of the workspace, by `pulumi -C`", async () => {
    user.write({
      "npm/infra/Pulumi.yaml": project("infra", "index.js", false),
      "npm/infra/Pulumi.production.yaml": stackConfig,
      "npm/infra/index.js": 'exports.bridges = require("voice-ai-bridges").bridgesFromConfig();\n',
    });
    await expectPreview("npm/infra", "-C", "npm/infra");
  });

  test("an ES module, compiled", async () => {
    user.write({
      "npm/esm/package.json": { name: "esm", private: true, type: "module" },
      "npm/esm/Pulumi.yaml": project("esm", "bin/index.js", false),
      "npm/esm/Pulumi.production.yaml": stackConfig,
      "npm/esm/index.ts": program,
      "npm/esm/tsconfig.json": {
        compilerOptions: { ...compilerOptions, module: "nodenext", noEmit: false, outDir: "bin" },
      },
    });
    await user.must("npx", ["tsc", "-p", "esm"], { below: "npm" });
    await expectPreview("npm/esm");
  });

  test("every entry's types, as a bundler finds them and as Node does, with the libraries' own checked", async () => {
    const entries = ["voice-ai-bridges", "voice-ai-bridges/provider", "voice-ai-bridges/asterisk"];
    const imports = entries.map((entry, index) => `export * as entry${index} from "${entry}";\n`).join("");
    user.write({
      "npm/types/index.ts": imports,
      "npm/types/node16.json": { compilerOptions: { ...compilerOptions, module: "node16" }, files: ["index.ts"] },
      "npm/types/bundler.json": {
        compilerOptions: { ...compilerOptions, module: "esnext", moduleResolution: "bundler" },
        files: ["index.ts"],
      },
    });
    for (const kind of ["node16", "bundler"])
      await user.must("npx", ["tsc", "-p", `types/${kind}.json`], { below: "npm" });
  });

  test("an inline program of the Automation API", async () => {
    user.write({ "npm/inline/index.js": inlineProgram });
    const text = await user.must("node", ["index.js"], { below: "npm/inline" });
    expect(text).toContain('{"create":8}');
  });

  test("the lab says what it lacks", async () => {
    user.write({
      "npm/lab/Pulumi.yaml": project("lab", "index.js", false),
      "npm/lab/index.js": 'require("voice-ai-bridges/lab").labFromConfig();\n',
    });
    await user.must("pulumi", ["stack", "init", "production"], { below: "npm/lab" });
    const { stdout, stderr } = await user.run("pulumi", ["preview"], { below: "npm/lab" });
    expect(stdout + stderr).toContain("error: The lab runs in Docker and needs the package @pulumi/docker");
    expect(stdout + stderr).toContain("npm install @pulumi/docker@5");
    expect(stdout + stderr).not.toContain("dockerPackage.js");
  });
});

describe("pnpm, each package with its own dependencies and no others", () => {
  const pnpm = (args: readonly string[], below: string) => {
    const program = join(dirname(require.resolve("pnpm")), "bin/pnpm.cjs");
    return user.must(process.execPath, [program, "--store-dir", join(user.root, "store"), ...args], { below });
  };
  const peers = { "@pulumi/pulumi": sdk };

  test("a program that depends on the package", async () => {
    user.write({
      "pnpm/package.json": { name: "site", private: true, dependencies: { ...peers, "voice-ai-bridges": tarball } },
      "pnpm/Pulumi.yaml": project("pnpm", "index.js", false),
      "pnpm/Pulumi.production.yaml": stackConfig,
      "pnpm/index.js": 'exports.bridges = require("voice-ai-bridges").bridgesFromConfig();\n',
    });
    await pnpm(["install"], "pnpm");
    await expectPreview("pnpm");
  });

  test("a program that has it by way of a shared package is told what to do, and that helps", async () => {
    const dependencies = { ...peers, shared: "workspace:*" };
    user.write({
      "mono/package.json": { name: "mono", private: true },
      "mono/pnpm-workspace.yaml": "packages: [shared, site]\n",
      "mono/shared/package.json": {
        ...{
          name: "shared",
          version: "1.0.0",
          main: "index.js",
          dependencies: { ...peers, "voice-ai-bridges": tarball },
        },
      },
      "mono/shared/index.js": 'exports.bridges = () => require("voice-ai-bridges").bridgesFromConfig();\n',
      "mono/site/package.json": { name: "site", private: true, dependencies },
      "mono/site/Pulumi.yaml": project("mono", "index.js", false),
      "mono/site/Pulumi.production.yaml": stackConfig,
      "mono/site/index.js": 'exports.bridges = require("shared").bridges();\n',
    });
    await pnpm(["install"], "mono");
    await user.must("pulumi", ["stack", "init", "unreached"], { below: "mono/site" });
    user.write({ "mono/site/Pulumi.unreached.yaml": stackConfig });
    const { code, stdout, stderr } = await user.run("pulumi", ["preview"], { below: "mono/site" });
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(`voice-ai-bridges is not found from ${join(user.root, "mono/site")}`);
    expect(stdout + stderr).toContain("`pnpm add voice-ai-bridges`");
    expect(stdout + stderr).not.toContain("    at ");

    await pnpm(["add", tarball], "mono/site");
    await expectPreview("mono/site");
  });
});

/** `workDir` is where the resources find the package: without it they would run in a temporary folder. */
const inlineProgram = `
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { bridgesFromConfig } = require("voice-ai-bridges");
(async () => {
  const program = async () => ({ bridges: bridgesFromConfig() });
  const where = { projectName: "inline", stackName: "production", program };
  const stack = await LocalWorkspace.createOrSelectStack(where, { workDir: __dirname });
  await stack.setConfig("voice-ai-bridges:bridges", { value: ${JSON.stringify(JSON.stringify([bridge]))} });
  console.log(JSON.stringify((await stack.preview()).changeSummary));
})();
`;
