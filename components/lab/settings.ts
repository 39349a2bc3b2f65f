import { Refusal, type Refused } from "../../core/refusal";
import { ownVicidialMistakes, type LeadDatabase, type OwnArgument, type OwnVicidial } from "./ownVicidial";
import { telephonyMistakes, type LabTelephonySettings } from "./telephonySettings";

/** What a lab needs to be told. Nothing has a default: two labs on one machine must not meet, and no password is known to all. */
export interface LabSettings {
  /**
   * First part of the name of every container, network, volume and image of the lab: 2-40 lower-case letters, digits and
   * dashes. Must be nobody else's: a volume whose name is taken would be used, and removed with the lab.
   * @example "vb-lab"
   */
  prefix: string;
  /**
   * VICIdial's database.
   * @default none, beside a VICIdial of your own
   */
  database?: {
    /** TCP port on 127.0.0.1 for MySQL clients. */
    port: number;
    /** Password of `voicebridge`, the account that stacks use: 12 printable characters or more, no blanks. Secret. */
    password: string;
  };
  /** The SigmaMind API simulator. */
  sigmamind: {
    /** TCP port on 127.0.0.1 of the SigmaMind API simulator. */
    port: number;
    /** TCP port on 127.0.0.1 of the simulator's control API (quirks, faults, log of requests). */
    controlPort: number;
    /** The key that the simulator asks for in `X-API-Key`: 12 printable characters or more, no blanks. Secret. */
    apiKey: string;
  };
  /**
   * Diallers, telephone network, SIP edge and lead service.
   * @default none: the lab has a database and an API, and no calls
   */
  telephony?: LabTelephonySettings;
  /**
   * A VICIdial of your own in the place of the lab's database and diallers; with `telephony` and without `database`.
   * @default none
   */
  ownVicidial?: OwnVicidial;
}

/** Reads one value of stack config (`pulumi.Config` has this shape). */
export interface LabConfig {
  get(key: string): string | undefined;
}

const settings = {
  prefix: "VOICEBRIDGE_LAB_PREFIX",
  databasePort: "VOICEBRIDGE_LAB_DATABASE_PORT",
  databasePassword: "VOICEBRIDGE_LAB_DATABASE_PASSWORD",
  sigmamindPort: "VOICEBRIDGE_LAB_SIGMAMIND_PORT",
  sigmamindControlPort: "VOICEBRIDGE_LAB_SIGMAMIND_CONTROL_PORT",
  sigmamindApiKey: "VOICEBRIDGE_LAB_SIGMAMIND_API_KEY",
  subnet: "VOICEBRIDGE_LAB_SUBNET",
  edgeControlPort: "VOICEBRIDGE_LAB_EDGE_CONTROL_PORT",
  carrierControlPort: "VOICEBRIDGE_LAB_CARRIER_CONTROL_PORT",
  secret: "VOICEBRIDGE_LAB_SECRET",
  diallers: "VOICEBRIDGE_LAB_DIALLERS",
  diallerImage: "VOICEBRIDGE_LAB_DIALLER_IMAGE",
  ownVicidial: "VOICEBRIDGE_LAB_OWN_VICIDIAL",
  leadDatabaseHost: "VOICEBRIDGE_LAB_LEAD_DATABASE_HOST",
  leadDatabasePort: "VOICEBRIDGE_LAB_LEAD_DATABASE_PORT",
  leadDatabaseUser: "VOICEBRIDGE_LAB_LEAD_DATABASE_USER",
  leadDatabasePassword: "VOICEBRIDGE_LAB_LEAD_DATABASE_PASSWORD",
  leadDatabaseName: "VOICEBRIDGE_LAB_LEAD_DATABASE_NAME",
} as const;
type Setting = keyof typeof settings;

/** These have defaults. */
const OPTIONAL: readonly Setting[] = [
  "diallers",
  "diallerImage",
  "ownVicidial",
  "leadDatabasePort",
  "leadDatabaseName",
];
/** Only with, and only without, a VICIdial of the operator's own. */
const OF_LEADS: readonly Setting[] = ["leadDatabaseHost", "leadDatabaseUser", "leadDatabasePassword"];
const OF_DATABASE: readonly Setting[] = ["databasePort", "databasePassword"];

