import {
  calledAgain,
  callerIdOf,
  dialPrefix,
  dialString,
  minorVersion,
  pauseBetweenCalls,
  ringTime,
  routingExtension,
  vCode,
  type CampaignDialling,
} from "./originate";

const campaign = (changes: Partial<CampaignDialling> = {}): CampaignDialling => ({
  dialPrefix: "9797",
  omitPhoneCode: false,
  routingExtension: "8368",
  dialTimeout: 45,
  callerId: "13038142839",
  customCallerId: false,
  ...changes,
});
const list = { dialPrefix: "", callerId: "" };
const lead = { phoneCode: "1", phoneNumber: "3035500914", securityPhrase: "" };
const server = {
  ip: "10.0.0.11",
  asteriskVersion: "16.28.0",
  routingPrefix: "13",
  extContext: "default",
  answerTransferAgent: "8365",
  maxTrunks: 96,
};

describe("the dial string", () => {
  test("prefix, phone code, number", () => {
    expect(dialString(campaign(), list, lead)).toBe("979713035500914");
  });
  test("a blank phone code makes it shorter without a word", () => {
    expect(dialString(campaign(), list, { ...lead, phoneCode: "" })).toBe("97973035500914");
  });
  test("omit_phone_code leaves it out", () => {
    expect(dialString(campaign({ omitPhoneCode: true }), list, lead)).toBe("97973035500914");
  });
  test.each([
    ["9797", "", "9797"],
    ["", "", "9"],
    ["9797", "55", "55"],
    ["x", "", ""],
    ["9797", "X", ""],
  ])("prefix of campaign %j and list %j is %j", (own, lists, expected) => {
    expect(dialPrefix(own, lists)).toBe(expected);
  });
});

describe("caller id", () => {
  test("the list's before the campaign's", () => {
    expect(callerIdOf(campaign(), { ...list, callerId: "2125550100" }, lead)).toBe("2125550100");
    expect(callerIdOf(campaign(), list, lead)).toBe("13038142839");
  });
  test("six characters are none, seven are one", () => {
    expect(callerIdOf(campaign({ callerId: "123456" }), list, lead)).toBeUndefined();
    expect(callerIdOf(campaign({ callerId: "1234567" }), list, lead)).toBe("1234567");
  });
  test("the lead's security phrase, where the campaign says so", () => {
    const own = { ...lead, securityPhrase: "+1 (212) 555-0199" };
    expect(callerIdOf(campaign({ customCallerId: true }), list, own)).toBe("12125550199");
    expect(callerIdOf(campaign(), list, own)).toBe("13038142839");
  });
});

describe("the V-code", () => {
  test("is V, nine figures of the time, ten of the lead", () => {
    expect(vCode("2024-11-22 11:16:23", 8)).toBe("V1221116230000000008");
    expect(vCode("2024-09-02 23:59:59", 1234567)).toBe("V9022359590001234567");
  });
  test("always has 20 characters", () => {
    expect(vCode("2024-01-01 00:00:00", 1)).toHaveLength(20);
  });
});

describe("routing", () => {
  test.each([
    ["16.28.0", 16],
    ["1.4.21.2", 4],
    ["13.21.1-vici", 13],
    ["1.8.32", 8],
  ])("version %s counts as %d", (version, minor) => expect(minorVersion(version)).toBe(minor));
  test("the prefix from Asterisk 12 on, nothing before it", () => {
    expect(routingExtension(server, campaign())).toBe("138368");
    expect(routingExtension({ ...server, asteriskVersion: "1.8.32" }, campaign())).toBe("8368");
  });
  test("a dial string as routing extension gets the prefix too, and exists nowhere", () => {
    expect(routingExtension(server, campaign({ routingExtension: "97919895551234" }))).toBe("1397919895551234");
  });
  test("without one the server's", () => {
    expect(routingExtension(server, campaign({ routingExtension: "" }))).toBe("138365");
  });
});

test("a lead counts its calls since the last reset", () => {
  expect(["N", "Y", "Y1", "Y9", "D"].map(calledAgain)).toEqual(["Y", "Y1", "Y2", "Y10", "Y"]);
});
test("ring time is in milliseconds, 60 s when not set", () => {
  expect([ringTime(campaign()), ringTime(campaign({ dialTimeout: 4 }))]).toEqual([45_000, 60_000]);
});
test("calls per second", () => {
  expect([pauseBetweenCalls(5), pauseBetweenCalls(0), pauseBetweenCalls(201)]).toEqual([200, 25, 25]);
});
