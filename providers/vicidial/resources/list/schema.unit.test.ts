import fc from "fast-check";
import { knownLeads } from "./leads";
import { leadInputs, leadRow, listInputs, listRow } from "./rows";
import { keyOf, type Lead, leadSchema, listSchema } from "./schema";

const base = { listId: "5001", name: "Bridge test", campaignId: "SIGMA1" };
const messages = (declared: object): string[] => {
  const result = listSchema.safeParse({ ...base, ...declared });
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
};

describe("a list's declaration", () => {
  test("takes numbers for ids and fills in defaults", () => {
    expect(listSchema.parse({ ...base, listId: 5001, leads: [{ phoneNumber: 3035500914 }] })).toEqual({
      ...base,
      active: true,
      description: "",
      adopt: false,
      leads: [{ phoneNumber: "3035500914", phoneCode: "1", status: "NEW" }],
    });
  });

  test.each([
    [{ listId: "99" }, /listId: must be 3 to 14 digits/],
    [{ listId: "0999" }, /listId: must be 100 or more/],
    [{ name: "x".repeat(31) }, /name: must be 2 to 30 characters/],
    [{ name: "it's" }, /name: .*without quotes/],
    [{ campaignId: "TOOLONGID" }, /campaignId: must be 2 to 8/],
    [{ resetTime: "2500" }, /resetTime: must be times of day/],
    [{ resetTime: "0900-" }, /resetTime: must be times of day/],
    [{ expirationDate: "2026-02-30" }, /expirationDate: must be a date/],
    [{ dialPrefix: "9x" }, /dialPrefix: must be 1 to 20 digits/],
    [{ dailyResetLimit: -2 }, /dailyResetLimit/],
    [{ leads: [{ phoneNumber: "12345" }] }, /leads.0.phoneNumber: must be 6 to 18 digits/],
    [{ leads: [{ phoneNumber: "3035500914", gmtOffset: 5.1 }] }, /leads.0.gmtOffset: must be in quarters/],
    [{ leads: [{ phoneNumber: "3035500914", comments: "a\nb" }] }, /leads.0.comments: must be one line/],
    [{ leads: [{ phoneNumber: "3035500914", state: "NSW" }] }, /leads.0.state: must be two letters/],
    [
      { leads: [{ phoneNumber: "3035500914" }, { phoneNumber: 3035500914 }] },
      /leads.1.phoneNumber: is the same lead as leads\[0\]/,
    ],
  ])("refuses %j", (declared, message) => expect(messages(declared).join("\n")).toMatch(message));

  test.each([
    [{ resetTime: "" }],
    [{ resetTime: "0900" }],
    [{ resetTime: "0900-1330-2359" }],
    [{ dailyResetLimit: -1 }],
  ])("takes %j", (declared) => expect(messages(declared)).toEqual([]));
});

const text = (max: number) => fc.string({ minLength: 1, maxLength: max, unit: "grapheme-ascii" });
const lead: fc.Arbitrary<Lead> = fc
  .record(
    {
      phoneNumber: fc.stringMatching(/^[2-9][0-9]{9}$/),
      vendorLeadCode: fc.stringMatching(/^[A-Z0-9]{1,20}$/),
      firstName: text(30),
      comments: text(255),
      gmtOffset: fc.integer({ min: -48, max: 56 }).map((quarters) => quarters / 4),
      rank: fc.integer({ min: -32768, max: 32767 }),
      gender: fc.constantFrom("M", "F", "U"),
      dateOfBirth: fc.constant("1970-01-31"),
    },
    { requiredKeys: ["phoneNumber"] },
  )
  .map((declared) => leadSchema.parse(declared));

describe("rows and inputs", () => {
  test("a lead that is stored as declared reads back as declared", () => {
    fc.assert(fc.property(lead, (one) => expect(leadInputs(one, leadRow(one))).toEqual(one)));
  });

  test("what the server prints for a number is no drift", () => {
    const one = leadSchema.parse({ phoneNumber: "3035500914", gmtOffset: -7, rank: 0, comments: "" });
    expect(leadInputs(one, { ...leadRow(one), gmt_offset_now: "-7.00", rank: "0", comments: null })).toEqual(one);
  });

  test("columns of fields that are not declared are neither written nor read", () => {
    const one = leadSchema.parse({ phoneNumber: "3035500914" });
    expect(Object.keys(leadRow(one))).toEqual(["phone_number", "phone_code"]);
    expect(leadInputs(one, { ...leadRow(one), city: "Denver" })).toEqual(one);
    const list = listSchema.parse({ ...base, dialPrefix: "9797" });
    expect(listRow(list)).toEqual({
      list_name: "Bridge test",
      campaign_id: "SIGMA1",
      active: "Y",
      list_description: "",
      dial_prefix: "9797",
    });
    expect(listInputs(list, { ...listRow(list), reset_time: "0900" })).not.toHaveProperty("resetTime");
  });

  test("leads are matched to their records by order, and by key after a write that broke off", () => {
    const record = (key: string, leadId: number) => ({ key, leadId, adopted: false });
    fc.assert(
      fc.property(fc.uniqueArray(lead, { selector: keyOf, minLength: 2, maxLength: 8 }), (leads) => {
        const records = leads.map((one, index) => record(keyOf(one), index + 1));
        const renamed = leads.map((one) => ({ ...one, phoneNumber: "9999999999", vendorLeadCode: "CHANGED" }));
        expect(knownLeads(renamed, records).map(({ record: { leadId } }) => leadId)).toEqual(
          records.map((one) => one.leadId),
        );
        const half = records.slice(1);
        expect(knownLeads(leads, half)).toEqual(half.map((one, index) => ({ lead: leads[index + 1], record: one })));
      }),
    );
  });
});
