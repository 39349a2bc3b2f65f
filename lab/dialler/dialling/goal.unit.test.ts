import { callsToPlace, goal, type Pace, type Trunks } from "./goal";

const ready = { status: "READY", callAlive: false };
const inCall = { status: "INCALL", callAlive: true };
const dead = { status: "QUEUE", callAlive: false };
const pace = (changes: Partial<Pace> = {}): Pace => ({
  agents: [ready, ready],
  level: "1",
  active: "Y",
  availableOnly: false,
  differenceTarget: 0,
  existing: 0,
  transferred: 0,
  ...changes,
});
const trunks = (changes: Partial<Trunks> = {}): Trunks => ({ most: 96, used: 0, dedicatedToOthers: 0, ...changes });

describe("how many calls a campaign wants", () => {
  test("level times agents that are ready or in a call", () => {
    expect(goal(pace({ agents: [ready, inCall], level: "2.0" }))).toBe(4);
  });
  test("an agent on a call that is gone does not count", () => {
    expect(goal(pace({ agents: [ready, dead] }))).toBe(1);
  });
  test("only waiting agents with the available-only tally, and the calls that agents have", () => {
    expect(goal(pace({ agents: [ready, inCall], level: "2", availableOnly: true, transferred: 1 }))).toBe(3);
  });
  test("a half goes to the even neighbour, as in Perl", () => {
    expect([goal(pace({ level: "1.25" })), goal(pace({ level: "1.75" }))]).toEqual([2, 4]);
  });
  test("a level that is no number places nothing", () => {
    expect(goal(pace({ level: "" }))).toBe(0);
  });
  test("active N stops, NULL does not", () => {
    expect([goal(pace({ active: "N" })), goal(pace({ active: null }))]).toEqual([0, 2]);
  });
  test("the difference target adds agents or takes them, never below none", () => {
    expect([goal(pace({ differenceTarget: 1 })), goal(pace({ differenceTarget: -5 }))]).toEqual([3, 0]);
  });
});

describe("how many calls are placed", () => {
  test("what is missing to the goal", () => {
    expect(callsToPlace(pace({ existing: 1 }), trunks({ used: 1 }))).toEqual({ place: 1, shortage: 0 });
    expect(callsToPlace(pace({ existing: 3 }), trunks({ used: 3 }))).toEqual({ place: 0, shortage: 0 });
  });
  test("no more than the server has trunks left", () => {
    expect(callsToPlace(pace({ level: "4" }), trunks({ most: 10, used: 5 }))).toEqual({ place: 5, shortage: 3 });
  });
  test("no more than the campaign's own limit", () => {
    expect(callsToPlace(pace({ level: "4", existing: 2 }), trunks({ used: 2, campaignLimit: 5 }))).toEqual({
      place: 3,
      shortage: 3,
    });
  });
  test("trunks dedicated to other campaigns are not there", () => {
    expect(callsToPlace(pace({ level: "4" }), trunks({ most: 10, dedicatedToOthers: 7 }))).toEqual({
      place: 3,
      shortage: 5,
    });
  });
});
