import { usersOf, wantedLines, type RemoteAgent } from "./lines";

const agent = (changes: Partial<RemoteAgent> = {}): RemoteAgent => ({
  user_start: "5565",
  number_of_lines: 2,
  conf_exten: "979719895551234",
  campaign_id: "SIGMA1",
  closer_campaigns: "",
  on_hook_agent: "N",
  on_hook_ring_time: 15,
  ...changes,
});
const users = (changes: Partial<RemoteAgent>) => wantedLines([agent(changes)], new Map()).map((line) => line.user);

describe("the lines of a remote agent", () => {
  test("are numbered from its first user", () => {
    expect(users({})).toEqual(["5565", "5566"]);
  });
  test("lose leading zeros", () => {
    expect(users({ user_start: "0088" })).toEqual(["88", "89"]);
  });
  test("are none for a name", () => {
    expect(users({ user_start: "sigma_agent" })).toEqual([]);
  });
  test("with one figure are passed over", () => {
    expect(users({ user_start: "8", number_of_lines: 4 })).toEqual(["10", "11"]);
  });
  test("keep the first user as it was written", () => {
    expect(wantedLines([agent({ user_start: "0088" })], new Map())[1]?.raUser).toBe("0088");
  });
  test("of an inactive agent are computed alike", () => {
    expect(usersOf({ user_start: "12abc", number_of_lines: 2 })).toEqual(["12", "13"]);
  });
});

test.each([
  ["MANUAL", "N"],
  ["INBOUND_MAN", "N"],
  ["RATIO", "Y"],
  ["ADAPT_TAPERED", "Y"],
])("a campaign dialled by %s makes lines with outbound_autodial %s", (method, expected) => {
  const lines = wantedLines([agent({ campaign_id: "Sigma1" })], new Map([["sigma1", method]]));
  expect(lines[0]?.outboundAutodial).toBe(expected);
});
test("a campaign that does not exist counts as one that dials", () => {
  expect(wantedLines([agent()], new Map())[0]?.outboundAutodial).toBe("Y");
});
