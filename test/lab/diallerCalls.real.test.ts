import { readMonoWav, periods, durationMs } from "../../lab/audio";
import type { CarrierCall } from "../../lab/carrier/calls";
import { extensionsOf } from "../../core/protocols/ami";
import { freshDatabase, type FreshDatabase } from "../kit/database";
import { waitFor } from "../kit/files";
import { startDiallerLab, type DiallerLab } from "./diallerLab";

/**
 * The dialler's call side with real calls. The telephone network plays the customers and, under other numbers, the AI;
 * the last two digits choose the behaviour (docker/carrier/README.md). Calls are placed as the admin page's test call
 * places them (docs/facts/vicidial.md#saving-campaigns), all at once, each with a campaign, a lead and a line of its own.
 */
let database: FreshDatabase;
let lab: DiallerLab;

interface Case {
  campaign: string;
  leadId: number;
  /** Last two digits of the customer's and of the AI's number. */
  customer: string;
  ai?: string;
  /** Columns of the campaign. */
  columns?: Record<string, string | number>;
  /** Instead of the line's remote extension. */
  confExten?: string;
  /** The line is on the other dialler. */
  elsewhere?: true;
}

const cases = {
  talk: { campaign: "TALK", leadId: 101, customer: "14", ai: "61" },
  aiBusy: { campaign: "AIBUSY", leadId: 102, customer: "15", ai: "40" },
  unmatched: { campaign: "NOMATCH", leadId: 103, customer: "16", ai: "14", confExten: "555" },
  noLine: { campaign: "NOLINE", leadId: 104, customer: "17", columns: { drop_call_seconds: 2, drop_action: "HANGUP" } },
  busy: { campaign: "BUSY", leadId: 105, customer: "40" },
  tooFast: { campaign: "TOOFAST", leadId: 106, customer: "20", ai: "14" },
  machine: { campaign: "MACHINE", leadId: 107, customer: "30", ai: "14", columns: { campaign_vdad_exten: "8369" } },
  message: {
    campaign: "MESSAGE",
    leadId: 108,
    customer: "30",
    ai: "14",
    columns: {
      campaign_vdad_exten: "8369",
      amd_send_to_vmx: "Y",
      am_message_exten: "vm-goodbye",
      waitforsilence_options: "2000,1,30",
    },
  },
  person: { campaign: "PERSON", leadId: 109, customer: "18", ai: "61", columns: { campaign_vdad_exten: "8369" } },
  elsewhere: { campaign: "ELSEWH", leadId: 111, customer: "22", ai: "61", elsewhere: true },
  noRoute: { campaign: "NOROUTE", leadId: 110, customer: "19", columns: { campaign_vdad_exten: "979719895551214" } },
} satisfies Record<string, Case>;
type Name = keyof typeof cases;

const all = Object.entries(cases) as [Name, Case][];
const callId = ({ leadId }: Case): string => `V112221045${String(leadId).padStart(10, "0")}`;
const customerNumber = ({ leadId, customer }: Case): string => `3035${leadId}0${customer}`;
const user = ({ leadId }: Case): string => String(5400 + leadId);
/** The AI's route number, and with the AI prefix its remote extension. */
const routeNumber = ({ leadId, ai }: Case): string => `1989555${String(leadId % 100).padStart(2, "0")}${ai}`;

const rows = (sql: string, ...values: unknown[]) => database.query(sql, values);
const leadStatus = async (name: Name): Promise<unknown> =>
  (await rows("SELECT status FROM vicidial_list WHERE lead_id = ?", cases[name].leadId))[0]?.["status"];
/** Statuses that were seen of a case, in order, without repetitions. */
const seen: Record<"lead" | "line", Record<string, string[]>> = { lead: {}, line: {} };

async function watch(): Promise<void> {
  const note = (what: "lead" | "line", key: unknown, status: unknown): void => {
    const list = (seen[what][String(key)] ??= []);
    if (list.at(-1) !== status) list.push(String(status));
  };
  for (const row of await rows("SELECT lead_id, status FROM vicidial_list WHERE lead_id > 100"))
    note("lead", row["lead_id"], row["status"]);
  for (const row of await rows(
    "SELECT user, CONCAT(status, ' ', comments) AS status FROM vicidial_live_agents WHERE user BETWEEN '5501' AND '5511'",
  ))
    note("line", row["user"], row["status"]);
}

