import fc from "fast-check";
import { columnsOf, inputsOf, sameCell } from "./columns";
import { contradictions } from "./rules";
import { campaignRoutingSchema } from "./schema";
import { ROUTING_EXTENSIONS } from "../../site/fields";

const declared = (fields: object) => campaignRoutingSchema.parse({ campaignId: "SIGMA1", ...fields });
const refusal = (fields: object) =>
  campaignRoutingSchema
    .safeParse({ campaignId: "SIGMA1", ...fields })
    .error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`)
    .join("\n");

describe("columns", () => {
  test("only declared inputs are columns", () => {
    expect(columnsOf(declared({}))).toEqual({});
    expect(columnsOf(declared({ dialPrefix: "9797", autoDialLevel: 1, active: false, dialStatuses: ["NEW"] }))).toEqual(
      {
        dial_prefix: "9797",
        auto_dial_level: "1",
        active: "N",
        dial_statuses: " NEW -",
      },
    );
  });

  test("what is written reads back as declared", () =>
    fc.assert(
      fc.property(
        fc.record(
          {
            active: fc.boolean(),
            dialPrefix: fc.stringMatching(/^[0-9]{1,20}$/),
            campaignCid: fc.stringMatching(/^[0-9]{7,20}$/),
            autoDialLevel: fc.integer({ min: 1, max: 20 }),
            hopperLevel: fc.integer({ min: 1, max: 2000 }),
            dialMethod: fc.constant("RATIO"),
            routingExtension: fc.constantFrom(...ROUTING_EXTENSIONS),
            recording: fc.constantFrom("NEVER", "ALLFORCE"),
            dialStatuses: fc.uniqueArray(fc.constantFrom("NEW", "NA", "AB", "B")),
          },
          { requiredKeys: [] },
        ),
        (fields) => {
          const wanted = declared(fields);
          const { campaignId: _, routing: __, lab: ___, onDestroy: ____, ...patched } = wanted;
          expect(inputsOf(columnsOf(wanted))).toEqual(patched);
        },
      ),
    ));

  test("the guide's caller id loses its plus", () => {
    expect(declared({ campaignCid: "+1 (303) 814-2839" }).campaignCid).toBe("13038142839");
  });

  test("values that a human save rewrites are the same", () => {
    expect(sameCell("dial_prefix", null, "")).toBe(true);
    expect(sameCell("am_message_exten", "---NONE---", null)).toBe(true);
    expect(sameCell("auto_dial_level", "1.0", "1")).toBe(true);
    expect(sameCell("dial_statuses", "NEW NA", " NEW NA -")).toBe(true);
    expect(sameCell("dial_statuses", " NA NEW -", " NEW NA -")).toBe(false);
    expect(sameCell("dial_prefix", "9797", "8787")).toBe(false);
    expect(sameCell("active", null, "N")).toBe(false);
  });
});

describe("rules", () => {
  test.each<[string, object, string]>([
    ["the guide's dial string as routing extension", { routingExtension: "97919895551234" }, "is no routing extension"],
    ["a phone number as manual caller id", { manualDialCid: "+13038142839" }, "is a choice, not a number"],
    ["a short caller id", { campaignCid: "303814" }, "7-20 digits"],
    ["letters in a caller id", { campaignCid: "sip:303" }, "something else than digits"],
    ["a prefix with x", { dialPrefix: "9x" }, "1 to 20 digits"],
    ["manual with a level", { dialMethod: "MANUAL", autoDialLevel: 1 }, "dials nothing by itself"],
    ["ratio below one", { dialMethod: "RATIO", autoDialLevel: 0 }, "the level is at least 1"],
    ["shared ratio below one", { dialMethod: "SHARED_RATIO", autoDialLevel: 0.5 }, "the level is at least 1"],
    ["a level for an adaptive method", { dialMethod: "ADAPT_AVERAGE", autoDialLevel: 2 }, "computes the level itself"],
    ["a message without detection", { routingExtension: "8368", amdSendToVmx: true }, "detects no answering machines"],
    ["DNC", { dialStatuses: ["NEW", "DNC"] }, "asked not to be called"],
    ["XFER", { dialStatuses: ["XFER"] }, "already talked to the AI"],
    ["DROP", { dialStatuses: ["DROP"] }, "just abandoned"],
    ["a long level", { autoDialLevel: 1.23456 }, "6 characters"],
    ["a hopper of nothing", { hopperLevel: 0 }, ">=1"],
    ["an unknown field", { dialLevel: 1 }, "dialLevel"],
    ["a campaign id of nine", { campaignId: "SIGMACAMP" }, "2 to 8 letters"],
  ])("refuses %s", (_name, fields, message) => {
    expect(refusal(fields)).toContain(message);
  });

  test.each<[string, object]>([
    ["statuses of a lab", { dialStatuses: ["NEW", "DROP", "DNC", "XFER"], lab: true }],
    ["the guide's literal step 4.3, said aloud", { routing: "direct", routingExtension: "979719895551234" }],
    ["manual at level 0", { dialMethod: "MANUAL", autoDialLevel: 0 }],
    ["an adaptive method without a level", { dialMethod: "ADAPT_TAPERED" }],
    ["a voicemail drop", { routingExtension: "8369", amdSendToVmx: true, amMessageExten: "sorry-we-missed-you" }],
  ])("allows %s", (_name, fields) => {
    expect(refusal(fields)).toBeUndefined();
  });

  test("half of a contradiction may be undeclared", () => {
    expect(contradictions({ dialMethod: "RATIO" })).toEqual([]);
    expect(contradictions({ amdSendToVmx: true })).toEqual([]);
    expect(contradictions({ amdSendToVmx: true, amMessageExten: "" })).toHaveLength(1);
  });
});
