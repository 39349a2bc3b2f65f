import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../providers/errors";
import { labContainer } from "./labContainer";
import { labContexts } from "./labImages";
import { labImage } from "./labImage";
import { labMistakes, type LabSettings } from "./labSettings";

/** Arguments of a {@link TestLab}: see {@link LabSettings}. */
export type TestLabArgs = LabSettings;

/** How to reach the lab's database, as `VICIDIAL_*` or `vicidial:*` settings take it. */
export interface LabDatabase {
  host: string;
  port: number;
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

const LOOPBACK = "127.0.0.1";

/**
 * A throw-away call centre in Docker: a MariaDB with VICIdial's tables (seeded with other people's campaigns, users and
 * carriers) and a simulator of SigmaMind's API. Everything listens on 127.0.0.1 only. It is up when its containers are
 * healthy: let resources that use it depend on it. `pulumi destroy` removes containers, network and volumes with their data;
 * the images stay for the next time.
 *
 * @example
 * const lab = new TestLab("lab", {
 *   prefix: "vb-lab",
 *   database: { port: 23306, password: config.require("databasePassword") },
 *   sigmamind: { port: 28080, controlPort: 28081, apiKey: config.require("sigmamindApiKey") },
 * });
 * new VicidialCarrier("telephony", { … }, { dependsOn: [lab] });
 */
export class TestLab extends pulumi.ComponentResource {
  /** Connection to VICIdial's database; known once it is healthy. */
  declare public readonly database: pulumi.Output<LabDatabase>;
  /** Addresses of the SigmaMind simulator; known once it is healthy. */
  declare public readonly sigmamind: pulumi.Output<LabSigmaMind>;
  /** Name of the network that the lab's containers share; more containers may join it. */
  declare public readonly network: pulumi.Output<string>;

  constructor(name: string, args: TestLabArgs, opts?: pulumi.ComponentResourceOptions) {
    super("voice-ai-bridge:index:TestLab", name, {}, opts);
    const contexts = toldBy(this, () => {
      const mistakes = labMistakes(args);
      if (mistakes.length > 0) throw new Refusal(...mistakes);
      return labContexts((message) => void pulumi.log.info(message, this, undefined, true));
    });
    const { prefix } = args;
    const parent = { parent: this };

    const network = new docker.Network(`${name}-network`, { name: `${prefix}-network` }, parent);
    const volume = (service: string): docker.Volume =>
      new docker.Volume(`${name}-${service}`, { name: `${prefix}-${service}` }, parent);

    const databaseImage = labImage(`${name}-database`, { prefix, image: "database", ...contexts.database }, parent);
    const nodeImage = labImage(`${name}-node`, { prefix, image: "node", ...contexts.node }, parent);
    const sigmamindImage = labImage(
      `${name}-sigmamind`,
      { prefix, image: "sigmamind", ...contexts.sigmamind, node: { image: nodeImage, hash: contexts.node.hash } },
      parent,
    );

    const database = labContainer(
      `${name}-database`,
      {
        prefix,
        service: "database",
        image: databaseImage,
        network,
        publish: [{ internal: 3306, external: args.database.port }],
        secretEnvironment: { VICIDIAL_DB_PASSWORD: args.database.password },
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
        image: sigmamindImage,
        network,
        publish: [
          { internal: 8080, external: args.sigmamind.port },
          { internal: 8081, external: args.sigmamind.controlPort },
        ],
        secretEnvironment: { SIGMAMIND_SIM_API_KEY: args.sigmamind.apiKey },
        data: { volume: volume("sigmamind"), path: "/var/lib/sigmamind" },
        check: { command: ["healthcheck.sh"], grace: "10s", deadlineSeconds: 60 },
        flushSeconds: 5,
      },
      parent,
    );

    // Through the containers' ids, so that whoever uses the addresses waits until the containers are healthy.
    this.database = pulumi.all([database.id, pulumi.secret(args.database.password)]).apply(([, password]) => ({
      host: LOOPBACK,
      port: args.database.port,
      user: "voicebridge",
      password,
      name: "asterisk",
    }));
    this.sigmamind = pulumi.all([sigmamind.id, pulumi.secret(args.sigmamind.apiKey)]).apply(([, apiKey]) => ({
      baseUrl: `http://${LOOPBACK}:${args.sigmamind.port}`,
      controlUrl: `http://${LOOPBACK}:${args.sigmamind.controlPort}`,
      apiKey,
    }));
    this.network = network.name;
    this.registerOutputs({ database: this.database, sigmamind: this.sigmamind, network: this.network });
  }
}

/** An operator's mistake is shown beside the lab, without a stack trace. */
function toldBy<T>(lab: TestLab, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof Refusal ? new pulumi.ResourceError(thrown.message, lab, true) : thrown;
  }
}
