"use strict";
// Run in a program's directory: prints what registering resources sends the engine. argv: package folder, number of resources.
const { join } = require("node:path");
const closure = require("@pulumi/pulumi/runtime/closure/serializeClosure");
const pulumi = require("@pulumi/pulumi");

const [installed, count] = process.argv.slice(2);
const texts = new Set();
let serialised = 0;
const original = closure.serializeFunction;
closure.serializeFunction = (...args) => {
  serialised++;
  return original(...args);
};

async function main() {
  await pulumi.runtime.setMocks({
    call: ({ inputs }) => inputs,
    newResource({ type, name, inputs }) {
      if (type.startsWith("pulumi-nodejs:dynamic/")) texts.add(inputs.__provider);
      return { id: name, state: inputs };
    },
  });
  const { Thing } = require(join(installed, "dist/test/kit/program/classes.js"));
  const made = Array.from({ length: Number(count) }, (_, i) => new Thing(`t${i}`, { name: `t${i}` }));
  await Promise.all(made.map(({ urn }) => new Promise((resolve) => urn.apply(resolve))));
  console.log(JSON.stringify({ texts: [...texts], serialised, registered: made.length }));
}
main();
