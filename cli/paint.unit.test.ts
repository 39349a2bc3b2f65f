import { paint, showsColours } from "./paint";

const terminal = { isTTY: true, hasColors: () => true };

test("colours are a terminal's only", () => {
  expect(showsColours(terminal, {})).toBe(true);
  expect(showsColours({}, { FORCE_COLOR: "1" })).toBe(false);
  expect(showsColours({ isTTY: true, hasColors: () => false }, {})).toBe(false);
});

test("NO_COLOR wins over everything; empty it says nothing (no-color.org)", () => {
  expect(showsColours(terminal, { NO_COLOR: "1", FORCE_COLOR: "1" })).toBe(false);
  expect(showsColours(terminal, { NO_COLOR: "0" })).toBe(false);
  expect(showsColours(terminal, { NO_COLOR: "" })).toBe(true);
});

test("a text without colours is itself", () => {
  expect(paint(false)("red", "no")).toBe("no");
  expect(paint(true)("red", "no")).toBe("\x1b[31mno\x1b[39m");
});
