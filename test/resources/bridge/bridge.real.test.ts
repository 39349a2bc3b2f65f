import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type Simulator, startSimulator } from "../../../lab/sigmamind/simulator";
import { type Dump, differences, freshDatabase, type FreshDatabase } from "../../kit/database";
import { type Step, TestStack } from "../../kit/stack";

jest.setTimeout(180_000);

const PROGRAM = `
const { bridgesFromConfig } = require("voice-ai-bridges");
exports.bridges = bridgesFromConfig();
`;

/** The guide's own values. */
const denver = {
  name: "denver",
  campaignId: "SIGMA1",
  routeNumber: "+19895551234",
  agentId: "LabSalesAgent001",
  terminationSipUri: "f111.dialmake.com",
  aiPrefix: "9797",
  customerPrefix: "9797",
  manualPrefix: "8787",
  userStart: 5565,
  callerId: "+13038142839",
  dialMethod: "RATIO",
  dialLevel: 1,
  hopperLevel: 1,
};

/** An agent that transfers callers. */
const CLOSER = { agentId: "LabClosingAgent4", agentName: "Lab closer" };
const TRANSFERS = ["+18135551111", "+18135552222", "{{closer}}"];

describe("bridges from YAML, by the real CLI", () => {
  let db: FreshDatabase;
  let simulator: Simulator;
  let stack: TestStack;
  let untouched: Dump;
  let statesBefore = "";

  /** Writes the stack's YAML as an operator would, passwords by `pulumi config set --secret`. */
  const declare = async (bridges: readonly Declared[]) => {
    const file = join(stack.folder, "Pulumi.test.yaml");
    const settings = parse(readFileSync(file, "utf8")) as { config?: object };
    const listed = bridges.map(({ password: _, ...bridge }) => bridge);
    writeFileSync(file, stringify({ ...settings, config: { ...settings.config, "voice-ai-bridges:bridges": listed } }));
    for (const [index, { password }] of bridges.entries()) {
      const path = `voice-ai-bridges:bridges[${index}].trunkCredentials.password`;
      if (password !== undefined) await stack.run(["config", "set", "--secret", "--path", path, password]);
    }
  };
  const rows = (sql: string) => db.query(sql);

  beforeAll(async () => {
    [db, simulator] = await Promise.all([freshDatabase({ schema: "1720" }), startSimulator()]);
    stack = await TestStack.create({
      env: {
        ...db.env,
        VICIDIAL_DRAIN_LOOP_SECONDS: "0",
        SIGMAMIND_BASE_URL: simulator.baseUrl,
        SIGMAMIND_API_KEY: simulator.apiKey,
      },
    });
    writeFileSync(join(stack.folder, "index.js"), PROGRAM);
    const tools = TRANSFERS.map((transferTo) => ({ type: "voice_transfer_call", transferTo }));
    simulator.control.putAgent({ ...CLOSER, status: "Live", definition: { instructions: "Transfer.", tools } });
    // Campaigns of the site for the bridges of the change table.
    await rows(
      `INSERT INTO vicidial_campaigns (campaign_id, campaign_name, active, lead_order, dial_method, auto_dial_level, dial_prefix) VALUES ${CHANGES.map(
        (_, i) => `('SITE${i}', 'Site campaign ${i}', 'Y', 'DOWN', 'RATIO', '1', '9797')`,
      ).join(", ")}`,
    );
    untouched = await db.dump();
  });
  afterAll(async () => {
    await stack.remove();
    await Promise.all([db.drop(), simulator.close()]);
  });

  test("the guide's bridge: every row as declared, on both diallers", async () => {
    await declare([denver]);
    await stack.up();
    expect(await rows("SELECT * FROM vicidial_campaigns WHERE campaign_id = 'SIGMA1'")).toMatchObject([
      {
        dial_prefix: "9797",
        manual_dial_prefix: "8787",
        campaign_cid: "13038142839",
        campaign_vdad_exten: "8368",
        dial_method: "RATIO",
        auto_dial_level: "1",
        campaign_recording: "ONDEMAND",
      },
    ]);
    expect(
      await rows(
        "SELECT server_ip, user_start, number_of_lines, conf_exten, status FROM vicidial_remote_agents WHERE campaign_id = 'SIGMA1' ORDER BY server_ip",
      ),
    ).toEqual([
      {
        server_ip: "10.20.30.11",
        user_start: "5565",
        number_of_lines: 1,
        conf_exten: "979719895551234",
        status: "ACTIVE",
      },
      {
        server_ip: "10.20.30.12",
        user_start: "5566",
        number_of_lines: 1,
        conf_exten: "979719895551234",
        status: "ACTIVE",
      },
    ]);
    expect(await rows("SELECT user FROM vicidial_users WHERE user IN ('5565', '5566', '5567')")).toHaveLength(2);
    const [bridge, edge] = await rows(
      "SELECT carrier_id, protocol, active, server_ip, dialplan_entry, account_entry FROM vicidial_server_carriers WHERE carrier_id LIKE 'ai%' ORDER BY carrier_id",
    );
    expect(bridge).toMatchObject({
      carrier_id: "aib19895551234",
      protocol: "PJSIP",
      active: "Y",
      server_ip: "0.0.0.0",
      account_entry: "",
    });
    expect(bridge?.dialplan_entry).toMatch(/^exten => 979719895551234,1,AGI\(agi:\/\/127.0.0.1:4577\/call_log\)/);
    expect(edge).toMatchObject({ carrier_id: "aie-sigmamind", dialplan_entry: "" });
    expect(edge?.account_entry).toContain("contact=sip:28y698lhv2f.sip.livekit.cloud:5061");
    const number = await fetch(`${simulator.baseUrl}/v1/phone-numbers/%2B19895551234`, {
      headers: { "X-API-Key": simulator.apiKey },
    });
    expect(await number.json()).toMatchObject({
      sipPhoneNumber: "+19895551234",
      inboundAgentId: expect.stringContaining("LabSalesAgent001") as string,
      terminationSipURI: "f111.dialmake.com",
    });
    const { stdout } = await stack.run(["stack", "output", "bridges", "--json"]);
    expect(JSON.parse(stdout)).toEqual([
      {
        name: "denver",
        campaignId: "SIGMA1",
        routeNumber: "+19895551234",
        remoteExtension: "979719895551234",
        carrierId: "aib19895551234",
        userStart: 5565,
        lines: 1,
      },
    ]);
  });

  test("a second preview is empty, also after a refresh", async () => {
    await stack.expectNoChanges();
    expect(await stack.refresh()).toEqual([]);
    await stack.expectNoChanges();
  });

  test("each change of an argument shows on the right child only", async () => {
    const base = CHANGES.map(({ base: own = {} }, i) => ({ ...siteBridge(i), ...own }));
    await declare([denver, ...base]);
    await stack.up();
    await declare([denver, ...base.map((bridge, i) => ({ ...bridge, ...CHANGES[i]!.to }))]);
    const seen = byBridge(await stack.preview());
    const bridges = CHANGES.map(({ shows }, i): [string, Shown] => [`site${i}`, shows]);
    expect(seen).toEqual({ ...Object.fromEntries(bridges), ...NEW_EDGES });
    const { text } = await stack.up();
    expect(text).toMatch(/agent LabClosingAgent4 "Lab closer" may transfer to \+18135552222, which `transfer\.to` of/);
    expect(text).toMatch(
      /agent LabClosingAgent4 "Lab closer" may transfer to \{\{closer\}\}, which is known only in a call/,
    );
    await stack.expectNoChanges();
  });

  test("somebody's change of the campaign shows and is repaired; of another's column it is none of ours", async () => {
    await rows(
      "UPDATE vicidial_campaigns SET auto_dial_level = '3', lead_filter_id = 'NOFL' WHERE campaign_id = 'SIGMA1'",
    );
    expect((await stack.refresh()).map(({ name, properties }) => [name, properties])).toEqual([
      ["denver-routing", ["autoDialLevel"]],
    ]);
    await stack.up();
    expect(
      await rows("SELECT auto_dial_level, lead_filter_id FROM vicidial_campaigns WHERE campaign_id = 'SIGMA1'"),
    ).toEqual([{ auto_dial_level: "1", lead_filter_id: "NOFL" }]);
    await rows("UPDATE vicidial_campaigns SET lead_filter_id = 'NONE' WHERE campaign_id = 'SIGMA1'");
  });

  test("a mistake names its place, all of them at once, and nothing is written", async () => {
    const before = await db.dump();
    await declare([
      denver,
      { ...siteBridge(1), routeNumber: "19895551299", lines: 0 },
      { ...siteBridge(2), campaignId: "SIGMA1", userStart: 5565, terminationSipUri: "28y698lhv2f.sip.livekit.cloud" },
      { ...siteBridge(3), campaignId: "sigma1", routeNumber: "+19895551234" },
    ]);
    const { code, text } = await stack.up({ mayFail: true });
    expect(code).not.toBe(0);
    for (const message of [
      /`bridges\[1\].routeNumber` "19895551299": must be an E.164 number/,
      /`bridges\[1\].lines` 0: must be at least 1/,
      /`bridges\[2\].terminationSipUri` .*is the AI platform's own edge/,
      /`bridges\[3\].campaignId` "sigma1": a campaign has one routing, and this one is bridged by bridges\[0\]/,
      /`bridges\[3\].routeNumber` .*belongs to bridges\[0\]/,
    ])
      expect(text).toMatch(message);
    expect(text).not.toContain("at Object.");
    expect(differences(before, await db.dump())).toEqual([]);
  });

  test("destroy puts everything back, byte for byte", async () => {
    statesBefore = await stack.stateText();
    expect(statesBefore).toContain("trunkCredentials");
    await stack.destroy();
    const left = differences(untouched, await db.dump()).filter((line) => !line.startsWith("+ vicidial_admin_log: "));
    expect(left.filter((line) => !line.includes("rebuild_conf_files"))).toEqual([]);
    const numbers = await fetch(`${simulator.baseUrl}/v1/phone-numbers`, {
      headers: { "X-API-Key": simulator.apiKey },
    });
    expect(await numbers.json()).toMatchObject({ totalCount: 0 });
  });

  test("no secret anywhere", async () => {
    const printed = stack.transcript.split("\n").filter((line) => !line.startsWith("$ pulumi config set"));
    const texts = [...printed, statesBefore, await stack.stateText()].join("\n");
    for (const secret of [db.password, simulator.apiKey, "trunk-password-1", "trunk-password-2"])
      expect([secret.slice(0, 3), texts.includes(secret)]).toEqual([secret.slice(0, 3), false]);
  });
});

