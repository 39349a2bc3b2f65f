import { startSimulator, type Simulator } from "../../../lab/sigmamind/simulator";
import { sha256 } from "../../../lab/sigmamind/numbers";
import type { NumberRecord } from "../../../lab/sigmamind/records";
import { bind } from "../../dynamic/engine/handler";
import type { Checked } from "../../dynamic/engine/check";
import { Failure } from "../../dynamic/engine/failure";
import type { JsonObject } from "../../dynamic/engine/json";
import { StackSettings } from "../../dynamic/engine/settings";
import { sipNumber } from "./sipNumber";
import { asked, clientOf, failure } from "../../../test/kit/sigmamind";

const number = "+19895551234";
const one = `/v1/phone-numbers/${number}`;
const wanted = {
  routeNumber: number,
  friendlyName: "Denver",
  terminationSipUri: "f111.dialmake.com",
  inboundAgentId: "LabSalesAgent001",
  outboundAgentId: "LabCareAgent0002",
  outboundPhoneNumber: "+13038142839",
  trunkCredentials: { username: "denver-trunk", password: "correct horse" },
};
const registered = {
  sipPhoneNumber: number,
  friendlyName: "Denver",
  terminationSipUri: "f111.dialmake.com",
  inboundAgentId: "LabSalesAgent001",
  outboundAgentId: "LabCareAgent0002",
  outboundPhoneNumber: "+13038142839",
  trunkUsername: "denver-trunk",
  trunkPasswordSha256: sha256("correct horse"),
};
const foreign: NumberRecord = {
  ...registered,
  provider: "byo",
  friendlyName: "by hand",
  inboundAgentId: "LabCareAgent0002",
  outboundAgentId: null,
  active: true,
  trunkUsername: "theirs",
  trunkPasswordSha256: sha256("theirs"),
};

// Other work on the machine must not fail a test that waits for nothing.
jest.setTimeout(30_000);

let simulator: Simulator;
let client: ReturnType<typeof clientOf>;
beforeAll(async () => (simulator = await startSimulator()));
beforeEach(() => {
  simulator.control.reset();
  client = clientOf(simulator);
});
afterAll(() => simulator.close());

/** The engine's part: keeps the state, and what remains of a failure, as Pulumi does. */
class Engine {
  id = "";
  state: JsonObject | undefined;
  private readonly methods = bind(sipNumber, () => client).methods(new StackSettings({ get: () => undefined }, {}));

  async up(declared: object): Promise<void> {
    const news = JSON.parse(JSON.stringify({ ...declared, __provider: "shim" })) as JsonObject;
    const { inputs, failures } = (await this.methods.check(this.state ?? {}, news)) as Checked;
    expect(failures).toEqual([]);
    try {
      if (this.state === undefined) {
        const made = (await this.methods.create(inputs)) as { id: string; outs: JsonObject };
        [this.id, this.state] = [made.id, made.outs];
      } else {
        const made = (await this.methods.update(this.id, this.state, inputs)) as { outs: JsonObject };
        this.state = made.outs;
      }
    } catch (thrown) {
      if (thrown instanceof Failure && thrown.id !== undefined) [this.id, this.state] = [thrown.id, thrown.properties];
      throw thrown;
    }
  }

  /** Names of the inputs that drifted. */
  async refresh(): Promise<string[]> {
    const before = this.state ?? {};
    const live = await this.methods.read(this.id, before);
    if (!("inputs" in live)) {
      this.state = undefined;
      return ["gone"];
    }
    this.state = live.props as JsonObject;
    const inputs = live.inputs as JsonObject;
    const names = Object.keys(before).filter((name) => name in sipNumberInputs);
    return names.filter((name) => JSON.stringify(inputs[name]) !== JSON.stringify(before[name]));
  }

  async destroy(): Promise<void> {
    await this.methods.delete(this.id, this.state ?? {});
    this.state = undefined;
  }
}
const sipNumberInputs = { ...wanted, trunkCredentialsVersion: 1, purchase: {}, onDestroy: "" };
const writes = (): string[] => asked(simulator).filter((line) => !line.startsWith("GET"));
const atSimulator = (): Partial<NumberRecord> | undefined => simulator.control.numbers()[0];
const change = (changed: Partial<NumberRecord>): void =>
  simulator.control.putNumber({ ...simulator.control.numbers()[0]!, ...changed });

