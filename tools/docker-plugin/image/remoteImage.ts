import { calling, daemonText, statusOf, unlessGone } from "../daemon";
import { buildImage, splitTag } from "./build";
import { imageInputs } from "./shape";
import type { Found, Kind, Request } from "../kind";
import type { ImageInputs } from "./shape";

export const remoteImage: Kind<ImageInputs> = {
  token: "docker:index/remoteImage:RemoteImage",
  inputs: imageInputs,
  outputs: { imageId: { type: "string" }, repoDigest: { type: "string" } },
  autonamed: false,
  // Never, as the official plugin: with a fixed name the deletion of the old object then hits the new image. Programs set
  // `keepLocally: true`.
  deleteFirst: "never",

  conflicts: ({ build, pullTriggers }) =>
    build !== undefined && pullTriggers !== undefined ? [`"build": conflicts with pull_triggers`] : [],

  async create(wanted, request) {
    if (wanted.build !== undefined) await buildImage(wanted.name, wanted.build, request);
    else
      await calling("Unable to read Docker image into resource", () =>
        findOrPull(wanted.name, wanted.platform, request),
      );
    const found = await read(wanted.name, request);
    if (found === undefined) throw new Error(`Unable to read Docker image into resource: ${wanted.name} is not there`);
    return found;
  },

  // An image has no import: without a name in the state there is nothing to look for.
  read: async (_id, state, request) => (state.name ? await read(state.name, request) : undefined),

  async update(_id, _state, wanted, request) {
    await calling("Unable to read Docker image into resource", () => findOrPull(wanted.name, wanted.platform, request));
  },

  async delete(_id, { name, keepLocally, forceRemove }, { docker }) {
    if (keepLocally || !name) return;
    await calling("Unable to remove Docker image", () =>
      unlessGone(() => docker.getImage(name).remove({ force: forceRemove ?? false })),
    );
  },
};

async function read(name: string, { docker }: Request): Promise<Found | undefined> {
  const image = await calling(`resourceDockerImageRead: error looking up local image "${name}"`, () =>
    unlessGone(() => docker.getImage(name).inspect()),
  );
  if (image === undefined) return undefined;
  const { repo } = splitTag(name);
  // `RepoDigests` is null for an image that was never pushed or pulled, whatever dockerode's types say.
  const digests = (image.RepoDigests as string[] | null) ?? [];
  return {
    id: image.Id + name,
    outputs: { imageId: image.Id, repoDigest: digests.find((digest) => digest.startsWith(`${repo}@`)) ?? "" },
  };
}

/** Takes the image that the daemon has, else pulls it. */
export async function findOrPull(name: string, platform: string | undefined, request: Request): Promise<void> {
  const { docker } = request;
  if ((await unlessGone(() => docker.getImage(name).inspect())) !== undefined) return;
  request.progress(request.urn, `Pulling ${name}`);
  try {
    const { repo, version } = splitTag(name);
    const wanted = name.includes("@") || name.startsWith("sha256:") ? name : `${repo}:${version}`; // no tag would pull all
    const stream = await docker.pull(wanted, platform ? { platform } : {});
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (failure) => (failure ? reject(failure) : resolve()));
    });
  } catch (thrown) {
    const text =
      statusOf(thrown) === undefined ? `Error response from daemon: ${daemonText(thrown)}` : daemonText(thrown);
    throw new Error(`unable to pull image ${name}: error pulling image ${name}: ${text}`, { cause: thrown });
  }
}
