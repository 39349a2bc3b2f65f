import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { BuildContext } from "./labContext";

/** An image of the lab. */
export interface LabImageArgs extends BuildContext {
  prefix: string;
  /** Folder of `docker/`, and part of the image's name. */
  image: string;
  /** The image that this one is built on, where its Dockerfile takes `NODE_IMAGE`. */
  node?: { image: docker.RemoteImage; hash: string };
}

/**
 * Builds an image of the lab. The plugin does not look into the context: `triggers` tells it that a file changed. The image
 * stays when the resource goes: its name is fixed, so the deletion of a replaced resource would hit the new image.
 */
export function labImage(
  name: string,
  { prefix, image, folder, hash, node }: LabImageArgs,
  options: pulumi.CustomResourceOptions,
): docker.RemoteImage {
  return new docker.RemoteImage(
    name,
    {
      name: `${prefix}-${image}:lab`,
      keepLocally: true,
      build: { context: folder, ...(node ? { buildArgs: { NODE_IMAGE: node.image.name } } : {}) },
      triggers: { hash, ...(node ? { node: node.hash } : {}) },
    },
    options,
  );
}
