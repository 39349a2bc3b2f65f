/**
 * The traps of the dynamic-provider protocol (the engine's host in `@pulumi/pulumi/cmd/dynamic-provider`), each against the real
 * host process and the real serialiser.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UNKNOWN } from "./unknown";
import { installedFile, installThingPackage, testFolder } from "../../../test/kit/program/install";
import { CallFailed, type Properties, ProviderProcess } from "../../../test/kit/providerProcess";

// Starting a process takes a second, more on a busy machine.
jest.setTimeout(60_000);

let folder: string;
let installed: string;
let thing: string;
/** Serves every test that does not need a process of its own. */
let host: ProviderProcess;
const started: ProviderProcess[] = [];

beforeAll(async () => {
  folder = testFolder();
  installed = installThingPackage(folder);
  thing = providerText();
  host = await start();
});
beforeEach(() => writeFileSync(join(folder, "things.json"), "{}"));
afterAll(async () => {
  await Promise.all(started.map((process) => process.stop()));
  rmSync(folder, { recursive: true, force: true });
});

interface Serialised {
  texts: string[];
  serialised: number;
  registered: number;
}

function register(resources: number): Serialised {
  const script = join(__dirname, "../../../test/kit/program/serialise.js");
  const printed = execFileSync(process.execPath, [script, installed, String(resources)], {
    cwd: folder,
    encoding: "utf8",
  });
  return JSON.parse(printed) as Serialised;
}

function providerText(): string {
  return register(1).texts[0]!;
}

async function start(env: Record<string, string> = {}, config: Properties = {}): Promise<ProviderProcess> {
  const process = await ProviderProcess.start(folder, { TEST_FILE: join(folder, "things.json"), ...env }, config);
  started.push(process);
  return process;
}

async function failureOf(call: Promise<unknown>): Promise<CallFailed> {
  return call.then(
    () => Promise.reject(new Error("it succeeded")),
    (thrown: unknown) => thrown as CallFailed,
  );
}

const odd = (does: string, more: Properties = {}): Properties => ({
  __provider: thing.replace("test:Thing", "test:Odd"),
  does,
  ...more,
});

describe("the serialised provider", () => {
  test("is this text: any other one shows as a change of every resource of every stack", () => {
    expect(thing).toMatchSnapshot();
  });

  test("stays below 1 KB for any kind: the engine keeps it twice per resource", () => {
    const longestKind = "x".repeat(40);
    expect(thing.replace("test:Thing", longestKind).length).toBeLessThan(1024);
  });

  test("is the same after any edit of an implementation, which still takes effect", async () => {
    const file = installedFile(installed, "thing");
    const before = readFileSync(file, "utf8");
    try {
      writeFileSync(file, before.replaceAll("max(255)", "max(300)"));
      expect(providerText()).toBe(thing);
      const { failures } = await (await start()).check({ __provider: thing, name: "one", size: 299 });
      expect(failures).toEqual([]);
    } finally {
      writeFileSync(file, before);
    }
  });

  test("is made once for 500 resources of a kind", () => {
    expect(register(500)).toEqual({ texts: [thing], serialised: 1, registered: 500 });
  });
});

describe("check", () => {
  test.each<[string, Properties]>([
    ["a text", { name: UNKNOWN }],
    ["a number", { name: "one", size: UNKNOWN }],
    ["a choice", { name: "one", colour: UNKNOWN }],
    ["a whole list", { name: "one", tags: UNKNOWN }],
    ["an item of a list", { name: "one", tags: ["a", UNKNOWN] }],
    ["a secret", { name: "one", secret: UNKNOWN }],
    ["a truth value", { name: "one", adopt: UNKNOWN }],
  ])("tolerates %s that is not known yet", async (_title, declared) => {
    const { inputs, failures } = await host.check({ __provider: thing, ...declared });
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ __provider: thing, ...declared });
  });

  test("keeps the provider, applies defaults, and changes nothing the second time", async () => {
    const { inputs } = await host.check({ __provider: thing, name: "One", tags: ["b", "a"] });
    expect(inputs).toEqual({ __provider: thing, name: "one", size: 1, colour: "red", tags: ["a", "b"], adopt: false });
    expect(await host.check(inputs, inputs)).toEqual({ inputs, failures: [] });
  });
});