async function prepare(): Promise<void> {
  await rows("UPDATE vicidial_campaigns SET active = 'N'");
  await rows("UPDATE vicidial_remote_agents SET status = 'INACTIVE'");
  const ai = all.filter(([, one]) => one.ai !== undefined && one.confExten === undefined);
  const dialplan = ai.map(
    ([, one]) =>
      `exten => 9797${routeNumber(one)},1,AGI(agi://127.0.0.1:4577/call_log)\n` +
      `exten => 9797${routeNumber(one)},n,Dial(SIP/+${routeNumber(one)}@ai,20,o)\nexten => 9797${routeNumber(one)},n,Hangup()\n`,
  );
  await rows(
    "INSERT INTO vicidial_server_carriers (carrier_id, carrier_name, template_id, account_entry, protocol, dialplan_entry, server_ip, active) VALUES ('AI', 'AI', '--NONE--', ?, 'SIP', ?, '0.0.0.0', 'Y')",
    "[ai]\ntype=peer\nhost=carrier\ninsecure=port,invite\nqualify=no\ncontext=nowhere\ndisallow=all\nallow=ulaw\ndtmfmode=rfc2833\n",
    dialplan.join(""),
  );
  for (const [, one] of all) {
    const columns = {
      ...{
        campaign_id: one.campaign,
        campaign_name: one.campaign,
        active: "Y",
        dial_method: "RATIO",
        auto_dial_level: "1",
      },
      ...{ dial_prefix: "9797", campaign_vdad_exten: "8368", campaign_recording: "ALLFORCE", lead_order: "DOWN" },
      ...one.columns,
    };
    await rows(
      `INSERT INTO vicidial_campaigns (${Object.keys(columns).join(", ")}) VALUES (${Object.keys(columns)
        .map(() => "?")
        .join(", ")})`,
      ...Object.values(columns),
    );
    await rows(
      "INSERT INTO vicidial_list (lead_id, entry_date, status, list_id, called_since_last_reset, phone_code, phone_number, first_name) VALUES (?, NOW(), 'NEW', 1001, 'Y', '1', ?, 'Maria')",
      one.leadId,
      customerNumber(one),
    );
    if (one.ai === undefined) continue;
    await rows(
      "INSERT INTO vicidial_users (user, pass, full_name, user_level, user_group, active, vicidial_recording) VALUES (?, 'x', 'AI', 1, 'AGENTS', 'Y', '1')",
      user(one),
    );
    await rows(
      "INSERT INTO vicidial_remote_agents (user_start, number_of_lines, server_ip, conf_exten, status, campaign_id) VALUES (?, 1, ?, ?, 'ACTIVE', ?)",
      user(one),
      one.elsewhere ? lab.secondIp : lab.ip,
      one.confExten ?? `9797${routeNumber(one)}`,
      one.campaign,
    );
  }
  await rows("UPDATE servers SET rebuild_conf_files = 'Y' WHERE server_ip IN (?, ?)", lab.ip, lab.secondIp);
}

async function place(one: Case): Promise<void> {
  const exten = `13${(one.columns?.["campaign_vdad_exten"] as string | undefined) ?? "8368"}`;
  const dialled = `97971${customerNumber(one)}`;
  await rows(
    "INSERT INTO vicidial_auto_calls (server_ip, campaign_id, status, lead_id, callerid, phone_code, phone_number, call_time, call_type) VALUES (?, ?, 'SENT', ?, ?, '1', ?, NOW(), 'OUT')",
    ...[lab.ip, one.campaign, one.leadId, callId(one), customerNumber(one)],
  );
  await rows(
    "INSERT INTO vicidial_dial_log (caller_code, lead_id, server_ip, call_date, extension) VALUES (?, ?, ?, NOW(), ?)",
    ...[callId(one), one.leadId, lab.ip, dialled],
  );
  await rows(
    "INSERT INTO vicidial_manager (entry_date, status, response, server_ip, action, callerid, cmd_line_b, cmd_line_c, cmd_line_d, cmd_line_e, cmd_line_f, cmd_line_g) " +
      "VALUES (NOW(), 'NEW', 'N', ?, 'Originate', ?, ?, 'Context: default', ?, 'Priority: 1', ?, 'Timeout: 30000')",
    ...[
      lab.ip,
      callId(one),
      `Exten: ${exten}`,
      `Channel: Local/${dialled}@default`,
      `Callerid: "${callId(one)}" <3038142839>`,
    ],
  );
}

let calls: CarrierCall[] = [];
const customerLeg = (name: Name) => calls.find(({ number }) => number === `1${customerNumber(cases[name])}`);
const aiLeg = (name: Name) => calls.find(({ number }) => number === `+${routeNumber(cases[name])}`);
const logged = async (name: Name) =>
  (await rows("SELECT * FROM vicidial_log WHERE lead_id = ?", cases[name].leadId))[0];
