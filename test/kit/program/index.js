"use strict";
// The program of every test stack: makes the resources that resources.json lists. See ../stack.ts for the format.
const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const pulumi = require("@pulumi/pulumi");

const installed = dirname(require.resolve("voice-ai-bridges/package.json"));
const files = (process.env.TEST_CLASSES || "dist/components/resources.js").split(",");
const classes = Object.assign({}, ...files.map((file) => require(join(installed, file))));
const declared = JSON.parse(readFileSync("resources.json", "utf8"));

// Known only once it exists: what an output of a resource that is not created yet looks like in a preview.
const lateProvider = {
  async create(inputs) {
    return { id: "late", outs: { value: inputs.value, late: inputs.value } };
  },
};
class Late extends pulumi.dynamic.Resource {
  constructor(name, value) {
    super(lateProvider, name, { value: pulumi.secret(value), late: undefined }, {}, "test", "Late");
  }
}

const made = new Map();
for (const { class: kind, name, args, dependsOn = [], secretArgs = [], options = {} } of declared) {
  const Class = classes[kind];
  if (Class === undefined) throw new Error(`resources.json: no class ${kind}, only ${Object.keys(classes).join(", ")}`);
  const values = {};
  for (const [key, value] of Object.entries(args)) {
    const resolved = resolve(value, `${name}-${key}`);
    values[key] = secretArgs.includes(key) ? pulumi.secret(resolved) : resolved;
  }
  const after = dependsOn.map((other) => made.get(other));
  made.set(name, new Class(name, values, { ...options, dependsOn: after }));
}

function resolve(value, path) {
  if (Array.isArray(value)) return value.map((item, index) => resolve(item, `${path}-${index}`));
  if (typeof value !== "object" || value === null) return value;
  if ("$late" in value) return new Late(`late-${path}`, value.$late).late;
  if ("$output" in value) return made.get(value.$output[0])[value.$output[1]];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner, `${path}-${key}`)]));
}
