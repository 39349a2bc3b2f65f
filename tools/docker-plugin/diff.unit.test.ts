import fc from "fast-check";
import { containerInputs } from "./container/shape";
import { differences, inputsAsRead } from "./diff";
import { imageInputs } from "./image/shape";
import { kindOf, nameOf } from "./kinds";
import { complete } from "./shape";
import { UNKNOWN, type Values } from "./values";

const urn = "urn:pulumi:test::lab::docker:index/container:Container::box";
const container = kindOf(urn);
const checked = (news: Values): Values =>
  container.checkInputs("box", { name: "box", image: "i", ...news }, {}, "").inputs;
/** The state of a container that is exactly as asked for. */
const stateOf = (news: Values): Values => ({
  ...complete(containerInputs, checked(news)),
  entrypoints: [],
  networkDatas: [],
});
const changed = (state: Values, news: Values): string[] =>
  container
    .differences(state, checked(news))
    .found.map(({ property, change, replaces }) => `${change} ${property}${replaces ? "!" : ""}`);

test("the state of what was asked for has no difference", () => {
  const asked: Values = {
    envs: ["B=2", "A=1"],
    ports: [{ internal: 80 }, { internal: 70, external: 7000, ip: "127.0.0.1" }],
    networksAdvanced: [{ name: "n", aliases: ["a", "b"] }],
    healthcheck: { tests: ["CMD", "true"], interval: "10s" },
    logOpts: { "max-size": "1m" },
    uploads: [{ file: "/f", content: "x" }],
  };
  expect(changed(stateOf(asked), asked)).toEqual([]);
});

test.each<[string, Values, Values, string[]]>([
  ["sets ignore order", { envs: ["A=1", "B=2"] }, { envs: ["B=2", "A=1"] }, []],
  [
    "aliases ignore order",
    { networksAdvanced: [{ name: "n", aliases: ["a", "b"] }] },
    { networksAdvanced: [{ name: "n", aliases: ["b", "a"] }] },
    [],
  ],
  ["lists do not", { command: ["a", "b"] }, { command: ["b", "a"] }, ["update command!"]],
  [
    "ports ignore order",
    {
      ports: [
        { internal: 1, external: 11 },
        { internal: 2, external: 22 },
      ],
    },
    {
      ports: [
        { internal: 2, external: 22 },
        { internal: 1, external: 11 },
      ],
    },
    [],
  ],
  [
    "an external port that the daemon chose",
    { ports: [{ internal: 1, external: 32768 }] },
    { ports: [{ internal: 1 }] },
    [],
  ],
  [
    "another external port",
    { ports: [{ internal: 1, external: 1 }] },
    { ports: [{ internal: 1, external: 2 }] },
    ["update ports!"],
  ],
  [
    "another protocol",
    { ports: [{ internal: 1, external: 1 }] },
    { ports: [{ internal: 1, external: 1, protocol: "udp" }] },
    ["update ports!"],
  ],
  ["a zero value said aloud", {}, { rm: false, readOnly: false, maxRetryCount: 0, user: "", labels: [] }, []],
  ["what the daemon fills in", { envs: ["A=1"], labels: [{ label: "a", value: "b" }], command: ["x"] }, {}, []],
  ["what only the program says", { privileged: true }, {}, ["delete privileged!"]],
  ["in place", { restart: "no" }, { restart: "always", memory: 64 }, ["add memory", "update restart"]],
  ["a default that is dropped", { mustRun: false }, {}, ["add mustRun"]],
  ["the same duration in other words", { healthcheck: { interval: "1m0s" } }, { healthcheck: { interval: "60s" } }, []],
  [
    "another duration",
    { healthcheck: { interval: "1m0s" } },
    { healthcheck: { interval: "61s" } },
    ["update healthcheck!"],
  ],
  [
    "capabilities in other words",
    { capabilities: { adds: ["CAP_NET_ADMIN"] } },
    { capabilities: { adds: ["NET_ADMIN"] } },
    [],
  ],
  [
    "a mount's field",
    { mounts: [{ target: "/a", type: "tmpfs" }] },
    { mounts: [{ target: "/b", type: "tmpfs" }] },
    ["update mounts!"],
  ],
])("%s", (_what, was, wanted, expected) => {
  expect(changed(stateOf(was), wanted)).toEqual(expected);
});

