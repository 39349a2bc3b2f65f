import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { LAB_LEAD_SERVICE } from "../plan/context";
import { edgeSchema } from "../plan/edgeSchema";
import type { LeadDatabase } from "./ownVicidial";
import { labContainer, type LabContainerArgs } from "./container";
import { labAddresses, labPassword, type LabTelephonySettings } from "./telephonySettings";

/** What the lab lends to its telephony. */
export interface LabTelephonyArgs extends LabTelephonySettings {
  prefix: string;
  network: docker.Network;
  /** Images by what runs in them, built when it does; `dialler` may be the operator's own. */
  images: Record<"dialler" | "carrier" | "edge" | "leads", () => pulumi.Input<string>>;
  sigmamind: docker.Container;
  /** The lab's own database. Without it no dialler. */
  database?: docker.Container;
  /** The operator's own database, where the lead service reads it. */
  leadDatabase?: LeadDatabase;
}

/** The containers of a lab's telephony. */
export interface LabTelephony {
  diallers: docker.Container[];
  carrier: docker.Container;
  edge: docker.Container;
  /** None beside an own VICIdial whose database the lab does not know. */
  leads?: docker.Container;
}

/** Starts what carries calls. The diallers come last, so that once they are healthy the lab can take a call. */
export function labTelephony(name: string, args: LabTelephonyArgs, parent: pulumi.CustomResourceOptions): LabTelephony {
  const { prefix, network, images, database, leadDatabase, sigmamind } = args;
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
    image: images.carrier(),
    address: addresses.carrier,
    publish: [{ internal: 8083, external: args.carrierControlPort }],
    environment: { CARRIER_CONTROL_PORT: "8083" },
  });
  const edge = container(
    "edge",
    {
      image: images.edge(),
      address: addresses.edge,
      // In a lab's network this is the edge, so a bridge's default `edge` works unchanged.
      aliases: [edgeSchema.parse({}).host],
      publish: [{ internal: 8082, external: args.edgeControlPort }],
      environment: {
        EDGE_CONTROL_PORT: "8082",
        EDGE_PUBLIC_URL: `http://127.0.0.1:${args.edgeControlPort}`,
        SIGMAMIND_CONTROL_URL: "http://sigmamind:8081",
      },
    },
    [sigmamind],
  );
  const read = database ? databaseOf("leads") : leadDatabase && environmentOf(leadDatabase);
  const leads =
    read &&
    container(
      "leads",
      {
        image: images.leads(),
        address: addresses.leads,
        environment: { ...read, LEADS_PORT: String(LAB_LEAD_SERVICE.port) },
      },
      database ? [database] : [],
    );
  if (database === undefined) return { diallers: [], carrier, edge, leads };
  const dialler = images.dialler();
  const diallers = addresses.diallers.map((address, index) =>
    container(
      `dialler${index + 1}`,
      {
        image: dialler,
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
      [database, carrier, edge, ...(leads ? [leads] : [])],
    ),
  );
  return { diallers, carrier, edge, leads };
}

function environmentOf({ host, port = 3306, user, password, name = "asterisk" }: LeadDatabase): Record<string, string> {
  return {
    VICIDIAL_HOST: host,
    VICIDIAL_PORT: String(port),
    VICIDIAL_USER: user,
    VICIDIAL_PASSWORD: password,
    VICIDIAL_DATABASE: name,
  };
}
