"use strict";
// As many bridges as bench.json lists.
const { readFileSync } = require("node:fs");
const { VoiceAiBridge } = require("voice-ai-bridges");

for (const { name, ...args } of JSON.parse(readFileSync("bench.json", "utf8"))) new VoiceAiBridge(name, args);
