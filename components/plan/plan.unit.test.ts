import fc from "fast-check";
import type { PlanContext } from "./context";
import { type BridgePlan, carrierIdOf } from "./bridgePlan";
import { guideSteps } from "./guideSteps";
import { planStack } from "./stackPlan";
import { Refusal } from "../../core/refusal";

const site: PlanContext = { sipStacks: "SIP_and_PJSIP", lab: false };

/** The guide's own values. */
const guide = {
  name: "denver",
  campaignId: "SIGMA1",
  routeNumber: "+19895551234",
  agentId: "SPIlVscbB0kkXBvZ",
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

const plan = (fields: object = {}, context = site): BridgePlan =>
  planStack([{ ...guide, ...fields }], context)[0]!.plan;
const other = (fields: object = {}) => ({
  ...guide,
  ...{ name: "boise", campaignId: "SIGMA2", routeNumber: "+18015550100", userStart: 6000 },
  ...fields,
});
function refusal(declared: unknown, context = site): string {
  try {
    planStack(declared, context);
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.message;
    throw thrown;
  }
  return "";
}

describe("the guide's bridge", () => {
  test("comes to these children", () => {
    const { children, remoteExtension, carrierId, edge } = plan();
    expect({ remoteExtension, carrierId, warnings: edge.warnings }).toEqual({
      remoteExtension: "979719895551234",
      carrierId: "aib19895551234",
      warnings: [],
    });
    expect(edge).toMatchObject({
      carrierId: "aie-sigmamind",
      account: {
        host: "28y698lhv2f.sip.livekit.cloud",
        stack: "pjsip",
        transport: "tls",
        srtp: true,
        allowTransfer: false,
      },
    });
    expect(children.number).toEqual({
      routeNumber: "+19895551234",
      inboundAgentId: "SPIlVscbB0kkXBvZ",
      terminationSipUri: "f111.dialmake.com",
      adopt: false,
    });
    expect(children.agents).toMatchObject({
      diallers: "all",
      userStart: "5565",
      lines: 1,
      extension: "979719895551234",
      campaignId: "SIGMA1",
    });
    expect(children.carrier).toMatchObject({ carrierId: "aib19895551234", protocol: "PJSIP", serverIp: "0.0.0.0" });
    expect(children.carrier.dialplanEntry).toMatch(/^exten => 979719895551234,1,/);
    expect(children.routing).toEqual({
      campaignId: "SIGMA1",
      dialPrefix: "9797",
      manualDialPrefix: "8787",
      campaignCid: "13038142839",
      routing: "agents",
      routingExtension: "8368",
      dialMethod: "RATIO",
      autoDialLevel: 1,
      hopperLevel: 1,
      lab: false,
      onDestroy: "restore",
    });
    expect(Object.keys(children).sort()).toEqual(["agents", "carrier", "number", "routing"]);
  });

  test("says which steps of the guide it replaces", () => {
    const steps = guideSteps(
      plan({
        amd: {},
        leadFields: ["city"],
        leadService: { host: "10.0.0.103" },
        dialStatuses: ["NEW"],
      }),
    ).join("\n");
    for (const step of ["Register your number", "Step 1", "Step 2", "Step 3", "Step 4", "Step 5.3", "Step 7", "Step 8"])
      expect(steps).toContain(step);
  });
});

describe("options", () => {
  test.each<[string, object, object]>([
    ["detection that hangs up", { amd: {} }, { routingExtension: "8369", amdSendToVmx: false }],
    [
      "detection with a message",
      { amd: { onMachine: { play: "bye" }, waitForSilence: "2000,2,30" } },
      { routingExtension: "8369", amdSendToVmx: true, amMessageExten: "bye", waitForSilenceOptions: "2000,2,30" },
    ],
    ["unsure results that hang up", { amd: { onNotSure: "hangup" } }, { amdAgentRouteOptions: "ENABLED" }],
    ["the guide's literal step 4.3", { routing: "direct" }, { routing: "direct", routingExtension: "979719895551234" }],
    ["pausing at the end", { onDestroy: "pause" }, { onDestroy: "pause" }],
  ])("%s", (_name, fields, routing) => expect(plan(fields).children.routing).toMatchObject(routing));

  test("unsure results that hang up need the container of the campaign", () => {
    expect(plan({ amd: { onNotSure: "hangup" } }).children.amdOptions).toMatchObject({
      containerId: "AMD_AGENT_OPT_SIGMA1",
      entry: "HUMAN,HUMAN",
    });
  });

  test("one dialler has the carrier to itself", () => {
    const { carrier, agents } = plan({ diallers: ["10.0.0.103"] }).children;
    expect([carrier.serverIp, agents.diallers]).toEqual(["10.0.0.103", ["10.0.0.103"]]);
    expect(plan({ diallers: ["10.0.0.103", "10.0.0.104"] }).children.carrier.serverIp).toBe("0.0.0.0");
  });

  test("a site without PJSIP gets chan_sip over UDP, and is told that calls are not encrypted", () => {
    const { edge, children } = plan({}, { ...site, sipStacks: "SIP" });
    expect(edge.account).toMatchObject({ stack: "sip", transport: "udp", srtp: false });
    expect(children.carrier.protocol).toBe("SIP");
    expect(edge.warnings.join()).toContain("not encrypted");
  });

  test("a bridge with transfers has an edge of its own that may send REFER; the others keep theirs", () => {
    const transfer = { to: ["+18135551111"] };
    const [first, second] = planStack([guide, other({ transfer })], site);
    expect([first!.plan.edge.account.allowTransfer, second!.plan.edge.account.allowTransfer]).toEqual([false, true]);
    expect(first!.plan).toEqual(plan());
    expect(second!.plan.children.carrier.dialplanEntry).toContain("exten => +18135551111,1,");
    expect([first, second].map((one) => one!.plan.children.number.transferTargets)).toEqual([undefined, transfer.to]);
  });

  test("lead fields take the lab's service unless they name one", () => {
    const lab: PlanContext = { ...site, lab: true, leadService: { host: "leads", port: 4573 } };
    expect(plan({ leadFields: ["city"] }, lab).dialplan).toContain("agi://leads:4573/");
    expect(plan({ leadFields: ["city"], leadService: { host: "10.0.0.9" } }, lab).dialplan).toContain(
      "agi://10.0.0.9:4573/",
    );
    expect(plan({}, lab)).toEqual(plan({}, { ...site, lab: true }));
  });

  test("a campaign of its own, a bought number, a softphone, taking over", () => {
    const { campaign, number, softphone, agents } = plan({
      campaign: { name: "Sigma Voice Agent" },
      purchase: true,
      terminationSipUri: undefined,
      softphone: { extension: 5599, dialler: "10.0.0.103" },
      adopt: true,
    }).children;
    expect(campaign).toMatchObject({ campaignId: "SIGMA1", name: "Sigma Voice Agent", adopt: true });
    expect(number).toMatchObject({ purchase: {}, adopt: true });
    expect(softphone).toMatchObject({ extension: "5599", serverIp: "10.0.0.103" });
    expect(agents.adopt).toBe(true);
  });
});

describe("mistakes", () => {
  test.each<[string, object, string]>([
    ["an unknown argument", { lineCount: 2 }, "`bridges[0].lineCount` 2: there is no such input"],
    ["a missing argument", { agentId: undefined }, "`bridges[0].agentId`: is required"],
    [
      "a number without plus",
      { routeNumber: "19895551234" },
      '`bridges[0].routeNumber` "19895551234": must be an E.164 number',
    ],
    ["the edge as carrier", { terminationSipUri: "28y698lhv2f.sip.livekit.cloud" }, "`bridges[0].terminationSipUri`"],
    [
      "no carrier for an own number",
      { terminationSipUri: undefined },
      "`bridges[0].terminationSipUri`: a number that you own needs",
    ],
    ["a prefix of letters", { aiPrefix: "97x7" }, '`bridges[0].aiPrefix` "97x7": must be 1 to 13 digits'],
    ["a remote extension of 21 digits", { aiPrefix: "9797979797" }, "together have 21 digits"],
    ["the guide's user name", { userStart: "sigma_agent" }, '`bridges[0].userStart` "sigma_agent"'],
    ["256 lines", { lines: 256 }, "`bridges[0].lines` 256: must be at most 255"],
    ["all servers", { diallers: ["0.0.0.0"] }, '`bridges[0].diallers[0]` "0.0.0.0"'],
    ["a dialler twice", { diallers: ["10.0.0.1", "10.0.0.1"] }, "names a dialler twice"],
    ["a manual caller id that is a number", { manualCallerId: "+13038142839" }, "is a choice, not a number"],
    [
      "lead fields without a service",
      { leadFields: ["city"] },
      "`bridges[0].leadService`: lead fields need the lead service",
    ],
    [
      "a column that is none",
      { leadFields: ["credit_card"], leadService: { host: "h" } },
      '`bridges[0].leadFields` "credit_card": is not a column',
    ],
    ["a header without X-", { headers: { city: "Denver" } }, '`bridges[0].headers` "city": a header name is `X-`'],
    [
      "transfers without a caller id",
      { transfer: { to: ["+18135551111"] }, callerId: undefined },
      "`bridges[0].callerId`: a transfer is called",
    ],
    ["a transfer to itself", { transfer: { to: ["+19895551234"] } }, "`bridges[0].transfer.to[0]`"],
    [
      "TLS on chan_sip",
      { edge: { stack: "sip", transport: "tls" } },
      '`bridges[0].edge.transport` "tls": chan_sip does TLS only',
    ],
    ["a fallback to itself", { fallback: { routeNumber: "+19895551234" } }, "`bridges[0].fallback.routeNumber`"],
    [
      "a softphone everywhere",
      { softphone: { extension: "5599", dialler: "0.0.0.0" } },
      "`bridges[0].softphone.dialler`",
    ],
    ["an unnamed bridge", { name: undefined }, "`bridges[0].name`: is required"],
  ])("%s", (_name, fields, message) => expect(refusal([{ ...guide, ...fields }])).toContain(message));

  test("no list, or no object in it", () => {
    expect(refusal("denver")).toContain('`bridges` "denver": must be a list');
    expect(refusal([7])).toContain("`bridges[0]` 7: must be an object");
  });

  test("a password is never printed", () => {
    const text = refusal([{ ...guide, trunkCredentials: { username: "u", password: "hunter2".repeat(30) } }]);
    expect(text).toContain("`bridges[0].trunkCredentials.password`");
    expect(text).not.toContain("hunter2");
  });
});

describe("conflicts between two bridges", () => {
  test.each<[string, object, string]>([
    ["name", { name: "denver" }, '`bridges[1].name` "denver": is also the name of bridges[0]'],
    [
      "campaign",
      { campaignId: "sigma1" },
      '`bridges[1].campaignId` "sigma1": a campaign has one routing, and this one is bridged by bridges[0]',
    ],
    [
      "route number",
      { routeNumber: "+19895551234" },
      '`bridges[1].routeNumber` "+19895551234": a route number leads to one agent',
    ],
    [
      "agent users",
      { userStart: 5560, lines: 6 },
      '`bridges[1].userStart` "5560": users 5560-5565 are lines of bridges[0]',
    ],
    [
      "agent users of several diallers",
      { userStart: 5560, lines: 3, diallers: ["10.0.0.1", "10.0.0.2"] },
      "users 5560-5565",
    ],
    [
      "remote extension",
      { aiPrefix: "97", routeNumber: "+9719895551234" },
      "makes the remote extension 979719895551234, as in bridges[0]",
    ],
    [
      "edge",
      { edge: { host: "sip.example.com" } },
      '`bridges[1].edge.account` "sigmamind": names another edge in bridges[0]',
    ],
    ["edge port", { edge: { host: "sip.example.com", account: "example" } }, "`bridges[1].edge.bindPort` 5071"],
  ])("%s", (_name, fields, message) => expect(refusal([guide, other(fields)])).toContain(message));

  test("softphones", () => {
    const softphone = { extension: "5599", dialler: "10.0.0.103" };
    expect(refusal([{ ...guide, softphone }, other({ softphone })])).toContain(
      '`bridges[1].softphone.extension` "5599"',
    );
  });

  test("the longest route numbers may come to one carrier id", () => {
    expect(carrierIdOf("+123456789012345")).toBe("123456789012345");
    expect(carrierIdOf("+19895551234")).toBe("aib19895551234");
  });

  test("all mistakes and conflicts are told at once", () => {
    const text = refusal([
      guide,
      other({ campaignId: "SIGMA1" }),
      other({ name: "third", routeNumber: "1" }),
      other({ name: "fourth" }),
    ]);
    expect(text.split("\n")).toHaveLength(4);
    for (const field of [
      "bridges[1].campaignId",
      "bridges[2].routeNumber",
      "bridges[3].routeNumber",
      "bridges[3].userStart",
    ])
      expect(text).toContain(`\`${field}\``);
  });

  test("different bridges never conflict, equal ones always do", () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 899 }), { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 1, max: 255 }),
        (ids, lines) => {
          const bridges = ids.map((id) => ({
            ...guide,
            ...{
              name: `b${id}`,
              campaignId: `C${id}`,
              routeNumber: `+1989555${1000 + id}`,
              userStart: 10_000 + 255 * id,
              lines,
            },
          }));
          const plans = planStack(bridges, site);
          expect(new Set(plans.map((one) => one.plan.remoteExtension)).size).toBe(ids.length);
          for (const { plan: one } of plans) {
            expect(one.remoteExtension.length).toBeLessThanOrEqual(20);
            expect(one.carrierId.length).toBeLessThanOrEqual(15);
          }
          expect(refusal([...bridges, { ...bridges[0], name: "again" }])).toContain(
            `bridges[${ids.length}].campaignId`,
          );
        },
      ),
      { numRuns: 30 },
    ));
});
