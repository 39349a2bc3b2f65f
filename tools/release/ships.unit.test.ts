import { licenceMistakes, sbomSchema, shipped } from "./ships";

const manifest = {
  name: "product",
  version: "1.0.0",
  dependencies: { a: "1" },
  devDependencies: { tester: "1", server: "1" },
  peerDependencies: { host: "1" },
};
const lock = {
  packages: {
    "": { ...manifest },
    "node_modules/a": { dependencies: { shared: "1", nested: "1" } },
    "node_modules/a/node_modules/nested": { dependencies: { deep: "1" } },
    "node_modules/deep": { peerDependencies: { peer: "1" }, optionalDependencies: { elsewhere: "1" } },
    "node_modules/nested": { dev: true },
    "node_modules/peer": {},
    "node_modules/server": { dev: true, dependencies: { shared: "1", "@of/server": "1" } },
    "node_modules/@of/server": { dev: true },
    "node_modules/shared": {},
    "node_modules/tester": { dev: true, dependencies: { shared: "1", "of-tester": "1" } },
    "node_modules/of-tester": { dev: true },
    "node_modules/host": { dev: true, peer: true },
  },
};

test("what ships: dependencies and what they need, also where a development dependency needs it too", () => {
  const { manifest: only, lock: left } = shipped(manifest, lock, []);
  expect(only.dependencies).toEqual({ a: "1" });
  for (const one of [only, left.packages[""]]) {
    expect(one?.devDependencies).toBeUndefined();
    expect((one as typeof manifest).peerDependencies).toBeUndefined();
  }
  expect(Object.keys(left.packages).sort()).toEqual([
    ...["", "node_modules/a", "node_modules/a/node_modules/nested", "node_modules/deep"],
    ...["node_modules/peer", "node_modules/shared"],
  ]);
});

test("a development dependency in a bundle ships, with what it needs", () => {
  const { manifest: only, lock: left } = shipped(manifest, lock, ["server", "shared", "unknown"]);
  expect(only.dependencies).toEqual({ a: "1", server: "1" });
  expect(Object.keys(left.packages)).toEqual(
    expect.arrayContaining(["node_modules/server", "node_modules/@of/server"]),
  );
  expect(left.packages).not.toHaveProperty(["node_modules/tester"]);
});

test("licences: one by one, as expressions, in words, or none", () => {
  const of = (...licenses: object[]) => {
    const components = [{ name: "it", version: "2.0.0", licenses }];
    const mistakes = licenceMistakes(sbomSchema.parse({ bomFormat: "CycloneDX", components }));
    return mistakes.map(({ field, value, rule }) => `${field} ${String(value)} ${rule.slice(0, 10)}`);
  };
  expect(of({ license: { id: "MIT" } })).toEqual([]);
  expect(of({ expression: "(MIT OR GPL-3.0-only)" })).toEqual([]);
  expect(of({ expression: "MIT AND GPL-3.0-only" })).toEqual(["it@2.0.0 MIT AND GPL-3.0-only is none of"]);
  expect(of({ license: { id: "AGPL-3.0-or-later" } })).toEqual(["it@2.0.0 AGPL-3.0-or-later is none of"]);
  expect(of({ license: { id: "MIT" } }, { license: { id: "GPL-2.0-only" } })).toHaveLength(1);
  expect(of({ license: { name: "SEE LICENSE IN LICENSE.md" } })).toHaveLength(1);
  expect(of()).toEqual(["it@2.0.0 undefined names no l"]);
});
