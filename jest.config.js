// Two projects so that `npm run test:unit` stays a matter of seconds: `unit` needs only Node, `real` needs the
// tools, Docker and the lab's images (test/kit/globalSetup.ts prepares them).
const common = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "tsconfig.json", diagnostics: false }] },
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/.tools", "<rootDir>/templates"],
};
module.exports = {
  projects: [
    // Unit tests run beside lint: five seconds are soon over on a busy machine.
    { ...common, displayName: "unit", testTimeout: 60_000, testMatch: ["<rootDir>/**/*.unit.test.ts"] },
    {
      ...common,
      displayName: "real",
      testMatch: ["<rootDir>/**/*.real.test.ts"],
      globalSetup: "<rootDir>/test/kit/globalSetup.ts",
      globalTeardown: "<rootDir>/test/kit/globalTeardown.ts",
    },
  ],
};
