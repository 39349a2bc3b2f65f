import { admit, calledNumber } from "./admission";
import { parseEvent } from "./asterisk/events";
import { KnobBoard } from "./knobs";
import { newCall, recordAtAnswer, recordAtEnd, transcriptOf, type EdgeCall } from "./record";
import { REFUSALS, reasonFor } from "./refusal";
import { readSettings } from "./settings";
import type { InviteFacts } from "./sip/facts";

const invite: InviteFacts = {
  callId: "1@x",
  requestUri: "sip:+12025550000@edge",
  to: "<sip:1-989-555-1234@edge>",
  toUser: "1-989-555-1234",
  from: { name: "", number: "3035500914", host: "pbx" },
  transport: "udp",
  peer: "10.0.0.11:5060",
  srtpOffered: false,
  codecs: ["PCMU"],
  headers: [],
  at: 1_000,
};
const number = {
  sipPhoneNumber: "+19895551234",
  provider: "byo" as const,
  friendlyName: "",
  inboundAgentId: "A" as string | null,
  outboundAgentId: null,
  outboundPhoneNumber: null,
  terminationSipUri: null,
  active: true,
  trunkUsername: null,
  trunkPasswordSha256: null,
};
const agent = { agentId: "A", agentName: "A", status: "Live", definition: {} };

describe("who is let in", () => {
  const decide = (changes: {
    number?: Partial<typeof number>;
    agent?: Partial<typeof agent>;
    knobs?: object;
    invite?: Partial<InviteFacts>;
  }) =>
    admit(
      { ...invite, ...changes.invite },
      { numbers: [{ ...number, ...changes.number }], agents: [{ ...agent, ...changes.agent }] },
      new KnobBoard().turn(changes.knobs ?? {}),
    );

  test.each([
    ["a Live agent", {}, "attended"],
    ["an active one, as the oldest documents say", { agent: { status: "active" } }, "attended"],
    ["one in Testing", { agent: { status: "Testing" } }, "unattended"],
    ["one in Testing that a knob makes Live", { agent: { status: "Testing" }, knobs: { agentLive: true } }, "attended"],
    ["a Live one that a knob stops", { knobs: { agentLive: false } }, "unattended"],
    ["no agent", { number: { inboundAgentId: null } }, "unattended"],
    ["an agent that is gone", { number: { inboundAgentId: "B" } }, "unattended"],
    ["another number", { number: { sipPhoneNumber: "+19895550000" } }, "refused"],
    ["a number that is off", { number: { active: false } }, "refused"],
    ["a plain offer where encryption is required", { knobs: { requireSrtp: true } }, "refused"],
    ["a key where encryption is required", { knobs: { requireSrtp: true }, invite: { srtpOffered: true } }, "attended"],
    ["a knob that refuses", { knobs: { refuseWith: 503 } }, "refused"],
  ])("%s", (_, changes, kind) => {
    expect(decide(changes).kind).toBe(kind);
  });

  test("the Request-URI does not count", () => {
    expect(calledNumber({ toUser: "+12025550000" }, [number])).toBeUndefined();
    expect(calledNumber(invite, [number])).toBe(number);
  });
});

describe("knobs", () => {
  test("of one number go before those of all; what is not named stays", () => {
    const board = new KnobBoard();
    board.turn({ delayMs: 10, hangUpAfterMs: 20 });
    board.turn({ delayMs: 5 }, "+1");
    expect(board.of("+1")).toMatchObject({ delayMs: 5, hangUpAfterMs: 20, replies: true });
    expect(board.of("+2")).toMatchObject({ delayMs: 10 });
    board.turn({ hangUpAfterMs: null }, "+1");
    expect(board.of("+1")).toMatchObject({ delayMs: 5, hangUpAfterMs: null });
    board.reset();
    expect(board.of("+1")).toMatchObject({ delayMs: 0, hangUpAfterMs: null });
  });

  test.each([{ delay: 1 }, { delayMs: -1 }, { refuseWith: 200 }, { transferOnDigit: "12" }, 5, null])(
    "%j is refused",
    (given) => {
      const board = new KnobBoard();
      expect(() => board.turn(given)).toThrow();
      expect(board.of()).toEqual(new KnobBoard().of());
    },
  );
});

