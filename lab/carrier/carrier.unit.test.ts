import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TracedMessage } from "../../core/protocols/sip/capture";
import { parseSip } from "../../core/protocols/sip/message";
import { CUSTOMERS, customerOf, customerTable, toneOf } from "./customers";
import { dialplan } from "./dialplan";
import { pjsipConfiguration } from "./network";
import { readSettings } from "./settings";
import { sipFacts } from "./sip";

describe("customers", () => {
  test("the seed's leads are persons who ring for 4 s", () => {
    for (const number of ["3035500914", "13035500914", "8015550177"])
      expect(customerOf(number).steps.slice(0, 3)).toEqual([
        { do: "ring", ms: 4000 },
        { do: "answer" },
        { do: "wait", ms: 300 },
      ]);
  });

  test("the last two digits choose, whatever stands before", () => {
    expect(customerOf("40").does).toBe("busy (486)");
    expect(customerOf("+1 303 555-0140").does).toBe("busy (486)");
    expect(customerOf("4014").does).toMatch(/^person: rings 4 s/);
  });

  test("every customer has a tone of his own, below half the rate of a telephone", () => {
    expect([toneOf("3035500914"), toneOf("+18015550177")]).toEqual([580, 1840]);
    const tones = Array.from({ length: 100 }, (_, last) => toneOf(`303555${String(last).padStart(4, "0")}`));
    expect(new Set(tones).size).toBe(100);
    expect(Math.max(...tones)).toBeLessThan(3400);
  });

  test("digits are two and used once; exactly one customer is everybody else", () => {
    const digits = CUSTOMERS.map((customer) => customer.digits);
    expect(new Set(digits).size).toBe(CUSTOMERS.length);
    expect(digits.filter((one) => one === undefined)).toHaveLength(1);
    expect(digits.every((one) => one === undefined || /^\d\d$/.test(one))).toBe(true);
  });

  test("the README has the same table", () => {
    const readme = readFileSync(join(__dirname, "../../docker/carrier/README.md"), "utf8");
    const cells = (text: string) =>
      text.split("\n").map((line) => line.split("|").map((cell) => cell.trim().replace(/^-+$/, "-")));
    const wanted = cells(customerTable());
    const rows = cells(readme);
    const first = rows.findIndex((row) => row.join() === wanted[0]!.join());
    expect(rows.slice(first, first + wanted.length)).toEqual(wanted);
  });
});

describe("dialplan", () => {
  const text = dialplan({ sounds: "/sounds", calls: "/calls" });

  test("a customer's steps become applications, in order", () => {
    const busy = {
      digits: "81",
      does: "busy",
      steps: [
        { do: "ring", ms: 1500 },
        { do: "refuse", cause: 17 },
      ] as const,
    };
    expect(dialplan({ sounds: "/s", calls: "/c" }, [busy])).toContain(
      [
        "[customer-81]",
        "exten => s,1,Ringing()",
        " same => n,Wait(1.5)",
        " same => n,Hangup(17)",
        " same => n,Hangup()",
      ].join("\n"),
    );
  });

  test("a turn comes after silence of the other side, again and again", () => {
    expect(text).toContain(
      [
        " same => n(listen),UserEvent(Listening,After: 2500)",
        " same => n,Wait(1800)",
        " same => n,Hangup()",
        "exten => turn,1,Playback(/sounds/turn&/sounds/tone-${TONE})",
        " same => n,SendDTMF(#,120,120)",
        " same => n,Goto(s,listen)",
      ].join("\n"),
    );
  });

  test("each customer has a section, each answered call is recorded", () => {
    expect(text.match(/^\[.*\]$/gm)).toHaveLength(CUSTOMERS.length + 1);
    const answered = CUSTOMERS.filter(({ steps }) => steps.some((step) => step.do === "answer"));
    expect(text.match(/MixMonitor/g)).toHaveLength(answered.length);
  });
});

test("calls are taken from the given networks only", () => {
  const text = pjsipConfiguration(5060, ["172.30.5.21/24", "10.1.0.2/16"]);
  expect(text).toContain("match=172.30.5.21/24\nmatch=10.1.0.2/16\n");
  expect(text.match(/type=endpoint/g)).toHaveLength(1);
  expect(text).not.toContain("anonymous");
});

