import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { messageOf, Refusal } from "../../core/refusal";
import { filesBelow, stageContext, type BuildContext } from "./buildContext";

/** Programs of the lab that have an image of their own: a folder of `docker/`, and a program in `lab/` or `services/`. */
const programs = ["sigmamind", "dialler", "carrier", "edge", "leads"] as const;

/** The lab's images: each a folder of `docker/`. */
export type LabImageName = "database" | "node" | "asterisk" | (typeof programs)[number];

/**
 * Puts the build context of an image together below the program's folder. The first time it fetches Node for the images
 * from the npm registry (some seconds); afterwards it takes a fraction of a second and changes nothing.
 */
export function labContext(image: LabImageName, say: (message: string) => void): BuildContext {
  const root = packageRoot();
  const folder = path.join(root, "docker", image);
  if (image === "node") {
    const dockerfile = { path: "Dockerfile", content: readFileSync(path.join(folder, "Dockerfile")) };
    return stageContext(image, [dockerfile, { path: "node", executable: true, ...nodeBinary(folder, say) }]);
  }
  const program = programs.some((name) => name === image) ? [{ path: "main.js", content: bundled(root, image) }] : [];
  return stageContext(image, [...filesBelow(folder), ...program]);
}

/** Where this package lies, whether this file runs from source or compiled. */
function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, "docker", "node", "package.json"))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`the folder docker/ of voice-ai-bridges is not above ${__dirname}`);
    folder = parent;
  }
  return folder;
}

/** A program of the lab with everything that it needs as one file (`npm run bundle`): no `node_modules` travels to the daemon. */
function bundled(root: string, program: string): Buffer {
  const bundle = `dist/bundles/${program}.js`;
  if (existsSync(path.join(root, bundle))) return readFileSync(path.join(root, bundle));
  throw new Refusal({
    field: bundle,
    rule: "the lab's programs are not compiled and bundled",
    fix: "run `npm run build`",
  });
}

/** Node for the processor that the lab's containers run on, which is this machine's. Version and checksum are npm's, from the lock file. */
function nodeBinary(source: string, say: (message: string) => void): { copyOf: string; fingerprint: string } {
  const lock = readFileSync(path.join(source, "package-lock.json"));
  const folder = path.resolve(".tools", `node-linux-${process.arch}`);
  const binary = path.join(folder, "node_modules", `node-linux-${process.arch}`, "bin", "node");
  const installed = path.join(folder, "package-lock.json");
  if (!existsSync(binary) || !readFileSync(installed).equals(lock)) {
    say("Fetching Node for the lab's images from the npm registry");
    installNode(source, folder);
  }
  if (!existsSync(binary)) {
    const rule = "npm has no Node for Linux on this processor; the lab runs on x64 and arm64";
    throw new Refusal({ field: "lab", value: process.arch, rule, fix: "run the lab on another machine" });
  }
  return { copyOf: binary, fingerprint: `${process.arch} ${createHash("sha256").update(lock).digest("hex")}` };
}

function installNode(source: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"])
    copyFileSync(path.join(source, name), path.join(folder, name));
  const wanted = ["--os", "linux", "--cpu", process.arch, "--libc", "glibc"];
  const quiet = ["--ignore-scripts", "--no-bin-links", "--no-audit", "--no-fund", "--loglevel", "error"];
  try {
    execFileSync("npm", ["ci", ...wanted, ...quiet], {
      cwd: folder,
      stdio: "pipe",
      shell: process.platform === "win32",
    });
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true });
    throw new Refusal({
      field: "lab",
      rule: `Node for the lab's images cannot be fetched: ${messageOf(thrown)}`,
      fix: "check that the npm registry can be reached, then run it again",
    });
  }
}
