import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { labContainer, type LabContainerArgs } from "./labContainer";
import { labAddresses, labPassword, type LabTelephonySettings } from "./labTelephonySettings";

/** SigmaMind's own host name (facts: the guide's). In a lab's network it is the edge, so a bridge's default `edge` works unchanged. */
const SIGMAMIND_HOST = "28y698lhv2f.sip.livekit.cloud";

/** What the lab lends to its telephony. */
export interface LabTelephonyArgs extends LabTelephonySettings {
  prefix: string;
  network: docker.Network;
  /** Images by what runs in them; `dialler` may be the operator's own. */
  images: Record<"dialler" | "carrier" | "edge" | "leads", pulumi.Input<string>>;
  database: docker.Container;
  sigmamind: docker.Container;
}

/** The containers of a lab's telephony. */
export interface LabTelephony {
  diallers: docker.Container[];
  carrier: docker.Container;
  edge: docker.Container;
  leads: docker.Container;
}

/** Starts what carries calls. The diallers come last, so that once they are healthy the lab can take a call. */
export function labTelephony(name: string, args: LabTelephonyArgs, parent: pulumi.CustomResourceOptions): LabTelephony {
  const { prefix, network, images, database, sigmamind } = args;
  const addresses = labAddresses(args);
  const container = (
    service: string,
    own: Pick<LabContainerArgs, "image" | "address" | "environment"> & Partial<LabContainerArgs>,
    dependsOn: docker.Container[] = [],
  ): docker.Container =>
    labContainer(
      `${name}-${service}`,
      {
        prefix,
        service,
        network,
        publish: [],
        check: { command: ["healthcheck.sh"], grace: "30s", deadlineSeconds: 120 },
        flushSeconds: 10,
        ...own,
      },
      { ...parent, dependsOn },
    );
  const databaseOf = (user: "cron" | "leads"): Record<string, string> => ({
    VICIDIAL_HOST: "database",
    VICIDIAL_PORT: "3306",
    VICIDIAL_USER: user,
    VICIDIAL_PASSWORD: labPassword(args, user),
    VICIDIAL_DATABASE: "asterisk",
  });

  const carrier = container("carrier", {
    image: images.carrier,
    address: addresses.carrier,
    publish: [{ internal: 8083, external: args.carrierControlPort }],
    environment: { CARRIER_CONTROL_PORT: "8083" },
  });
  const edge = container(
    "edge",
    {
      image: images.edge,
      address: addresses.edge,
      aliases: [SIGMAMIND_HOST],
      publish: [{ internal: 8082, external: args.edgeControlPort }],
      environment: {
        EDGE_CONTROL_PORT: "8082",
        EDGE_PUBLIC_URL: `http://127.0.0.1:${args.edgeControlPort}`,
        SIGMAMIND_CONTROL_URL: "http://sigmamind:8081",
      },
    },
    [sigmamind],
  );
  const leads = container(
    "leads",
    { image: images.leads, address: addresses.leads, environment: { ...databaseOf("leads"), LEADS_PORT: "4573" } },
    [database],
  );
  const diallers = addresses.diallers.map((address, index) =>
    container(
      `dialler${index + 1}`,
      {
        image: images.dialler,
        address,
        // A dialler registers itself when it starts: a new database has not heard of it.
        restartWith: [database],
        environment: {
          ...databaseOf("cron"),
          DIALLER_ID: `DIALLER${index + 1}`,
          DIALLER_IP: address,
          DIALLER_AMI_SECRET: labPassword(args, "ami"),
          // VICIdial's own programs look once a minute; whoever waits in front of a lab should not.
          DIALLER_CONFIGURATION_SECONDS: "2",
          DIALLER_HOPPER_SECONDS: "5",
        },
      },
      [database, carrier, edge, leads],
    ),
  );
  return { diallers, carrier, edge, leads };
}
