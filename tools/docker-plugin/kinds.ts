import { container } from "./container/container";
import { remoteImage } from "./image/remoteImage";
import { anyKind } from "./lifecycle";
import { network } from "./network";
import { volume } from "./volume";
import type { AnyKind } from "./lifecycle";

const kinds = new Map<string, AnyKind>(
  [anyKind(network), anyKind(volume), anyKind(remoteImage), anyKind(container)].map((kind) => [kind.token, kind]),
);

/** The kind behind a URN, `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */
export function kindOf(urn: string): AnyKind {
  const token = urn.split("::")[2]?.split("$").pop() ?? "";
  const kind = kinds.get(token);
  if (kind === undefined) {
    throw new Error(
      `${token} is not in this stand-in of the docker plugin, which has ${[...kinds.keys()].join(", ")}. ` +
        `Install the official plugin 5.2.0 for it.`,
    );
  }
  return kind;
}

/** The logical name in a URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
