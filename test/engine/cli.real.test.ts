/** What only the real engine shows of the dynamic layer: partial failure over several `up`s, state, and the Automation API. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { type Declared, type ExportedState, TestStack } from "../kit/stack";

jest.setTimeout(180_000);
let stack: TestStack;
let file: string;

beforeAll(async () => {
  stack = await TestStack.create({ things: true });
  file = join(stack.folder, "things.json");
  writeFileSync(file, "{}");
  stack.env.TEST_FILE = file;
});
afterAll(() => stack.remove());

const things = () => JSON.parse(readFileSync(file, "utf8")) as Record<string, { size: number }>;
const thing = (name: string, args: Record<string, unknown>, more: Partial<Declared> = {}): Declared => ({
  ...{ class: "Thing", name, args: { name, ...args } },
  ...more,
});
const saved = ({ resources = [] }: ExportedState, name: string) =>
  resources.find(({ urn }) => urn.endsWith(`::${name}`));

describe("a partial failure", () => {
  let state: ExportedState;

  beforeAll(async () => {
    stack.declare([thing("updated", { size: 3 }), thing("marked", { tags: ["classified"] }, { secretArgs: ["tags"] })]);
    await stack.up();
    stack.declare([
      thing("created", { size: 3, secret: "hush-hush", breaks: "create" }),
      thing("orphan", { breaks: "create" }),
      thing("updated", { size: 4, colour: "green", breaks: "update" }),
      thing("marked", { tags: ["classified"] }, { secretArgs: ["tags"] }),
    ]);
    const { code, text } = await stack.up({ mayFail: true }, "--continue-on-error");
    expect(code).not.toBe(0);
    expect(text).toContain("test:Thing create: the connection broke while writing [secret]");
    expect(text).toContain("test:Thing update of updated: the connection broke half-way");
    expect(things()).toMatchObject({ created: { size: 0 }, orphan: { size: 0 }, updated: { size: 4, colour: "red" } });
    state = await stack.exportState();
  });

  test("keeps in state what is half made, with the provider that can delete it", () => {
    for (const name of ["created", "orphan"]) {
      const kept = saved(state, name);
      expect(kept).toMatchObject({ id: name, outputs: { owner: "us" } });
      expect(kept?.outputs?.__provider).toBe(kept?.inputs?.__provider);
      expect(kept?.initErrors).toHaveLength(1);
    }
  });

  test("converges at the next up: finishes, does the rest of an update, destroys what nobody declares any more", async () => {
    stack.declare([
      thing("created", { size: 3, secret: "hush-hush" }),
      thing("updated", { size: 4, colour: "green" }),
      thing("marked", { tags: ["classified"] }, { secretArgs: ["tags"] }),
    ]);
    const steps = Object.fromEntries(
      (await stack.preview()).map(({ name, op, properties }) => [name, { op, properties }]),
    );
    expect(steps).toMatchObject({
      orphan: { op: "delete" },
      updated: { op: "update", properties: ["colour", "size"] },
    });
    await stack.up();
    expect(Object.keys(things()).sort()).toEqual(["created", "marked", "updated"]);
    expect(things()).toMatchObject({ created: { size: 3 }, updated: { size: 4, colour: "green" } });
    await stack.expectNoChanges();
  });

  test("leaves no secret in state and logs, not even one that only the program marked", async () => {
    const text = await stack.stateText();
    expect(text).toContain('"owner": "us"');
    for (const secret of ["hush-hush", "pw-created-generated", "classified"]) {
      expect(text).not.toContain(secret);
      expect(stack.transcript).not.toContain(secret);
    }
  });
});

test("the Automation API drives the same working directory", async () => {
  // Its `pulumi version` runs without `envVars`, and would write a log into the user's home.
  Object.assign(process.env, { PATH: stack.env.PATH, PULUMI_HOME: stack.env.PULUMI_HOME });
  const pulumiCommand = await PulumiCommand.get({ skipVersionCheck: true });
  const options = { pulumiCommand, envVars: stack.env };
  const automated = await LocalWorkspace.createOrSelectStack({ stackName: "test", workDir: stack.folder }, options);
  expect((await automated.preview()).changeSummary).toEqual({ same: 4 });
  writeFileSync(file, JSON.stringify({ ...things(), updated: { ...things().updated, size: 9 } }));
  expect((await automated.refresh()).summary.resourceChanges).toMatchObject({ update: 1 });
  expect((await automated.up()).summary.resourceChanges).toMatchObject({ update: 1 });
  expect(things().updated).toMatchObject({ size: 4 });
  await automated.destroy();
  expect(things()).toEqual({});
});
