import fc from "fast-check";
import { diff } from "./diff";
import { textOf } from "./failure";
import { jsonObject, sameJson, type JsonObject } from "./json";
import { nearest } from "../../../core/schema/nearest";
import { provide } from "./provide";
import type { Json } from "../resource";
import { leaves, MASK, scrub } from "../../../core/scrub";
import { environmentName, StackSettings } from "./settings";
import { shared } from "./shared";
import type { ProviderMethods } from "./shim";
import { containsUnknown, UNKNOWN } from "./unknown";

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json);
const properties = fc.dictionary(fc.string(), json).map((value) => value as JsonObject);

describe("diff", () => {
  test("of something with itself replaces nothing", () => {
    fc.assert(fc.property(properties, (one) => expect(diff(Object.keys(one), one, one).replaces).toEqual([])));
  });

  test("names the identity fields that changed, and no others", () => {
    const state = { server: "a", start: 1, lines: 2 };
    expect(diff(["server", "start"], state, { server: "b", start: 1, lines: 3 })).toEqual({
      replaces: ["server"],
      deleteBeforeReplace: true,
    });
  });

  test("an identity that is not known yet may have changed", () => {
    expect(diff(["server"], { server: "a" }, { server: UNKNOWN }).replaces).toEqual(["server"]);
  });
});

