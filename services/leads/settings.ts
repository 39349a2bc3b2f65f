import { readFileSync } from "node:fs";
import { z } from "zod";
import { messageOf, Refusal, type Refused } from "../../core/refusal";
import { DEFAULT_LEAD_PORT } from "../../providers/asterisk";

const port = z.coerce.number().int().min(0).max(65535);
const schema = z.object({
  /** Host name or address of VICIdial's MySQL or MariaDB. Required. */
  VICIDIAL_HOST: z.string().min(1),
  VICIDIAL_PORT: port.min(1).default(3306),
  /** Account with SELECT on `vicidial_list` and nothing else. Required. */
  VICIDIAL_USER: z.string().min(1),
  /** Required. */
  VICIDIAL_PASSWORD: z.string().min(1),
  VICIDIAL_DATABASE: z.string().min(1).max(64).default("asterisk"),
  /** `off`; `required`: encrypted; `verify`: encrypted, and the certificate must be the host's. */
  VICIDIAL_TLS: z.enum(["off", "required", "verify"], "must be off, required or verify").default("off"),
  /** PEM file of the authority that signed the database's certificate. */
  VICIDIAL_TLS_CA: z.string().min(1).optional(),
  /** Address that diallers connect to. FastAGI has no password: see docs/lead-service.md. */
  LEADS_HOST: z.string().min(1).default("127.0.0.1"),
  LEADS_PORT: port.default(DEFAULT_LEAD_PORT),
  /** Address and port of `GET /health`. */
  LEADS_HEALTH_HOST: z.string().min(1).default("127.0.0.1"),
  LEADS_HEALTH_PORT: port.default(4574),
  /** Database connections, 2 to 4: a look-up takes milliseconds, and the diallers need the server more. */
  LEADS_CONNECTIONS: z.coerce.number().int().min(2).max(4).default(4),
  /** Milliseconds for one look-up, from Asterisk's connection to the last variable; below the dialplan's 1,500. */
  LEADS_DEADLINE_MS: z.coerce.number().int().min(50).max(1400).default(1000),
  /** Seconds between two metrics lines. */
  LEADS_METRICS_SECONDS: z.coerce.number().min(0.1).max(3600).default(60),
});

/** Where the database is and who asks it. */
export interface LeadDatabaseSettings {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  tls: "off" | "required" | "verify";
  /** PEM text. */
  tlsCa?: string;
  connections: number;
}

/** The service's settings, checked. Times in milliseconds. */
export interface LeadServiceSettings {
  database: LeadDatabaseSettings;
  listen: { host: string; port: number };
  health: { host: string; port: number };
  deadlineMs: number;
  metricsMs: number;
}

/** Reads the environment; an empty variable counts as unset. A {@link Refusal} names every variable that is missing or wrong. */
export function readSettings(env: NodeJS.ProcessEnv): LeadServiceSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const read = schema.safeParse(given);
  if (!read.success) throw new Refusal(...read.error.issues.map((issue) => refused(given, issue)));
  const e = read.data;
  if (e.VICIDIAL_TLS_CA !== undefined && e.VICIDIAL_TLS !== "verify") throw unchecked(e.VICIDIAL_TLS_CA);
  return {
    database: {
      host: e.VICIDIAL_HOST,
      port: e.VICIDIAL_PORT,
      user: e.VICIDIAL_USER,
      password: e.VICIDIAL_PASSWORD,
      database: e.VICIDIAL_DATABASE,
      tls: e.VICIDIAL_TLS,
      ...(e.VICIDIAL_TLS_CA === undefined ? {} : { tlsCa: certificate(e.VICIDIAL_TLS_CA) }),
      connections: e.LEADS_CONNECTIONS,
    },
    listen: { host: e.LEADS_HOST, port: e.LEADS_PORT },
    health: { host: e.LEADS_HEALTH_HOST, port: e.LEADS_HEALTH_PORT },
    deadlineMs: e.LEADS_DEADLINE_MS,
    metricsMs: e.LEADS_METRICS_SECONDS * 1000,
  };
}

function refused(env: NodeJS.ProcessEnv, issue: z.core.$ZodIssue): Refused {
  const field = String(issue.path[0]);
  const value = field === "VICIDIAL_PASSWORD" ? undefined : env[field];
  const rule = env[field] === undefined ? "the lead service needs this variable and it is not set" : issue.message;
  return { field, value, rule, fix: "set it in the service's environment (docs/lead-service.md lists the variables)" };
}

/** Whoever names an authority means that its signature is checked. */
function unchecked(path: string): Refusal {
  const rule = "no certificate is checked unless VICIDIAL_TLS is verify, so that this file would have no effect";
  return new Refusal({ field: "VICIDIAL_TLS_CA", value: path, rule, fix: "set VICIDIAL_TLS=verify, or leave it out" });
}

function certificate(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    const rule = `the certificate file cannot be read (${messageOf(thrown)})`;
    throw new Refusal({ field: "VICIDIAL_TLS_CA", value: path, rule, fix: "name a readable PEM file" });
  }
}
