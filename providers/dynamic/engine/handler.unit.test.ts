import fc from "fast-check";
import { z } from "zod";
import { Refusal } from "../../../core/refusal";
import { bind } from "./handler";
import { HalfDone, type Json, resource, type Resource, type State } from "../resource";
import { leaves, MASK } from "../../../core/scrub";
import { StackSettings } from "./settings";

const schema = z.strictObject({
  name: z.string(),
  note: z.string().optional(),
  size: z.number().default(1),
  credentials: z.strictObject({ user: z.string(), password: z.string() }).optional(),
});
type Wanted = z.output<typeof schema>;
const memory = z.object({ pin: z.string().default(""), seen: z.number().default(0) });
type Computed = z.output<typeof memory>;
type Known = State<Wanted, Computed>;

/** A resource whose functions are whatever a test says. */
function methodsOf(functions: {
  create?: (wanted: Wanted) => Promise<Computed & { id: string }>;
  read?: (state: Known) => Promise<{ inputs: Partial<Wanted>; computed?: Partial<Computed> } | undefined>;
  update?: (state: Known, wanted: Wanted) => Promise<Computed>;
  delete?: () => Promise<void>;
  environment?: Record<string, string>;
  upgrades?: Resource<Wanted, Computed, undefined>["upgrades"] & object;
}) {
  const unexpected = () => Promise.reject(new Error("unexpected call"));
  const definition = resource<undefined>()({
    kind: "test:Made",
    schema,
    memory,
    upgrades: functions.upgrades ?? [],
    identity: ["name"],
    secrets: ["credentials", "pin"],
    create: functions.create ?? unexpected,
    read: functions.read ?? unexpected,
    update: functions.update ?? unexpected,
    delete: functions.delete ?? unexpected,
  });
  const settings = new StackSettings({ get: () => undefined }, functions.environment ?? {});
  settings.get("outside:password");
  return bind(definition, () => undefined).methods(settings);
}

const state = { __provider: "text", name: "a", size: 1, pin: "1234", seen: 1 };

describe("no secret in any error", () => {
  const secret = fc.string({ minLength: 4 }).filter((text) => !MASK.includes(text) && text.trim() !== "");
  const spellings: ((text: string) => string)[] = [
    (text) => text,
    (text) => JSON.stringify(text),
    (text) => encodeURIComponent(text),
    (text) => Buffer.from(text).toString("base64"),
  ];
  const throwings: ((text: string) => Error)[] = [
    (text) => new Error(text),
    (text) => new Error("outer", { cause: new Error(text) }),
    (text) => new AggregateError([new Error(text)], ""),
    (text) => new Refusal({ field: "credentials", value: text, rule: "is taken", fix: "take another" }),
    (text) => new HalfDone(`wrote ${text}`, "id", {}),
    (text) => text as unknown as Error,
  ];

  test("whichever secret, however spelled, however thrown, from whichever call", async () => {
    const operations = fc.constantFrom("create", "update", "read", "delete");
    const cases = fc.tuple(secret, fc.constantFrom(...spellings), fc.constantFrom(...throwings), operations);
    await fc.assert(
      fc.asyncProperty(cases, async ([hidden, spell, thrown, operation]) => {
        const fixed = JSON.stringify({
          ...state,
          operation,
          text: "test:Made of wrote outer: `credentials` is taken. Take another.",
        });
        fc.pre(!fixed.includes(hidden));
        const fail = () => Promise.reject(thrown(`<${spell(hidden)}>`));
        const methods = methodsOf({ create: fail, read: fail, update: fail, delete: fail });
        const properties = { ...state, credentials: { user: "u", password: hidden } };
        const calls: Record<string, () => Promise<unknown>> = {
          create: () => methods.create(properties),
          update: () => methods.update("a", properties, properties),
          read: () => methods.read("a", properties),
          delete: () => methods.delete("a", properties),
        };
        const failure = await calls[operation]!().catch((error: unknown) => error as Error & { reasons?: string[] });
        expect(failure).toBeInstanceOf(Error);
        const { message, stack, reasons } = failure as Error & { reasons?: string[] };
        for (const text of [message, stack, String(failure), ...(reasons ?? [])]) expect(text).not.toContain(hidden);
      }),
    );
  });

  test("nor one that was made on the way, nor a password of the settings", async () => {
    const { create } = methodsOf({
      environment: { OUTSIDE_PASSWORD: "the-way-in" },
      create: () => Promise.reject(new HalfDone("pin 998877 by the-way-in", "a", { pin: "998877" })),
    });
    await expect(create(state)).rejects.toThrow(`test:Made create: pin ${MASK} by ${MASK}`);
  });

  test("check failures neither", async () => {
    const credentials = { user: "somebody", password: 12345 };
    const { failures } = await methodsOf({}).check({}, { name: 1, credentials });
    expect(failures).toHaveLength(2);
    for (const leaf of leaves(credentials)) expect(JSON.stringify(failures)).not.toContain(leaf);
  });
});

describe("read", () => {
  test("takes what is live over what the state says, input by input", async () => {
    const { read } = methodsOf({
      read: () => Promise.resolve({ inputs: { name: "a", size: 7, note: "not declared" }, computed: { seen: 2 } }),
    });
    expect(await read("a", state)).toEqual({
      id: "a",
      props: { name: "a", size: 7, pin: "1234", seen: 2 },
      inputs: { name: "a", size: 7 },
    });
  });

  test("a declared input that the live object does not have goes away; one that it does not say stays", async () => {
    const { read } = methodsOf({ read: () => Promise.resolve({ inputs: { note: undefined } }) });
    expect(await read("a", { ...state, note: "mine" })).toHaveProperty("inputs", { name: "a", size: 1 });
  });
});