test("a site of 2013: chan_sip, and everything back at the end", async () => {
  const [db, simulator] = await Promise.all([freshDatabase({ schema: "1302" }), startSimulator()]);
  const untouched = await db.dump();
  const env = {
    VICIDIAL_DRAIN_LOOP_SECONDS: "0",
    SIGMAMIND_BASE_URL: simulator.baseUrl,
    SIGMAMIND_API_KEY: simulator.apiKey,
  };
  const config = (dialLevel: number) => JSON.stringify([{ ...denver, dialLevel }]);
  const stack = await TestStack.create({
    env: { ...db.env, ...env },
    config: { "vicidial:sipStacks": "SIP", "voice-ai-bridges:bridges": config(1) },
  });
  try {
    writeFileSync(join(stack.folder, "index.js"), PROGRAM);
    const { text } = await stack.up();
    expect(text).toContain("are not encrypted");
    const [edge] = await db.query(
      "SELECT protocol, account_entry FROM vicidial_server_carriers WHERE carrier_id = 'aie-sigmamind'",
    );
    expect(edge).toMatchObject({ protocol: "SIP", account_entry: expect.stringContaining("transport=udp") as string });
    await stack.run(["config", "set", "voice-ai-bridges:bridges", config(2)]);
    expect((await stack.preview()).map(({ name, properties }) => [name, properties])).toEqual([
      ["denver-routing", ["autoDialLevel"]],
    ]);
    await stack.up();
    await stack.expectNoChanges();
    await stack.destroy();
    const left = differences(untouched, await db.dump()).filter((line) => !line.startsWith("+ vicidial_admin_log: "));
    expect(left.filter((line) => !line.includes("rebuild_conf_files"))).toEqual([]);
  } finally {
    await stack.remove();
    await Promise.all([db.drop(), simulator.close()]);
  }
});

