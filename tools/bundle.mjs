// Bundles each program that runs in a container of the lab, or beside a dialler, into one file: dist/bundles/<name>.js. No
// node_modules travels to the Docker daemon, and none is needed where the program runs.
import { build } from "esbuild";
import { existsSync, readdirSync } from "node:fs";

const programs = ["lab", "services"].flatMap((folder) =>
  (existsSync(`dist/${folder}`) ? readdirSync(`dist/${folder}`) : [])
    .map((name) => ({ name, main: `dist/${folder}/${name}/main.js` }))
    .filter(({ main }) => existsSync(main)),
);
await build({
  entryPoints: Object.fromEntries(programs.map(({ name, main }) => [name, main])),
  outdir: "dist/bundles",
  bundle: true,
  platform: "node",
  target: "node20",
  logLevel: "warning",
});