describe("create", () => {
  it("imports with everything declared, in one write", async () => {
    const engine = new Engine();
    await engine.up(wanted);
    expect(simulator.control.numbers()).toEqual([{ ...registered, provider: "byo", active: true }]);
    expect(writes()).toEqual(["POST /v1/phone-numbers/import"]);
    expect([engine.id, engine.state]).toEqual([
      number,
      { ...wanted, adopt: false, sipPhoneNumber: number, adopted: false },
    ]);
    expect(await engine.refresh()).toEqual([]);
  });

  it.each(["G1", "G2", "G3"] as const)("leaves nothing to change and no drift in generation %s", async (generation) => {
    simulator.control.setQuirks({ generation });
    const engine = new Engine();
    const { outboundPhoneNumber: _, ...inputs } = wanted;
    await engine.up(inputs);
    expect(await engine.refresh()).toEqual([]);
    expect(writes()).toHaveLength(1);
    await engine.up({ ...inputs, inboundAgentId: "LabCareAgent0002" });
    expect(await engine.refresh()).toEqual([]);
    expect(atSimulator()).toMatchObject({ inboundAgentId: "LabCareAgent0002" });
  });

  it("refuses a number that is there, and says what is", async () => {
    simulator.control.putNumber(foreign);
    const thrown = await failure(new Engine().up(wanted));
    expect(thrown.message).toBe(
      '`routeNumber` "+19895551234": is registered in this SigmaMind workspace already, as "by hand" with inbound agent ' +
        "LabCareAgent0002. Set `adopt: true` to take it over, choose another number, or remove it in the SigmaMind dashboard.",
    );
    expect(writes()).toEqual([]);
  });

  it("adopts a number that is there, says what changes, and ends as a new one would", async () => {
    simulator.control.putNumber(foreign);
    const engine = new Engine();
    await engine.up({ ...wanted, adopt: true });
    expect(simulator.control.numbers()).toEqual([{ ...registered, provider: "byo", active: true }]);
    expect(client.reports).toContain(
      'SigmaMind: adopting +19895551234 "by hand": friendlyName "by hand" → "Denver", inboundAgentId "LabCareAgent0002" → ' +
        '"LabSalesAgent001", outboundAgentId none → "LabCareAgent0002", trunkCredentials → as declared',
    );
    expect(engine.state).toMatchObject({ adopted: true });
    expect(await engine.refresh()).toEqual([]);
  });

  it("with adopt still registers a number that is not there, as ours", async () => {
    const engine = new Engine();
    await engine.up({ ...wanted, adopt: true });
    expect(engine.state).toMatchObject({ adopted: false });
  });

  it("does not adopt a number of the other sort", async () => {
    simulator.control.putNumber({ ...foreign, provider: "twilio", terminationSipUri: null });
    expect((await failure(new Engine().up({ ...wanted, adopt: true }))).message).toMatch(
      /was bought at SigmaMind \(twilio\).*Declare `purchase: {}`/,
    );
    change({ provider: "byo" });
    const bought = { routeNumber: number, purchase: {}, adopt: true };
    expect((await failure(new Engine().up(bought))).message).toMatch(/imported from a carrier.*Leave out `purchase`/);
    expect(writes()).toEqual([]);
  });

  it("buys exactly the number, or one that SigmaMind chooses, under its declared name", async () => {
    const exact = new Engine();
    await exact.up({ routeNumber: number, purchase: {} });
    expect([exact.id, atSimulator()?.provider]).toEqual([number, "twilio"]);
    await exact.destroy();
    expect(simulator.control.numbers()).toEqual([]);

    const chosen = new Engine();
    await chosen.up({ purchase: { countryCode: "US", areaCode: 303 }, inboundAgentId: "LabSalesAgent001" });
    expect(chosen.state).toMatchObject({ sipPhoneNumber: chosen.id, adopted: false });
    expect(atSimulator()).toMatchObject({ sipPhoneNumber: chosen.id, friendlyName: chosen.id });
    expect(await chosen.refresh()).toEqual([]);
    await chosen.up({ purchase: { countryCode: "US", areaCode: 303 }, friendlyName: "Area" });
    expect(atSimulator()).toMatchObject({ friendlyName: "Area" });
  });
});

