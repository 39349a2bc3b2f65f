import { sha256 } from "../../../lab/sigmamind/numbers";
import type { NumberRecord } from "../../../lab/sigmamind/records";
import { startSimulator, type Simulator } from "../../../lab/sigmamind/simulator";
import { acceptance, type Args, errorsOf } from "../../kit/acceptance";
import type { Dump } from "../../kit/database";
import { TestStack } from "../../kit/stack";

jest.setTimeout(180_000);

const credentials = { username: "denver-trunk", password: "correct horse battery" };

/** Somebody else's number and agents: nothing here may touch them. */
const foreign: NumberRecord = {
  sipPhoneNumber: "+13035550100",
  provider: "byo",
  friendlyName: "not ours",
  inboundAgentId: "LabCareAgent0002",
  outboundAgentId: null,
  outboundPhoneNumber: null,
  terminationSipUri: "sip.telnyx.com",
  active: true,
  trunkUsername: null,
  trunkPasswordSha256: null,
};

function environment({ baseUrl, apiKey }: Simulator): Record<string, string> {
  return { SIGMAMIND_BASE_URL: baseUrl, SIGMAMIND_API_KEY: apiKey };
}

function find({ control }: Simulator, { routeNumber }: Args): NumberRecord | undefined {
  return control.numbers().find((number) => number.sipPhoneNumber === routeNumber);
}

async function removeByHand({ baseUrl, apiKey }: Simulator, { routeNumber }: Args): Promise<void> {
  const url = `${baseUrl}/v1/phone-numbers/${encodeURIComponent(String(routeNumber))}`;
  await fetch(url, { method: "DELETE", headers: { "x-api-key": apiKey } });
}

