import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../../core/refusal";
import { labContainer } from "./container";
import type { BuildContext } from "./buildContext";
import { labContext, type LabImageName } from "./images";
import { labImage, type LabBaseImage, type LabImage } from "./image";
import { labMistakes, type LabSettings } from "./settings";
import { labTelephony, type LabTelephony, type LabTelephonyArgs } from "./telephony";
import { told } from "../program";
import { labAddresses, labPassword } from "./telephonySettings";

/** Arguments of a {@link TestLab}: see {@link LabSettings}. */
export type TestLabArgs = LabSettings;

/** How to reach the lab's database, as `VICIDIAL_*` or `vicidial:*` settings take it. */
export interface LabDatabase {
  /** Always 127.0.0.1. */
  host: string;
  /** TCP port, the one of the arguments. */
  port: number;
  /** The account for stacks, `voicebridge`. */
  user: string;
  /** Secret. */
  password: string;
  /** Name of the database. */
  name: string;
}

/** How to reach the SigmaMind simulator. */
export interface LabSigmaMind {
  /** What `sigmamind:baseUrl` takes. */
  baseUrl: string;
  /** The control API: quirks, faults, log of requests. Knows no key. */
  controlUrl: string;
  /** What `sigmamind:apiKey` takes. Secret. */
  apiKey: string;
}

/** How to watch the calls of a lab. */
export interface LabCalls {
  /** The edge's control API: calls as the AI platform saw them, with what was heard and said. */
  edgeUrl: string;
  /** The telephone network's control API: calls as the customers saw them. */
  carrierUrl: string;
  /** `servers.server_ip` of each dialler. */
  diallers: string[];
  /**
   * Addresses in the lab's network, for a VICIdial of your own: the telephone network as its telephony carrier's host (SIP over
   * UDP, 5060), the edge as `edge.host` of its bridges (UDP and TCP 5060, TLS 5061), the lead service as their `leadService.host`
   * (4573).
   */
  addresses: { carrier: string; edge: string; leads?: string };
}

const LOOPBACK = "127.0.0.1";

/**
 * A throw-away call centre in Docker: a MariaDB with VICIdial's tables (seeded with other people's campaigns, users and
 * carriers), a simulator of SigmaMind's API and, with `telephony`, diallers, a telephone network with scripted customers, a
 * SIP edge and the lead service: enough for real calls. Everything listens on 127.0.0.1 or in the lab's own network only. It
 * is up when its containers are healthy: let resources that use it depend on it. `pulumi destroy` removes containers, network
 * and volumes with their data; the images stay for the next time.
 *
 * @example
 * const config = new pulumi.Config("lab");
 * const lab = new TestLab("lab", {
 *   prefix: "vb-lab",
 *   database: { port: 23306, password: config.require("databasePassword") },
 *   sigmamind: { port: 28080, controlPort: 28081, apiKey: config.require("sigmamindApiKey") },
 *   telephony: {
 *     subnet: "10.77.3.0/24",
 *     edgeControlPort: 28082,
 *     carrierControlPort: 28083,
 *     secret: config.require("secret"),
 *   },
 * });
 * new VicidialCampaign("sigma", { campaignId: "SIGMA1", name: "Sigma campaign" }, { dependsOn: lab });
 *
 * @example
 * // Beside a VICIdial of your own: telephone network, edge and simulator only, at the addresses that `calls` tells.
 * const config = new pulumi.Config("lab");
 * const lab = new TestLab("lab", {
 *   prefix: "vb-lab",
 *   sigmamind: { port: 28080, controlPort: 28081, apiKey: config.require("sigmamindApiKey") },
 *   telephony: {
 *     subnet: "10.77.3.0/24",
 *     edgeControlPort: 28082,
 *     carrierControlPort: 28083,
 *     secret: config.require("secret"),
 *   },
 *   ownVicidial: {},
 * });
 * export const edgeHost = lab.calls.apply((calls) => calls?.addresses.edge); // `edge.host` of the bridges
 */
export class TestLab extends pulumi.ComponentResource {
  /** Connection to VICIdial's database; known once it is healthy. Undefined beside a VICIdial of your own. */
  declare public readonly database: pulumi.Output<LabDatabase | undefined>;
  /** Addresses of the SigmaMind simulator; known once it is healthy. */
  declare public readonly sigmamind: pulumi.Output<LabSigmaMind>;
  /** Where the calls of the lab can be seen; known once it can take one. Undefined without `telephony`. */
  declare public readonly calls: pulumi.Output<LabCalls | undefined>;
  /** Name of the network that the lab's containers share; more containers may join it. */
  declare public readonly network: pulumi.Output<string>;
  private readonly has: { database: boolean; calls: boolean };

