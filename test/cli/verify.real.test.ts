import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Verdict } from "../../cli/check";
import type { VerifyResult } from "../../cli/verifyResult";
import { differences } from "../kit/database";
import { repository } from "../kit/files";
import { FakeDialler } from "../kit/fakeDialler";
import { BridgeFixture } from "./bridgeFixture";
import { type Responder, startResponder } from "./edgeResponder";

jest.setTimeout(60_000);

const verdicts = ({ checks }: VerifyResult): Record<string, Verdict> =>
  Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));
const one = ({ checks }: VerifyResult, name: string) => checks.find((check) => check.name === name)!;

describe("verify, without a call", () => {
  let bridge: BridgeFixture;
  let edge: Responder;
  const diallers: FakeDialler[] = [];
  const sql = (text: string) => bridge.db.query(text);
  const at = () => ["--edge-address", `127.0.0.1:${edge.port}`, "--wait", "0"];

  beforeAll(async () => {
    [bridge, edge] = await Promise.all([BridgeFixture.create(), startResponder({ transport: "udp" })]);
    await bridge.settle();
    diallers.push(...["10.20.30.11", "10.20.30.12"].map((ip) => new FakeDialler(bridge.db, ip)));
  });
  afterAll(async () => {
    await Promise.all(diallers.map((dialler) => dialler.stop()));
    await Promise.all([bridge.remove(), edge.close()]);
  });
  beforeEach(async () => {
    await bridge.listLines();
  });

  test("all good: exit code 0, each check with its evidence, nothing written, no secret shown", async () => {
    const before = await bridge.db.dump();
    const result = await bridge.result(...at());
    expect(verdicts(result)).toMatchObject({
      ...{ number: "passed", agent: "passed", rows: "passed", dialplan: "passed", lines: "passed", edge: "passed" },
    });
    expect(result).toMatchObject({ exitCode: 0, verdict: "passed", bridge: "denver", stack: "test", lab: false });
    expect(one(result, "number").evidence[0]).toMatch(/\+19895551234: inboundAgentId LabSalesAgent001/);
    expect(one(result, "rows").evidence).toEqual([
      ...["carrier aie-sigmamind: as planned", "carrier aib19895551234: as planned"],
      ...["remote agent on 10.20.30.11: as planned", "remote agent on 10.20.30.12: as planned"],
      ...["agent users 5565, 5566, 5567, 5568: there and active", "campaign SIGMA1: as planned"],
      ...["routing of campaign SIGMA1: as planned", "softphone 10.20.30.11/5599: as planned"],
    ]);
    expect(one(result, "dialplan").evidence[0]).toMatch(/rebuild_conf_files is N.*weaker evidence/);
    expect(one(result, "lines").evidence).toHaveLength(4);
    expect(one(result, "edge").evidence[0]).toMatch(/^OPTIONS → 200 OK in \d+ ms, TestEdge$/);
    expect(edge.requests[0]).toContain("OPTIONS sip:28y698lhv2f.sip.livekit.cloud:5060 SIP/2.0");
    const other = (lines: string[]) => lines.filter((line) => !/(server_updater|vicidial_live_agents): /.test(line));
    expect(other(differences(before, await bridge.db.dump()))).toEqual([]);

    const { code, stdout, stderr } = await bridge.verify(...at());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ number +\+19895551234 leads to agent LabSalesAgent001 {2}\(\d\.\d s\)$/m);
    expect(stdout).toContain("Bridge denver works, as far as it was checked");
    expect(stderr).toContain("… lines: Are the lines READY?");
    for (const secret of [bridge.db.password, bridge.simulator.apiKey]) expect(stdout + stderr).not.toContain(secret);
  });

  test.each<[string, string, string, RegExp]>([
    [
      "a carrier's dialplan",
      "UPDATE vicidial_server_carriers SET dialplan_entry = CONCAT(dialplan_entry, 'x') WHERE carrier_id = 'aib19895551234'",
      "UPDATE vicidial_server_carriers SET dialplan_entry = LEFT(dialplan_entry, LENGTH(dialplan_entry) - 1) WHERE carrier_id = 'aib19895551234'",
      /carrier aib19895551234 is not as planned \(`dialplanEntry`\)/,
    ],
    [
      "a campaign's routing extension",
      "UPDATE vicidial_campaigns SET campaign_vdad_exten = '97919895551234' WHERE campaign_id = 'SIGMA1'",
      "UPDATE vicidial_campaigns SET campaign_vdad_exten = '8368' WHERE campaign_id = 'SIGMA1'",
      /routing of campaign SIGMA1 is not as planned \(`routingExtension`\)/,
    ],
    [
      "the name of the campaign that the bridge created",
      "UPDATE vicidial_campaigns SET campaign_name = 'Other' WHERE campaign_id = 'SIGMA1'",
      "UPDATE vicidial_campaigns SET campaign_name = 'Sigma of the bridge' WHERE campaign_id = 'SIGMA1'",
      /campaign SIGMA1 is not as planned \(`name`\)/,
    ],
    [
      "a softphone that is switched off",
      "UPDATE phones SET active = 'N' WHERE extension = '5599'",
      "UPDATE phones SET active = 'Y' WHERE extension = '5599'",
      /softphone 10\.20\.30\.11\/5599 is not as planned \(`active`\)/,
    ],
    [
      "a remote agent that somebody paused",
      "UPDATE vicidial_remote_agents SET status = 'INACTIVE' WHERE user_start = '5567'",
      "UPDATE vicidial_remote_agents SET status = 'ACTIVE' WHERE user_start = '5567'",
      /remote agent on 10\.20\.30\.12 is not as planned \(`status`\)/,
    ],
    [
      "a remote agent with another extension",
      "UPDATE vicidial_remote_agents SET conf_exten = '97919895551234' WHERE user_start = '5567'",
      "UPDATE vicidial_remote_agents SET conf_exten = '979719895551234' WHERE user_start = '5567'",
      /remote agent on 10\.20\.30\.12: missing/,
    ],
    [
      "a user who is gone",
      "UPDATE vicidial_users SET user = '995566' WHERE user = '5566'",
      "UPDATE vicidial_users SET user = '5566' WHERE user = '995566'",
      /agent users 5566: no such rows/,
    ],
    [
      "the edge's account",
      "UPDATE vicidial_server_carriers SET active = 'N' WHERE carrier_id = 'aie-sigmamind'",
      "UPDATE vicidial_server_carriers SET active = 'Y' WHERE carrier_id = 'aie-sigmamind'",
      /carrier aie-sigmamind is not as planned \(`active`\)/,
    ],
  ])("rows: %s changed by hand", async (_, change, back, said) => {
    await sql(change);
    try {
      const result = await bridge.result(...at());
      expect(result).toMatchObject({ exitCode: 1, verdict: "failed" });
      expect(verdicts(result)).toMatchObject({ number: "passed", rows: "failed" });
      expect(one(result, "rows").summary).toMatch(said);
      expect(one(result, "rows").fix).toContain("pulumi up");
      for (const line of one(result, "rows").evidence) expect(line.length).toBeLessThan(200);
    } finally {
      await sql(back);
    }
  });

  test("number: another agent, another carrier, none at all", async () => {
    const [number] = bridge.simulator.control.numbers();
    const put = (change: object) => bridge.simulator.control.putNumber({ ...number!, ...change });
    put({ inboundAgentId: "LabCareAgent0002" });
    expect(one(await bridge.result(...at()), "number").summary).toMatch(
      /leads to LabCareAgent0002 instead of LabSalesAgent001/,
    );
    put({ terminationSipUri: "other.example.com" });
    expect(one(await bridge.result(...at()), "number").summary).toMatch(
      /another telephony carrier: other\.example\.com/,
    );
    put({ sipPhoneNumber: "+15550000000" });
    await fetch(`${bridge.simulator.baseUrl}/v1/phone-numbers/%2B19895551234`, {
      method: "DELETE",
      headers: { "x-api-key": bridge.simulator.apiKey },
    });
    const result = await bridge.result(...at());
    expect(one(result, "number")).toMatchObject({
      verdict: "failed",
      summary: "+19895551234 is not registered at SigmaMind",
    });
    expect(result.exitCode).toBe(1);
    put({});
  });

  test("agent: Live, not Live, not there", async () => {
    const { control } = bridge.simulator;
    control.addCall({ callType: "inbound", sipPhoneNumber: "+19895551234", agentId: "LabSalesAgent001" });
    expect(one(await bridge.result(...at()), "agent").evidence[0]).toMatch(/^status Live, seen in call /);
    control.putAgent({ agentId: "LabSalesAgent001", agentName: "Sales", status: "Testing" });
    const result = await bridge.result(...at());
    expect(one(result, "agent")).toMatchObject({
      verdict: "failed",
      summary: expect.stringContaining("is Testing, not Live") as unknown,
    });
    expect(result.exitCode).toBe(1);
    control.putAgent({ agentId: "LabSalesAgent001", agentName: "Sales", status: "Live" });
  });

  test("agent: a transfer that the diallers would refuse is told, and is no failure", async () => {
    const { control } = bridge.simulator;
    const tools = [{ type: "voice_transfer_call", transferTo: "+18135551111" }];
    control.putAgent({ agentId: "LabSalesAgent001", agentName: "Sales", status: "Live", definition: { tools } });
    const { verdict, evidence } = one(await bridge.result(...at()), "agent");
    expect(verdict).toBe("passed");
    expect(evidence.at(-1)).toBe(
      "may transfer to +18135551111; by REFER the diallers put through to nobody (`transfer.to`)",
    );
    control.putAgent({ agentId: "LabSalesAgent001", agentName: "Sales", status: "Live" });
  });

  test("dialplan: not taken up by a dialler that runs", async () => {
    await sql("UPDATE servers SET rebuild_conf_files = 'Y' WHERE server_ip = '10.20.30.12'");
    const result = await bridge.result(...at());
    expect(one(result, "dialplan")).toMatchObject({
      verdict: "failed",
      summary: "10.20.30.12 has not taken up the rebuild",
    });
    diallers[1]!.keepalive = true;
    const later = await bridge.result("--edge-address", `127.0.0.1:${edge.port}`, "--wait", "20");
    expect(verdicts(later)).toMatchObject({ dialplan: "passed" });
    diallers[1]!.keepalive = false;
  });

  test("dialplan: another carrier took the extension", async () => {
    await sql(
      "INSERT INTO vicidial_server_carriers (carrier_id, carrier_name, registration_string, template_id, account_entry, protocol, globals_string, dialplan_entry, server_ip, active) VALUES ('AAA', 'Thief', '', '--NONE--', '', 'SIP', '', 'exten => 979719895551234,1,Hangup()', '0.0.0.0', 'Y')",
    );
    const result = await bridge.result(...at());
    await sql("DELETE FROM vicidial_server_carriers WHERE carrier_id = 'AAA'");
    expect(one(result, "dialplan")).toMatchObject({
      verdict: "failed",
      summary: expect.stringContaining("reaches carrier AAA instead of carrier aib19895551234") as unknown,
    });
  });

  test.each<[string, RegExp]>([
    ["status = 'PAUSED', pause_code = 'LAGGED'", /line 5566 is PAUSED \(LAGGED\)/],
    ["conf_exten = '8300'", /line 5566 has the extension 8300/],
    ["outbound_autodial = 'N'", /line 5566 is READY, outbound_autodial N/],
  ])("lines: %s", async (change, said) => {
    await bridge.listLines(change);
    const result = await bridge.result(...at());
    expect(verdicts(result)).toMatchObject({ rows: "passed", lines: "failed" });
    expect(one(result, "lines").evidence).toContainEqual(expect.stringMatching(said));
    expect(result.exitCode).toBe(1);
  });

  test("lines: a line on a call is a line", async () => {
    await bridge.listLines("status = 'INCALL', lead_id = 7");
    expect(verdicts(await bridge.result(...at()))).toMatchObject({ lines: "passed" });
  });

  test("edge: refused, silent, overloaded, no way to ask", async () => {
    const gone = await startResponder({ transport: "udp" });
    await gone.close();
    const refused = await bridge.result("--edge-address", `127.0.0.1:${gone.port}`, "--wait", "0");
    expect(one(refused, "edge")).toMatchObject({
      verdict: "failed",
      summary: expect.stringContaining("ECONNREFUSED") as unknown,
    });
    expect(refused.exitCode).toBe(1);
    const busy = await startResponder({ transport: "udp", answer: "503 Service Unavailable" });
    const overloaded = await bridge.result("--edge-address", `127.0.0.1:${busy.port}`, "--wait", "0");
    await busy.close();
    expect(one(overloaded, "edge").summary).toMatch(/answers 503/);
    const nowhere = await bridge.result("--edge-address", "edge.invalid", "--wait", "0");
    expect(one(nowhere, "edge").verdict).toBe("unknown");
    expect(nowhere).toMatchObject({ exitCode: 2, verdict: "unknown" });
  });

  test("systems that cannot be reached: exit code 2, and the rest is checked", async () => {
    const { env } = bridge;
    const saved = { ...env };
    Object.assign(env, { VICIDIAL_PORT: "1", SIGMAMIND_API_KEY: "a-wrong-key" });
    const result = await bridge.result(...at());
    Object.assign(env, saved);
    expect(verdicts(result)).toMatchObject({
      ...{
        number: "unknown",
        agent: "unknown",
        rows: "unknown",
        dialplan: "unknown",
        lines: "unknown",
        edge: "passed",
      },
    });
    expect(result.exitCode).toBe(2);
    expect(JSON.stringify(result)).not.toContain("a-wrong-key");
  });

  test("the compiled program, run as a command", async () => {
    const program = join(repository, "dist", "cli", "main.js");
    const run = promisify(execFile)(process.execPath, [program, "verify", "denver", "--json", ...at()], {
      cwd: bridge.folder,
      env: bridge.env,
    });
    const { stdout } = await run;
    expect((JSON.parse(stdout) as VerifyResult).exitCode).toBe(0);
  });
});

test("without a running dialler nothing can be said of it: exit code 2", async () => {
  const bridge = await BridgeFixture.create();
  const edge = await startResponder({ transport: "udp" });
  try {
    const result = await bridge.result("--edge-address", `127.0.0.1:${edge.port}`);
    expect(verdicts(result)).toMatchObject({ rows: "passed", dialplan: "unknown", lines: "unknown", edge: "passed" });
    expect(one(result, "lines")).toMatchObject({ fix: "start the dialler" });
    expect(result.exitCode).toBe(2);
  } finally {
    await Promise.all([bridge.remove(), edge.close()]);
  }
});
