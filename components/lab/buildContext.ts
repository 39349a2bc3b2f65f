import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

/** One file of an image's build context. */
export type ContextFile = { path: string; executable?: boolean } & (
  | { content: Buffer | string }
  /** A file too big to hash at each preview: `fingerprint` must change when its content does. */
  | { copyOf: string; fingerprint: string }
);

/** A staged build context. */
export interface BuildContext {
  /** Relative to the program's folder, so that the state fits every checkout. */
  folder: string;
  /** Changes exactly when a file's name, content or executable bit does. For `triggers` of a `RemoteImage`. */
  hash: string;
}

/** All files below a folder, in a stable order. */
export function filesBelow(folder: string): ContextFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({
      path: path.relative(folder, file).split(path.sep).join("/"),
      executable: (statSync(file).mode & 0o100) !== 0,
      content: readFileSync(file),
    }));
}

/** The hash of a context, whatever the order of its files, their times and owners. */
export function contextHash(files: readonly ContextFile[]): string {
  const hash = createHash("sha256");
  const lines = files.map((file) => {
    const content = "content" in file ? createHash("sha256").update(file.content).digest("hex") : file.fingerprint;
    return JSON.stringify([file.path, file.executable === true, content]);
  });
  return hash.update(lines.sort().join("\n")).digest("hex");
}

/**
 * Lays a build context out in `.tools/context/<image>` below the program's folder. A context is put together from several
 * places (a Dockerfile, a bundled program, a binary from npm), and Docker takes one folder. Untouched when it is there already.
 */
export function stageContext(image: string, files: readonly ContextFile[], root = process.cwd()): BuildContext {
  const folder = path.posix.join(".tools", "context", image);
  const target = path.join(root, folder);
  const mark = `${target}.sha256`;
  const hash = contextHash(files);
  if (existsSync(target) && existsSync(mark) && readFileSync(mark, "utf8") === hash) return { folder, hash };

  const fresh = `${target}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  for (const file of files) write(path.join(fresh, file.path), file);
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
  writeFileSync(mark, hash);
  return { folder, hash };
}

function write(target: string, file: ContextFile): void {
  mkdirSync(path.dirname(target), { recursive: true });
  if ("content" in file) {
    writeFileSync(target, file.content);
    chmodSync(target, file.executable ? 0o755 : 0o644); // whatever the umask is
    return;
  }
  try {
    linkSync(file.copyOf, target);
  } catch {
    copyFileSync(file.copyOf, target); // another file system
  }
}
