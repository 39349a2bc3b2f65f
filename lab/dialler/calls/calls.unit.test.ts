import { headersOf } from "./asterisk";
import { agentOptions, isForAgent, waitBefore } from "./amd";
import { orderOf } from "./agents";
import { isEnd } from "./callEnd";
import { transferred } from "./inGroup";
import { callIdIn, isCallId, leadIdOf, paddedAddress, secondOf } from "./callId";
import { lineOf } from "./callStart";
import { liveChannel, pairs, seenTwice } from "./channels";
import { dropTarget } from "./drop";
import type { Campaign } from "./campaign";
import { ending, hangupReport, unanswered } from "./hangupCauses";
import { statementFor } from "./listener";
import { recordingName, recordingOf } from "./remoteLine";
import { routingArguments } from "./routing";

const V = "V1221116230000000008";

describe("call ids", () => {
  test("V and 19 digits; the lead is the last ten", () => {
    expect(isCallId(V)).toBe(true);
    expect(isCallId("M1221116230000000008")).toBe(false);
    expect(isCallId(`${V}9`)).toBe(false);
    expect(leadIdOf(V)).toBe(8);
    expect(leadIdOf("3035500914")).toBe(0);
    expect(callIdIn(undefined, "<unknown>", V)).toBe(V);
  });

  test("addresses and unique ids", () => {
    expect(paddedAddress("172.31.0.11")).toBe("172*031*000*011*");
    expect(secondOf("1732274623.18")).toBe("1732274623");
  });
});

describe("what call_log says of a line", () => {
  test.each([
    [
      "Local/97973035500914@default-00000001;2",
      "97973035500914",
      "Local Channel Line",
      "97973035500914",
      "97973035500914",
    ],
    ["SIP/telco-00000003", "8368", "", "telco", "8368"],
    ["PJSIP/my-trunk-0000000a", "913035500914", "Outbound Long Distance", "my", "3035500914"],
    ["SIP/cc101-00000003", "901144207946000", "", "cc101", "901144207946000"],
  ])("%s at %s", (channel, extension, group, account, dialled) => {
    expect(lineOf({ channel, extension })).toMatchObject({ group, extension: account, dialled });
  });

  test("`h` and `hx` end a call, longer names do not", () => {
    expect(["h", "hx", "H"].every(isEnd)).toBe(true);
    expect(["8368", "ech", "s", "979719895551234h"].some(isEnd)).toBe(false);
  });
});

describe("hang-up reports", () => {
  const request = "call_log--HVcauses--PRI-----NODEBUG-----16-----ANSWER-----25-----20-----SIP 200 OK)";

  test("are read from the request, stray parenthesis and all", () => {
    expect(hangupReport(request)).toEqual({
      ...{ kind: "PRI", cause: "16", dialStatus: "ANSWER", dialTime: "25", answeredTime: "20" },
      ...{ sipCause: 200, sipReason: "OK)" },
    });
    expect(hangupReport("call_log")).toBeUndefined();
    expect(hangupReport("call_log--HVcauses--PRI-----NODEBUG-----0----------------)")).toMatchObject({ sipCause: 0 });
  });

  const report = (dialStatus: string, cause: number) => ({
    ...hangupReport(request)!,
    dialStatus,
    cause: String(cause),
  });
  test.each([
    ["BUSY", 17, ["AB", "AB", "AB", "AB"]],
    ["CHANUNAVAIL", 1, ["ADC", "ADC", "ADC", "ADC"]],
    ["CHANUNAVAIL", 18, [undefined, "ADC", "ADCT", "HUC18"]],
    ["CONGESTION", 34, [undefined, "ADCT", "ADCT", "HUC34"]],
    ["CONGESTION", 1, [undefined, "ADC", "ADC", "ADC"]],
    ["DNC", 0, [undefined, "DNCCAR", "DNCCAR", undefined]],
    ["NOANSWER", 19, [undefined, undefined, undefined, undefined]],
    ["ANSWER", 16, [undefined, undefined, undefined, undefined]],
    ["CANCEL", 0, [undefined, undefined, undefined, undefined]],
  ])("%s with cause %d by the level of enhanced_disconnect_logging", (dialStatus, cause, leads) => {
    expect([0, 1, 2, 3].map((level) => unanswered(report(dialStatus, cause), level)?.lead)).toEqual(leads);
  });
});

