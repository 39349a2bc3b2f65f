import type { VolumeArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import { calling, daemonText, removeWhenFree, statusOf, unlessGone } from "./daemon";
import { labelShape, labelsFromMap, labelsToMap } from "./labels";
import type { Kind } from "./kind";
import type { ShapeOf } from "./shape";

type Inputs = Unwrap<VolumeArgs> & { name: string };

const inputs = {
  cluster: { type: "object", of: {}, refused: "`cluster` needs Docker Swarm" },
  driver: { type: "string", computed: true, replaces: true },
  driverOpts: { type: "map", replaces: true },
  labels: { type: "set", of: labelShape, replaces: true },
  name: { type: "string", computed: true, replaces: true },
} satisfies ShapeOf<VolumeArgs>;

/** Seconds for which a delete waits until the last container that uses the volume is gone. */
const REMOVAL_SECONDS = 30;

export const volume: Kind<Inputs> = {
  token: "docker:index/volume:Volume",
  stateVersion: "1",
  inputs,
  outputs: { mountpoint: { type: "string" } },
  autonamed: true,
  deleteFirst: "named",

  /** A volume of that name that is there already is taken over without a word, and destroyed on destroy: Docker's own behaviour. */
  async create(wanted, { docker }) {
    const created = await calling("Unable to create volume", () =>
      docker.createVolume({
        Name: wanted.name,
        ...(wanted.driver ? { Driver: wanted.driver } : {}),
        DriverOpts: wanted.driverOpts ?? {},
        Labels: labelsToMap(wanted.labels),
      }),
    );
    const { Name: name, Driver: driver, Mountpoint: mountpoint } = await created.inspect();
    // Only what the program cannot say: a volume that was there keeps its own labels, which a later read shows.
    return { id: name, outputs: { name, driver, mountpoint } };
  },

  async read(id, _state, { docker }) {
    const inspected = await calling("Unable to inspect volume", () => unlessGone(() => docker.getVolume(id).inspect()));
    if (inspected === undefined) return undefined;
    return {
      id: inspected.Name,
      outputs: {
        driver: inspected.Driver,
        driverOpts: inspected.Options ?? {},
        labels: labelsFromMap(inspected.Labels),
        mountpoint: inspected.Mountpoint,
        name: inspected.Name,
      },
    };
  },

  async delete(id, _state, { docker, cancelled, timeout }) {
    const remove = async (): Promise<"removed" | "in use"> => {
      try {
        await docker.getVolume(id).remove({ force: true });
      } catch (thrown) {
        if (daemonText(thrown).includes("volume is in use")) return "in use";
        if (statusOf(thrown) !== 404) throw new Error(daemonText(thrown), { cause: thrown });
      }
      return "removed";
    };
    await removeWhenFree(remove, "in_use", Math.min(timeout || REMOVAL_SECONDS, REMOVAL_SECONDS), cancelled);
  },
};
