// The floors of the house, from the ground: what each folder may import. dependency-cruiser refuses every other arrow, and
// CONTRIBUTING.md draws these. What stands inside a folder under a name of its own is a floor of its own.
const providers = ["providers/asterisk", "providers/dynamic", "providers/sigmamind", "providers/vicidial"];

module.exports = {
  core: [],
  "providers/asterisk": ["core"],
  "providers/dynamic": ["core"],
  "providers/sigmamind": ["core", "providers/dynamic"],
  "providers/vicidial": ["core", "providers/dynamic", "providers/asterisk"],
  "providers/registry.ts": ["providers/dynamic", "providers/sigmamind", "providers/vicidial"],
  "components/plan": ["core", "providers/asterisk", "providers/sigmamind", "providers/vicidial"],
  components: ["core", ...providers, "components/plan"],
  "components/lab": ["core", "components"],
  "index.ts": ["components", "components/lab"],
  services: ["core", "providers/asterisk"],
  cli: ["core", ...providers, "components/plan"],
  lab: ["core", "providers/asterisk"],
  tools: ["core", ...providers, "components/plan", "components/lab", "cli"],
  // A workspace of its own: it may be taken away as a whole.
  "tools/docker-plugin": [],
  "test/kit": ["core", ...providers, "components", "components/plan", "components/lab", "lab", "tools", "cli"],
  bench: ["core", ...providers, "lab", "tools", "test/kit"],
};