acceptance("SigmaMindSipNumber", async () => {
  const simulator = await startSimulator({ apiKey: "key_acceptance_S7ULC2lBwbg" });
  const { control } = simulator;
  control.putNumber(foreign);
  const set = (changed: Partial<NumberRecord>) => (args: Args) => {
    control.putNumber({ ...find(simulator, args)!, ...changed });
    return Promise.resolve();
  };
  const bought = { terminationSipUri: undefined, trunkCredentials: undefined, trunkCredentialsVersion: undefined };
  return {
    class: "SigmaMindSipNumber",
    env: environment(simulator),
    base: (i) => ({
      ...{ routeNumber: `+1989555${1000 + i}`, friendlyName: `Bridge ${i}`, terminationSipUri: "f111.dialmake.com" },
      ...{ inboundAgentId: "LabSalesAgent001", outboundAgentId: "LabCareAgent0002" },
      ...{ outboundPhoneNumber: "+13038142839", trunkCredentials: credentials, trunkCredentialsVersion: 1 },
    }),
    changes: [
      { field: "friendlyName", to: "Denver" },
      { field: "inboundAgentId", to: "LabCareAgent0002" },
      { field: "inboundAgentId", to: null },
      { field: "outboundAgentId", to: null },
      { field: "terminationSipUri", to: "sip.telnyx.com" },
      { field: "outboundPhoneNumber", to: "+13038142840" },
      { field: "trunkCredentials", to: { ...credentials, password: "another horse battery" } },
      { field: "trunkCredentialsVersion", to: 2 },
      { field: "transferTargets", to: ["+18135551111"] },
      { field: "adopt", to: true },
      { field: "onDestroy", to: "release" },
      { field: "routeNumber", to: (i: number) => `+1989555${2000 + i}`, replaces: true },
      { field: "purchase", to: {}, with: bought, replaces: true },
    ],
    columns: [
      { property: "friendlyName", change: set({ friendlyName: "by hand" }) },
      { property: "inboundAgentId", change: set({ inboundAgentId: "LabDraftAgent003" }) },
      { property: "inboundAgentId", change: set({ inboundAgentId: "LabDraftAgent003" }) },
      { property: "outboundAgentId", change: set({ outboundAgentId: "LabDraftAgent003" }) },
      { property: "terminationSipUri", change: set({ terminationSipUri: "other.example" }) },
      { property: "outboundPhoneNumber", change: set({ outboundPhoneNumber: "+13038142841" }) },
      { property: "outboundPhoneNumber", change: set({ outboundPhoneNumber: null }) },
      { property: "inboundAgentId", change: set({ inboundAgentId: null }) },
    ],
    conflict: {
      change: set({ friendlyName: "by another hand" }),
      message: 'it was "by hand", is "by another hand", and should become "Denver"',
    },
    stored(args) {
      const found = find(simulator, args);
      if (found === undefined) return Promise.resolve(undefined);
      if (args["trunkCredentials"] !== undefined) {
        const { username, password } = args["trunkCredentials"] as typeof credentials;
        expect([found.trunkUsername, found.trunkPasswordSha256]).toEqual([username, sha256(password)]);
      }
      return Promise.resolve({
        routeNumber: found.sipPhoneNumber,
        friendlyName: found.friendlyName,
        inboundAgentId: found.inboundAgentId,
        outboundAgentId: found.outboundAgentId,
        outboundPhoneNumber: found.outboundPhoneNumber ?? undefined,
        terminationSipUri: found.terminationSipUri ?? undefined,
      });
    },
    deleteByHand: (args) => removeByHand(simulator, args),
    adopt: {
      makeByHand: ({ routeNumber }) => {
        control.putNumber({ ...foreign, sipPhoneNumber: String(routeNumber), friendlyName: "made by hand" });
        return Promise.resolve();
      },
      refusal:
        /is registered in this SigmaMind workspace already, as "made by hand" with inbound agent LabCareAgent0002\. Set `adopt: true`/,
      // An adopted number stays, without the agents that this stack gave it.
      removeByHand: async (args) => {
        expect(find(simulator, args)).toMatchObject({ inboundAgentId: null, outboundAgentId: null });
        await removeByHand(simulator, args);
      },
    },
    badInputs: [
      { args: { routeNumber: "19895551234" }, message: "must be an E.164 number: `+`, country code and number" },
      { args: { routeNumber: undefined }, message: "is required. Give the number that you own at your carrier." },
      { args: { terminationSipUri: undefined }, message: "is required for an imported number" },
      { args: { terminationSipUri: "sip:f111.dialmake.com" }, message: "must be the host alone, without `sip:`" },
      { args: { terminationSipUri: "28y698lhv2f.sip.livekit.cloud" }, message: "is SigmaMind's own SIP edge" },
      {
        args: { trunkCredentials: { username: "u", password: "" } },
        message: "`trunkCredentials.password`: must not be empty",
      },
      { args: { trunkCredentials: undefined }, message: "is the version of `trunkCredentials`, which are not given" },
      {
        args: { inboundAgentId: "Nobody" },
        message: '`inboundAgentId` "Nobody": there is no such agent in this SigmaMind workspace',
      },
      { args: { outboundAgentId: "Nobody" }, message: '`outboundAgentId` "Nobody": there is no such agent' },
      {
        args: { terminationSipUri: "f222.dialmake.com", trunkCredentialsVersion: 3 },
        message: "is registered in this SigmaMind workspace already",
        before: ({ routeNumber }) => {
          control.putNumber({ ...foreign, sipPhoneNumber: String(routeNumber) });
          return Promise.resolve();
        },
      },
    ],
    unknown: [
      "routeNumber",
      "friendlyName",
      "inboundAgentId",
      "outboundAgentId",
      "terminationSipUri",
      "outboundPhoneNumber",
    ],
    secrets: ["denver-trunk", "horse battery", simulator.apiKey],
    dump: () => Promise.resolve(dumpOf(simulator)),
    // Made by hand for the bad inputs, and left for the dump after them.
    leaves: [/^\+ numbers: .*"friendlyName":"not ours"/],
    close: () => simulator.close(),
  };
});

function dumpOf({ control }: Simulator): Dump {
  return { numbers: control.numbers().map((number) => JSON.stringify(number)) };
}