const carrierLog = (name: Name) =>
  rows("SELECT * FROM vicidial_carrier_log WHERE lead_id = ? ORDER BY channel LIKE 'Local/%' DESC", cases[name].leadId);

beforeAll(async () => {
  database = await freshDatabase({ schema: "1720" });
  lab = await startDiallerLab(database, { DIALLER_DIALLING_SECONDS: "600", DIALLER_RECORDINGS_SECONDS: "1" });
  await prepare();
  const lines = all.filter(([, one]) => one.ai !== undefined).length;
  await waitFor("every line is ready", 30_000, async () => {
    const ready = await rows(
      "SELECT COUNT(*) AS n FROM vicidial_live_agents WHERE status = 'READY' AND user BETWEEN '5501' AND '5511'",
    );
    return Number(ready[0]?.["n"]) === lines;
  });
  await waitFor("the AI's extension is in force", 30_000, async () => {
    const [winner] = await extensionsOf(lab.ami, "default", `9797${routeNumber(cases.talk)}`);
    return winner?.extension === `9797${routeNumber(cases.talk)}`;
  });
  await waitFor("the accounts are in force", 30_000, async () => {
    const peers = await lab.ami.command("sip show peers");
    return [/^telco .*\d+\.\d+\.\d+\.\d+/m, /^ai .*\d+\.\d+\.\d+\.\d+/m].every((peer) => peer.test(peers));
  });
  for (const [, one] of all) await place(one);
  const over = new Set<string>();
  await waitFor("all calls are over", 90_000, async () => {
    await watch();
    const left = await rows("SELECT callerid FROM vicidial_auto_calls WHERE status IN ('LIVE', 'XFER')");
    const talked = await rows("SELECT lead_id FROM vicidial_log WHERE end_epoch > 0");
    for (const row of talked) over.add(String(row["lead_id"]));
    const answered: Name[] = ["talk", "aiBusy", "unmatched", "noLine", "machine", "message", "person"];
    return left.length === 0 && answered.every((name) => over.has(String(cases[name].leadId)));
  });
  await waitFor("no line is busy any more", 30_000, async () => {
    await watch();
    const busy = await rows(
      "SELECT user FROM vicidial_live_agents WHERE user BETWEEN '5501' AND '5511' AND status != 'READY'",
    );
    return busy.length === 0;
  });
  calls = await lab.calls();
}, 400_000);

afterAll(async () => {
  if (process.env["VOICEBRIDGE_SHOW_DIALLER"]) console.log(await lab.log(), JSON.stringify({ seen, calls }, null, 1));
  await lab.remove();
  await database.drop();
}, 60_000);

