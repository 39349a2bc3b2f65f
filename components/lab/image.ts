import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { BuildContext } from "./buildContext";

/** An image of the lab with what it was built from. */
export interface LabImage {
  image: docker.RemoteImage;
  /** Changes exactly when a file of the image, or of one that it is built on, does. */
  hash: string;
}

/** An image that others are built on, and the argument by which their Dockerfiles take it. */
export interface LabBaseImage extends LabImage {
  argument: "NODE_IMAGE" | "ASTERISK_IMAGE";
}

/** An image of the lab. */
export interface LabImageArgs extends BuildContext {
  prefix: string;
  /** Folder of `docker/`, and part of the image's name. */
  image: string;
  /** The image that this one is built on. */
  base?: LabBaseImage;
}

/**
 * Builds an image of the lab. The plugin does not look into the context: `triggers` tells it that a file changed. The
 * image stays when the resource goes: its name is fixed, so the deletion of a replaced resource would hit the new image
 * (docs/facts/pulumi.md#docker-plugin).
 */
export function labImage(
  name: string,
  { prefix, image, folder, hash, base }: LabImageArgs,
  options: pulumi.CustomResourceOptions,
): LabImage {
  const built = new docker.RemoteImage(
    name,
    {
      name: `${prefix}-${image}:lab`,
      keepLocally: true,
      build: { context: folder, ...(base ? { buildArgs: { [base.argument]: base.image.name } } : {}) },
      triggers: { hash, ...(base ? { base: base.hash } : {}) },
    },
    options,
  );
  return { image: built, hash: base ? `${base.hash} ${hash}` : hash };
}