describe("SigmaMindSipNumber when the connection is cut at a write, right before it and right after it", () => {
  let simulator: Simulator;
  let stack: TestStack;
  const ways = ["before", "after"] as const;
  type Way = (typeof ways)[number];
  const routeNumber = (way: Way) => (way === "before" ? "+19895551234" : "+19895551235");
  const changed = (way: Way) => ({ friendlyName: `Boulder ${way}`, inboundAgentId: "LabCareAgent0002" });
  /** A number for each way, in one stack: each is cut in its own way, and the CLI runs once for both. */
  const declare = (more: (way: Way) => object = () => ({})): void =>
    stack.declare(
      ways.map((way) => ({
        class: "SigmaMindSipNumber",
        name: way,
        args: {
          routeNumber: routeNumber(way),
          friendlyName: "Denver",
          terminationSipUri: "f111.dialmake.com",
          inboundAgentId: "LabSalesAgent001",
          trunkCredentials: credentials,
          ...more(way),
        },
      })),
    );
  const cut = (method: "POST" | "PATCH" | "DELETE", times: number): void => {
    for (const way of ways) {
      // A number that is not there yet is not in the path of its request.
      const path = method === "POST" ? "/v1/phone-numbers" : `/v1/phone-numbers/${routeNumber(way)}`;
      simulator.control.fault({ method, path, when: way, times, do: { kind: "drop" } });
    }
  };
  const numbers = (): NumberRecord[] =>
    simulator.control.numbers().sort((one, other) => one.sipPhoneNumber.localeCompare(other.sipPhoneNumber));
  const failing = async (command: "up" | "destroy"): Promise<string> => {
    const { code, text } =
      command === "up"
        ? await stack.up({ mayFail: true }, "--continue-on-error")
        : await stack.run(["destroy", "--yes", "--skip-preview", "--continue-on-error"], { mayFail: true });
    expect(code).not.toBe(0);
    for (const way of ways) expect(errorsOf({ code, text, stdout: "", stderr: "" }, way)).not.toBe("");
    return text;
  };

  beforeAll(async () => {
    simulator = await startSimulator();
    stack = await TestStack.create({ env: environment(simulator) });
  });
  afterAll(async () => {
    await stack.remove();
    await simulator.close();
  });
  beforeEach(() => simulator.control.calm());

  test("an import that is lost happens once", async () => {
    declare();
    cut("POST", 1);
    await stack.up();
    expect(numbers()).toMatchObject(
      ways.map((way) => ({ sipPhoneNumber: routeNumber(way), inboundAgentId: "LabSalesAgent001" })),
    );
    const met = simulator.control.requests().filter(({ method }) => method === "POST");
    // The lost ones, and the one that had to be sent again because nothing was written.
    expect(met).toHaveLength(3);
  });

  test("an update that never gets an answer converges at the next up", async () => {
    declare(changed);
    cut("PATCH", 5);
    await failing("up");
    simulator.control.calm();
    await stack.up();
    expect(numbers()).toMatchObject(ways.map(changed));
    await stack.expectNoChanges();
  });

  test("a release that never gets an answer succeeds at the next destroy", async () => {
    cut("DELETE", 5);
    await failing("destroy");
    simulator.control.calm();
    await stack.destroy();
    expect(numbers()).toEqual([]);
  });

  test("an import that nobody can look for is found by the next up, as ours", async () => {
    declare();
    for (const way of ways) {
      const path = `/v1/phone-numbers/${routeNumber(way)}`;
      simulator.control.fault({ method: "GET", path, do: { kind: "wait", milliseconds: 1 } });
      simulator.control.fault({ method: "GET", path, times: 1000, do: { kind: "drop" } });
    }
    cut("POST", 1);
    const text = await failing("up");
    expect(text.match(/Whether it was carried out is not known/g)?.length).toBeGreaterThanOrEqual(ways.length);
    simulator.control.calm();
    await stack.up();
    expect(numbers()).toMatchObject(
      ways.map((way) => ({ sipPhoneNumber: routeNumber(way), trunkUsername: credentials.username })),
    );
    await stack.expectNoChanges();
    await stack.destroy();
    expect(numbers()).toEqual([]);
  });

  test("no secret was shown", () => {
    expect(stack.transcript).not.toMatch(/horse battery|denver-trunk|lab-api-key/);
  });

  test("without a key it says where to put it, and nothing is asked", async () => {
    simulator.control.forgetRequests();
    declare();
    stack.env["SIGMAMIND_API_KEY"] = "";
    const { code, text } = await stack.up({ mayFail: true });
    expect(code).not.toBe(0);
    expect(text).toContain("`sigmamind:apiKey`: the SigmaMind API key is missing. Set SIGMAMIND_API_KEY");
    expect(simulator.control.requests()).toEqual([]);
  });
});