describe("a customer who answers, and an AI that talks with him for ten seconds", () => {
  test("the AI's leg: the route number is called, the customer's number and the call id are the caller", () => {
    expect(aiLeg("talk")).toMatchObject({
      status: 200,
      from: { name: callId(cases.talk), number: customerNumber(cases.talk) },
      endedBy: "customer",
    });
    expect(aiLeg("talk")?.requestUri).toContain(`sip:+${routeNumber(cases.talk)}@`);
  });

  test("the customer's leg: called with the campaign's number and the call id as name, hung up when the AI has", () => {
    const leg = customerLeg("talk");
    expect(leg).toMatchObject({ status: 200, endedBy: "caller", from: { number: "3038142839" } });
    expect(leg!.endedAt! - aiLeg("talk")!.endedAt!).toBeLessThan(1_500);
    expect(leg!.heard.length).toBeGreaterThan(0);
  });

  test("statuses of lead and line in VICIdial's order", () => {
    expect(seen.lead["101"]).toEqual(["NEW", "PU", "XFER"]);
    expect(seen.line[user(cases.talk)]).toEqual([
      "READY REMOTE",
      "QUEUE AUTO",
      "INCALL REMOTE",
      expect.stringContaining("READY"),
    ]);
  });

  test("the call's rows", async () => {
    expect(await logged("talk")).toMatchObject({
      ...{ status: "XFER", user: user(cases.talk), comments: "REMOTE", term_reason: "CALLER", campaign_id: "TALK" },
    });
    expect(await carrierLog("talk")).toMatchObject([
      { dialstatus: "ANSWER", hangup_cause: 16, sip_hangup_cause: 200, sip_hangup_reason: "OK)" },
      // Not the AI's own answer, but the customer leg's (docs/facts/vicidial.md#carrier-log).
      { dialstatus: "ANSWER", hangup_cause: 16, sip_hangup_cause: 200, sip_hangup_reason: "OK)" },
    ]);
    const [, ai] = await carrierLog("talk");
    expect(Number(ai!["answered_time"])).toBeGreaterThan(8);
    expect(ai!["channel"]).toMatch(/^SIP\/telco-/);
    const attempts = await rows("SELECT * FROM vicidial_remote_agent_log WHERE lead_id = 101");
    expect(attempts).toMatchObject([
      { user: user(cases.talk), extension: `9797${routeNumber(cases.talk)}`, campaign_id: "TALK" },
    ]);
    expect(await rows("SELECT * FROM call_log WHERE caller_code = ?", callId(cases.talk))).not.toHaveLength(0);
    expect(await rows("SELECT * FROM vicidial_auto_calls WHERE lead_id = 101")).toEqual([]);
  });

  test("the Originate and the redirect to the routing extension are rows of the manager's queue", async () => {
    const [, { channel }] = (await carrierLog("talk")) as [unknown, { channel: string }];
    const sent = await rows("SELECT * FROM vicidial_manager WHERE callerid = ? ORDER BY man_id", callId(cases.talk));
    expect(sent).toMatchObject([
      { action: "Originate", status: "DEAD" },
      {
        action: "Redirect",
        status: "DEAD",
        cmd_line_b: `Channel: ${channel}`,
        cmd_line_d: "Exten: 8368",
        cmd_line_f: "",
      },
    ]);
  });

  test("both sides are on record", async () => {
    const [row] = await rows("SELECT * FROM recording_log WHERE lead_id = 101");
    expect(row).toMatchObject({ user: user(cases.talk), extension: customerNumber(cases.talk) });
    const name = String(row!["filename"]);
    expect(name).toMatch(new RegExp(`^\\d{8}-\\d{6}_${customerNumber(cases.talk)}$`));
    for (const side of ["in", "out"]) {
      const found = await lab.run("find", "/var/spool/asterisk", "-name", `${name}-${side}.wav`);
      const sound = readMonoWav(await lab.file(found.trim()));
      expect(durationMs(sound)).toBeGreaterThan(8_000);
      expect(periods(sound).length).toBeGreaterThan(0);
    }
  });

  test("some time later both sides are mixed, and the log knows how long they are and where", async () => {
    const mixed = async () =>
      (await rows("SELECT * FROM recording_log WHERE lead_id = 101 AND location LIKE 'http://%-all.wav'"))[0];
    await waitFor("the recording is mixed", 60_000, async () => (await mixed()) !== undefined);
    const row = (await mixed())!;
    expect(Number(row["length_in_sec"])).toBeGreaterThan(8);
    expect(row["location"]).toBe(`http://${lab.ip}/RECORDINGS/${String(row["filename"])}-all.wav`);
    await waitFor("its two sides are put aside", 10_000, async () => {
      const left = await lab.run("find", "/var/spool/asterisk/monitor", "-name", `${String(row["filename"])}*`);
      return left.trim() === "";
    });
  }, 80_000);
});

// The other dialler's end of the call removes the row of the call before the first one's end looks for it, and finds no log row by
// its own unique id: the log keeps no length. So reads VICIdial's source.
test("a line on the other dialler takes the call: by IAX2, with the same From", async () => {
  const one = cases.elsewhere;
  expect(aiLeg("elsewhere")).toMatchObject({ status: 200, from: { name: callId(one), number: customerNumber(one) } });
  expect(aiLeg("elsewhere")?.peer).toContain(lab.secondIp);
  expect(customerLeg("elsewhere")?.peer).toContain(lab.ip);
  expect(await logged("elsewhere")).toMatchObject({ status: "XFER", user: user(one), comments: "REMOTE" });
  expect(await rows("SELECT * FROM vicidial_auto_calls WHERE lead_id = ?", one.leadId)).toEqual([]);
  const dialled = `${lab.secondIp
    .split(".")
    .map((octet) => octet.padStart(3, "0"))
    .join("*")}*9797${routeNumber(one)}`;
  const legs = await rows(
    "SELECT server_ip, dialstatus FROM vicidial_carrier_log WHERE lead_id = ? ORDER BY server_ip",
    one.leadId,
  );
  expect(legs).toContainEqual({ server_ip: lab.secondIp, dialstatus: "ANSWER" });
  expect(await lab.ami.command(`dialplan show ${dialled}@default`)).toContain("Dial(");
});

