// Arrows go one way: index -> components -> providers/{sigmamind,vicidial} -> providers/asterisk.
// providers/dynamic knows no resource; a resource knows no Pulumi; cli, lab, bench use providers, never the reverse.
const never = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
module.exports = {
  forbidden: [
    never(
      "no-circular",
      "a cycle has no first page to read",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    never(
      "core-is-the-ground",
      "what every floor may use: no VICIdial, no Pulumi",
      { path: "^core", pathNot: "\\.test\\.ts$" },
      { path: "^(?!core|node_modules)|@pulumi/", dependencyTypesNot: ["core"] },
    ),
    never(
      "asterisk-is-pure",
      "pattern grammar and texts: no I/O, no Pulumi, no other provider",
      { path: "^providers/asterisk" },
      { pathNot: "^(providers/asterisk|core/refusal)|^node_modules/zod" },
    ),
    never(
      "dynamic-knows-no-resource",
      "providers/dynamic serves any resource",
      { path: "^providers/dynamic" },
      { path: "^providers/(vicidial|sigmamind|asterisk)" },
    ),
    never(
      "resource-knows-no-pulumi",
      "resources stay usable from cli, lab and tests",
      { path: "^providers/(vicidial|sigmamind|asterisk)" },
      { path: "@pulumi/" },
    ),
    never(
      "providers-know-no-caller",
      "cli, lab, bench, components use providers, never the reverse",
      { path: "^providers" },
      { path: "^(components|cli|lab|bench|tools|services|index)" },
    ),
    never(
      "vicidial-and-sigmamind-apart",
      "neither provider knows the other",
      { path: "^providers/vicidial" },
      { path: "^providers/sigmamind" },
    ),
    never(
      "sigmamind-and-vicidial-apart",
      "neither provider knows the other",
      { path: "^providers/sigmamind" },
      { path: "^providers/vicidial" },
    ),
    never(
      "components-know-no-lab-code",
      "the lab's daemons run in containers",
      { path: "^components" },
      { path: "^(lab|cli|bench|tools)" },
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
