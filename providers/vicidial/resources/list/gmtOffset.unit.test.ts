import fc from "fast-check";
import { hoursNow, isSummer, offsetAmong, type Zone } from "./gmtOffset";

const zone = (fields: Partial<Zone>): Zone => ({ areacode: "", state: "", offset: 0, dst: "N", range: "", ...fields });
const nanpa = { dst: "Y", range: "SSM-FSN" };
const zones = [
  zone({ areacode: "303", state: "CO", offset: -7, ...nanpa }),
  zone({ areacode: "720", state: "CO", offset: -7, ...nanpa }),
  zone({ areacode: "480", state: "AZ", offset: -7 }),
  zone({ areacode: "850", state: "FL", offset: -6, ...nanpa }),
  zone({ areacode: "305", state: "FL", offset: -5, ...nanpa }),
];
const winter = new Date("2026-01-15T12:00:00Z");
const summer = new Date("2026-07-15T12:00:00Z");
const lead = (phoneNumber: string, state?: string) => ({ phoneCode: "1", phoneNumber, state });

describe("the zone of a lead", () => {
  test.each([
    ["by area code, in winter", lead("3035500914"), winter, { hours: -7 }],
    ["by area code, in summer", lead("3035500914"), summer, { hours: -6 }],
    ["where no summer time is kept", lead("4805550100"), summer, { hours: -7 }],
    ["by area code although the state has two zones", lead("8505550100", "FL"), winter, { hours: -6 }],
    ["by state when the area code is not known", lead("9705550100", "co"), winter, { hours: -7 }],
  ])("is found %s", (_name, phone, at, expected) => expect(offsetAmong(zones, phone, at)).toEqual(expected));

  test.each([
    [
      "neither area code nor state is known",
      lead("9995550100", "XX"),
      /no area code 999 or state XX in country code 1/,
    ],
    [
      "a state without a known area code spans two zones",
      lead("9995550100", "FL"),
      /several offsets for it \(-6, -5\)/,
    ],
  ])("is refused when %s", (_name, phone, why) => {
    expect(offsetAmong(zones, phone, winter)).toEqual({ unknown: expect.stringMatching(why) as string });
  });

  test("is the country's where it is not divided", () => {
    expect(offsetAmong([zone({ offset: 5.5 })], { phoneCode: "91", phoneNumber: "9812345678" }, summer)).toEqual({
      hours: 5.5,
    });
    expect(offsetAmong([], { phoneCode: "999", phoneNumber: "123456" }, summer)).toEqual({
      unknown: "vicidial_phone_codes has no country code 999",
    });
  });

  test("takes the longest area code that fits", () => {
    const mexico = [zone({ areacode: "66", offset: -7 }), zone({ areacode: "664", offset: -8 })];
    expect(offsetAmong(mexico, { phoneCode: "52", phoneNumber: "6641234567" }, winter)).toEqual({ hours: -8 });
  });
});

/** What the runtime's own time zone database says. */
function hoursIn(timeZone: string, at: Date): number {
  const text = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).format(at);
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(text) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) + Number(minutes ?? 0) / 60) + 0;
}

describe("summer time", () => {
  test.each([
    ["SSM-FSN", -7, "America/Denver"],
    ["SSM-FSN", -5, "America/New_York"],
    ["LSM-LSO", 1, "Europe/Berlin"],
    ["FSO-FSA", 10, "Australia/Sydney"],
    ["LSS-FSA", 12, "Pacific/Auckland"],
  ])("%s agrees with the time zone database (%d, %s)", (range, offset, timeZone) => {
    // Half a day around a change may differ: Europe changes at 1:00 GMT, not at 2 in the morning.
    const instant = fc.date({
      min: new Date("2024-01-01T00:00Z"),
      max: new Date("2032-01-01T00:00Z"),
      noInvalidDate: true,
    });
    const around = (at: Date) =>
      [-12, 12].map((hours) => hoursIn(timeZone, new Date(at.getTime() + hours * 3_600_000)));
    fc.assert(
      fc.property(instant, (at) => {
        const [before, after] = around(at);
        fc.pre(before === after);
        expect(hoursNow({ offset, dst: "Y", range }, at)).toBe(hoursIn(timeZone, at));
      }),
      { numRuns: 300 },
    );
  });

  test("begins and ends at 2 in the morning of that Sunday", () => {
    expect(isSummer("SSM-FSN", -7, new Date("2026-03-08T08:59:59Z"))).toBe(false);
    expect(isSummer("SSM-FSN", -7, new Date("2026-03-08T09:00:00Z"))).toBe(true);
    expect(isSummer("SSM-FSN", -7, new Date("2026-11-01T08:59:59Z"))).toBe(true);
    expect(isSummer("SSM-FSN", -7, new Date("2026-11-01T09:00:00Z"))).toBe(false);
  });

  test("never holds under a range that VICIdial does not know", () => {
    expect(isSummer("", -7, summer)).toBe(false);
    expect(isSummer("RAMADAN", 1, summer)).toBe(false);
  });
});