describe("update", () => {
  test("sees the state with the id and without the provider, and keeps computed fields that it does not return", async () => {
    const seen: unknown[] = [];
    const { update } = methodsOf({
      update: (...args) => {
        seen.push(...args.slice(0, 2));
        return Promise.resolve({ seen: 5 } as Computed);
      },
    });
    expect(await update("a", state, { __provider: "text", name: "a", size: 3 })).toEqual({
      outs: { name: "a", size: 3, pin: "1234", seen: 5 },
    });
    expect(seen).toEqual([
      { id: "a", name: "a", size: 1, pin: "1234", seen: 1 },
      { name: "a", size: 3 },
    ]);
  });

  test("after a half-done write it sees what is really there", async () => {
    const seen: unknown[] = [];
    const { update } = methodsOf({
      read: () => Promise.resolve({ inputs: { size: 99 } }),
      update: (known) => {
        seen.push(known.size);
        return Promise.resolve({ pin: "1234", seen: 1 });
      },
    });
    await update("a", { ...state, __unfinished: true }, state);
    expect(seen).toEqual([99]);
  });

  test("an object that comes back under another id would be lost, so that is an error", async () => {
    const { update } = methodsOf({
      read: () => Promise.resolve(undefined),
      create: () => Promise.resolve({ id: "b", pin: "1234", seen: 1 }),
    });
    await expect(update("a", { ...state, __unfinished: true }, state)).rejects.toThrow("test:Made a came back as b");
  });
});

describe("what a state remembers", () => {
  const seenBy = async (olds: object, upgrades: Parameters<typeof methodsOf>[0]["upgrades"] = []) => {
    const seen: Known[] = [];
    const { update } = methodsOf({
      update: (known) => {
        seen.push(known);
        return Promise.resolve({ pin: known.pin, seen: known.seen + 1 });
      },
      upgrades,
    });
    const { outs } = (await update("a", olds, { name: "a", size: 1 })) as { outs: object };
    return { seen: seen[0], outs };
  };
  // Version 1 called the pin `code`, version 2 kept it as a number.
  const upgrades = [
    ({ code = 0, ...rest }: Record<string, Json>) => ({ ...rest, pin: code }),
    ({ pin = 0, ...rest }: Record<string, Json>) => ({ ...rest, pin: `#${JSON.stringify(pin)}` }),
  ];

  test("by an older version is brought to this one's shape, step by step, and marked with it", async () => {
    const { seen, outs } = await seenBy({ name: "a", size: 1, code: 17, seen: 4 }, upgrades);
    expect(seen).toEqual({ id: "a", name: "a", size: 1, pin: "#17", seen: 4 });
    expect(outs).toEqual({ name: "a", size: 1, pin: "#17", seen: 5, __memory: 3 });
    expect((await seenBy({ name: "a", size: 1, pin: 17, seen: 4, __memory: 2 }, upgrades)).seen?.pin).toBe("#17");
    expect((await seenBy(outs, upgrades)).seen?.pin).toBe("#17");
  });

  test("is read, created and left half-done with the mark", async () => {
    const { read, create, update } = methodsOf({
      create: () => Promise.resolve({ id: "a", pin: "1", seen: 1 }),
      read: () => Promise.resolve({ inputs: {} }),
      update: () => Promise.reject(new HalfDone("cut", "a", { seen: 2 })),
      upgrades,
    });
    const old = { name: "a", size: 1, code: 17, seen: 4 };
    expect(await read("a", old)).toHaveProperty("props", { name: "a", size: 1, pin: "#17", seen: 4, __memory: 3 });
    expect(await create({ name: "a" })).toHaveProperty("outs", { name: "a", pin: "1", seen: 1, __memory: 3 });
    await expect(update("a", old, { name: "a" })).rejects.toHaveProperty(
      "properties",
      expect.objectContaining({ pin: "#17", seen: 2, __memory: 3, __unfinished: true }),
    );
  });

  test("has defaults where an older version remembered nothing, and no mark before the first change of shape", async () => {
    const { seen, outs } = await seenBy({ name: "a" });
    expect(seen).toEqual({ id: "a", name: "a", pin: "", seen: 0 });
    expect(outs).not.toHaveProperty("__memory");
  });

  test("by a newer version is refused, and says what to do", async () => {
    await expect(seenBy({ name: "a", __memory: 2 })).rejects.toThrow(
      "`test:Made a`: a newer version of this package wrote its state (memory 2, this one knows 1). Install that version.",
    );
  });

  test("is refused where it is spoiled, without its value", async () => {
    await expect(seenBy({ name: "a", pin: 998877 })).rejects.toThrow(
      "`test:Made a`: `pin` of its state must be text, not a number. Import the state of the last good update",
    );
  });
});

test("a stack trace only for developers who ask for one, and without secrets", async () => {
  const { create } = methodsOf({ create: () => Promise.reject(new TypeError("a bug with hush-hush")) });
  const inputs = { ...state, credentials: { user: "u", password: "hush-hush" } };
  const failed = (): Promise<unknown> => create(inputs).catch((error: unknown) => error);
  expect(((await failed()) as Error).stack).toBe("");
  process.env.VOICEBRIDGE_DEBUG = "1";
  try {
    const { stack } = (await failed()) as Error;
    expect(stack).toContain("handler.unit.test.ts");
    expect(stack).not.toContain("hush-hush");
  } finally {
    delete process.env.VOICEBRIDGE_DEBUG;
  }
});
