import type { NetworkArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import { calling, daemonText, removeWhenFree, statusOf, unlessGone } from "./daemon";
import { HalfMade } from "./kind";
import { labelShape, labelsFromMap, labelsToMap } from "./labels";
import type { Found, Kind, Request } from "./kind";
import type { ShapeOf } from "./shape";

type Inputs = Unwrap<NetworkArgs> & { name: string };

const inputs = {
  attachable: { type: "bool", replaces: true },
  driver: { type: "string", computed: true, replaces: true },
  ingress: { type: "bool", replaces: true },
  internal: { type: "bool", computed: true, replaces: true },
  ipamConfigs: {
    type: "set",
    computed: true,
    replaces: true,
    of: {
      auxAddress: { type: "map" },
      gateway: { type: "string" },
      ipRange: { type: "string" },
      subnet: { type: "string" },
    },
  },
  ipamDriver: { type: "string", default: "default", replaces: true },
  ipamOptions: { type: "map", replaces: true },
  ipv6: { type: "bool", replaces: true },
  labels: { type: "set", of: labelShape, replaces: true },
  name: { type: "string", replaces: true },
  options: { type: "map", computed: true, replaces: true },
} satisfies ShapeOf<NetworkArgs>;

/** Seconds for which a delete waits until the last container has left. */
const REMOVAL_SECONDS = 30;

export const network: Kind<Inputs> = {
  token: "docker:index/network:Network",
  stateVersion: "1",
  inputs,
  outputs: { scope: { type: "string" } },
  autonamed: true,
  deleteFirst: "named",

  async create(wanted, request) {
    const { id } = await calling("Unable to create network", () =>
      request.docker.createNetwork({
        Name: wanted.name,
        CheckDuplicate: true, // daemons before API 1.44 would make a second network of the same name
        Driver: wanted.driver || "bridge",
        Internal: wanted.internal ?? false,
        Attachable: wanted.attachable ?? false,
        Ingress: wanted.ingress ?? false,
        EnableIPv6: wanted.ipv6 ?? false,
        Options: wanted.options ?? {},
        Labels: labelsToMap(wanted.labels),
        IPAM: {
          Driver: wanted.ipamDriver ?? "default",
          Options: wanted.ipamOptions ?? {},
          Config: (wanted.ipamConfigs ?? []).map(({ subnet, ipRange, gateway, auxAddress }) => ({
            ...(subnet ? { Subnet: subnet } : {}),
            ...(ipRange ? { IPRange: ipRange } : {}),
            ...(gateway ? { Gateway: gateway } : {}),
            ...(auxAddress ? { AuxiliaryAddresses: auxAddress } : {}),
          })),
        },
      }),
    );
    try {
      const found = await read(id, request);
      if (found === undefined) throw new Error(`network ${wanted.name} was removed right after it was created`);
      return found;
    } catch (thrown) {
      throw new HalfMade(id, thrown);
    }
  },

  read: (id, _state, request) => read(id, request),

  async delete(id, _state, { docker, cancelled, timeout }) {
    const remove = async (): Promise<"removed" | "in use"> => {
      try {
        await docker.getNetwork(id).remove();
      } catch (thrown) {
        if (daemonText(thrown).includes("has active endpoints")) return "in use";
        if (statusOf(thrown) !== 404) throw new Error(daemonText(thrown), { cause: thrown });
      }
      return "removed";
    };
    await removeWhenFree(remove, "pending", Math.min(timeout || REMOVAL_SECONDS, REMOVAL_SECONDS), cancelled);
  },
};

/** What this plugin uses of the daemon's answer. */
interface Inspected {
  Id: string;
  Name: string;
  Scope: string;
  Driver: string;
  Internal?: boolean;
  Attachable?: boolean;
  Ingress?: boolean;
  EnableIPv6?: boolean;
  Options?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
  IPAM?: {
    Driver?: string;
    Options?: Record<string, string> | null;
    Config?:
      { Subnet?: string; IPRange?: string; Gateway?: string; AuxiliaryAddresses?: Record<string, string> }[] | null;
  };
}

async function read(idOrName: string, { docker }: Request): Promise<Found | undefined> {
  const inspected: Inspected | undefined = await unlessGone(
    () => docker.getNetwork(idOrName).inspect() as Promise<Inspected>,
  );
  if (inspected === undefined) return undefined;
  return {
    id: inspected.Id,
    outputs: {
      attachable: inspected.Attachable ?? false,
      driver: inspected.Driver,
      ingress: inspected.Ingress ?? false,
      internal: inspected.Internal ?? false,
      ipamConfigs: (inspected.IPAM?.Config ?? []).map((config) => ({
        auxAddress: config.AuxiliaryAddresses ?? null,
        gateway: config.Gateway ?? "",
        ipRange: config.IPRange ?? "",
        subnet: config.Subnet ?? "",
      })),
      ipamDriver: inspected.IPAM?.Driver ?? "default",
      ipamOptions: inspected.IPAM?.Options ?? {},
      ipv6: inspected.EnableIPv6 ?? false,
      labels: labelsFromMap(inspected.Labels),
      name: inspected.Name,
      options: inspected.Options ?? {},
      scope: inspected.Scope,
    },
  };
}
