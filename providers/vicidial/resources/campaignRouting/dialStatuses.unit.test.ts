import fc from "fast-check";
import { dialStatuses, formatDialStatuses, parseDialStatuses, status } from "./dialStatuses";

const anyStatus = fc.stringMatching(/^[A-Z0-9_][A-Z0-9_-]{0,5}$/);

describe("dial_statuses", () => {
  test("is stored as the admin page stores it", () => {
    expect(formatDialStatuses(["NEW", "DROP"])).toBe(" NEW DROP -");
    expect(formatDialStatuses([])).toBe(" -");
  });

  test("reads back what it wrote", () =>
    fc.assert(
      fc.property(fc.uniqueArray(anyStatus, { maxLength: 36 }), (statuses) => {
        expect(dialStatuses.parse(statuses)).toEqual(statuses);
        expect(parseDialStatuses(formatDialStatuses(statuses))).toEqual(statuses);
      }),
    ));

  test("reads any text as the hopper does, and settles after one round", () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z ,]{0,40}( -)?$/), (stored) => {
        const canonical = formatDialStatuses(parseDialStatuses(stored));
        expect(formatDialStatuses(parseDialStatuses(canonical))).toBe(canonical);
      }),
    ));

  test("reads what other hands wrote", () => {
    expect(parseDialStatuses(null)).toEqual([]);
    expect(parseDialStatuses("")).toEqual([]);
    expect(parseDialStatuses(" -")).toEqual([]);
    expect(parseDialStatuses("NEW NA")).toEqual(["NEW", "NA"]);
    expect(parseDialStatuses("NEW,NA")).toEqual(["NEW,NA"]);
  });

  test.each(["", "TOOLONG", "A B", "NEW,", "-A", "É"])("refuses the status %j", (bad) => {
    expect(status.safeParse(bad).success).toBe(false);
  });

  test("refuses doubles and more than the column holds", () => {
    expect(dialStatuses.safeParse(["NEW", "NEW"]).success).toBe(false);
    const many = Array.from({ length: 50 }, (_, index) => `S${String(index).padStart(5, "0")}`);
    expect(dialStatuses.safeParse(many).error?.issues[0]?.message).toContain("255 characters");
  });
});
