import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import dockerignore from "@balena/dockerignore";
import tar from "tar-fs";

/** Files of a build context that reach the daemon: all but what `.dockerignore` excludes; the Dockerfile always does. */
export function contextFiles(context: string, dockerfile: string): Set<string> {
  const ignoreFile = path.join(context, ".dockerignore");
  const rules = existsSync(ignoreFile) ? readFileSync(ignoreFile, "utf8") : "";
  const included = dockerignore({ ignorecase: false }).add(rules).createFilter();
  const kept = new Set<string>();
  for (const entry of readdirSync(context, { recursive: true, withFileTypes: true })) {
    const relative = path.relative(context, path.join(entry.parentPath, entry.name));
    if (!included(relative) && path.normalize(dockerfile) !== relative) continue;
    for (let part = relative; part !== "."; part = path.dirname(part)) kept.add(part); // a file needs its folders
  }
  return kept;
}

/** The build context as a tar stream. All files belong to root, so that who built the image makes no difference to the cache. */
export function packContext(context: string, dockerfile: string): Readable {
  const kept = contextFiles(context, dockerfile);
  return tar.pack(context, {
    ignore: (name) => path.relative(context, name) !== "" && !kept.has(path.relative(context, name)),
    map: (header) => ({ ...header, uid: 0, gid: 0, uname: "", gname: "" }),
  }) as unknown as Readable;
}