test("an unknown value is a difference", () => {
  expect(changed(stateOf({}), { image: UNKNOWN })).toEqual(["update image!"]);
  expect(changed(stateOf({ envs: ["A=1"] }), { envs: ["A=1", UNKNOWN] })).toEqual(["update envs!"]);
});

test("a create that never ended replaces", () => {
  const half = container.outputsOf(checked({}));
  expect(changed(half, {})).toEqual(["add entrypoints!", "add networkDatas!"]);
});

test("when the old object goes first", () => {
  const network = kindOf("urn:pulumi:test::lab::docker:index/network:Network::net");
  const autonamed = network.checkInputs("net", {}, {}, "net-0123456").inputs;
  expect(autonamed).toEqual({ name: "net-0123456", ipamDriver: "default", __defaults: ["ipamDriver", "name"] });
  expect(network.differences({}, autonamed).deleteFirst).toBe(false);
  expect(network.differences({}, network.checkInputs("net", { name: "mine" }, {}, "x").inputs).deleteFirst).toBe(true);
  expect(network.checkInputs("net", {}, autonamed, "net-7777777").inputs["name"]).toBe("net-0123456");
  expect(container.differences({}, checked({})).deleteFirst).toBe(true);
  const image = kindOf("urn:pulumi:test::lab::docker:index/remoteImage:RemoteImage::i");
  expect(image.differences({}, { name: "i" }).deleteFirst).toBe(false);
});

test("an image: what rebuilds and what does not", () => {
  const image = (news: Values): Values => ({ name: "i:1", build: { context: "c", dockerfile: "Dockerfile" }, ...news });
  const state = complete(imageInputs, image({ triggers: { hash: "1" } }));
  const found = (news: Values) =>
    differences(imageInputs, state, image(news)).map(({ property, replaces }) => [property, replaces]);
  expect(found({ triggers: { hash: "1" } })).toEqual([]);
  expect(found({ triggers: { hash: "2" } })).toEqual([["triggers", true]]);
  expect(found({ triggers: { hash: "1" }, keepLocally: true })).toEqual([["keepLocally", false]]);
  expect(found({ triggers: { hash: "1" }, build: { context: "c", buildArgs: { A: "1" } } })).toEqual([["build", true]]);
});

test("what a read found becomes inputs; what did not drift stays as it was written", () => {
  const old = checked({ restart: "no", envs: ["B=2", "A=1"] });
  const outputs = { ...stateOf({ restart: "always", envs: ["A=1", "B=2"] }), privileged: true };
  const inputs = inputsAsRead(containerInputs, old, outputs);
  expect(inputs).toMatchObject({ restart: "always", envs: ["B=2", "A=1"], privileged: true });
  expect(inputs).not.toHaveProperty("command");
});

test("a set compares equal to any reordering of itself, and unequal without one of its items", () => {
  const envs = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 });
  fc.assert(
    fc.property(envs, fc.infiniteStream(fc.nat()), (items, order) => {
      const shuffled = [...items]
        .map((item) => [order.next().value, item] as const)
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(([, item]) => item);
      expect(changed(stateOf({ envs: items }), { envs: shuffled })).toEqual([]);
      if (items.length > 1)
        expect(changed(stateOf({ envs: items }), { envs: items.slice(1) })).toEqual(["update envs!"]);
    }),
  );
});

test("URNs of children and of types that are not here", () => {
  const child = "urn:pulumi:test::lab::voice-ai-bridge:index:TestLab$docker:index/volume:Volume::lab::data";
  expect(kindOf(child).token).toBe("docker:index/volume:Volume");
  expect(nameOf(child)).toBe("lab::data");
  expect(() => kindOf("urn:pulumi:test::lab::docker:index/service:Service::s")).toThrow(
    /docker:index\/service:Service is not in this stand-in/,
  );
});