/** A bridge as YAML has it, but for its trunk password. */
type Declared = Record<string, unknown> & { password?: string };

function siteBridge(i: number) {
  return {
    name: `site${i}`,
    campaignId: `SITE${i}`,
    routeNumber: `+1989555${2000 + i}`,
    agentId: "LabSalesAgent001",
    terminationSipUri: "f111.dialmake.com",
    aiPrefix: "9797",
    userStart: 20_000 + 100 * i,
  };
}

/** Child (without the bridge's name) to what the preview shows of it. */
type Shown = Record<string, string>;

function byBridge(steps: readonly Step[]): Record<string, Shown> {
  const bridges: Record<string, Shown> = {};
  for (const { name, op, properties, replaces } of steps) {
    const [bridge = "", child] = name.split(/-(.*)/);
    if (child === undefined) continue;
    const shown = replaces.length > 0 ? `${op} for ${replaces.join(" ")}` : [op, ...properties].join(" ");
    bridges[bridge] = { ...bridges[bridge], [child]: shown };
  }
  return bridges;
}

/**
 * What an operator changes on a bridge of its own, and what the preview must show: on which child, and there which
 * properties. A bridge has one change for each child at most, so a change that shows on another child is seen.
 */
const CHANGES: readonly { base?: Declared; to: Declared; shows: Shown }[] = [
  {
    to: { agentId: "LabCareAgent0002", customerPrefix: "8787", lines: 3, headers: { "X-source": "test" } },
    shows: {
      number: "update inboundAgentId",
      routing: "update dialPrefix",
      agents: "update lines",
      carrier: "update dialplanEntry",
    },
  },
  {
    to: { terminationSipUri: "f112.dialmake.com", manualPrefix: "8787", userStart: 29_000, ringTimeout: 20 },
    shows: {
      number: "update terminationSipUri",
      routing: "update manualDialPrefix",
      agents: "replace for userStart",
      carrier: "update dialplanEntry",
    },
  },
  {
    base: { trunkCredentials: { username: "site" }, password: "trunk-password-1" },
    to: { password: "trunk-password-2", callerId: "3055550111", fallback: { extension: "8300" } },
    shows: { number: "update trunkCredentials", routing: "update campaignCid", carrier: "update dialplanEntry" },
  },
  {
    to: { aiPrefix: "9898", manualCallerId: "AGENT_PHONE" },
    shows: { carrier: "update dialplanEntry", agents: "update extension", routing: "update manualDialCid" },
  },
  {
    to: { diallers: ["10.20.30.12"], dialLevel: 2 },
    shows: { agents: "update diallers", carrier: "update serverIp", routing: "update autoDialLevel" },
  },
  {
    to: { leadFields: ["city"], leadService: { host: "10.20.30.11" }, hopperLevel: 20 },
    shows: { carrier: "update dialplanEntry", routing: "update hopperLevel" },
  },
  {
    to: { amd: { onMachine: { play: "bye" } } },
    shows: { routing: "update amMessageExten amdSendToVmx routingExtension" },
  },
  {
    to: { amd: { onNotSure: "hangup" } },
    shows: { routing: "update amdAgentRouteOptions amdSendToVmx routingExtension", "amd-options": "create" },
  },
  { to: { recording: "ALLFORCE" }, shows: { routing: "update recording" } },
  { to: { dialStatuses: ["NEW", "NA"] }, shows: { routing: "update dialStatuses" } },
  {
    to: { onDestroy: "leave", drainTimeoutSeconds: 60, force: true },
    shows: { routing: "update onDestroy", agents: "update drainTimeoutSeconds force" },
  },
  {
    base: { agentId: CLOSER.agentId, customerPrefix: "9797", callerId: "3055550111" },
    to: {
      transfer: { to: [TRANSFERS[0]] },
      dialMethod: "ADAPT_HARD_LIMIT",
      softphone: { extension: "5599", dialler: "10.20.30.11" },
    },
    shows: {
      number: "update transferTargets",
      carrier: "update dialplanEntry",
      routing: "update dialMethod",
      softphone: "create",
    },
  },
  {
    to: { edge: { account: "otheredge", host: "edge.example", bindPort: 5075 } },
    shows: { carrier: "update dialplanEntry" },
  },
];

/** The accounts that two of them ask for: one may send REFER, one is of another platform. */
const NEW_EDGES: Record<string, Shown> = {
  sigmamind: { "refer-carrier": "create", refer: "create" },
  otheredge: { carrier: "create" },
};