describe("how an answered call ends", () => {
  const logged = { status: "QUEUE", user: "VDAD", comments: "", term_reason: "NONE" };
  test("before the daemon's pass: DROP, although the AI may have spoken", () => {
    expect(ending(logged)).toEqual({ status: "DROP", termReason: "ABANDON" });
  });
  test("after it: XFER stays, the customer or the AI has hung up", () => {
    expect(ending({ ...logged, status: "XFER", user: "5565", comments: "REMOTE" })).toEqual({ termReason: "CALLER" });
  });
  test("XFER without REMOTE is dropped by its user", () => {
    expect(ending({ ...logged, status: "XFER", user: "5565" })).toEqual({ status: "DROP", termReason: "CALLER" });
  });
  test("what the routing said of the end stays", () => {
    expect(ending({ ...logged, term_reason: "QUEUETIMEOUT" })).toEqual({ status: "DROP" });
    expect(ending({ ...logged, status: "AL" })).toEqual({ termReason: "CALLER" });
  });
});

describe("channels", () => {
  const local = {
    ...{ channel: "Local/97973035500914@default-00000001;1", uniqueid: "1.1", linkedid: "1.1" },
    ...{ calleridname: V, connectedlinename: V, applicationdata: "" },
  };
  const real = {
    ...{ channel: "SIP/telco-00000003", uniqueid: "1.3", linkedid: "1.1", calleridname: "<unknown>" },
    ...{ connectedlinename: V, applicationdata: "(Outgoing Line)" },
  };
  test("a Local channel and the real one are a pair when both are up", () => {
    expect(pairs([local, real])).toEqual([
      {
        ...{ name: "", connected: V, channel: local.channel, uniqueid: "1.1" },
        ...{ destChannel: real.channel, destUniqueid: "1.3", linkedid: "1.1" },
      },
    ]);
    expect(pairs([local])).toEqual([]);
    expect(pairs([local, { ...real, connectedlinename: "<unknown>", calleridname: V }])).toEqual([]);
  });

  test("a pair counts at the second look: who answers before it is lost", () => {
    const [pair] = pairs([local, real]);
    expect(seenTwice([pair!], [])).toEqual([]);
    expect(seenTwice([pair!], [pair!])).toEqual([pair]);
    expect(seenTwice([pair!], [{ ...pair!, destUniqueid: "1.9" }])).toEqual([]);
  });

  test("phones and Local channels are clients, the rest trunks", () => {
    const phones = new Set(["cc101"]);
    expect(liveChannel(local, phones)?.table).toBe("live_sip_channels");
    expect(liveChannel(real, phones)).toMatchObject({ table: "live_channels", group: "" });
    expect(liveChannel({ ...real, channel: "SIP/cc101-00000004" }, phones)?.table).toBe("live_sip_channels");
    expect(liveChannel({ channel: "CBAnn/x-1" }, phones)).toBeUndefined();
  });
});

test("the listener follows the row of the Originate", () => {
  const event = { event: "Newstate", channel: "SIP/telco-3", uniqueid: "1.3", calleridname: "", connectedlinename: V };
  expect(statementFor({ ...event, channelstatedesc: "Ringing" }, "10.0.0.1")).toEqual([
    expect.stringContaining("status = 'UPDATED'"),
    ["SIP/telco-3", "1.3", "10.0.0.1", V],
  ]);
  expect(
    statementFor({ ...event, channelstatedesc: "Up", channel: "Local/x@default-1;1" }, "10.0.0.1"),
  ).toBeUndefined();
  expect(statementFor({ ...event, event: "Hangup" }, "10.0.0.1")?.[0]).toContain("'DEAD'");
});

test("an Originate is asynchronous, a header that repeats stays repeated", () => {
  const headers = [
    ["Channel", "Local/1@default"],
    ["Variable", "a=1"],
    ["Variable", "b=2"],
  ] as const;
  expect(headersOf({ manId: 1, name: "Originate", callerId: V, headers })).toEqual({
    ...{ Async: "true", Channel: "Local/1@default", Variable: ["a=1", "b=2"] },
  });
  expect(headersOf({ manId: 1, name: "Hangup", callerId: V, headers: [["Channel", "x"]] })).toEqual({ Channel: "x" });
});

