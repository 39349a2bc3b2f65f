import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import { ModuleKind, transpile } from "typescript";
import { parse } from "yaml";
import { bridgesFromConfig, SipEdge, VoiceAiBridge, type VoiceAiBridgeArgs } from ".";
import { bridgeSchema } from "./plan/bridgeSchema";
import { bridgeJsonSchema, SCHEMA_FILE } from "../tools/bridgeSchemaFile";
import { planContext } from "./plan/context";
import { planStack } from "./plan/stackPlan";

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

const guide: VoiceAiBridgeArgs = {
  campaignId: "SIGMA1",
  routeNumber: "+19895551234",
  agentId: "SPIlVscbB0kkXBvZ",
  terminationSipUri: "f111.dialmake.com",
  trunkCredentials: { username: "denver", password: "trunk-password" },
  aiPrefix: "9797",
  customerPrefix: "9797",
  userStart: 5565,
  callerId: "+13038142839",
};

/** Runs a program under mocks; answers what it registered, without the serialised provider. */
async function registered(program: () => unknown, config: Record<string, unknown> = {}): Promise<Registered[]> {
  const seen: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const { __provider: _, ...rest } = inputs as Record<string, unknown>;
        seen.push({ type, name, inputs: rest });
        return { id: name, state: { blocks: [], ...rest } };
      },
      call: () => ({}),
    },
    "voice-ai-bridges",
    "test",
  );
  const texts = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts) as Record<string, string>);
  program();
  await pulumi.runtime.disconnect();
  return seen.sort((one, other) => one.name.localeCompare(other.name));
}

const fromYaml = (...bridges: object[]) =>
  registered(() => bridgesFromConfig(), { "voice-ai-bridges:bridges": bridges });
const thrown = async (program: () => unknown, config: Record<string, unknown> = {}): Promise<string> => {
  let message = "";
  await registered(() => {
    try {
      program();
    } catch (error) {
      message = (error as Error).message;
    }
  }, config);
  return message;
};

test("YAML and TypeScript give the same plan", async () => {
  const { trunkCredentials, ...rest } = guide;
  const yaml = await fromYaml({ name: "denver", ...rest, trunkCredentials });
  const typescript = await registered(() => new VoiceAiBridge("denver", guide));
  expect(typescript).toEqual(yaml);
  expect(yaml.map(({ type, name }) => `${type} ${name}`)).toEqual([
    "voice-ai-bridge:index:VoiceAiBridge denver",
    "pulumi-nodejs:dynamic/vicidial:RemoteAgents denver-agents",
    "pulumi-nodejs:dynamic/vicidial:Carrier denver-carrier",
    "pulumi-nodejs:dynamic/sigmamind:SipNumber denver-number",
    "pulumi-nodejs:dynamic/vicidial:CampaignRouting denver-routing",
    "voice-ai-bridge:index:SipEdge sigmamind",
    "pulumi-nodejs:dynamic/vicidial:Carrier sigmamind-carrier",
  ]);
});

