import { chooseSubnet, isTaken } from "./subnet";

describe("the lab's network", () => {
  it("is the one that the seed says", () => {
    expect(chooseSubnet(0, [])).toBe("10.64.0.0/24");
    expect(chooseSubnet(300, [])).toBe("10.65.44.0/24");
    expect(chooseSubnet(64 * 256 + 1, [])).toBe("10.64.1.0/24");
  });

  it("is the next free one where that is taken", () => {
    expect(chooseSubnet(0, ["10.64.0.0/23", "10.64.2.9/32"])).toBe("10.64.3.0/24");
  });

  it("goes round", () => {
    expect(chooseSubnet(64 * 256 - 1, ["10.127.255.0/24"])).toBe("10.64.0.0/24");
  });

  it("says so when none is left", () => {
    expect(() => chooseSubnet(5, ["10.0.0.0/8"])).toThrow("No network between 10.64.0.0 and 10.127.255.0 is free");
  });
});

test.each([
  ["10.64.1.0/24", "10.64.1.77/24", true],
  ["10.64.1.0/24", "10.64.0.0/16", true],
  ["10.64.1.0/24", "10.64.1.255/32", true],
  ["10.64.1.0/24", "10.64.2.0/24", false],
  ["10.64.1.0/24", "0.0.0.0/0", true],
  ["10.64.1.0/24", "172.17.0.1/16", false],
])("%s beside %s: taken %s", (subnet, other, taken) => {
  expect(isTaken(subnet, [other])).toBe(taken);
});
