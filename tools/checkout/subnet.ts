import { networkInterfaces } from "node:os";
import { StepFailure } from "../terminal/failure";

/** IPv4 networks in CIDR notation that something on this machine uses already. */
export type NetworksInUse = readonly string[];

/**
 * A network of 256 addresses for the containers of one checkout: VICIdial knows a dialler by its address, so the lab gives
 * its containers fixed ones. From 10.64.0.0/10, the first free one at or after a place given by `seed`.
 */
export function chooseSubnet(seed: number, inUse: NetworksInUse): string {
  const count = 64 * 256;
  for (let step = 0; step < count; step++) {
    const at = (seed + step) % count;
    const subnet = `10.${64 + Math.floor(at / 256)}.${at % 256}.0/24`;
    if (!isTaken(subnet, inUse)) return subnet;
  }
  throw new StepFailure(
    "No network between 10.64.0.0 and 10.127.255.0 is free on this machine.",
    "`docker network prune` removes networks that nothing uses; then run it again.",
  );
}

/** Whether two networks share an address. */
export function isTaken(subnet: string, inUse: NetworksInUse): boolean {
  const [from, to] = range(subnet);
  return inUse.map(range).some(([start, end]) => start <= to && from <= end);
}

/** The networks that this machine's own interfaces are in. */
export function interfaceNetworks(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ family, cidr }) => (family === "IPv4" && cidr !== null ? [cidr] : [])),
  );
}

/** First and last address of a network, as numbers. */
function range(cidr: string): [number, number] {
  const [address = "", bits = "32"] = cidr.split("/");
  const size = 2 ** (32 - Number(bits));
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = Math.floor(number / size) * size;
  return [first, first + size - 1];
}
