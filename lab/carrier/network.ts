import { networkInterfaces } from "node:os";

/** The IPv4 networks that this container is in, loopback left out, as `address/prefix`. */
export function ownNetworks(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal, cidr }) => family === "IPv4" && !internal && cidr !== null)
    .map(({ cidr }) => cidr ?? "");
}

/** `pjsip.conf`: one endpoint that takes calls from these networks without a password, and none for anybody else. */
export function pjsipConfiguration(port: number, networks: readonly string[]): string {
  return [
    "; Written at start by the carrier's daemon.",
    "[global]",
    "type=global",
    "user_agent=carrier",
    "",
    "[udp]",
    "type=transport",
    "protocol=udp",
    `bind=0.0.0.0:${port}`,
    "",
    "[network]",
    "type=endpoint",
    "context=network",
    "disallow=all",
    "allow=ulaw",
    "dtmf_mode=rfc4733",
    "direct_media=no",
    "rtp_symmetric=yes",
    // A customer is nobody to be transferred by, and transfers nobody.
    "allow_transfer=no",
    "",
    "[network]",
    "type=identify",
    "endpoint=network",
    ...networks.map((network) => `match=${network}`),
    "",
  ].join("\n");
}
