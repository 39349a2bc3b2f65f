import { requireLabStack } from "./pulumi";

test.each([
  [["preview", "--stack", "production"]],
  [["up", "-s", "organization/site/production"]],
  [["preview", "--stack=production"]],
])("another stack is refused with the reason: %j", (args) => {
  expect(() => requireLabStack(args)).toThrow(/works on the lab's stack dev.*not on "[^"]*production"/);
  expect(() => requireLabStack(args)).toThrow(`Use the CLI itself: \`pulumi ${args.join(" ")}\`.`);
});

test.each([[["preview", "--diff"]], [["up", "--stack", "dev"]], [["stack", "ls"]]])(
  "the lab's own is not: %j",
  (args) => {
    expect(() => requireLabStack(args)).not.toThrow();
  },
);
