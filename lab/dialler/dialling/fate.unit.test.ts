import { fate, type PendingCall } from "./fate";

const now = 1_700_000_000;
const call = (changes: Partial<PendingCall> = {}): PendingCall => ({
  status: "SENT",
  callType: "OUT",
  stage: "START",
  dialTimeout: 30,
  dropCallSeconds: 5,
  ...changes,
});
const started = (secondsAgo: number) => ({ start: now - secondsAgo, end: 0 });

test("a call that rings is left alone for ring time, drop time and seven seconds", () => {
  expect(fate(call(), started(41), now)).toBeUndefined();
  expect(fate(call(), started(42), now)).toBe("NA");
});
test("a call that Asterisk never began is left to the purge", () => {
  expect(fate(call(), { start: 0, end: 0 }, now)).toBeUndefined();
});
test("one that lasted as long has ended", () => {
  expect(fate(call(), { start: now - 50_000, end: now - 50_000 + 35 }, now)).toBe("NA");
});
test.each([
  ["BUSY", "AB"],
  ["DISCONNECT", "ADC"],
] as const)("%s ends at once as %s", (status, expected) => {
  expect(fate(call({ status }), { start: 0, end: 0 }, now)).toBe(expected);
});
test("one that waits for an agent is dropped", () => {
  expect(fate(call({ status: "LIVE" }), started(42), now)).toBe("DROP");
});
test.each(["XFER", "CLOSER", "IVR"])("%s is never touched", (status) => {
  expect(fate(call({ status }), started(4000), now)).toBeUndefined();
});
test("inbound calls are not this program's", () => {
  expect(fate(call({ callType: "IN", status: "BUSY" }), started(4000), now)).toBeUndefined();
});
test("a survey has two minutes more", () => {
  expect(fate(call({ stage: "SURVEY" }), started(150), now)).toBeUndefined();
  expect(fate(call({ stage: "SURVEY" }), started(162), now)).toBe("NA");
});
