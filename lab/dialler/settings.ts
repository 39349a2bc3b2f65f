import { z } from "zod";
import { Refusal, type Refused } from "../../core/refusal";

const seconds = (byDefault: number) => z.coerce.number().positive().default(byDefault);
const ipv4 = z
  .string()
  .regex(/^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/, "must be a dotted IPv4 address");

/**
 * Settings of the dialler daemon, all from the environment. Times are seconds; their defaults are those of VICIdial's own
 * programs (docs/facts/vicidial.md), so a lab that wants to be quicker says so.
 */
const schema = z.object({
  /** `servers.server_id` of this dialler, for example `DIALLER1`. Required. */
  DIALLER_ID: z.string().regex(/^[A-Za-z0-9_-]{1,10}$/, "must be 1-10 letters, digits, - or _"),
  /** The address that the daemon makes its own in every table with a `server_ip`. Required. */
  DIALLER_IP: ipv4,
  /** Secret of the AMI user `cron`. Required. */
  DIALLER_AMI_SECRET: z.string().regex(/^[A-Za-z0-9]{8,20}$/, "must be 8-20 letters and digits (servers.ASTmgrSECRET)"),
  /** AMI and FastAGI of VICIdial in this container. */
  DIALLER_AMI_PORT: z.coerce.number().int().min(1).max(65535).default(5038),
  VICIDIAL_HOST: z.string().min(1),
  VICIDIAL_PORT: z.coerce.number().int().min(1).max(65535).default(3306),
  VICIDIAL_USER: z.string().min(1).default("cron"),
  VICIDIAL_PASSWORD: z.string().min(1),
  VICIDIAL_DATABASE: z.string().min(1).default("asterisk"),
  /** Directory of Asterisk's configuration, where `*-vicidial.conf` are written. */
  DIALLER_CONFIG_DIR: z.string().min(1).default("/etc/asterisk"),
  /** File that is touched while the dialler is healthy, for the container's health check. Default: none. */
  DIALLER_HEALTH_FILE: z.string().min(1).optional(),
  /** Version that registration writes to `servers.asterisk_version`. */
  DIALLER_ASTERISK_VERSION: z.string().min(1).default("16.28.0"),
  /** Between two looks at the rebuild flag (VICIdial: cron, each minute). */
  DIALLER_CONFIGURATION_SECONDS: seconds(60),
  /** Between two hopper runs (VICIdial: cron, each minute). */
  DIALLER_HOPPER_SECONDS: seconds(60),
  /** Loop of the remote-agent program. */
  DIALLER_REMOTE_AGENTS_SECONDS: seconds(2),
  /** Loop of the dialling program. */
  DIALLER_DIALLING_SECONDS: seconds(2.5),
  /** Between two looks at `vicidial_manager`. */
  DIALLER_MANAGER_SECONDS: seconds(0.1),
  /** Between two looks for finished recordings (VICIdial: cron, every three minutes). */
  DIALLER_RECORDINGS_SECONDS: seconds(180),
  /** Without an update for so long a line is called lagged. */
  DIALLER_LAG_SECONDS: seconds(30),
});

/** The daemon's settings, checked. */
export interface DiallerSettings {
  id: string;
  ip: string;
  ami: { host: string; port: number; user: string; secret: string };
  database: { host: string; port: number; user: string; password: string; database: string };
  configurationDirectory: string;
  healthFile: string | undefined;
  asteriskVersion: string;
  /** Periods in milliseconds. */
  every: {
    configuration: number;
    hopper: number;
    remoteAgents: number;
    dialling: number;
    manager: number;
  };
  lagSeconds: number;
  recordingsSeconds: number;
}

/** Reads the environment; a {@link Refusal} names every variable that is missing or wrong, never a secret's value. */
export function readSettings(env: NodeJS.ProcessEnv): DiallerSettings {
  const read = schema.safeParse(env);
  if (!read.success) throw new Refusal(...read.error.issues.map((issue) => refused(env, issue)));
  const e = read.data;
  return {
    id: e.DIALLER_ID,
    ip: e.DIALLER_IP,
    ami: { host: "127.0.0.1", port: e.DIALLER_AMI_PORT, user: "cron", secret: e.DIALLER_AMI_SECRET },
    database: {
      host: e.VICIDIAL_HOST,
      port: e.VICIDIAL_PORT,
      user: e.VICIDIAL_USER,
      password: e.VICIDIAL_PASSWORD,
      database: e.VICIDIAL_DATABASE,
    },
    configurationDirectory: e.DIALLER_CONFIG_DIR,
    healthFile: e.DIALLER_HEALTH_FILE,
    asteriskVersion: e.DIALLER_ASTERISK_VERSION,
    every: {
      configuration: e.DIALLER_CONFIGURATION_SECONDS * 1000,
      hopper: e.DIALLER_HOPPER_SECONDS * 1000,
      remoteAgents: e.DIALLER_REMOTE_AGENTS_SECONDS * 1000,
      dialling: e.DIALLER_DIALLING_SECONDS * 1000,
      manager: e.DIALLER_MANAGER_SECONDS * 1000,
    },
    lagSeconds: e.DIALLER_LAG_SECONDS,
    recordingsSeconds: e.DIALLER_RECORDINGS_SECONDS,
  };
}

/** Secrets are never shown, so no value is. */
function refused(env: NodeJS.ProcessEnv, issue: z.core.$ZodIssue): Refused {
  const field = String(issue.path[0]);
  const rule = env[field] === undefined ? "the dialler needs this variable and it is not set" : issue.message;
  return { field, rule, fix: "set it in the environment of the container (lab/dialler/README.md lists them)" };
}
