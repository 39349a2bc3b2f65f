import { tableText } from "./table";

test("narrow rows stand below their columns", () => {
  expect(
    tableText([
      { user: "5565", full_name: "AI denver 1" },
      { user: "5566", full_name: null },
    ]),
  ).toBe(["user  full_name", "5565  AI denver 1", "5566  NULL"].join("\n"));
});

test("wide rows and texts of several lines stand column by column", () => {
  expect(
    tableText([
      { carrier_id: "AIdenver", dialplan_entry: "exten => 1\r\nexten => 2" },
      { carrier_id: "B", dialplan_entry: "" },
    ]),
  ).toBe(
    [
      "carrier_id      AIdenver",
      "dialplan_entry  exten => 1",
      "                exten => 2",
      "",
      "carrier_id      B",
      "dialplan_entry",
    ].join("\n"),
  );
  expect(tableText([{ a: "x".repeat(60), b: "y".repeat(60) }])).toBe(`a  ${"x".repeat(60)}\nb  ${"y".repeat(60)}`);
});