/** Where the arguments of a lab beside the operator's own VICIdial are set. */
const OWN_ARGUMENTS: Readonly<Record<OwnArgument, Setting>> = {
  database: "databasePort",
  telephony: "subnet",
  "telephony.diallers": "diallers",
  "telephony.diallerImage": "diallerImage",
  ownVicidial: "ownVicidial",
  "ownVicidial.leadDatabase.host": "leadDatabaseHost",
  "ownVicidial.leadDatabase.port": "leadDatabasePort",
  "ownVicidial.leadDatabase.user": "leadDatabaseUser",
  "ownVicidial.leadDatabase.password": "leadDatabasePassword",
};

/**
 * The lab that the environment or the stack's config (`lab:prefix`, `lab:databasePort`, …) asks for, or `undefined` where
 * neither says anything of a lab. The environment wins, setting by setting; an empty variable counts as unset.
 *
 * @throws Refusal naming every setting that is missing or wrong, at once.
 * @example
 * const lab = labSettings(process.env, new pulumi.Config("lab"));
 * if (lab !== undefined) new TestLab("lab", lab);
 */
export function labSettings(
  env: Readonly<Record<string, string | undefined>>,
  config: LabConfig,
): LabSettings | undefined {
  const given = (setting: Setting): string => env[settings[setting]] || config.get(setting) || "";
  const names = Object.keys(settings) as Setting[];
  if (names.every((setting) => given(setting) === "")) return undefined;
  const own = given("ownVicidial") === "true";
  const leads = [...OF_LEADS, "leadDatabasePort", "leadDatabaseName"] as const;
  const withLeads = own && leads.some((setting) => given(setting) !== "");
  const wanted = (setting: Setting): boolean =>
    OF_LEADS.includes(setting) ? withLeads : OF_DATABASE.includes(setting) ? !own : !OPTIONAL.includes(setting);
  const refused = names.flatMap((setting) => [
    ...(wanted(setting) ? missing(setting, given(setting)) : []),
    ...notDigits(setting, given(setting)),
  ]);
  refused.push(...ownMistakes(given));
  if (refused.length > 0) throw new Refusal(...refused);

  const lab: LabSettings = {
    prefix: given("prefix"),
    ...(OF_DATABASE.some((setting) => given(setting) !== "") && {
      database: { port: Number(given("databasePort")), password: given("databasePassword") },
    }),
    sigmamind: {
      port: Number(given("sigmamindPort")),
      controlPort: Number(given("sigmamindControlPort")),
      apiKey: given("sigmamindApiKey"),
    },
    telephony: {
      subnet: given("subnet"),
      ...(given("diallers") !== "" && { diallers: Number(given("diallers")) }),
      ...(given("diallerImage") !== "" && { diallerImage: given("diallerImage") }),
      edgeControlPort: Number(given("edgeControlPort")),
      carrierControlPort: Number(given("carrierControlPort")),
      secret: given("secret"),
    },
    ...(own && { ownVicidial: withLeads ? { leadDatabase: leadDatabase(given) } : {} }),
  };
  const wrong = labMistakes(lab, ([setting]) => named(setting));
  if (wrong.length > 0) throw new Refusal(...wrong);
  return lab;
}

function ownMistakes(given: (setting: Setting) => string): Refused[] {
  const own = given("ownVicidial");
  if (own !== "" && own !== "true" && own !== "false")
    return [{ field: named("ownVicidial"), value: own, rule: "is true or false", fix: "write one of them" }];
  const rule = "is read only beside a VICIdial of your own";
  const fix = `leave it out, or set ${named("ownVicidial")} to true`;
  return own !== "true" && given("leadDatabaseHost") !== "" ? [{ field: named("leadDatabaseHost"), rule, fix }] : [];
}

