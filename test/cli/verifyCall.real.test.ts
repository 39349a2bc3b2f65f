import { setTimeout as sleep } from "node:timers/promises";
import type { Verdict } from "../../cli/check";
import type { VerifyResult } from "../../cli/verifyResult";
import { FakeDialler } from "../kit/fakeDialler";
import { ActingDialler, type Play } from "./actingDialler";
import { BridgeFixture } from "./bridgeFixture";
import { type Responder, startResponder } from "./edgeResponder";

jest.setTimeout(60_000);

const verdicts = ({ checks }: VerifyResult): Record<string, Verdict> =>
  Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));
const one = ({ checks }: VerifyResult, name: string) => checks.find((check) => check.name === name)!;

let edge: Responder;
beforeAll(async () => {
  edge = await startResponder({ transport: "udp" });
});
afterAll(() => edge.close());
const at = (...more: string[]) => ["--edge-address", `127.0.0.1:${edge.port}`, "--wait", "1", ...more];

describe.each([{ lab: true }, { lab: false }])("verify with a call, %j", ({ lab }) => {
  let bridge: BridgeFixture;
  let dialler: ActingDialler;
  const alive: FakeDialler[] = [];
  const act = (play: Play) => {
    dialler.play = play;
    dialler.taken.length = 0;
  };
  const MARIA = { first_name: "Maria", city: "Denver", source: "test" };
  const row = async (sql: string) => (await bridge.db.query(sql))[0];

  beforeAll(async () => {
    bridge = await BridgeFixture.create({ lab });
    await bridge.settle();
    alive.push(...["10.20.30.11", "10.20.30.12"].map((ip) => new FakeDialler(bridge.db, ip)));
    dialler = new ActingDialler(bridge.db, bridge.simulator.control);
  });
  afterAll(async () => {
    await Promise.all([...alive, dialler].map((each) => each.stop()));
    await bridge.remove();
  });
  beforeEach(async () => {
    await bridge.listLines();
    bridge.answers = [];
    // Records of earlier calls are earlier than any clock's difference.
    const { control } = bridge.simulator;
    const numbers = control.numbers();
    control.reset();
    for (const number of numbers) control.putNumber(number);
    for (const table of ["vicidial_carrier_log", "vicidial_log", "recording_log", "vicidial_remote_agent_log"])
      await bridge.db.query(`DELETE FROM ${table}`);
  });

  if (lab) {
    test("the lab calls its lead: every part of the proof, exit code 0", async () => {
      act({ variables: MARIA });
      const { lead_id: leadId } = (await row("SELECT lead_id FROM vicidial_list WHERE list_id = 1001")) as {
        lead_id: number;
      };
      const result = await bridge.result(...at());
      expect(verdicts(result)).toMatchObject({
        ...{ call: "passed", carrierLog: "passed", headers: "passed", statuses: "passed", recordings: "passed" },
      });
      expect(result.exitCode).toBe(0);
      const code = one(result, "call").evidence[0]!;
      expect(code).toMatch(
        new RegExp(
          `^lead ${leadId}, V-code V\\d{9}${String(leadId).padStart(10, "0")}, dialled 979713035500914 on 10\\.20\\.30\\.11`,
        ),
      );
      expect(dialler.taken).toEqual([
        [
          ...["Exten: 138368", "Context: default", "Channel: Local/979713035500914@default", "Priority: 1"],
          expect.stringMatching(/^Callerid: "V\d{19}" <13038142839>$/),
          "Timeout: 60000",
          `VDACnote: SIGMA1|${leadId}|1|3035500914|OUT|MAIN|99`,
        ],
      ]);
      expect(one(result, "carrierLog").evidence[0]).toMatch(
        /SIP\/telco-2 ANSWER, hangup_cause 16, dial_time 4, answered_time 5/,
      );
      expect(one(result, "headers").evidence.slice(1)).toEqual([
        'X-first_name → {{first_name}}: "Maria"',
        'X-city → {{city}}: "Denver"',
        'X-source → {{source}}: "test"',
      ]);
      expect(one(result, "recordings").evidence[1]).toMatch(/recording\.mp3, status ended, user_ended_call$/);
      expect(await row(`SELECT called_since_last_reset AS c FROM vicidial_list WHERE lead_id = ${leadId}`)).toEqual({
        c: "Y",
      });
    });

    test("a header that is missing or wrong fails", async () => {
      act({ variables: { ...MARIA, city: "Boulder", first_name: undefined } });
      const result = await bridge.result(...at());
      expect(one(result, "headers")).toMatchObject({
        verdict: "failed",
        summary: 'X-first_name did not arrive; X-city arrived as "Boulder"',
      });
      expect(result.exitCode).toBe(1);
    });

    test("XFER in the lead proves nothing: the AI leg decides", async () => {
      act({ aiLeg: { dialstatus: "CHANUNAVAIL", hangupCause: 1, answered: 0 } });
      const result = await bridge.result(...at());
      expect(verdicts(result)).toMatchObject({
        call: "passed",
        carrierLog: "failed",
        headers: "skipped",
        statuses: "passed",
      });
      expect(one(result, "carrierLog").fix).toBe("the edge answered 404: it does not know +19895551234");
      expect(one(result, "statuses").evidence).toContain("XFER although the AI did not answer: it proves nothing");
      expect(result.exitCode).toBe(1);
    });

    test("nor does DROP prove the opposite", async () => {
      act({ variables: MARIA, leadStatus: "DROP" });
      const result = await bridge.result(...at());
      expect(result.exitCode).toBe(0);
      expect(one(result, "statuses").evidence.join()).toMatch(/DROP although the AI answered/);
    });

    test("a call that would not end is hung up when it has talked enough", async () => {
      act({ variables: MARIA, endless: true });
      const result = await bridge.result(...at("--talk", "1"));
      expect(result.exitCode).toBe(0);
      expect(dialler.taken[1]).toEqual(["Channel: SIP/telco-2"]);
      await bridge.listLines();
      act({ variables: MARIA, endless: true });
      const open = await bridge.result(...at("--call-timeout", "1", "--talk", "60"));
      expect(verdicts(open)).toMatchObject({ call: "unknown", carrierLog: "unknown", headers: "skipped" });
      expect(one(open, "call").summary).toBe("the call still goes on after 1 s");
      await bridge.db.query(
        "INSERT INTO vicidial_manager SET status = 'NEW', action = 'Hangup', server_ip = '10.20.30.11'",
      );
      while (Number((await row("SELECT COUNT(*) AS n FROM vicidial_log"))!["n"]) < 1) await sleep(20);
    });

    test("nobody answers the telephone", async () => {
      act({ unanswered: "NA" });
      const result = await bridge.result(...at());
      expect(one(result, "call")).toMatchObject({ verdict: "failed", summary: "the call reached no line" });
      expect(one(result, "call").fix).toMatch(/answer the telephone/);
    });

    test("recordings: missing in VICIdial fails, not yet there at SigmaMind is open", async () => {
      act({ variables: MARIA, recordings: { vicidial: false, sigmamind: true } });
      expect(one(await bridge.result(...at()), "recordings")).toMatchObject({ verdict: "failed" });
      await bridge.listLines();
      act({ variables: MARIA, recordings: { vicidial: true, sigmamind: false } });
      const result = await bridge.result(
        ...at("--lead", String((await row("SELECT lead_id FROM vicidial_list WHERE list_id = 1002"))!["lead_id"])),
      );
      expect(one(result, "recordings")).toMatchObject({
        verdict: "unknown",
        summary: "SigmaMind has no recording yet",
      });
    });

    test("no call where the bridge is broken, none where none is wanted", async () => {
      act({ variables: MARIA });
      await bridge.db.query("DELETE FROM vicidial_live_agents WHERE user = '5566'");
      const broken = await bridge.result(...at());
      expect(one(broken, "call")).toMatchObject({ verdict: "unknown", summary: "no call was made, because of: lines" });
      await bridge.listLines();
      const quiet = await bridge.result(...at("--no-call"));
      expect(verdicts(quiet)).toMatchObject({ call: "skipped", carrierLog: "skipped", recordings: "skipped" });
      expect(quiet.exitCode).toBe(0);
      expect(dialler.taken).toEqual([]);
    });

    test("all lines on calls: the call waits for one, and gives up", async () => {
      await bridge.db.query(
        "UPDATE vicidial_live_agents SET status = 'INCALL', lead_id = 7, last_update_time = NOW() + INTERVAL 1 HOUR WHERE campaign_id = 'SIGMA1'",
      );
      const result = await bridge.result(...at());
      expect(one(result, "call")).toMatchObject({
        verdict: "unknown",
        summary: expect.stringContaining("all lines are on calls") as unknown,
      });
    });
  } else {
    test("without `--call` nobody is called", async () => {
      const result = await bridge.result(...at());
      expect(one(result, "call")).toMatchObject({ verdict: "skipped", summary: "no call was asked for" });
      await sleep(100);
      expect(dialler.taken).toEqual([]);
    });

    test("a real call wants a confirmation", async () => {
      const refused = await bridge.verify(...at("--call", "+13035550123"));
      expect(refused).toMatchObject({
        code: 64,
        stderr: expect.stringMatching(/only with a confirmation, and nobody is here to ask/) as unknown,
      });
      bridge.answers = ["no"];
      expect(await bridge.verify(...at("--call", "+13035550123"))).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/was not confirmed/) as unknown,
      });
      expect((await bridge.verify(...at("--call", "3035550123"))).stderr).toMatch(/is no E\.164 number/);
      expect(dialler.taken).toEqual([]);
    });

    test("the admin page's test call: its lead, its rows, its logs", async () => {
      act({ variables: { ...MARIA, first_name: "Test", city: undefined } });
      bridge.answers = ["y"];
      const { code, stdout } = await bridge.verify(...at("--call", "+13035550123"));
      // The test lead has no city, so no header is sent for it.
      expect(stdout).toMatch(/X-city → \{\{city\}\}: empty in the lead, not sent/);
      expect(code).toBe(0);
      const lead = await row("SELECT * FROM vicidial_list WHERE phone_number = '3035550123'");
      expect(lead).toMatchObject({
        phone_code: "1",
        list_id: 998,
        first_name: "Test",
        called_since_last_reset: "Y",
        owner: "Test Outbound Call",
      });
      expect(dialler.taken[0]![2]).toBe("Channel: Local/979713035550123@default");
      const log = await bridge.db.query(
        "SELECT event_section, event_code FROM vicidial_admin_log WHERE user = 'voicebridge' ORDER BY admin_log_id DESC LIMIT 2",
      );
      expect(log.map((each) => each["event_code"])).toEqual(["ADMIN CAMPAIGN TEST CALL", "ADMIN ADD TEST LEAD"]);
      expect(await row("SELECT extension, timeout FROM vicidial_dial_log ORDER BY call_date DESC LIMIT 1")).toEqual({
        extension: "138368",
        timeout: 60000,
      });
    });

    test("a variable that the prompt does not refer to does not show: open, not failed", async () => {
      act({ variables: { first_name: "Test" } });
      const result = await bridge.result(...at("--call", "+13035550124", "--yes"));
      expect(one(result, "headers")).toMatchObject({ verdict: "unknown", summary: "X-source does not show" });
      expect(result.exitCode).toBe(2);
    });

    test("another agent answered", async () => {
      act({ variables: { first_name: "Test", source: "test" }, agentId: "LabCareAgent0002" });
      const result = await bridge.result(...at("--call", "+13035550125", "--yes"));
      expect(one(result, "headers").summary).toMatch(/agent LabCareAgent0002 answered instead of LabSalesAgent001/);
    });
  }
});
