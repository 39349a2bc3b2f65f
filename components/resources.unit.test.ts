import * as pulumi from "@pulumi/pulumi";
import { methods } from "../providers/registry";
import * as resources from "./resources";

const classes = Object.entries(resources);
const registered: { type: string; name: string }[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    call: ({ inputs }) => inputs as Record<string, unknown>,
    newResource({ type, name, inputs }) {
      registered.push({ type, name });
      return { id: name, state: inputs as Record<string, unknown> };
    },
  });
});

test("there is a class for each resource of the guide's steps", () => {
  const names = ["AgentUsers", "RemoteAgent", "Carrier", "CampaignRouting", "Campaign", "List", "Phone"];
  expect(classes.map(([name]) => name)).toEqual(
    expect.arrayContaining(["SigmaMindSipNumber", ...names.map((name) => `Vicidial${name}`)]),
  );
});

test.each(classes)("%s has its own type token, and the provider process knows its kind", async (name, Class) => {
  const Any = Class as new (name: string, args: object) => pulumi.Resource;
  const made = new Any(name, {});
  await new Promise((resolve) => made.urn.apply(resolve));
  const type = registered.find((one) => one.name === name)?.type ?? "";
  expect(type).toBe(name.replace(/^(Vicidial|SigmaMind)/, (brand) => `pulumi-nodejs:dynamic/${brand.toLowerCase()}:`));
  const kind = type.replace("pulumi-nodejs:dynamic/", "");
  // No credentials are set here: knowing the kind and checking inputs needs none.
  const { failures } = await methods(kind, { get: () => undefined }).check({}, { surely_no_input: 1 });
  expect(failures?.[0]?.reason).toContain("`surely_no_input`: there is no such input.");
});

test.each([
  ["a resource", { campaignId: "SIGMA1" }],
  [
    "a mistake that the SDK throws",
    {
      get campaignId() {
        throw new Error("no campaign");
      },
    },
  ],
])("%s leaves the program's stack traces as long as they were", (_, args) => {
  const before = Error.stackTraceLimit;
  try {
    new resources.VicidialCampaignRouting(`routing-${registered.length}`, args as never);
  } catch (thrown) {
    expect(thrown).toEqual(new Error("no campaign"));
  }
  expect(Error.stackTraceLimit).toBe(before);
  expect(before).toBeGreaterThan(0);
});
