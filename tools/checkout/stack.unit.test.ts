import { changesIn, withSalt } from "./stack";

test("every operation but `same` is a change", () => {
  expect(changesIn({ same: 24 })).toBe(0);
  expect(changesIn({})).toBe(0);
  expect(changesIn({ same: 20, create: 1, update: 2, delete: 3, replace: 4 })).toBe(10);
});

describe("the stack's config file", () => {
  const committed = 'config:\n  voice-ai-bridges:bridges:\n    - name: "denver"\n\n';
  const salt = "encryptionsalt: v1:abc=:v1:def";

  test("is the committed one plus the salt", () => {
    expect(withSalt(committed, undefined)).toBe(committed);
    expect(withSalt(committed, salt)).toBe(`${committed.trimEnd()}\n${salt}\n`);
  });

  test("a committed salt is somebody's choice and stays", () => {
    expect(withSalt(`encryptionsalt: v1:own\n${committed}`, salt)).toBe(`encryptionsalt: v1:own\n${committed}`);
  });
});