  constructor(name: string, args: TestLabArgs, opts?: pulumi.ComponentResourceOptions) {
    super("voice-ai-bridge:index:TestLab", name, {}, opts);
    told(() => {
      const mistakes = labMistakes(args);
      if (mistakes.length > 0) throw new Refusal(...mistakes);
    }, this);
    const { prefix, telephony, ownVicidial } = args;
    const parent = { parent: this };

    const network = new docker.Network(
      `${name}-network`,
      { name: `${prefix}-network`, ...(telephony && { ipamConfigs: [{ subnet: telephony.subnet }] }) },
      parent,
    );
    const volume = (service: string): docker.Volume =>
      new docker.Volume(`${name}-${service}`, { name: `${prefix}-${service}` }, parent);
    const image = (of: LabImageName, base?: LabBaseImage): LabImage =>
      labImage(`${name}-${of}`, { prefix, image: of, ...this.context(of), base }, parent);

    const node: LabBaseImage = { argument: "NODE_IMAGE", ...image("node") };

    const database =
      args.database &&
      labContainer(
        `${name}-database`,
        {
          prefix,
          service: "database",
          image: image("database").image.imageId,
          network,
          publish: [{ internal: 3306, external: args.database.port }],
          environment: {
            VICIDIAL_DB_PASSWORD: args.database.password,
            ...(telephony && {
              VICIDIAL_DB_DIALLER_PASSWORD: labPassword(telephony, "cron"),
              VICIDIAL_DB_LEADS_PASSWORD: labPassword(telephony, "leads"),
            }),
          },
          data: { volume: volume("database"), path: "/var/lib/mysql" },
          check: { command: ["healthcheck.sh"], grace: "1m0s", deadlineSeconds: 180 },
          flushSeconds: 20,
        },
        parent,
      );
    const sigmamind = labContainer(
      `${name}-sigmamind`,
      {
        prefix,
        service: "sigmamind",
        image: image("sigmamind", node).image.imageId,
        network,
        publish: [
          { internal: 8080, external: args.sigmamind.port },
          { internal: 8081, external: args.sigmamind.controlPort },
        ],
        environment: { SIGMAMIND_SIM_API_KEY: args.sigmamind.apiKey },
        data: { volume: volume("sigmamind"), path: "/var/lib/sigmamind" },
        check: { command: ["healthcheck.sh"], grace: "10s", deadlineSeconds: 60 },
        flushSeconds: 5,
      },
      parent,
    );

    const calls =
      telephony &&
      labTelephony(
        name,
        {
          ...telephony,
          ...{ prefix, network, database, sigmamind, leadDatabase: ownVicidial?.leadDatabase },
          images: telephonyImages(image, node, telephony.diallerImage),
        },
        parent,
      );

    // Through the containers' ids, so that whoever uses the addresses waits until the containers are healthy.
    this.database = pulumi.output(database && args.database && databaseOf(database, args.database));
    this.sigmamind = pulumi.all([sigmamind.id, pulumi.secret(args.sigmamind.apiKey)]).apply(([, apiKey]) => ({
      baseUrl: `http://${LOOPBACK}:${args.sigmamind.port}`,
      controlUrl: `http://${LOOPBACK}:${args.sigmamind.controlPort}`,
      apiKey,
    }));
    this.calls = pulumi.output(calls && callsOf(calls, telephony));
    this.network = network.name;
    this.has = { database: database !== undefined, calls: calls !== undefined };
    const { database: reached, sigmamind: api } = this;
    this.registerOutputs({ database: reached, sigmamind: api, calls: this.calls, network: this.network });
  }

  /** What there is of the lab, for the program to give out: Pulumi warns of a stack output that is undefined. */
  outputs(): Record<string, pulumi.Output<unknown>> {
    const { database, sigmamind, calls, network } = this;
    return { ...(this.has.database && { database }), sigmamind, ...(this.has.calls && { calls }), network };
  }

  private context(image: LabImageName): BuildContext {
    return told(() => labContext(image, (message) => void pulumi.log.info(message, this, undefined, true)), this);
  }
}

function telephonyImages(
  image: (of: LabImageName, base: LabBaseImage) => LabImage,
  node: LabBaseImage,
  diallerImage: string | undefined,
): LabTelephonyArgs["images"] {
  const asterisk: LabBaseImage = { argument: "ASTERISK_IMAGE", ...image("asterisk", node) };
  const id = (of: LabImageName, base = asterisk): pulumi.Output<string> => image(of, base).image.imageId;
  return {
    dialler: () => diallerImage ?? id("dialler"),
    carrier: () => id("carrier"),
    edge: () => id("edge"),
    leads: () => id("leads", node),
  };
}

function databaseOf(
  { id }: docker.Container,
  { port, password }: NonNullable<LabSettings["database"]>,
): pulumi.Output<LabDatabase> {
  return pulumi
    .all([id, pulumi.secret(password)])
    .apply(([, secret]) => ({ host: LOOPBACK, port, user: "voicebridge", password: secret, name: "asterisk" }));
}

function callsOf(
  { diallers, carrier, edge, leads }: LabTelephony,
  settings: NonNullable<LabSettings["telephony"]>,
): pulumi.Output<LabCalls> {
  const addresses = labAddresses(settings);
  const containers = [carrier, edge, ...(leads ? [leads] : []), ...diallers];
  return pulumi.all(containers.map(({ id }) => id)).apply(() => ({
    edgeUrl: `http://${LOOPBACK}:${settings.edgeControlPort}`,
    carrierUrl: `http://${LOOPBACK}:${settings.carrierControlPort}`,
    diallers: addresses.diallers.slice(0, diallers.length),
    addresses: { carrier: addresses.carrier, edge: addresses.edge, ...(leads && { leads: addresses.leads }) },
  }));
}
