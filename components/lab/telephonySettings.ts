import { createHmac } from "node:crypto";
import type { Refused } from "../../core/refusal";

/** The part of a lab that carries calls: diallers, a telephone network, a SIP edge and the lead service. */
export interface LabTelephonySettings {
  /**
   * Network of the lab's containers, 256 private IPv4 addresses that nothing else on this machine uses: VICIdial knows a
   * dialler by its address, so it must be known beforehand.
   * @example "10.77.3.0/24"
   */
  subnet: string;
  /**
   * How many diallers, 1 or 2.
   * @default 1
   */
  diallers?: number;
  /**
   * An image of your own in place of the lab's dialler. It gets the same environment (lab/dialler/README.md) and must have a
   * `healthcheck.sh`.
   * @default the lab's, built from docker/dialler
   */
  diallerImage?: string;
  /** TCP port on 127.0.0.1 of the edge's control API: calls as the AI platform saw them, failures to order. */
  edgeControlPort: number;
  /** TCP port on 127.0.0.1 of the carrier's control API: calls as the customers saw them. */
  carrierControlPort: number;
  /** The passwords that the lab's parts use among themselves are derived from it: 12 printable characters or more. Secret. */
  secret: string;
}

/** Fixed places in the lab's network. */
export interface LabAddresses {
  diallers: string[];
  carrier: string;
  edge: string;
  leads: string;
}

export function labAddresses({
  subnet,
  diallers = 1,
}: Pick<LabTelephonySettings, "subnet" | "diallers">): LabAddresses {
  const at = (host: number): string => subnet.replace(/\.0\/24$/, `.${host}`);
  return {
    diallers: Array.from({ length: diallers }, (_, index) => at(11 + index)),
    carrier: at(21),
    edge: at(22),
    leads: at(23),
  };
}

/** A password for one purpose. 20 letters and digits: what VICIdial's column for AMI secrets holds. */
export function labPassword(
  { secret }: Pick<LabTelephonySettings, "secret">,
  purpose: "cron" | "leads" | "ami",
): string {
  return createHmac("sha256", secret).update(purpose).digest("hex").slice(0, 20);
}

/** What is wrong with the settings that are no ports and no secrets; those are judged with the lab's others. */
export function telephonyMistakes(
  { subnet, diallers = 1 }: LabTelephonySettings,
  name: (setting: "subnet" | "diallers", argument: string) => string,
): Refused[] {
  return [
    ...(/^(10|172|192)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){2}\.0\/24$/.test(subnet)
      ? []
      : [
          {
            field: name("subnet", "telephony.subnet"),
            value: subnet,
            rule: "the lab's network is one of 256 private addresses",
            fix: 'choose one that nothing on this machine uses, like "10.77.3.0/24"',
          },
        ]),
    ...(diallers === 1 || diallers === 2
      ? []
      : [
          {
            field: name("diallers", "telephony.diallers"),
            value: diallers,
            rule: "a lab has 1 or 2 diallers",
            fix: "choose one of them",
          },
        ]),
  ];
}