test("each refusal has a reason that Asterisk takes; an unknown one is a failure", () => {
  expect(Object.keys(REFUSALS).map(Number)).toEqual([403, 404, 408, 480, 484, 486, 488, 500, 503]);
  expect([reasonFor(486), reasonFor(418)]).toEqual(["busy", "failure"]);
});

describe("a call on record", () => {
  const call: EdgeCall = {
    ...newCall("1.1", invite, { city: "Provo" }),
    routeNumber: "+19895551234",
    agentId: "A",
    answeredAt: Date.UTC(2026, 0, 1),
    endedAt: Date.UTC(2026, 0, 1, 0, 0, 7, 600),
    ending: "caller hung up",
    said: [
      { at: Date.UTC(2026, 0, 1) + 30, text: "Hi." },
      { at: Date.UTC(2026, 0, 1) + 5_000, text: "Yes." },
    ],
    heard: [
      { startMs: 2_000, endMs: 3_240, kind: "tone", hz: 1000 },
      { startMs: 3_900, endMs: 4_900, kind: "speech" },
    ],
    digits: [{ at: Date.UTC(2026, 0, 1) + 3_500, digit: "5" }],
  };

  test("who said what, in order", () => {
    expect(transcriptOf(call).split("\n")).toEqual([
      "Agent: Hi.",
      "User: [tone 1000 Hz 1.2 s]",
      "User: [key 5]",
      "User: [speech 1.0 s]",
      "Agent: Yes.",
    ]);
    expect(transcriptOf(newCall("2", invite, {}))).toBe("");
  });

  test("begins with the answer and is completed at the end", () => {
    expect(recordAtAnswer(call)).toMatchObject({
      callType: "inbound",
      sipPhoneNumber: "+19895551234",
      status: "in_progress",
      startTime: "2026-01-01T00:00:00.000Z",
      dynamicVariables: { city: "Provo" },
    });
    expect(recordAtEnd(call, "http://edge/x.wav")).toMatchObject({
      status: "ended",
      endTime: "2026-01-01T00:00:07.600Z",
      duration: 8,
      terminationReason: "user_ended_call",
      recordingUrl: "http://edge/x.wav",
    });
    expect(recordAtEnd({ ...call, ending: "edge failed" }, null)).toMatchObject({ status: "error" });
    expect(recordAtEnd({ ...call, ending: "silence" }, null)).toMatchObject({ terminationReason: "inactivity" });
  });
});

describe("settings", () => {
  const env = { SIGMAMIND_CONTROL_URL: "http://sigmamind:8081/", EDGE_ARI_SECRET: "0123456789abcdef" };
  test("have defaults", () => {
    expect(readSettings(env)).toMatchObject({
      simulatorUrl: "http://sigmamind:8081",
      publicUrl: "http://edge:8082",
      controlPort: 8082,
    });
    expect(readSettings({ ...env, EDGE_CONTROL_PORT: "9000" }).publicUrl).toBe("http://edge:9000");
  });
  test("what is missing or wrong is named, a secret never shown", () => {
    expect(() => readSettings({})).toThrow(/SIGMAMIND_CONTROL_URL[^]*EDGE_ARI_SECRET/);
    expect(() => readSettings({ ...env, SIGMAMIND_CONTROL_URL: "sigmamind:8081" })).toThrow(/"sigmamind:8081"/);
    expect(() => readSettings({ ...env, EDGE_ARI_SECRET: "short-secret" })).toThrow(/^(?!.*short-secret)/);
  });
});

test("events that the edge has no use for are left out", () => {
  expect(parseEvent('{"type":"ChannelVarset","variable":"x"}')).toBeUndefined();
  expect(parseEvent('{"type":"ChannelDtmfReceived","digit":"5","channel":{"id":"1.1","name":"PJSIP/x"}}')).toEqual({
    type: "ChannelDtmfReceived",
    digit: "5",
    channel: { id: "1.1", name: "PJSIP/x", channelvars: {} },
  });
});
