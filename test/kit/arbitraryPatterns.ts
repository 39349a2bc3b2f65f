import fc from "fast-check";
import type { AiCarrierArgs } from "../../providers/asterisk";
import { LEAD_COLUMNS } from "../../providers/asterisk";

/** One of these characters. */
export const among = (characters: string) => fc.constantFrom(...Array.from(characters));

const digits = (minLength: number, maxLength: number) => fc.string({ unit: among("0123456789"), minLength, maxLength });

/** Positions of a pattern from a small alphabet, so that patterns overlap often. */
const position = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("9", "7", "1", "*", "+") },
  { weight: 4, arbitrary: fc.constantFrom("X", "Z", "N", "x", "n") },
  { weight: 3, arbitrary: fc.constantFrom("[1-5]", "[79]", "[7-9]", "[97]", "[1-37-9]", "[9]", "[*+]", "[]", "[9-1]") },
  { weight: 1, arbitrary: fc.constantFrom("-", " ") },
);

/** A pattern as somebody could write it into a dialplan entry, or an exact extension. */
export const patternText = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.array(position, { minLength: 1, maxLength: 5 }), fc.constantFrom("", "", ".", "!"))
      .map(([positions, end]) => `_${positions.join("")}${end}`),
  },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom("9", "7", "1", "*", "-"), minLength: 1, maxLength: 5 }) },
);

/** A dial string from the same alphabet. */
export const dialString = fc.string({ unit: among("97132*+"), minLength: 1, maxLength: 6 });

export const aiPrefix = digits(1, 4);
export const routeNumber = fc
  .tuple(fc.constantFrom("1", "44", "91", "49"), digits(7, 10))
  .map(([country, rest]) => `+${country}${rest}`);
const headerName = fc
  .string({ unit: among("abcxyz019_"), minLength: 1, maxLength: 20 })
  .map((rest) => `X-${rest}`)
  .filter((name) => !["X-cidname", "X-call_leg_id", "X-call_session_id", "X-transfer_status"].includes(name));

/** Arguments that `aiCarrier` accepts. */
export const aiCarrierArgs: fc.Arbitrary<AiCarrierArgs> = fc
  .record({
    aiPrefix,
    routeNumber,
    stack: fc.constantFrom("sip" as const, "pjsip" as const),
    account: fc.constantFrom("sigmamind", "edge-2", "E_1"),
    ringTimeout: fc.option(fc.integer({ min: 5, max: 120 }), { nil: undefined }),
    leadFields: fc.option(fc.uniqueArray(fc.constantFrom(...LEAD_COLUMNS), { minLength: 1, maxLength: 6 }), {
      nil: undefined,
    }),
    headers: fc.option(
      fc.dictionary(
        headerName.map((name) => name.replace("X-", "X-static_")),
        fc.string({ unit: among("azAZ09 .@_+:/#-"), maxLength: 64 }),
        { maxKeys: 3 },
      ),
      { nil: undefined },
    ),
    transfer: fc.option(
      fc.record({
        to: fc.uniqueArray(routeNumber, { minLength: 1, maxLength: 3 }),
        prefix: aiPrefix,
        callerId: digits(7, 20),
        onFailure: fc.constantFrom("return" as const, "hangup" as const, undefined),
      }),
      { nil: undefined },
    ),
    fallback: fc.constantFrom(
      undefined,
      "hangup" as const,
      { extension: "8300" },
      { inGroup: "SALES_1" },
      { routeNumber: "+3312345678" },
    ),
  })
  .filter((args) => !args.transfer?.to.includes(args.routeNumber))
  .map((args) => ({ ...args, ...(args.leadFields ? { leadService: { host: "10.0.0.9", port: 4573 } } : {}) }));