function leadDatabase(given: (setting: Setting) => string): LeadDatabase {
  const [port, name] = [given("leadDatabasePort"), given("leadDatabaseName")];
  return {
    host: given("leadDatabaseHost"),
    ...(port !== "" && { port: Number(port) }),
    user: given("leadDatabaseUser"),
    password: given("leadDatabasePassword"),
    ...(name !== "" && { name }),
  };
}

function missing(setting: Setting, value: string): Refused[] {
  if (value !== "") return [];
  const rule = "the lab is asked for but this setting is missing; it has no default";
  const secret = /Password$|Key$|^secret$/.test(setting) ? "--secret " : "";
  return [{ field: settings[setting], rule, fix: `set it, or \`pulumi config set ${secret}lab:${setting}\`` }];
}

function notDigits(setting: Setting, value: string): Refused[] {
  if (!setting.endsWith("Port") || value === "" || /^\d+$/.test(value)) return [];
  return [{ field: named(setting), value, ...portRule }];
}

/** A setting in a message, with both places that it may stand in. */
function named(setting: Setting): string {
  return `${settings[setting]} (or lab:${setting})`;
}

/** Names a setting in a message: by where it was read, or by the component's argument. */
type Name = (setting: readonly [Setting, argument: string]) => string;

/** What is wrong with a lab's settings; empty when all is well. */
export function labMistakes(lab: LabSettings, name: Name = ([, argument]) => argument): Refused[] {
  const ports: [Setting, string, number][] = [
    ...(lab.database ? [["databasePort", "database.port", lab.database.port] as [Setting, string, number]] : []),
    ["sigmamindPort", "sigmamind.port", lab.sigmamind.port],
    ["sigmamindControlPort", "sigmamind.controlPort", lab.sigmamind.controlPort],
  ];
  if (lab.telephony !== undefined)
    ports.push(
      ["edgeControlPort", "telephony.edgeControlPort", lab.telephony.edgeControlPort],
      ["carrierControlPort", "telephony.carrierControlPort", lab.telephony.carrierControlPort],
    );
  return [
    ...prefixMistakes(lab.prefix, name(["prefix", "prefix"])),
    ...ports.flatMap(([setting, argument, port]) => portMistakes(port, name([setting, argument]))),
    ...ports.flatMap(([setting, argument, port], index) =>
      ports.slice(0, index).some(([, , other]) => other === port)
        ? [
            {
              field: name([setting, argument]),
              value: port,
              rule: "another service of the lab has this port",
              fix: "choose a free one",
            },
          ]
        : [],
    ),
    ...(lab.database ? secretMistakes(lab.database.password, name(["databasePassword", "database.password"])) : []),
    ...secretMistakes(lab.sigmamind.apiKey, name(["sigmamindApiKey", "sigmamind.apiKey"])),
    ...(lab.telephony === undefined
      ? []
      : [
          ...telephonyMistakes(lab.telephony, (setting, argument) => name([setting, argument])),
          ...secretMistakes(lab.telephony.secret, name(["secret", "telephony.secret"])),
        ]),
    ...ownVicidialMistakes(lab, (argument) => name([OWN_ARGUMENTS[argument], argument])),
  ];
}

function prefixMistakes(prefix: string, field: string): Refused[] {
  if (/^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$/.test(prefix)) return [];
  const rule =
    "names of containers, networks, volumes and images begin with it: 2-40 lower-case letters, digits and dashes";
  return [{ field, value: prefix, rule, fix: "choose a short word, for example vb-lab" }];
}

const portRule = { rule: "a TCP port is a whole number from 1024 to 65535", fix: "choose a free port" };

function portMistakes(port: number, field: string): Refused[] {
  if (Number.isInteger(port) && port >= 1024 && port <= 65535) return [];
  return [{ field, value: port, ...portRule }];
}

function secretMistakes(secret: string, field: string): Refused[] {
  if (/^[!-~]{12,}$/.test(secret)) return [];
  const rule = "it must have at least 12 characters, printable ASCII without blanks";
  return [{ field, rule, fix: "make a random one, for example with `openssl rand -base64 18`" }];
}
