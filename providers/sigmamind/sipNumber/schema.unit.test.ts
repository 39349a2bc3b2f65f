import fc from "fast-check";
import { check } from "../../dynamic/engine/check";
import { UNKNOWN } from "../../dynamic/engine/unknown";
import { sipNumber } from "./sipNumber";

const fine = {
  routeNumber: "+19895551234",
  terminationSipUri: "f111.dialmake.com",
  inboundAgentId: "SPIlVscbB0kkXBvZ",
};
const reasons = (inputs: object): string[] =>
  check(sipNumber, inputs as Parameters<typeof check>[1]).failures.map(
    ({ property, reason }) => `${property}: ${reason}`,
  );
const checked = (inputs: object): unknown => check(sipNumber, inputs as Parameters<typeof check>[1]).inputs;

describe("what an operator declares about a number", () => {
  it("needs no more than the guide's form", () => {
    expect(reasons(fine)).toEqual([]);
    expect(checked(fine)).toEqual({ ...fine, adopt: false });
  });

  it("is brought into one form", () => {
    expect(
      checked({
        ...fine,
        inboundAgentId: "agent_SPIlVscbB0kkXBvZ",
        terminationSipUri: " F111.DialMake.com. ",
        friendlyName: " Denver ",
      }),
    ).toEqual({ ...fine, friendlyName: "Denver", adopt: false });
  });

  it.each([
    ["an agent taken away", { outboundAgentId: null }],
    ["credentials with a version", { trunkCredentials: { username: "u", password: "p" }, trunkCredentialsVersion: 2 }],
    ["an IPv4 address", { terminationSipUri: "203.0.113.7" }],
    ["a host of 253", { terminationSipUri: `${"a".repeat(63)}.`.repeat(3) + "a".repeat(61) }],
    ["a livekit host that is not the edge", { terminationSipUri: "sip.livekit.cloud.example.com" }],
    ["a bought number", { purchase: {}, terminationSipUri: undefined }],
    [
      "any number of an area",
      { purchase: { countryCode: "US", areaCode: 303 }, terminationSipUri: undefined, routeNumber: undefined },
    ],
    [
      "values that are not known yet",
      { routeNumber: UNKNOWN, inboundAgentId: UNKNOWN, trunkCredentials: { username: "u", password: UNKNOWN } },
    ],
  ])("may be %s", (_what, inputs) => expect(reasons({ ...fine, ...inputs })).toEqual([]));

  const cases: [what: string, inputs: object, reason: RegExp][] = [
    ["no number", { routeNumber: undefined }, /routeNumber.*is required/],
    [
      "a number without plus",
      { routeNumber: "19895551234" },
      /^routeNumber: must be an E\.164 number.*Write it like \+19895551234\.$/,
    ],
    ["a number that YAML made of it", { routeNumber: 19895551234 }, /^routeNumber: must be text\. Quote it/],
    ["a number with dashes", { routeNumber: "+1-989-555-1234" }, /^routeNumber: must be an E\.164 number/],
    ["a number of 16 digits", { routeNumber: "+1234567890123456" }, /^routeNumber: must be an E\.164 number/],
    ["a number with a leading zero", { routeNumber: "+0989555123" }, /^routeNumber: must be an E\.164 number/],
    ["no host", { terminationSipUri: undefined }, /terminationSipUri.*is required for an imported number/],
    ["an empty host", { terminationSipUri: "" }, /^terminationSipUri: must be a host name or an IPv4 address/],
    [
      "a SIP URI",
      { terminationSipUri: "sip:f111.dialmake.com" },
      /without `sip:`\. Write it like f111\.dialmake\.com\.$/,
    ],
    [
      "a port",
      { terminationSipUri: "sip.telnyx.com:5060" },
      /without user, port or parameters\. Write it like sip\.telnyx\.com\.$/,
    ],
    [
      "a user",
      { terminationSipUri: "me@sip.telnyx.com" },
      /without user, port or parameters\. Write it like sip\.telnyx\.com\.$/,
    ],
    ["a parameter", { terminationSipUri: "sip.telnyx.com;transport=tls" }, /Write it like sip\.telnyx\.com\.$/],
    [
      "SigmaMind's edge",
      { terminationSipUri: "28y698lhv2f.sip.livekit.cloud" },
      /^terminationSipUri: is SigmaMind's own SIP edge/,
    ],
    [
      "SigmaMind's edge in disguise",
      { terminationSipUri: "28Y698LHV2F.SIP.LiveKit.Cloud." },
      /^terminationSipUri: is SigmaMind's own SIP edge/,
    ],
    [
      "SigmaMind's edge as URI",
      { terminationSipUri: "sip:28y698lhv2f.sip.livekit.cloud" },
      /without `sip:`\. Write it like f111\.dialmake\.com/,
    ],
    ["a host of 254", { terminationSipUri: `${"a".repeat(63)}.`.repeat(3) + "a".repeat(62) }, /at most 253 characters/],
    ["an underscore", { terminationSipUri: "my_carrier.example" }, /must be a host name or an IPv4 address/],
    ["an agent id of 65", { inboundAgentId: "x".repeat(65) }, /^inboundAgentId: must be the id of an agent/],
    ["an agent's name", { inboundAgentId: "Denver sales" }, /^inboundAgentId: must be the id of an agent/],
    ["an empty agent id", { outboundAgentId: "" }, /^outboundAgentId: must be the id of an agent/],
    ["an empty name", { friendlyName: "  " }, /^friendlyName: must not be empty/],
    ["a name of 129", { friendlyName: "x".repeat(129) }, /^friendlyName: must have at most 128 characters/],
    [
      "an empty password",
      { trunkCredentials: { username: "u", password: "" } },
      /^: `trunkCredentials\.password`: must not be empty/,
    ],
    [
      "a user name of 129",
      { trunkCredentials: { username: "x".repeat(129), password: "p" } },
      /^: `trunkCredentials\.username`: must have at most 128/,
    ],
    [
      "half of the credentials",
      { trunkCredentials: { username: "u" } },
      /^: `trunkCredentials\.password`: must not be empty|is required/,
    ],
    [
      "a version alone",
      { trunkCredentialsVersion: 1 },
      /^trunkCredentialsVersion: is the version of `trunkCredentials`/,
    ],
    [
      "a test callee without plus",
      { outboundPhoneNumber: "13038142839" },
      /^outboundPhoneNumber: must be an E\.164 number/,
    ],
    ["a host for a bought number", { purchase: {} }, /^terminationSipUri: belongs to an imported number/],
    [
      "a country and a number",
      { purchase: { countryCode: "US" }, terminationSipUri: undefined },
      /^purchase: needs either `routeNumber`/,
    ],
    [
      "neither country nor number",
      { purchase: {}, routeNumber: undefined, terminationSipUri: undefined },
      /^purchase: needs either/,
    ],
    [
      "a small country code",
      { purchase: { countryCode: "us" }, terminationSipUri: undefined, routeNumber: undefined },
      /`purchase\.countryCode` "us": must be two capital letters/,
    ],
    [
      "an area of two digits",
      { purchase: { countryCode: "US", areaCode: 30 }, terminationSipUri: undefined, routeNumber: undefined },
      /`purchase\.areaCode` 30: must be at least 100/,
    ],
    [
      "an area without country",
      { purchase: { areaCode: 303 }, terminationSipUri: undefined },
      /^purchase: has an `areaCode` without a `countryCode`/,
    ],
    [
      "adoption of nothing",
      { adopt: true, purchase: { countryCode: "US" }, routeNumber: undefined, terminationSipUri: undefined },
      /^adopt: takes over a number/,
    ],
    ["another way to destroy", { onDestroy: "delete" }, /^onDestroy: must be one of "release", "unassign"/],
    [
      "the API's name of an input",
      { terminationSipURI: "f111.dialmake.com" },
      /`terminationSipURI`: there is no such input. Did you mean `terminationSipUri`/,
    ],
  ];
  it.each(cases)("must not be %s", (_what, inputs, reason) => {
    const found = reasons({ ...fine, ...inputs });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(reason);
  });

  it("is told everything that is wrong at once", () => {
    expect(reasons({ routeNumber: "1", terminationSipUri: "sip:x", inboundAgentId: "" })).toHaveLength(3);
  });

  it("never shows a credential", () => {
    const trunkCredentials = { username: "s3cret-user".repeat(20), password: "s3cret-pass".repeat(20) };
    expect(reasons({ ...fine, trunkCredentials }).join()).not.toMatch(/s3cret/);
  });

  it("comes out of the check as it would go in again", () => {
    const e164 = fc.stringMatching(/^\+[1-9][0-9]{6,14}$/);
    const agent = fc.stringMatching(/^(agent_){0,3}[A-Za-z0-9]{16}$/);
    const host = fc.stringMatching(/^ ?[A-Za-z0-9]{1,20}(\.[A-Za-z]{2,10}){0,3}\.? ?$/);
    const option = { nil: undefined };
    const inputs = fc.record({
      routeNumber: e164,
      terminationSipUri: host,
      inboundAgentId: fc.option(agent),
      outboundAgentId: fc.option(agent, option),
      friendlyName: fc.option(fc.stringMatching(/^[A-Za-z ]*[a-z][A-Za-z ]*$/), option),
      outboundPhoneNumber: fc.option(e164, option),
      adopt: fc.option(fc.boolean(), option),
    });
    fc.assert(
      fc.property(inputs, (declared) => {
        const first = check(sipNumber, JSON.parse(JSON.stringify(declared)) as Parameters<typeof check>[1]);
        expect(first.failures).toEqual([]);
        expect(check(sipNumber, first.inputs)).toEqual({ inputs: first.inputs, failures: [] });
      }),
    );
  });
});
