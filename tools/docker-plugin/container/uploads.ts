import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import tar from "tar-stream";
import type { ContainerInputs } from "./shape";

type Upload = NonNullable<ContainerInputs["uploads"]>[number];

/** The bytes of an upload: exactly one of `content`, `contentBase64` and `source` says them, and an empty one is none. */
export function uploadContent({ content, contentBase64, source }: Upload): Buffer {
  const given = [content, contentBase64, source].filter((value) => value !== undefined && value !== "").length;
  if (given !== 1) {
    const verb =
      given === 0
        ? "one of 'content', 'content_base64', or 'source' must"
        : "only one of 'content', 'content_base64', or 'source' can";
    throw new Error(`error with upload content: ${verb} be set`);
  }
  if (content) return Buffer.from(content);
  if (contentBase64) return Buffer.from(contentBase64, "base64");
  try {
    return readFileSync(source ?? "");
  } catch {
    throw new Error(`could not read file: open ${source ?? ""}: no such file or directory`);
  }
}

export function uploadMode({ permissions, executable }: Upload): number {
  if (permissions) return Number.parseInt(permissions, 8);
  return executable ? 0o744 : 0o644;
}

/** One file as the tar archive that the daemon unpacks at `/`. */
export async function uploadArchive(upload: Upload): Promise<Buffer> {
  const archive = tar.pack();
  archive.entry({ name: upload.file, mode: uploadMode(upload), mtime: new Date() }, uploadContent(upload));
  archive.finalize();
  return await buffer(archive);
}
