import { allowedOffsets, type CallTime, type Hours } from "./callTimes";
import { automaticLevel, hopperLevel, leadFilter, leadOrder, statusesOf } from "./choice";

const unset: Hours = { start: 0, stop: 0 };
const hours = (start: number, stop: number, saturday = unset): CallTime => ({
  default: { start, stop },
  days: [unset, unset, unset, unset, unset, unset, saturday],
});
const friday18utc = Date.UTC(2024, 10, 22, 18, 0) / 1000;

describe("hours", () => {
  test("9am-9pm at 18:00 UTC is from -9 to +2.75", () => {
    const offsets = allowedOffsets(hours(900, 2100), friday18utc);
    expect([Math.min(...offsets), Math.max(...offsets)]).toEqual([-9, 2.75]);
  });
  test("a lead inserted with offset 0.00 is judged by Greenwich", () => {
    const at3utc = Date.UTC(2024, 10, 22, 3, 0) / 1000;
    expect(allowedOffsets(hours(900, 2100), at3utc)).not.toContain(0);
    expect(allowedOffsets(hours(900, 2100), at3utc)).toContain(-7);
  });
  test("24 hours allow every quarter", () => {
    expect(allowedOffsets(hours(0, 2400), friday18utc)).toHaveLength(26 * 4);
  });
  test("a weekday's own hours replace the default there", () => {
    const saturday = Date.UTC(2024, 10, 23, 18, 0) / 1000;
    expect(allowedOffsets(hours(900, 2100, { start: 1000, stop: 1100 }), saturday)).not.toContain(0);
  });
  test("an id that does not exist allows nothing", () => {
    expect(allowedOffsets(undefined, friday18utc)).toEqual([]);
  });
});

describe("dial statuses", () => {
  test.each([
    [" NEW -", ["NEW"]],
    [" NEW NA B -", ["NEW", "NA", "B"]],
    ["NEW -", []],
    [" NEW,NA -", ["NEW,NA"]],
    ["NEW,NA", []],
  ])("%j means %j", (text, expected) => expect(statusesOf(text)).toEqual(expected));
});

describe("level", () => {
  const campaign = { hopperLevel: 1, automatic: true, multiplier: "1", agents: 4, dialLevel: "2", dialTimeout: 30 };
  test("with the automatic hopper the set level is the least", () => {
    expect(hopperLevel(campaign)).toBe(16);
    expect(hopperLevel({ ...campaign, agents: 0 })).toBe(1);
    expect(hopperLevel({ ...campaign, automatic: false })).toBe(1);
  });
  test("a multiplier of nothing counts as a tenth", () => {
    expect(automaticLevel({ ...campaign, multiplier: "0" })).toBe(2);
  });
  test("a ring time of nothing is no division by it", () => {
    expect(automaticLevel({ ...campaign, dialTimeout: 0 })).toBe(0);
  });
});

test.each([
  ["DOWN", "ORDER BY lead_id ASC"],
  ["UP", "ORDER BY lead_id DESC"],
  ["DOWN COUNT", "ORDER BY called_count ASC, lead_id ASC"],
  ["UP LAST NAME", "ORDER BY last_name DESC, lead_id ASC"],
  ["DOWN LAST CALL TIME 2nd NEW", "ORDER BY last_local_call_time ASC, lead_id ASC"],
  ["RANDOM", "ORDER BY RAND()"],
  ["", ""],
])("lead order %j is %j", (order, sql) => expect(leadOrder(order)).toBe(sql));

test("a filter loses its writer's AND", () => {
  expect(leadFilter("and called_count < 3 and ")).toBe(" AND ( called_count < 3 )");
  expect(leadFilter("\n")).toBe("");
});