test("no child takes an input from another child: all inputs are known in a preview", async () => {
  for (const { inputs } of await fromYaml({ name: "denver", ...guide }))
    expect(JSON.stringify(inputs)).not.toContain("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
});

test("bridges share an edge; one with transfers has another", async () => {
  const other = { ...guide, campaignId: "SIGMA2", routeNumber: "+18015550100", userStart: 6000 };
  const third = {
    ...other,
    campaignId: "SIGMA3",
    routeNumber: "+18015550101",
    userStart: 7000,
    transfer: { to: ["+18135551111"] },
  };
  const seen = await fromYaml({ name: "a", ...guide }, { name: "b", ...other }, { name: "c", ...third });
  expect(seen.filter(({ type }) => type.endsWith("SipEdge")).map(({ name }) => name)).toEqual([
    "sigmamind",
    "sigmamind-refer",
  ]);
});

test("agent and carrier may come from other resources, the password may be a secret", async () => {
  const seen = await registered(
    () =>
      new VoiceAiBridge("denver", {
        ...guide,
        agentId: pulumi.output("LateAgent"),
        terminationSipUri: pulumi.output("f222.dialmake.com"),
        trunkCredentials: { username: "denver", password: pulumi.secret("late-password") },
      }),
  );
  const number = seen.find(({ name }) => name === "denver-number");
  expect(number?.inputs).toMatchObject({ inboundAgentId: "LateAgent", terminationSipUri: "f222.dialmake.com" });
  expect(JSON.stringify(number?.inputs["trunkCredentials"])).toContain("late-password");
});

test.each([
  ["number", "denver-number"],
  ["carrier", "denver-carrier"],
  ["agents", "denver-agents"],
  ["routing", "denver-routing"],
  ["campaign", "denver-campaign"],
  ["amdOptions", "denver-amd-options"],
  ["softphone", "denver-softphone"],
])("transform of %s changes the arguments of %s alone", async (child, changed) => {
  const transform = { [child]: (args: object) => ({ ...args, adopt: true }) };
  const whole = {
    ...{ ...guide, campaign: { name: "Of the bridge" }, amd: { onNotSure: "hangup" as const } },
    softphone: { extension: "7001", dialler: "10.0.0.103" },
  };
  const seen = await registered(() => new VoiceAiBridge("denver", { ...whole, transform }));
  expect(seen.filter(({ inputs }) => inputs["adopt"] === true).map(({ name }) => name)).toEqual([changed]);
});

test("a transform may be arguments to set, and a function may set options", async () => {
  const transform = {
    carrier: { userGroup: "AGENCY7" },
    number: (args: object, opts: pulumi.CustomResourceOptions) => {
      opts.protect = true;
      return args;
    },
  };
  const kept: string[] = [];
  const note: pulumi.ResourceTransformation = ({ name, opts }) => {
    if (opts.protect === true) kept.push(name);
    return undefined;
  };
  const seen = await registered(
    () => new VoiceAiBridge("denver", { ...guide, transform }, { transformations: [note] }),
  );
  expect(seen.find(({ name }) => name === "denver-carrier")?.inputs).toMatchObject({
    userGroup: "AGENCY7",
    carrierId: "aib19895551234",
  });
  expect(kept).toEqual(["denver-number"]);
});

test("a bridge of the config and one of the program are held against each other, once", async () => {
  const message = await thrown(
    () => {
      new VoiceAiBridge("own", guide);
      bridgesFromConfig();
    },
    { "voice-ai-bridges:bridges": [{ name: "denver", ...guide }] },
  );
  expect(message).toContain(
    '`bridges[0].campaignId` "SIGMA1": a campaign has one routing, and this one is bridged by bridge "own"',
  );
  expect(message.match(/campaignId/g)).toHaveLength(1);
});

test("an edge declared by itself serves its bridges", async () => {
  const seen = await registered(() => {
    const edge = new SipEdge("own", { host: "sip.example.com", caPath: "/etc/ssl/certs" });
    new VoiceAiBridge("denver", { ...guide, edge });
  });
  expect(seen.filter(({ type }) => type.endsWith("SipEdge")).map(({ name }) => name)).toEqual(["own"]);
  expect(JSON.stringify(seen.find(({ name }) => name === "own-carrier")?.inputs)).toContain(
    "contact=sip:sip.example.com:5061",
  );
});

test.each<[string, () => unknown, string]>([
  [
    "a mistake names the argument",
    () => new VoiceAiBridge("denver", { ...guide, lines: 0 }),
    "`lines` 0: must be at least 1",
  ],
  [
    "a conflict names the other bridge",
    () => [new VoiceAiBridge("a", guide), new VoiceAiBridge("b", guide)],
    '`bridge "b".campaignId` "SIGMA1": a campaign has one routing, and this one is bridged by bridge "a"',
  ],
  [
    "transfers need an edge that may",
    () => new VoiceAiBridge("a", { ...guide, transfer: { to: ["+18135551111"] }, edge: new SipEdge("own") }),
    "declare the SipEdge with `allowTransfer: true`".replace("declare", "Declare"),
  ],
])("%s", async (_name, program, message) => {
  expect(await thrown(program)).toContain(message);
});

test("config that is no list, and unknown stacks, are told", async () => {
  const failing = (config: Record<string, unknown>) =>
    registered(() => {
      bridgesFromConfig();
    }, config);
  await expect(failing({ "voice-ai-bridges:bridges": "denver" })).rejects.toThrow("is plain text, not a list");
  await expect(failing({ "vicidial:sipStacks": "IAX" })).rejects.toThrow("must be one of SIP, PJSIP, SIP_and_PJSIP");
});

test("docs/bridge.schema.json is up to date (npm run schema)", () => {
  expect(JSON.parse(readFileSync(SCHEMA_FILE, "utf8"))).toEqual(JSON.parse(JSON.stringify(bridgeJsonSchema())));
});

test("every argument is described for editors of YAML", () => {
  const { $defs } = bridgeJsonSchema() as {
    $defs: { bridge: { properties: Record<string, { description?: string }> } };
  };
  const bare = Object.entries($defs.bridge.properties).filter(([, { description }]) => !description);
  expect(bare.map(([name]) => name)).toEqual([]);
});

test("every argument has an example, and takes it", () => {
  const source = readFileSync(join(__dirname, "./plan/bridgeSchema.ts"), "utf8");
  for (const [name, schema] of Object.entries(bridgeSchema.shape)) {
    const comment =
      source
        .split(new RegExp(`\\*/\\n  ${name}[:,]`))[0]
        ?.split("/**")
        .at(-1) ?? "";
    const examples = [...comment.matchAll(/@example (.*)/g)].map(
      ([, text]) => runInThisContext(`(${text})`) as unknown,
    );
    expect({ name, examples: examples.length }).not.toEqual({ name, examples: 0 });
    for (const example of examples)
      expect({ name, ...schema.safeParse(example) }).toMatchObject({ name, success: true });
  }
});

test("the lab's own stack plans without a complaint", () => {
  const { config } = parse(readFileSync(join(__dirname, "../Pulumi.dev.yaml"), "utf8")) as {
    config: Record<string, unknown>;
  };
  const plans = planStack(config["voice-ai-bridges:bridges"], planContext({ lab: true }));
  expect(plans.map(({ name, plan }) => [name, plan.remoteExtension])).toEqual([
    ["denver", "979719895551234"],
    ["saltlake", "979718015550100"],
  ]);
});

describe("examples", () => {
  test("the README's YAML and TypeScript are one bridge", async () => {
    const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
    const sample = (language: string) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme)?.[1] ?? "";
    const { config } = parse(sample("yaml")) as { config: Record<string, object[]> };
    const program = runInThisContext(
      `(require, exports) => {${transpile(sample("ts"), { module: ModuleKind.CommonJS })}}`,
    ) as (require: () => object, exports: object) => void;
    const typescript = await registered(() => program(() => ({ VoiceAiBridge }), {}));
    expect(typescript).toEqual(await fromYaml(...config["voice-ai-bridges:bridges"]!));
    expect(typescript.map(({ name }) => name)).toContain("denver-routing");
  });

  test("the YAML-only stack plans", () => {
    const file = join(__dirname, "../examples/yaml/Pulumi.production.yaml");
    const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
    const plans = planStack(config["voice-ai-bridges:bridges"], { lab: false, sipStacks: "SIP_and_PJSIP" });
    expect(plans.map(({ plan }) => [plan.bridge.campaignId, plan.remoteExtension, plan.edge.carrierId])).toEqual([
      ["DENVER", "979713035550101", "aie-sigmamind-r"],
      ["BOISE", "979812085550102", "aie-sigmamind"],
    ]);
  });

  test("the TypeScript program makes its bridges", async () => {
    jest.resetModules();
    jest.doMock("voice-ai-bridges", () => jest.requireActual<object>("."), { virtual: true });
    jest.doMock("@pulumi/pulumi", () => pulumi);
    const config = { "voice-ai-bridges:trunkPassword": "trunk-password" };
    const seen = await registered(() => jest.requireActual<object>("../examples/typescript/index"), config);
    expect(seen.filter(({ type }) => type.endsWith("VoiceAiBridge")).map(({ name }) => name)).toEqual([
      "boise",
      "denver",
    ]);
    expect(seen.filter(({ type }) => type.endsWith("SipEdge"))).toHaveLength(1);
    expect(seen.find(({ name }) => name === "boise-carrier")?.inputs).toMatchObject({ userGroup: "AGENCY7" });
  });
});