describe("calls that go wrong", () => {
  test("the AI is busy: the customer is hung up, DROP, and the AI leg's row says BUSY", async () => {
    expect(aiLeg("aiBusy")).toMatchObject({ status: 486 });
    expect(await leadStatus("aiBusy")).toBe("DROP");
    expect(await logged("aiBusy")).toMatchObject({ status: "DROP", term_reason: "ABANDON" });
    expect((await carrierLog("aiBusy"))[1]).toMatchObject({ dialstatus: "BUSY", hangup_cause: 17, answered_time: 0 });
  });

  test("a remote extension that no carrier answers: the customer hears the invalid prompt, DROP", async () => {
    expect(await leadStatus("unmatched")).toBe("DROP");
    expect(customerLeg("unmatched")?.heard.length).toBeGreaterThan(0);
    expect(await rows("SELECT extension FROM vicidial_remote_agent_log WHERE lead_id = 103")).toEqual([
      { extension: "555" },
    ]);
  });

  test("no line: DROP after drop_call_seconds, QUEUETIMEOUT", async () => {
    expect(await logged("noLine")).toMatchObject({ status: "DROP", term_reason: "QUEUETIMEOUT", length_in_sec: 2 });
    const leg = customerLeg("noLine")!;
    expect(leg.endedBy).toBe("caller");
    expect(leg.endedAt! - leg.answeredAt!).toBeLessThan(6_000);
  });

  test("a busy customer is AB, and the dialling program finds the call BUSY", async () => {
    expect(await leadStatus("busy")).toBe("AB");
    expect(await logged("busy")).toMatchObject({ status: "AB", user: "VDAD", length_in_sec: 0 });
    expect(await rows("SELECT status FROM vicidial_auto_calls WHERE lead_id = 105")).toEqual([{ status: "BUSY" }]);
  });

  test("a customer who answers at once is lost: no channel behind the Local channel yet", async () => {
    expect(aiLeg("tooFast")).toBeUndefined();
    expect(await leadStatus("tooFast")).toBe("NEW");
    const leg = customerLeg("tooFast")!;
    expect(leg.endedAt! - leg.answeredAt!).toBeLessThan(4_000);
  });

  test("a routing extension that does not exist with the routing prefix: refused, and nobody is called", async () => {
    expect(customerLeg("noRoute")).toBeUndefined();
    expect(await leadStatus("noRoute")).toBe("NEW");
    expect(await lab.log()).toContain("Extension does not exist.");
    expect(await rows("SELECT status FROM vicidial_manager WHERE callerid = ?", callId(cases.noRoute))).toEqual([
      { status: "SENT" },
    ]);
  });
});

describe("answering machine detection", () => {
  const amdLog = (name: Name) => rows("SELECT AMDSTATUS FROM vicidial_amd_log WHERE lead_id = ?", cases[name].leadId);

  test("a machine is hung up: AA, and the AI is not called", async () => {
    expect(await amdLog("machine")).toEqual([{ AMDSTATUS: "MACHINE" }]);
    expect(await leadStatus("machine")).toBe("AA");
    expect(await logged("machine")).toMatchObject({ status: "AA", user: "VDAD" });
    expect(aiLeg("machine")).toBeUndefined();
  });

  test("a machine gets the message after its greeting: AM, then AL", async () => {
    expect(await amdLog("message")).toEqual([{ AMDSTATUS: "MACHINE" }]);
    expect(seen.lead["108"]).toEqual(expect.arrayContaining(["AM", "AL"]));
    expect(customerLeg("message")?.heard.length).toBeGreaterThan(0);
    expect(aiLeg("message")).toBeUndefined();
  });

  test("a person goes on to the AI", async () => {
    expect(await amdLog("person")).toEqual([{ AMDSTATUS: "HUMAN" }]);
    expect(aiLeg("person")).toMatchObject({ status: 200 });
    expect(await leadStatus("person")).toBe("XFER");
  });
});

test("AMI answers which carrier's text an extension reaches", async () => {
  const reached = async (dialled: string) => (await extensionsOf(lab.ami, "default", dialled))[0];
  expect(await reached("979713035500914")).toMatchObject({ context: "vicidial-auto-external", extension: "_9797X." });
  expect(await reached("8368")).toMatchObject({ context: "default", extension: "8368" });
  expect(await reached("4711")).toBeUndefined();
  await expect(extensionsOf(lab.ami, "default", "1 x")).rejects.toThrow("one word");
});
