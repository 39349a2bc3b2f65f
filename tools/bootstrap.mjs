// What runs before anything is installed or compiled: `node tools/bootstrap.mjs <command> [arguments]`.
// Node's own modules only. It installs the npm packages, compiles the tools, and hands over to dist/tools/commands/<command>.js.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldestNode = 20;
const commands = ["start", "stop", "test", "bench", "pulumi", "voicebridge"];
// What tsconfig.build.json compiles, and what decides how.
const sources = [
  "core",
  "providers",
  "components",
  "cli",
  "services",
  "lab",
  "tools",
  "tsconfig.json",
  "tsconfig.build.json",
];
const buildMarker = join(root, "dist/.built");

async function main([command, ...rest]) {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < oldestNode) {
    fail(
      `Node ${process.versions.node} is too old.`,
      `Install Node ${oldestNode} or newer (https://nodejs.org/) and run it again.`,
    );
  }
  if (!commands.includes(command)) {
    fail(
      `Unknown command ${JSON.stringify(command ?? "")}.`,
      `Use one of: ${commands.map((name) => `npm run ${name}`).join(", ")}.`,
    );
  }
  await installPackages();
  await compile();
  const { main: run } = createRequire(import.meta.url)(join(root, "dist/tools/commands", `${command}.js`));
  process.exitCode = await run(rest);
}

async function installPackages() {
  if (packagesAreInstalled()) return;
  await step(
    "Installing npm packages",
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      env: { npm_config_cache: join(root, ".tools/npm-cache") },
      fix: "Check the message above and that the npm registry can be reached, then run it again.",
    },
  );
}

/** npm writes down what it installed when all of it is in place; an install that was cut short leaves no such file. */
function packagesAreInstalled() {
  const written = contentOf(join(root, "node_modules/.package-lock.json"));
  if (written === undefined) return false;
  const installed = JSON.parse(written).packages;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === "" || entry.optional || installed[path]?.version === entry.version,
  );
}

async function compile() {
  const wanted = sha256(sources.flatMap(filesBelow).sort().join("\n"));
  if (contentOf(buildMarker) === wanted) return;
  await step("Compiling", "npm", ["run", "--silent", "build"], {
    fix: "Mend the errors that the compiler names above, then run it again.",
  });
  writeFileSync(buildMarker, wanted);
}

/** One line per source file: path, size and time, which is what changes when somebody edits, adds, moves or deletes one. */
function filesBelow(path) {
  const absolute = join(root, path);
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isDirectory()) return readdirSync(absolute).flatMap((name) => filesBelow(join(path, name)));
  return [`${path} ${found.size} ${found.mtimeMs}`];
}

/** Runs one command with its time on stderr; its output goes to stderr too, so that stdout stays the caller's. */
async function step(title, command, args, { env = {}, fix }) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  process.stderr.write(`▸ ${title}\n`);
  const live = process.stderr.isTTY
    ? setInterval(() => process.stderr.write(`\r  ${title}: ${seconds()} `), 500)
    : setInterval(() => process.stderr.write(`  ${title}: still at it after ${seconds()}\n`), 30_000);
  const output = [];
  const code = await new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.on("data", (text) => output.push(text));
    child.stderr.on("data", (text) => output.push(text));
    child.on("error", (error) => resolve(error.message));
    child.on("close", resolve);
  });
  clearInterval(live);
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  if (code !== 0) {
    process.stderr.write(Buffer.concat(output.map((text) => Buffer.from(text))));
    process.stderr.write(`✗ ${title} failed after ${seconds()}\n`);
    fail(`\`${command} ${args.join(" ")}\` ended with ${code}.`, fix);
  }
  process.stderr.write(`✓ ${title} (${seconds()})\n`);
}

function contentOf(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}

function fail(what, fix) {
  process.stderr.write(`${what}\n${fix}\n`);
  process.exit(1);
}

mkdirSync(join(root, ".tools"), { recursive: true });
await main(process.argv.slice(2));
