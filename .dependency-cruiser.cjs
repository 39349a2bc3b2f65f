// The floors of the house stand in tools/floors.cjs: what each folder may import. CONTRIBUTING.md draws them, and a test holds the
// picture to the table.
const floors = require("./tools/floors.cjs");

// The longest name wins: components/plan is a floor of its own inside components.
const inside = (floor) => ({
  path: floor.endsWith(".ts") ? `^${floor}$` : `^${floor}/`,
  pathNot: [...Object.keys(floors).filter((other) => other.startsWith(`${floor}/`)), "\\.test\\.ts$"].map((name) =>
    name.startsWith("\\") ? name : `^${name}/`,
  ),
});
const never = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const arrows = Object.entries(floors).map(([floor, below]) =>
  never(
    `${floor} imports what stands below it`,
    `${floor} may import ${below.join(", ") || "nothing of this repository"}`,
    inside(floor),
    {
      path: "^(core|providers|components|services|cli|lab|tools|bench|test|examples|templates|index)\\b",
      pathNot: [floor, ...below].map((name) => `^${name}${name.endsWith(".ts") ? "$" : "/"}`),
    },
  ),
);

module.exports = {
  forbidden: [
    never(
      "no-circular",
      "a cycle has no first page to read",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    ...arrows,
    // `components` is above `components/plan`, but a path cannot say so: the plan's own rule and this one do.
    never(
      "production-needs-no-docker",
      "the lab is the export voice-ai-bridges/lab: a production stack does not load @pulumi/docker",
      { path: "^(?!components/lab|tools|test|bench|node_modules)", pathNot: "\\.test\\.ts$" },
      { path: "^components/lab/|@pulumi/docker", pathNot: "^components/lab/telephonySettings" },
    ),
    never(
      "pulumi-stays-above",
      "core, resources and plans are usable from cli, lab and tests without Pulumi",
      {
        path: "^(core|providers/(vicidial|sigmamind|asterisk)|components/plan|cli|lab|services)/",
        pathNot: "\\.test\\.ts$",
      },
      { path: "@pulumi/" },
    ),
    never(
      "asterisk-is-pure",
      "pattern grammar and texts: no I/O",
      { path: "^providers/asterisk/", pathNot: "\\.test\\.ts$" },
      { pathNot: "^(providers/asterisk|core)/|^node_modules/zod" },
    ),
    never(
      "plans-are-pure",
      "what a bridge needs is computed without I/O",
      { path: "^components/plan/", pathNot: "\\.test\\.ts$" },
      { path: "^node_modules/(mysql2|axios)|^(node:)?(fs|net|http|child_process)$" },
    ),
    never(
      "tests-below-are-not-product",
      "what ships never imports a test or its kit",
      { path: "^(core|providers|components|services|cli|lab|tools|index)", pathNot: "\\.test\\.ts$" },
      { path: "^(test|bench)/|\\.test\\.ts$" },
    ),
    never(
      "bench-shares-the-kit",
      "what tests and bench share is test/kit",
      { path: "^bench/" },
      { path: "^test/(?!kit/)" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|\\.tools)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default", "types"] },
  },
};
