"use strict";
// The floor: as many dynamic resources as the bridges have, in as many components, that do nothing at all. What this takes
// is the engine's own time; no provider can be faster.
const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");

const nothing = {
  async create(inputs) {
    return { id: inputs.key, outs: inputs };
  },
};
class Nothing extends pulumi.dynamic.Resource {
  constructor(name, parent) {
    super(nothing, name, { key: name }, { parent }, "bench", "Nothing");
  }
}
class Group extends pulumi.ComponentResource {
  constructor(name, size) {
    super("bench:index:Group", name);
    for (let i = 0; i < size; i++) new Nothing(`${name}-${i}`, this);
    this.registerOutputs({});
  }
}
const { groups, resources } = JSON.parse(readFileSync("bench.json", "utf8"));
// No more than the bridges have: what they share is one more in the first group.
for (let i = 0; i < groups; i++) new Group(`group-${i}`, Math.floor((resources + groups - 1 - i) / groups));
