/** The examples as their README tells an operator to run them, by the real CLI: type-checked, planned, shown. */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { OtherCheckout } from "../kit/checkout";
import { repository } from "../kit/files";
import { TestStack } from "../kit/stack";

jest.setTimeout(180_000);

const checkout = OtherCheckout.around("export {};\n");
afterAll(() => checkout.remove());

async function example(name: string): Promise<TestStack> {
  const folder = join(checkout.root, "examples", name);
  cpSync(join(repository, "examples", name), folder, { recursive: true });
  mkdirSync(join(folder, "state"));
  const stack = TestStack.at(folder, { PULUMI_STACK: "production" });
  await stack.run(["stack", "init", "production"]);
  return stack;
}

const made = async (stack: TestStack) =>
  (await stack.preview())
    .filter(({ op, urn }) => op === "create" && urn.includes("VoiceAiBridge::"))
    .map(({ name }) => name)
    .sort();

test.each([
  ["yaml", []],
  ["typescript", ["trunkPassword", "password-of-the-trunk"]],
])("examples/%s", async (name, secret) => {
  const stack = await example(name);
  if (secret.length > 0) await stack.run(["config", "set", "--secret", ...secret]);
  expect(await made(stack)).toEqual(["boise", "denver"]);
});