describe("the agent check", () => {
  it("refuses an agent that does not exist, with those that do, before the number is touched", async () => {
    const thrown = await failure(new Engine().up({ ...wanted, inboundAgentId: "Nobody" }));
    expect(thrown.message).toBe(
      '`inboundAgentId` "Nobody": there is no such agent in this SigmaMind workspace (GET /v1/agents/{agentId} answers 404). ' +
        "Give the id of one of its agents; it has LabSalesAgent001 (Lab sales), LabCareAgent0002 (Lab care), LabDraftAgent003 (Lab draft).",
    );
    expect(writes()).toEqual([]);
    const engine = new Engine();
    await engine.up(wanted);
    expect((await failure(engine.up({ ...wanted, outboundAgentId: "Nobody" }))).message).toMatch(
      /^`outboundAgentId` "Nobody"/,
    );
    expect(writes()).toHaveLength(1);
  });

  it("warns of an agent that is known not to be Live, and says why it matters", async () => {
    const call = {
      callType: "inbound",
      sipPhoneNumber: "+13035550100",
      createdAt: "2026-05-14T10:00:00.000Z",
    } as const;
    simulator.control.addCall({ ...call, callId: "x7", agentId: "LabDraftAgent003" });
    simulator.control.addCall({ ...call, callId: "x8", agentId: "LabCareAgent0002" });
    await new Engine().up({ ...wanted, inboundAgentId: "LabDraftAgent003" });
    expect(client.reports).toEqual([
      'warning: SigmaMind: agent LabDraftAgent003 "Lab draft" is Testing, not Live (call call_x7 of 2026-05-14T10:00:00.000Z): ' +
        "until it is published in the dashboard it may not answer: the phone rings and nobody speaks",
    ]);
  });

  it("says that nothing is known of an agent without calls", async () => {
    await new Engine().up({ ...wanted, outboundAgentId: undefined });
    expect(client.reports).toEqual([
      expect.stringMatching(/agent LabSalesAgent001 "Lab sales" has no call or campaign yet/),
    ]);
  });

  it("does not stop a bridge because calls cannot be read", async () => {
    simulator.control.fault({ path: "/v1/calls", times: 1, do: { kind: "status", status: 403 } });
    await new Engine().up({ ...wanted, outboundAgentId: undefined });
    expect(client.reports[0]).toMatch(/^warning: .*whether it is published could not be read \(.*403 Forbidden/);
  });

  describe("whose tools transfer callers", () => {
    const agentId = "Transferring0001";
    const target = "+18135551111";
    const putAgent = (...transferTo: string[]): void => {
      const tools = transferTo.map((to) => ({ type: "voice_transfer_call", transferTo: to }));
      simulator.control.putAgent({ agentId, agentName: "Closer", definition: { instructions: "Transfer.", tools } });
      const call = { callType: "inbound", sipPhoneNumber: "+13035550100", status: "completed" } as const;
      simulator.control.addCall({ ...call, callId: "x9", agentId });
    };
    const declared = { ...wanted, inboundAgentId: agentId, outboundAgentId: undefined };
    const refused = (numbers: string) =>
      `warning: SigmaMind: agent ${agentId} "Closer" may transfer to ${numbers}, which \`transfer.to\` of the bridge ` +
      "(`transferTargets` of the number) does not allow: the diallers refuse it and the customer stays with the agent. " +
      "Add it there, or take it from the agent";

    it("warns of targets that the diallers refuse", async () => {
      putAgent(target, "+18135552222", "+18135553333");
      await new Engine().up({ ...declared, transferTargets: [target] });
      expect(client.reports).toEqual([refused("+18135552222, +18135553333")]);
    });

    it("warns of every target when no transfer is allowed", async () => {
      putAgent(target);
      await new Engine().up(declared);
      expect(client.reports).toEqual([refused(target)]);
    });

    it("says that a variable cannot be checked", async () => {
      putAgent(target, "{{closer}}");
      await new Engine().up({ ...declared, transferTargets: [target] });
      expect(client.reports).toEqual([
        `warning: SigmaMind: agent ${agentId} "Closer" may transfer to {{closer}}, which is known only in a call: the ` +
          `diallers put through only ${target}`,
      ]);
    });

    it("is silent when all of them are allowed, and about agents that answer nothing here", async () => {
      putAgent(target);
      const engine = new Engine();
      await engine.up({ ...declared, transferTargets: [target] });
      await engine.up({ ...wanted, outboundAgentId: agentId });
      expect(client.reports.filter((line) => line.includes("transfer"))).toEqual([]);
    });

    it("looks again when the allowed numbers change, and writes nothing for it", async () => {
      putAgent(target);
      const engine = new Engine();
      await engine.up({ ...declared, transferTargets: [target] });
      simulator.control.forgetRequests();
      await engine.up({ ...declared, transferTargets: ["+18135552222"] });
      expect(client.reports).toEqual([refused(target)]);
      expect(writes()).toEqual([]);
    });
  });

  it("asks again only when an agent changes", async () => {
    const engine = new Engine();
    await engine.up(wanted);
    simulator.control.forgetRequests();
    await engine.up({ ...wanted, friendlyName: "Other" });
    expect(asked(simulator)).toEqual([`GET ${one}`, `PATCH ${one}`, `GET ${one}`]);
  });
});

describe("update", () => {
  it.each([
    ["friendlyName", "Boulder"],
    ["inboundAgentId", "LabCareAgent0002"],
    ["inboundAgentId", null],
    ["outboundAgentId", null],
    ["terminationSipUri", "sip.telnyx.com"],
    ["outboundPhoneNumber", "+13035550100"],
  ])("sends %s %p alone", async (field, value) => {
    const engine = new Engine();
    await engine.up(wanted);
    simulator.control.forgetRequests();
    await engine.up({ ...wanted, [field]: value });
    expect(simulator.control.requests().filter(({ method }) => method === "PATCH")).toMatchObject([
      { body: { [field]: value } },
    ]);
    expect(simulator.control.requests().find(({ method }) => method === "PATCH")?.body).toEqual({ [field]: value });
    expect(simulator.control.numbers()).toEqual([{ ...registered, provider: "byo", active: true, [field]: value }]);
    expect(await engine.refresh()).toEqual([]);
  });

  it("sends credentials when they or their version change, and only then", async () => {
    const engine = new Engine();
    await engine.up(wanted);
    const patches = (): unknown[] => simulator.control.requests().filter(({ method }) => method === "PATCH");
    await engine.up(wanted);
    expect(patches()).toHaveLength(0);
    await engine.up({ ...wanted, trunkCredentialsVersion: 2 });
    expect(patches()).toMatchObject([{ body: { trunkUsername: "[redacted]", trunkPassword: "[redacted]" } }]);
    await engine.up({ ...wanted, trunkCredentialsVersion: 2 });
    expect(patches()).toHaveLength(1);
    await engine.up({
      ...wanted,
      trunkCredentialsVersion: 2,
      trunkCredentials: { username: "denver-trunk", password: "new horse" },
    });
    expect(atSimulator()).toMatchObject({ trunkPasswordSha256: sha256("new horse") });
    expect(patches()).toHaveLength(2);
  });

  it("warns that credentials which are no longer declared stay", async () => {
    const engine = new Engine();
    await engine.up(wanted);
    await engine.up({ ...wanted, trunkCredentials: undefined });
    expect(client.reports.at(-1)).toMatch(/keeps its trunk credentials: the API has no way to clear them/);
    expect(atSimulator()).toMatchObject({ trunkUsername: "denver-trunk" });
  });

  it("leaves alone what is no longer declared", async () => {
    const engine = new Engine();
    await engine.up(wanted);
    const { outboundAgentId: _, friendlyName: __, ...fewer } = wanted;
    await engine.up(fewer);
    expect(atSimulator()).toMatchObject({ outboundAgentId: "LabCareAgent0002", friendlyName: "Denver" });
    change({ friendlyName: "theirs" });
    expect(await engine.refresh()).toEqual([]);
  });

  it("refuses to go over what somebody changed since the last read, and names it", async () => {
    const engine = new Engine();
    await engine.up(wanted);
    change({ inboundAgentId: "LabDraftAgent003", friendlyName: "theirs" });
    simulator.control.forgetRequests();
    const thrown = await failure(engine.up({ ...wanted, inboundAgentId: "LabCareAgent0002" }));
    expect(thrown.message).toMatch(
      /`inboundAgentId`: somebody changed it at SigmaMind after it was last read: it was "LabSalesAgent001", is "LabDraftAgent003", and should become "LabCareAgent0002"/,
    );
    expect(thrown.message).toMatch(/`friendlyName`: .* it was "Denver", is "theirs", and should become "Denver"/);
    expect(writes()).toEqual([]);

    expect(await engine.refresh()).toEqual(["friendlyName", "inboundAgentId"]);
    await engine.up(wanted);
    expect(simulator.control.numbers()).toEqual([{ ...registered, provider: "byo", active: true }]);
  });

  it("is content with a change that somebody made the same way", async () => {
    const engine = new Engine();
    await engine.up(wanted);
    change({ friendlyName: "Boulder" });
    await engine.up({ ...wanted, friendlyName: "Boulder" });
    expect(writes()).toHaveLength(1);
  });

  it("shows each field that drifted, also one that was taken away, and repairs it", async () => {
    const drifts: [keyof NumberRecord, string | null][] = [
      ["friendlyName", "theirs"],
      ["inboundAgentId", null],
      ["outboundAgentId", "LabSalesAgent001"],
      ["outboundPhoneNumber", null],
      ["terminationSipUri", "other.example"],
    ];
    const engine = new Engine();
    await engine.up(wanted);
    for (const [field, value] of drifts) {
      change({ [field]: value });
      expect(await engine.refresh()).toEqual([field]);
      await engine.up(wanted);
      expect(simulator.control.numbers()).toEqual([{ ...registered, provider: "byo", active: true }]);
    }
  });

  it("says when the number went away in between; a refresh drops it, and it is registered again", async () => {
    const engine = new Engine();
    await engine.up(wanted);
    await client.numbers.release(number);
    expect((await failure(engine.up({ ...wanted, friendlyName: "Boulder" }))).message).toMatch(
      /somebody removed the number.*pulumi refresh/,
    );
    expect(await engine.refresh()).toEqual(["gone"]);
    await engine.up(wanted);
    expect(atSimulator()).toMatchObject(registered);
  });

  it.each([401, 500])("does not take a %d for a number that is gone", async (status) => {
    const engine = new Engine();
    await engine.up(wanted);
    simulator.control.fault({ method: "GET", times: 99, do: { kind: "status", status } });
    await failure(engine.refresh());
    expect(engine.state).toBeDefined();
  });

  it("says so when SigmaMind accepts a change and does not make it", async () => {
    const engine = new Engine();
    await engine.up({ ...wanted, trunkCredentials: undefined });
    const honest = client.numbers;
    client = { ...client, numbers: { ...honest, update: (which) => honest.update(which, {}) } };
    expect(
      (await failure(engine.up({ ...wanted, trunkCredentials: undefined, friendlyName: "Boulder" }))).message,
    ).toContain("SigmaMind accepted the change of +19895551234, but friendlyName did not become as declared");
  });
});

describe("delete", () => {
  it.each([
    ["ours", {}, "released"],
    ["ours, kept", { onDestroy: "unassign" }, "unassigned"],
    ["adopted", { adopt: true }, "unassigned"],
    ["adopted, let go", { adopt: true, onDestroy: "release" }, "released"],
  ])("a number that is %s %j", async (_what, inputs, outcome) => {
    if ("adopt" in inputs) simulator.control.putNumber(foreign);
    const engine = new Engine();
    await engine.up({ ...wanted, ...inputs });
    await engine.destroy();
    const kept = { ...registered, provider: "byo", active: true, inboundAgentId: null, outboundAgentId: null };
    expect(simulator.control.numbers()).toEqual(outcome === "released" ? [] : [kept]);
  });

  it("takes away only agents that are still the declared ones", async () => {
    const engine = new Engine();
    await engine.up({ ...wanted, onDestroy: "unassign" });
    change({ inboundAgentId: "LabDraftAgent003" });
    await engine.destroy();
    expect(atSimulator()).toMatchObject({ inboundAgentId: "LabDraftAgent003", outboundAgentId: null });
    expect(client.reports.at(-1)).toBe(
      "warning: SigmaMind: +19895551234 keeps inboundAgentId LabDraftAgent003: somebody changed it from LabSalesAgent001",
    );
  });

  it.each(["release", "unassign"])("of a number that is gone succeeds: %s", async (onDestroy) => {
    const engine = new Engine();
    await engine.up({ ...wanted, onDestroy });
    await client.numbers.release(number);
    await engine.destroy();
  });
});

describe("a connection that is cut at a write", () => {
  const cut = (method: "POST" | "PATCH" | "DELETE", when: "before" | "after", times: number): void =>
    simulator.control.fault({ method, when, times, do: { kind: "drop" } });
  /** From the second look at the number on, nobody answers. */
  const blindAfterFirstLook = (): void => {
    simulator.control.fault({ method: "GET", path: one, do: { kind: "wait", milliseconds: 1 } });
    simulator.control.fault({ method: "GET", path: one, times: 1000, do: { kind: "drop" } });
  };
  const settled = { ...registered, provider: "byo", active: true };

  it.each(["before", "after"] as const)("%s an import: nothing happens twice", async (when) => {
    cut("POST", when, 1);
    const engine = new Engine();
    await engine.up(wanted);
    expect(simulator.control.numbers()).toEqual([settled]);
    expect(await engine.refresh()).toEqual([]);
  });

  it.each(["before", "after"] as const)("%s an import, and nobody can look: the next up finds out", async (when) => {
    const engine = new Engine();
    blindAfterFirstLook();
    cut("POST", when, 1);
    const thrown = await failure(engine.up(wanted));
    expect(thrown.message).toContain("Whether it was carried out is not known");
    expect(engine.id).toBe(number);
    simulator.control.calm();
    await engine.up(wanted);
    expect(simulator.control.numbers()).toEqual([settled]);
    expect(await engine.refresh()).toEqual([]);
    await engine.destroy();
    expect(simulator.control.numbers()).toEqual([]);
  });

  it.each(["before", "after"] as const)("%s an import, and the stack is destroyed: nothing is left", async (when) => {
    const engine = new Engine();
    blindAfterFirstLook();
    cut("POST", when, 1);
    await failure(engine.up(wanted));
    simulator.control.calm();
    await engine.destroy();
    expect(simulator.control.numbers()).toEqual([]);
  });

  it("while the new number is read back: it is kept in state", async () => {
    const engine = new Engine();
    blindAfterFirstLook();
    expect((await failure(engine.up(wanted))).message).toContain(
      "+19895551234 is registered, but: SigmaMind: could not read",
    );
    simulator.control.calm();
    expect([engine.id, simulator.control.numbers().length]).toEqual([number, 1]);
    await engine.up(wanted);
    expect(simulator.control.numbers()).toEqual([settled]);
  });

  it.each(["before", "after"] as const)("%s every attempt of an update: the next up converges", async (when) => {
    const engine = new Engine();
    await engine.up(wanted);
    cut("PATCH", when, 5);
    const next = {
      ...wanted,
      friendlyName: "Boulder",
      trunkCredentials: { username: "denver-trunk", password: "new horse" },
    };
    await failure(engine.up(next));
    await engine.up(next);
    expect(simulator.control.numbers()).toEqual([
      { ...settled, friendlyName: "Boulder", trunkPasswordSha256: sha256("new horse") },
    ]);
  });

  it.each(["before", "after"] as const)("%s every attempt of an adoption: the next up converges", async (when) => {
    simulator.control.putNumber(foreign);
    cut("PATCH", when, 5);
    const engine = new Engine();
    await failure(engine.up({ ...wanted, adopt: true }));
    expect(engine.state).toBeUndefined();
    await engine.up({ ...wanted, adopt: true });
    expect(simulator.control.numbers()).toEqual([settled]);
    expect(engine.state).toMatchObject({ adopted: true });
  });

  it.each(["before", "after"] as const)("%s every attempt of a release: the next destroy succeeds", async (when) => {
    const engine = new Engine();
    await engine.up(wanted);
    cut("DELETE", when, 5);
    // Cut off after it was carried out, the repeated one is cut off too, so neither can tell.
    await failure(engine.destroy());
    expect(simulator.control.numbers()).toHaveLength(when === "before" ? 1 : 0);
    simulator.control.calm();
    await engine.destroy();
    expect(simulator.control.numbers()).toEqual([]);
  });

  it.each(["before", "after"] as const)("%s the naming of a bought number: the next up names it", async (when) => {
    const engine = new Engine();
    cut("PATCH", when, 5);
    const bought = { purchase: { countryCode: "US", areaCode: 303 }, friendlyName: "Area" };
    await failure(engine.up(bought));
    expect(engine.id).toMatch(/^\+1303/);
    await engine.up(bought);
    expect(simulator.control.numbers()).toMatchObject([{ sipPhoneNumber: engine.id, friendlyName: "Area" }]);
  });
});

it("shows no credential in errors, reports and the simulator's log", async () => {
  const engine = new Engine();
  simulator.control.fault({ method: "PATCH", times: 5, do: { kind: "status", status: 500 } });
  await engine.up(wanted);
  const thrown = await failure(
    engine.up({ ...wanted, trunkCredentials: { username: "denver-trunk", password: "new horse" } }),
  );
  const seen = [
    thrown.message,
    String(thrown.stack),
    ...client.reports,
    JSON.stringify(simulator.control.requests()),
  ].join("\n");
  expect(seen).not.toMatch(/horse|denver-trunk|lab-api-key/);
});