describe("diff", () => {
  test("says only what replaces, so that the engine shows each property", async () => {
    const { inputs } = await host.check({ __provider: thing, name: "one" });
    const changed = await host.diff("one", inputs, { ...inputs, name: "two", size: 5 });
    expect(changed).toMatchObject({ changes: 0, replacesList: ["name"], deletebeforereplace: true });
    expect(await host.diff("one", inputs, { ...inputs, size: 5 })).toMatchObject({ changes: 0, replacesList: [] });
    expect(await host.diff("one", inputs, { ...inputs, name: UNKNOWN })).toMatchObject({ replacesList: ["name"] });
  });
});

describe("create", () => {
  test("gives a text for an id that an author made a number", async () => {
    expect(await host.create(odd("number id"))).toMatchObject({ id: "17" });
  });

  test("refuses an empty id, which the engine would forget", async () => {
    expect((await failureOf(host.create(odd("no id")))).message).toBe("test:Odd create: create gave no id");
  });

  test("leaves out outputs that are undefined, and echoes the inputs", async () => {
    const { properties } = await host.create(odd("undefined output", { list: [1] }));
    expect(properties).toEqual({ ...odd("undefined output", { list: [1] }), at: "now" });
  });

  test("keeps an object whose outputs cannot be kept", async () => {
    const { message, remains } = await failureOf(host.create(odd("date output")));
    expect(message).toContain("`at` is no JSON value");
    expect(remains).toMatchObject({ id: "odd-1", properties: odd("date output") });
  });

  test("keeps what is half done with its id and its provider, and the next update converges", async () => {
    const inputs = {
      __provider: thing,
      name: "one",
      size: 5,
      colour: "red",
      tags: [],
      secret: "hush-hush",
      adopt: false,
    };
    const { remains } = await failureOf(host.create({ ...inputs, breaks: "create" }));
    expect(remains).toMatchObject({ id: "one", properties: { ...inputs, owner: "us", password: "pw-one-generated" } });
    expect(remains?.reasons).toEqual(["test:Thing create: the connection broke while writing [secret]"]);

    // The object has size 0 now, which is neither the old nor the new state: only reading it again lets update go on.
    const outputs = await host.update("one", remains!.properties, inputs);
    expect(outputs).toEqual({ ...inputs, owner: "us", password: "pw-one-generated" });
    expect(await host.read("one", outputs)).toMatchObject({ id: "one", inputs: { size: 5 } });
  });

  test("makes a half-done object anew that is gone by the next update", async () => {
    const inputs = { __provider: thing, name: "one", size: 5, colour: "red", tags: [], adopt: false };
    const { remains } = await failureOf(host.create({ ...inputs, breaks: "create" }));
    writeFileSync(join(folder, "things.json"), "{}");
    expect(await host.update("one", remains!.properties, inputs)).toMatchObject({ size: 5, owner: "us" });
    expect(Object.keys(JSON.parse(readFileSync(join(folder, "things.json"), "utf8")) as object)).toEqual(["one"]);
  });
});

describe("update", () => {
  test("keeps what is half done, with its provider", async () => {
    const inputs = { __provider: thing, name: "one", size: 1, colour: "red", tags: [], adopt: false };
    const { properties } = await host.create(inputs);
    const { remains } = await failureOf(host.update("one", properties, { ...inputs, size: 9, breaks: "update" }));
    expect(remains).toMatchObject({
      id: "one",
      properties: { __provider: thing, name: "one", password: "pw-one-generated" },
    });
    const outputs = await host.update("one", remains!.properties, { ...inputs, size: 9, colour: "blue" });
    expect(outputs).toMatchObject({ size: 9, colour: "blue", password: "pw-one-generated" });
    expect(outputs).not.toHaveProperty("__unfinished");
  });
});

