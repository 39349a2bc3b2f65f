import type { CarrierCall } from "../lab/carrier/calls";
import type { EdgeCallView } from "../test/kit/calls/views";
import { phasesOf } from "./callPhases";
import { atOnce, callTimes, lookUps, perMinute } from "./callTimes";
import { markdown, quantile } from "./measure";

const id = "V1122210450000000101";
const at = (ms: number) => 1_795_396_654_000 + ms;
const stamp = (ms: number) => `[${new Date(at(ms)).toISOString().replace("T", " ").replace("Z", "")}] VERBOSE[7][C-1]`;
const steps = [
  `${stamp(300)} pbx.c: Executing [s@aib-1-lead:3] AGI("SIP/telco-1", "agi://leads:4573/lead,first_name,city") in new stack`,
  `${stamp(305)} pbx.c: Executing [s@aib-1-lead:3] AGI("SIP/telco-2", "agi://127.0.0.1:4577/call_log") in new stack`,
  `${stamp(312)} res_agi.c: <SIP/telco-1>AGI Script agi://leads:4573/lead,first_name,city completed, returning 0`,
];

test("a call is taken apart from what its four witnesses say", () => {
  const customer = {
    ...{ number: "13035000062", answeredAt: at(0), recordedFrom: at(10) },
    heard: [
      { kind: "tone", startMs: 20, endMs: 400, hz: 440 },
      { kind: "speech", startMs: 250, endMs: 300 },
      { kind: "speech", startMs: 600, endMs: 2000 },
    ],
  } as Partial<CarrierCall> as CarrierCall;
  const ai = {
    ...{ from: { name: id, number: "3035000062", host: "" }, invitedAt: at(340) },
    responses: [
      { at: at(350), status: 180, reason: "" },
      { at: at(460), status: 200, reason: "" },
    ],
  } as Partial<EdgeCallView> as EdgeCallView;
  const dialler = [
    { at: at(50), event: "call started", callId: id, channel: "SIP/telco-1", extension: "8369" },
    { at: at(150), event: "AMD", callId: id },
    { at: at(200), event: "to line", callId: id },
    { at: at(220), event: "call started", callId: id, channel: "SIP/telco-1", extension: "979719895550080" },
  ];
  const evidence = { customers: [customer], ai: [ai], dialler, asterisk: steps };
  const times = { amd: 150, routing: 50, lookup: 12, dialplan: 128, sip: 120, audio: 150, total: 610 };
  expect(callTimes(evidence)).toEqual([times]);
  const { total, ...parts } = times;
  expect(Object.values(parts).reduce((sum, ms) => sum + ms)).toBe(total);
  // Who never reached the AI, or never heard it, has no time.
  expect(callTimes({ ...evidence, customers: [{ ...customer, heard: [] }] })).toEqual([]);
  expect(callTimes({ ...evidence, dialler: [] })).toEqual([]);
});

test("a look-up is the lead service's, and only when it ended", () => {
  expect(lookUps(steps)).toEqual(new Map([["SIP/telco-1", 12]]));
  expect(lookUps(steps.slice(0, 2))).toEqual(new Map());
});

test("calls at once and per minute", () => {
  const spans = [
    [0, 30_000],
    [10_000, 20_000],
    [20_000, 60_000],
  ] as const;
  expect(atOnce(spans)).toEqual({ most: 2, mean: 1.5 });
  expect(perMinute(spans)).toBe(3);
  expect(atOnce([])).toEqual({ most: 0, mean: 0 });
});

test("the parts of a lab's start, from Docker's events", () => {
  const event = (action: string, name: string, ms: number) => ({ action, name, at: at(ms) });
  const events = [
    event("create", "other-database", 10),
    event("create", "vb-database", 2000),
    event("create", "vb-edge", 5000),
    event("health_status: healthy", "vb-database", 8000),
    event("health_status: healthy", "vb-edge", 9500),
  ];
  expect(phasesOf("vb", events, at(0), at(10_000))).toEqual([
    { what: "program, network, volumes, checks of images", from: 0, to: 2 },
    { what: "database", from: 2, to: 8 },
    { what: "edge", from: 5, to: 9.5 },
    { what: "whole `pulumi up`", from: 0, to: 10 },
  ]);
});

test("quantiles by nearest rank, and tables in line", () => {
  expect(quantile([5, 1, 3, 2, 4], 0.5)).toBe(3);
  expect(quantile([5, 1, 3, 2, 4], 0.95)).toBe(5);
  expect(markdown([["a", "long"], ["1"]])).toBe("| a   | long |\n| --- | ---- |\n| 1   |      |");
});