describe("json", () => {
  test("equality ignores the order of keys, and nothing else", () => {
    expect(sameJson({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
    for (const [one, other] of [
      [
        [1, 2],
        [2, 1],
      ],
      [{ a: 1 }, { a: 1, b: 1 }],
      [{ a: null }, { b: null }],
      [[], {}],
      [1, "1"],
      [null, {}],
    ] as [Json, Json][]) {
      expect(sameJson(one, other)).toBe(false);
    }
    fc.assert(fc.property(json, (one) => sameJson(one, JSON.parse(JSON.stringify(one)) as Json)));
  });

  test("leaves out what is undefined and refuses what JSON would bend", () => {
    expect(jsonObject({ a: undefined, b: { c: undefined, d: null }, e: [undefined, 1] })).toEqual({
      ...{ b: { d: null }, e: [null, 1] },
    });
    for (const value of [new Date(0), new Map(), 1n, Number.NaN, () => 1, Symbol("x")]) {
      expect(() => jsonObject({ outer: { inner: [value] } })).toThrow("`outer.inner[0]` is no JSON value");
    }
  });

  test("keeps pure JSON as it is, whatever its keys are called", () => {
    fc.assert(fc.property(properties, (one) => expect(jsonObject(one)).toEqual(one)));
    const odd = JSON.parse('{"__proto__": 1, "constructor": {"__proto__": 2}}') as JsonObject;
    expect(JSON.stringify(jsonObject(odd))).toBe(JSON.stringify(odd));
  });
});

describe("unknown", () => {
  test("is found at any depth", () => {
    expect(containsUnknown({ a: [{ b: UNKNOWN }] })).toBe(true);
    expect(containsUnknown({ a: [{ b: "x" }], c: null })).toBe(false);
  });
});

describe("scrub", () => {
  const around = fc.string();
  const secret = fc.string({ minLength: 4, unit: "binary" });

  test("no secret survives in a text, however it was spelled", () => {
    const spelled: ((text: string) => string)[] = [
      (text) => text,
      (text) => JSON.stringify({ text }),
      (text) => encodeURIComponent(Buffer.from(text).toString()),
      (text) => Buffer.from(text).toString("base64"),
      (text) => `'${text.replaceAll("'", "''")}'`,
    ];
    fc.assert(
      fc.property(around, secret, around, fc.constantFrom(...spelled), (before, hidden, after, spell) => {
        const written = spell(hidden);
        // A mask may be written like a part of the secret itself.
        fc.pre(!MASK.includes(hidden) && !hidden.includes(MASK) && !`${before}${after}`.includes(hidden));
        expect(scrub(`${before} ${written} ${after}`, [hidden])).not.toContain(hidden);
      }),
    );
  });

  test("a secret inside another one leaves no rest", () => {
    expect(scrub("abcd-efgh", ["abcd", "abcd-efgh"])).toBe(MASK);
  });

  test("a short secret goes as a word, not out of every word", () => {
    expect(scrub("a password a", ["a"])).toBe(`${MASK} password ${MASK}`);
    expect(scrub("using '1.2'", ["1.2"])).toBe(`using '${MASK}'`);
  });

  test("an empty secret hides nothing", () => {
    expect(scrub("text", [""])).toBe("text");
  });

  test("takes every text out of a secret's value, and no small numbers", () => {
    expect(leaves({ user: "u", more: ["p", { pin: 12345, version: 2 }], none: null })).toEqual(["u", "p", "12345"]);
  });
});

describe("settings", () => {
  const config = (values: Record<string, string>) => ({ get: (key: string) => values[key] });

  test("the environment wins, an empty variable does not count", () => {
    const settings = new StackSettings(config({ "vicidial:host": "config", "vicidial:user": "config" }), {
      VICIDIAL_HOST: "environment",
      VICIDIAL_USER: "",
    });
    expect(settings.get("vicidial:host")).toBe("environment");
    expect(settings.get("vicidial:user")).toBe("config");
    expect(settings.get("vicidial:port")).toBeUndefined();
  });

  test("names", () => {
    expect(environmentName("vicidial:adminUser")).toBe("VICIDIAL_ADMIN_USER");
    expect(environmentName("sigmamind:baseUrl")).toBe("SIGMAMIND_BASE_URL");
    const settings = new StackSettings(
      config({}),
      { VICIDIAL_SOCKET: "/run/s" },
      { "vicidial:socketPath": "VICIDIAL_SOCKET" },
    );
    expect(settings.get("vicidial:socketPath")).toBe("/run/s");
  });

  test("remembers passwords and keys, and nothing else", () => {
    const settings = new StackSettings(
      config({ "vicidial:password": "p", "sigmamind:apiKey": "k", "vicidial:host": "h" }),
      {},
    );
    for (const key of ["vicidial:password", "sigmamind:apiKey", "vicidial:host"]) settings.get(key);
    expect([...settings.secrets]).toEqual(["p", "k"]);
  });
});

describe("the text of a failure", () => {
  test("tells the cause", () => {
    expect(textOf(new Error("write failed", { cause: new Error("disk full") }))).toBe("write failed: disk full");
    expect(textOf(new Error("write failed: disk full", { cause: new Error("disk full") }))).toBe(
      "write failed: disk full",
    );
  });

  test("speaks for an error whose own message is empty, as of a refused connection", () => {
    const tried = ["::1", "127.0.0.1"].map((host) => new Error(`connect ECONNREFUSED ${host}`));
    expect(textOf(new AggregateError(tried))).toBe("connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1");
    expect(textOf(Object.assign(new Error(""), { code: "PROTOCOL_CONNECTION_LOST" }))).toBe("PROTOCOL_CONNECTION_LOST");
  });

  test("of something that is no error", () => {
    expect(textOf("no")).toBe("no");
    expect(textOf({ code: 1 })).toBe('{"code":1}');
  });
});

describe("nearest name", () => {
  test.each([
    ["user_start", "userStart"],
    ["userstart", "userStart"],
    ["line", "lines"],
    ["campaing", "campaignId"],
  ])("%s → %s", (written, meant) => {
    expect(nearest(written, ["serverIp", "userStart", "lines", "campaignId"])).toBe(meant);
  });

  test("suggests nothing far-fetched", () => {
    expect(nearest("colour", ["serverIp", "userStart", "lines"])).toBeUndefined();
  });
});

describe("provide", () => {
  const source = { get: () => undefined };

  test("all kinds of a process share their settings, and with them their connections", () => {
    const seen = new Set<StackSettings>();
    const bound = ["test:One", "test:Other"].map((kind) => ({
      kind,
      methods: (settings: StackSettings) => {
        seen.add(settings);
        return {} as ProviderMethods;
      },
    }));
    const methods = provide(bound);
    for (const { kind } of bound) methods(kind, source);
    expect(seen.size).toBe(1);
  });

  test("says which kinds there are", () => {
    expect(() => provide([])("test:New", source)).toThrow("this version knows no resource test:New, only ");
  });
});

describe("shared", () => {
  test("one system for the same settings, another for others", async () => {
    let made = 0;
    const connect = shared(() => ({ number: ++made }));
    const settings = { get: () => undefined };
    expect(await connect(settings)).toBe(await connect(settings));
    expect(await connect({ get: () => undefined })).toEqual({ number: 2 });
  });

  test("a failed attempt is forgotten", async () => {
    const answers = [() => Promise.reject(new Error("down")), () => Promise.resolve("up")];
    const connect = shared(() => answers.shift()!());
    const settings = { get: () => undefined };
    await expect(connect(settings)).rejects.toThrow("down");
    await expect(connect(settings)).resolves.toBe("up");
  });
});