describe("read", () => {
  test("reports only inputs that are managed, and keeps write-only secrets", async () => {
    const declared = { __provider: thing, name: "one", size: 4, colour: "red", secret: "hush-hush" };
    const { properties } = await host.create({ ...declared, tags: ["a"] });
    const { tags: _unmanaged, ...state } = properties;
    const { inputs, properties: read } = await host.read("one", state);
    expect(inputs).toEqual(declared);
    expect(read).toEqual(state);
  });

  test("says gone only when that is proven", async () => {
    const { properties } = await host.create({ __provider: thing, name: "one", size: 4, colour: "red", tags: [] });
    writeFileSync(join(folder, "things.json"), "{}");
    expect(await host.read("one", properties)).toEqual({ id: "", properties: { __provider: thing }, inputs: {} });
    rmSync(join(folder, "things.json"));
    expect((await failureOf(host.read("one", properties))).message).toContain("test:Thing read of one: ENOENT");
    expect((await failureOf(host.read("odd-1", odd("nothing")))).message).toContain("ECONNREFUSED");
  });
});

describe("configure", () => {
  test("is over before any concurrent first call runs", async () => {
    const host = await start();
    const checks = Array.from({ length: 50 }, (_, i) => host.check({ __provider: thing, name: `t${i}`, size: 0 }));
    for (const { failures } of await Promise.all(checks)) {
      expect(failures).toEqual([{ property: "size", reason: "must be at least 1." }]);
    }
  });

  test("reads stack config, and the environment before it", async () => {
    const file = join(folder, "other.json");
    writeFileSync(file, "{}");
    const host = await start({ TEST_FILE: "" }, { "test:file": file });
    await host.create({ __provider: thing, name: "one", size: 1, colour: "red", tags: [] });
    expect(readFileSync(file, "utf8")).toContain("one");
  });

  test("without the package, every call fails and says why, also the later ones", async () => {
    const entry = installedFile(installed, "provider");
    renameSync(entry, `${entry}.gone`);
    try {
      const host = await start();
      const inputs = { __provider: thing, name: "one" };
      const calls = () => [
        host.check(inputs),
        host.diff("one", inputs, inputs),
        host.create(inputs),
        host.read("one", inputs),
        host.update("one", inputs, inputs),
        host.delete("one", inputs),
      ];
      for (const failure of await Promise.all([...calls(), ...calls()].map(failureOf))) {
        expect(failure.message).toMatch(/Cannot find module .*provider\.js'?\. Run npm install there\.$/);
        expect(failure.message).toContain(folder);
      }
    } finally {
      renameSync(`${entry}.gone`, entry);
    }
  });

  test("a kind that this version does not know is said", async () => {
    const other = { __provider: thing.replace("test:Thing", "test:Newer") };
    expect((await failureOf(host.delete("x", other))).message).toContain("knows no resource test:Newer");
  });
});

describe("secrets", () => {
  test("stay out of errors and of what the process prints, however a library spelled them", async () => {
    const host = await start({ TEST_API_KEY: "the-api-key" });
    const { message } = await failureOf(host.create(odd("leak", { secret: "hush-hush" })));
    expect(message).toBe("test:Odd create: 401 for [secret] with [secret]: Authorization: Basic [secret]");
    await failureOf(host.create(odd("half", { secret: "hush-hush" })));
    await failureOf(host.read("odd-1", odd("nothing", { secret: "hush-hush" })));
    expect(host.output).not.toContain("hush-hush");
    expect(host.output).not.toContain("the-api-key");
  });

  test("refusals come without a stack trace", async () => {
    const host = await start({ TEST_FILE: "" });
    const { message } = await failureOf(host.delete("one", { __provider: thing, name: "one" }));
    expect(message).toBe("`test:file`: no file is set. Set TEST_FILE.");
    expect(host.output).not.toMatch(/^\s+at /m);
  });
});

test("one process serves 500 resources over one connection", async () => {
  const connections = join(folder, "connections");
  const host = await start({ TEST_CONNECTIONS: connections });
  const all = Array.from({ length: 500 }, () => host.create(odd("nothing")));
  expect(new Set((await Promise.all(all)).map(({ id }) => id))).toEqual(new Set(["odd-1"]));
  expect(readFileSync(connections, "utf8")).toBe("connected\n");
});
