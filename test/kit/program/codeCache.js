"use strict";
// Preloaded into the engine's Node processes of a test (../quicker.ts): keeps what V8 compiled for the next such process. Half
// of what a run of the CLI takes is Node compiling the same thousand files of the SDK again. What runs is the same code: V8
// refuses data that is not of this text, this version and these flags. From Node 22.1 on, NODE_COMPILE_CACHE does this.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, extname, join, sep } = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");

/** So many files must be new before the cache is written again: it costs as much as it saves. */
const WORTH_WRITING = 100;

const folder = process.env.VOICEBRIDGE_CODE_CACHE;
const [, entry] = process.argv;
// With `node -e` the first argument is no program.
if (folder && entry && existsSync(entry)) keepCode(folder, entry);

function keepCode(folder, entry) {
  // The SDK sets this half-way through its start, and V8 refuses what was compiled under other flags.
  v8.setFlagsFromString("--allow-natives-syntax");
  const program = [realpathSync(entry), process.version, v8.cachedDataVersionTag()].join("\0");
  const file = join(folder, `${createHash("sha256").update(program).digest("hex").slice(0, 16)}.bin`);
  const kept = read(file);
  const scripts = new Map();
  let fresh = 0;

  const uncached = Module.prototype._compile;
  Module.prototype._compile = function (content, filename) {
    // The program of the test is another one each time.
    if (extname(filename) !== ".js" || filename.startsWith(process.cwd() + sep) || content.startsWith("#!"))
      return uncached.call(this, content, filename);
    const { mtimeMs, size } = statSync(filename);
    const known = kept.get(filename);
    const cachedData = known?.mtimeMs === mtimeMs && known.size === size ? known.data : undefined;
    const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    const script = new vm.Script(Module.wrap(content), { filename, cachedData, importModuleDynamically });
    if (cachedData === undefined || script.cachedDataRejected) fresh++;
    scripts.set(filename, { script, mtimeMs, size });
    const wrapped = script.runInThisContext({ displayErrors: true });
    return wrapped.call(this.exports, this.exports, requireOf(this), this, filename, dirname(filename));
  };

  const keep = () => {
    if (fresh < WORTH_WRITING) return;
    fresh = 0;
    // Only now: what was called in the meantime is compiled too.
    for (const [filename, { script, ...key }] of scripts)
      kept.set(filename, { ...key, data: script.createCachedData() });
    write(file, kept);
  };
  process.on("exit", keep);
  if (kept.size > 0) return;
  // The engine ends providers by a signal.
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      keep();
      process.kill(process.pid, signal);
    });
  }
}

/** As Node's own, of which there is no public maker that keeps `require.main` and the module's parent. */
function requireOf(module) {
  const require = (id) => module.require(id);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  return Object.assign(require, { main: process.mainModule, extensions: Module._extensions, cache: Module._cache });
}

/** Length of the index, index, and the data of its entries one after the other. */
function read(file) {
  const kept = new Map();
  let all;
  try {
    all = readFileSync(file);
  } catch {
    return kept;
  }
  let at = 4 + all.readUInt32LE(0);
  for (const { filename, length, ...key } of JSON.parse(all.toString("utf8", 4, at))) {
    kept.set(filename, { ...key, data: all.subarray(at, at + length) });
    at += length;
  }
  return kept;
}

function write(file, kept) {
  const entries = [...kept].map(([filename, { mtimeMs, size, data }]) => ({
    filename,
    mtimeMs,
    size,
    length: data.length,
  }));
  const index = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(index.length);
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, Buffer.concat([length, index, ...[...kept.values()].map(({ data }) => data)]));
  renameSync(own, file);
}