describe("what the wire says", () => {
  const traced = (at: number, received: boolean, text: string): TracedMessage => ({
    at,
    received,
    peer: "10.0.0.11:5060",
    message: parseSip(text.replaceAll("\n", "\r\n"))!,
    text,
  });
  const invite = traced(
    1000,
    true,
    `INVITE sip:13035500914@carrier SIP/2.0
Via: SIP/2.0/UDP 10.0.0.11:5060
From: "V1122101500000000008" <sip:3038142839@10.0.0.11>;tag=a
To: <sip:13035500914@carrier>
Call-ID: abc@10.0.0.11
CSeq: 102 INVITE
Remote-Party-ID: "V1" <sip:3038142839@10.0.0.11>;party=calling
X-City: Salt Lake City
X-City: twice
x-source: lab

`,
  );
  const answer = (at: number, status: string, method = "INVITE") =>
    traced(at, false, `SIP/2.0 ${status}\nCall-ID: abc@10.0.0.11\nCSeq: 102 ${method}\n\n`);
  const request = (at: number, received: boolean, method: string, more = "") =>
    traced(at, received, `${method} sip:x@y SIP/2.0\nCall-ID: abc@10.0.0.11\nCSeq: 103 ${method}\n${more}\n`);

  test("who called whom, with which headers, as written", () => {
    expect(sipFacts([invite])).toEqual({
      callId: "abc@10.0.0.11",
      number: "13035500914",
      requestUri: "sip:13035500914@carrier",
      from: { name: "V1122101500000000008", number: "3038142839" },
      identities: [{ name: "Remote-Party-ID", value: '"V1" <sip:3038142839@10.0.0.11>;party=calling' }],
      headers: [
        { name: "X-City", value: "Salt Lake City" },
        { name: "X-City", value: "twice" },
        { name: "x-source", value: "lab" },
      ],
      peer: "10.0.0.11:5060",
      invitedAt: 1000,
    });
    expect(sipFacts([])).toBeUndefined();
  });

  test.each([
    ["the caller hangs up", [request(9000, true, "BYE")], { endedAt: 9000, endedBy: "caller" }],
    ["the customer hangs up", [request(9000, false, "BYE")], { endedAt: 9000, endedBy: "customer" }],
  ])("%s", (_, end, wanted) => {
    const trace = [invite, answer(1100, "100 Trying"), answer(1200, "180 Ringing"), answer(5200, "200 OK"), ...end];
    expect(sipFacts(trace)).toMatchObject({ ringingAt: 1200, answeredAt: 5200, status: 200, ...wanted });
  });

  test("busy is the customer's end, a cancelled call the caller's", () => {
    expect(sipFacts([invite, answer(1300, "486 Busy here")])).toMatchObject({
      status: 486,
      endedAt: 1300,
      endedBy: "customer",
    });
    const cancelled = [
      invite,
      answer(1200, "180 Ringing"),
      request(31_000, true, "CANCEL"),
      answer(31_001, "487 Terminated"),
    ];
    expect(sipFacts(cancelled)).toMatchObject({ status: 487, endedAt: 31_000, endedBy: "caller" });
    expect(sipFacts(cancelled)?.answeredAt).toBeUndefined();
  });

  test("a re-INVITE that names somebody else is told, a repeated name is not", () => {
    const rpid = (name: string) => request(6000, true, "INVITE", `Remote-Party-ID: <sip:${name}@10.0.0.11>\n`);
    const { identities } = sipFacts([invite, rpid("3035500914"), rpid("3035500914")])!;
    expect(identities.map(({ value }) => value)).toEqual([
      '"V1" <sip:3038142839@10.0.0.11>;party=calling',
      "<sip:3035500914@10.0.0.11>",
    ]);
  });
});

describe("settings", () => {
  test("the control port is required, the rest has defaults", () => {
    expect(readSettings({ CARRIER_CONTROL_PORT: "8083" })).toEqual({
      controlPort: 8083,
      sipPort: 5060,
      dataDirectory: "/var/lib/carrier",
      keepCalls: 500,
    });
    expect(() => readSettings({})).toThrow(/`CARRIER_CONTROL_PORT`.*not set/);
    expect(() => readSettings({ CARRIER_CONTROL_PORT: "x", CARRIER_DATA_DIR: "here" })).toThrow(
      /CARRIER_DATA_DIR` "here"/,
    );
  });
});
