/**
 * The upgrade guard: a state that a released version wrote must preview empty with this version. A difference here means that
 * every operator sees changes that nobody asked for, or worse, replacements.
 *
 * Before a release, record its state with `VOICEBRIDGE_RECORD_STATE=1 npx jest --selectProjects real test/upgrade` and commit the
 * new file. Never change a recorded one: it is what operators have.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSimulator } from "../../lab/sigmamind/simulator";
import { version } from "../../package.json";
import { freshDatabase } from "../kit/database";
import { type Declared, type ExportedState, TestStack } from "../kit/stack";

jest.setTimeout(180_000);

interface Recorded {
  /** The program of that version. */
  resources: Declared[];
  /** What `pulumi stack export` printed after its `up`. */
  state: unknown;
}

const env = { TEST_CLASSES: "dist/components/index.js" };
const thisVersion = `${version}.json`;
const files = [...new Set([...readdirSync(__dirname).filter((name) => name.endsWith(".json")), thisVersion])];

/** One of each kind, most of them by way of a bridge. */
const resources: Declared[] = [
  {
    class: "VoiceAiBridge",
    name: "denver",
    args: {
      campaignId: "NEWCAMP",
      campaign: { name: "Made for the bridge" },
      routeNumber: "+19895551234",
      agentId: "LabSalesAgent001",
      terminationSipUri: "f111.dialmake.com",
      trunkCredentials: { username: "trunk", password: "a-password-of-the-trunk" },
      aiPrefix: "9797",
      customerPrefix: "9797",
      manualPrefix: "8787",
      userStart: 5700,
      lines: 2,
      callerId: "+13038142839",
      dialMethod: "RATIO",
      dialLevel: 1,
      hopperLevel: 1,
      amd: { onMachine: "hangup", onNotSure: "agent" },
      headers: { "X-source": "test" },
      softphone: { extension: "7001", dialler: "10.20.30.11" },
    },
  },
  { class: "VicidialAgentUsers", name: "users", args: { userStart: 5800, lines: 3 } },
  {
    class: "VicidialRemoteAgent",
    name: "agent",
    args: { serverIp: "10.20.30.11", userStart: 5800, lines: 2, extension: "979719895551234", campaignId: "SIGMA1" },
    dependsOn: ["users"],
  },
  {
    class: "VicidialSettingsContainer",
    name: "container",
    args: { containerId: "AMD_OPTIONS", notes: "For the test", type: "AMD_AGENT_OPTIONS", entry: "NOTSURE => 1" },
  },
  { class: "VicidialList", name: "list", args: { listId: "5001", name: "Test list", campaignId: "SIGMA1" } },
];

test("this version has a recorded state", async () => {
  const file = join(__dirname, thisVersion);
  if (process.env.VOICEBRIDGE_RECORD_STATE && !existsSync(file)) {
    writeFileSync(file, `${JSON.stringify(await recorded(), undefined, 1)}\n`);
  }
  expect(existsSync(file)).toBe(true);
});

test("it holds every kind of resource", () => {
  const { state } = read(thisVersion) as { state: { deployment: ExportedState } };
  const types = new Set(
    (state.deployment.resources ?? []).map(({ type }) => type.replace("pulumi-nodejs:dynamic/", "")),
  );
  expect([...types]).toEqual(expect.arrayContaining(kinds()));
});

// Checking and comparing inputs reaches no outside system: there is none here.
test.each(files)("%s previews empty", async (name) => {
  const recording = read(name);
  const stack = await TestStack.create({ env });
  try {
    writeFileSync(join(stack.folder, "state.json"), JSON.stringify(recording.state));
    await stack.run(["stack", "import", "--file", "state.json"]);
    stack.declare(recording.resources);
    expect(await stack.preview()).toEqual([]);
    await stack.expectNoChanges();
  } finally {
    await stack.remove({ forget: true });
  }
});

function read(name: string): Recorded {
  return JSON.parse(readFileSync(join(__dirname, name), "utf8")) as Recorded;
}

/** Every kind that the provider process knows, from the classes of the package. */
function kinds(): string[] {
  const source = readFileSync(join(__dirname, "../../components/resources.ts"), "utf8");
  const classes = [...source.matchAll(/export class (Vicidial|SigmaMind)(\w+) /g)];
  return classes.map(([, brand = "", type = ""]) => `${brand.toLowerCase()}:${type}`);
}

async function recorded(): Promise<Recorded> {
  const [database, simulator] = await Promise.all([freshDatabase({ schema: "1720" }), startSimulator()]);
  const settings = { SIGMAMIND_BASE_URL: simulator.baseUrl, SIGMAMIND_API_KEY: simulator.apiKey };
  const stack = await TestStack.create({ env: { ...env, ...database.env, ...settings } });
  try {
    stack.declare(resources);
    await stack.up();
    await stack.expectNoChanges();
    return { resources, state: JSON.parse(await stack.stateText()) as unknown };
  } finally {
    await stack.remove();
    await Promise.all([database.drop(), simulator.close()]);
  }
}