describe("routing", () => {
  test("arguments of the routing extensions", () => {
    expect(routingArguments(`NORMAL-----LB-----${V}`)).toEqual({ kind: "NORMAL", search: "LB", connected: V });
    expect(routingArguments("NORMAL-----SO-----")).toMatchObject({ search: "LO" });
  });

  test.each([
    ["longest_wait_time", "last_state_change"],
    ["random", "random_id"],
    ["campaign_grade_random", "random_id"],
    ["fewest_calls", "calls_today, last_call_finish"],
    ["anything", "last_call_finish"],
  ])("next_agent_call %s", (value, order) => expect(orderOf(value)).toBe(order));

  test.each([
    [undefined, "ALLCALLS"],
    [{ vicidial_recording_override: "DISABLED", vicidial_recording: "1" }, "ALLCALLS"],
    [{ vicidial_recording_override: "NEVER", vicidial_recording: "1" }, "NEVER"],
    [{ vicidial_recording_override: "ALLFORCE", vicidial_recording: "0" }, "NONE"],
  ])("recording of a campaign with ALLCALLS for user %j is %s", (user, expected) =>
    expect(recordingOf("ALLCALLS", user)).toBe(expected),
  );

  test("a recording's name: words replaced, nothing that leaves its folder", () => {
    const parts = {
      ...{ CAMPAIGN: "DENVER", CUSTPHONE: "3035500914", AGENT: "5565", LEADID: "8", CALLID: V },
      ...{ VENDORLEADCODE: "../../etc/$(x),", date: "2026-11-22 21:04:05", epoch: 1795381445 },
    };
    expect(recordingName("FULLDATE_CUSTPHONE", parts)).toBe("20261122-210405_3035500914");
    expect(recordingName("TINYDATE_AGENT_CAMPAIGN_EPOCH", parts)).toBe("261122210405_5565_DENVER_1795381445");
    expect(recordingName("VENDORLEADCODE_LEADID", parts)).toBe("....etcx_8");
  });

  test("drop actions", () => {
    const campaign = {
      safe_harbor_exten: "8307",
      safe_harbor_audio: "vm-goodbye",
      voicemail_ext: "",
      safe_harbor_menu_id: "",
    };
    const target = (drop_action: string, more = {}) =>
      dropTarget({ ...campaign, drop_action, ...more } as Campaign, "SALES", "85026666666666", 8, "3035500914");
    expect(target("HANGUP")).toEqual({ kind: "hangup" });
    expect(target("AUDIO")).toEqual({ kind: "audio", sounds: "vm-goodbye" });
    expect(target("MESSAGE")).toMatchObject({ extension: "8307" });
    expect(target("VOICEMAIL")).toEqual({ kind: "hangup" });
    expect(target("VOICEMAIL", { voicemail_ext: "101" })).toMatchObject({ extension: "85026666666666101" });
    expect(target("IN_GROUP")).toMatchObject({ extension: "90009*SALES**8**3035500914**" });
    expect(target("CALLMENU", { safe_harbor_menu_id: "menu" })).toMatchObject({ context: "menu", extension: "s" });
  });
});

describe("AMD", () => {
  const results = {
    person: { status: "HUMAN", cause: "HUMAN-1000-1000" },
    machine: { status: "MACHINE", cause: "LONGGREETING-2200-2200" },
    silence: { status: "NOTSURE", cause: "NOAUDIODATA" },
  };
  test("without options persons and doubts go to the agent, machines do not", () => {
    expect(Object.values(results).map((one) => isForAgent(one, undefined))).toEqual([true, false, true]);
    expect(isForAgent({ status: "", cause: "" }, undefined)).toBe(false);
  });

  test("with options exactly what they list", () => {
    const options = agentOptions(
      "; agents\nHUMAN,HUMAN\nHUMAN,SILENCEAFTERGREETING ; short\nNOAUDIODATA-Hangup-ENABLED\n",
    );
    expect(options).toMatchObject({ hangUpSilence: true });
    expect(Object.values(results).map((one) => isForAgent(one, options))).toEqual([true, false, false]);
    expect(agentOptions("x,y")).toBeUndefined();
  });

  test.each([
    ["", undefined],
    ["NONE", undefined],
    ["2000,2,30", { silence: "2000,2,30" }],
    ["3X", { seconds: 3 }],
    ["X", { seconds: 1 }],
    ["99X", { seconds: 20 }],
  ])("waitforsilence_options %s", (options, expected) => expect(waitBefore(options)).toEqual(expected));
});

test("what an extension that leads to an in-group says", () => {
  const to = { group: "SUPPORT", leadId: 14, phone: "3035550114" };
  expect(transferred("990009*SUPPORT**0000000014**3035550114*VDAD*")).toEqual({ ...to, fronter: "VDAD" });
  // As VICIdial's own drop action writes it.
  expect(transferred("90009*SUPPORT**14**3035550114**")).toEqual({ ...to, fronter: "" });
  for (const other of ["990009*SUPPORT", "990009***14**3035550114**", "90009", "98009*SUPPORT**14**3035550114**"])
    expect(transferred(other)).toBeUndefined();
});
