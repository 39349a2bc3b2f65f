import { delimiter, join } from "node:path";
import { labAddresses, labPassword } from "../../components/lab/telephonySettings";
import type { Checkout } from "../checkout/checkout";
import type { Paths } from "../checkout/paths";

/** The account and database of the lab's image, see docker/database. */
export const labDatabase = { host: "127.0.0.1", user: "voicebridge", name: "asterisk" };

/** Where the lab's SigmaMind simulator answers. */
export function sigmamindUrl(checkout: Checkout): string {
  return `http://127.0.0.1:${checkout.ports.sigmamind}`;
}

/**
 * The environment of every call of the Pulumi CLI: state, plugins and settings of this checkout, and nothing of the user's
 * own Pulumi account, VICIdial server or SigmaMind account, which a lab must never reach.
 */
export function pulumiEnvironment(
  paths: Paths,
  checkout: Checkout,
  cliFolder: string,
  inherited: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return {
    ...without(inherited, /^(PULUMI_|VICIDIAL_|SIGMAMIND_|VOICEBRIDGE_LAB_|BUILDX_)/),
    PATH: [cliFolder, inherited.PATH ?? ""].join(delimiter),
    PULUMI_HOME: paths.pulumiHome,
    // The official docker plugin builds with buildx. A builder that the user has chosen need not be the daemon's own, and then
    // finds no image that was built before; and it would write into the user's home.
    BUILDX_CONFIG: join(paths.tools, "buildx"),
    PULUMI_BACKEND_URL: `file://${paths.state}`,
    PULUMI_CONFIG_PASSPHRASE: checkout.secrets.passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    PULUMI_SUPPRESS_NEO_LINK: "true",
    PULUMI_DISABLE_CI_DETECTION: "true",
    ...labEnvironment(checkout),
  };
}

/** What the lab listens on and its passwords: for the lab's containers, and for the providers that reach them. */
function labEnvironment(checkout: Checkout): Record<string, string> {
  const { ports, prefix, secrets, subnet } = checkout;
  const telephony = { subnet, secret: secrets.lab };
  return {
    VOICEBRIDGE_LAB_PREFIX: prefix,
    VOICEBRIDGE_LAB_DATABASE_PORT: String(ports.database),
    VOICEBRIDGE_LAB_DATABASE_PASSWORD: secrets.databasePassword,
    VOICEBRIDGE_LAB_SIGMAMIND_PORT: String(ports.sigmamind),
    VOICEBRIDGE_LAB_SIGMAMIND_CONTROL_PORT: String(ports.sigmamindControl),
    VOICEBRIDGE_LAB_SIGMAMIND_API_KEY: secrets.sigmamindApiKey,
    VOICEBRIDGE_LAB_SUBNET: subnet,
    VOICEBRIDGE_LAB_EDGE_CONTROL_PORT: String(ports.edgeControl),
    VOICEBRIDGE_LAB_CARRIER_CONTROL_PORT: String(ports.carrierControl),
    VOICEBRIDGE_LAB_SECRET: secrets.lab,
    VICIDIAL_HOST: labDatabase.host,
    VICIDIAL_PORT: String(ports.database),
    VICIDIAL_USER: labDatabase.user,
    VICIDIAL_PASSWORD: secrets.databasePassword,
    VICIDIAL_DATABASE: labDatabase.name,
    VICIDIAL_AMI_USER: "cron",
    VICIDIAL_AMI_SECRET: labPassword(telephony, "ami"),
    VOICEBRIDGE_EDGE_ADDRESS: labAddresses(telephony).edge,
    SIGMAMIND_BASE_URL: sigmamindUrl(checkout),
    SIGMAMIND_API_KEY: secrets.sigmamindApiKey,
  };
}

function without(environment: NodeJS.ProcessEnv, pattern: RegExp): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !pattern.test(name)));
}
