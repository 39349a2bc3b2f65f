import { readFileSync } from "node:fs";
import { z } from "zod";

import { environmentName } from "../../dynamic/engine/settings";
import type { Settings } from "../../dynamic/resource";
import { messageOf, Refusal } from "../../../core/refusal";

/** Where the database is and how patient to be with it, as read from the settings. */
export interface DatabaseSettings {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Unix socket; wins over host and port. */
  socketPath?: string;
  tls: "off" | "required" | "verify";
  /** The authority that signed the server's certificate, where it is none that this machine knows. */
  tlsCa?: { file: string; pem: string };
  adminUser: string;
  connectTimeoutSeconds: number;
  /** How often a connection is tried that is refused or dropped. */
  connectAttempts: number;
  queryTimeoutSeconds: number;
  lockTimeoutSeconds: number;
  drainLoopSeconds: number;
}

/** Settings whose environment variable has a name of its own. */
export const settingAliases = { "vicidial:socketPath": "VICIDIAL_SOCKET" } as const;

/** How a message names a setting: stack config first, because that is what `pulumi config set` takes. */
export function settingName(key: string): string {
  return `\`${key}\` (environment ${environmentName(key, settingAliases)})`;
}

const seconds = z.coerce.number().positive().max(3600);
const settingsSchema = z.object({
  "vicidial:host": z.string().min(1).default("127.0.0.1"),
  "vicidial:port": z.coerce.number().int().min(1).max(65535).default(3306),
  "vicidial:user": z.string().min(1),
  "vicidial:password": z.string().default(""),
  "vicidial:database": z.string().min(1).max(64).default("asterisk"),
  "vicidial:socketPath": z.string().optional(),
  "vicidial:tls": z.enum(["off", "required", "verify"]).default("off"),
  "vicidial:tlsCa": z.string().optional(),
  "vicidial:adminUser": z
    .string()
    .regex(/^[-._0-9a-zA-Z]{2,20}$/)
    .default("voicebridge"),
  "vicidial:connectTimeoutSeconds": seconds.default(10),
  "vicidial:connectAttempts": z.coerce.number().int().min(1).max(100).default(3),
  "vicidial:queryTimeoutSeconds": seconds.default(30),
  "vicidial:lockTimeoutSeconds": seconds.default(120),
  "vicidial:drainLoopSeconds": z.coerce.number().min(0).max(60).default(4),
});
type SettingKey = keyof typeof settingsSchema.shape;
export const databaseSettingKeys: readonly string[] = Object.keys(settingsSchema.shape);

const RULES: Partial<Record<SettingKey, [rule: string, fix: string]>> = {
  "vicidial:user": ["no database user is set", "set it with `pulumi config set vicidial:user <user>`"],
  "vicidial:tls": [
    "TLS is `off`, `required` (encrypted) or `verify` (encrypted, certificate checked)",
    "set one of them",
  ],
  "vicidial:adminUser": ["vicidial_admin_log.user takes 2-20 letters, digits, `-`, `_`, `.`", "choose such a name"],
};

/**
 * Reads the `vicidial:*` settings: `host` (127.0.0.1), `port` (3306), `user`, `password`, `database` (asterisk),
 * `socketPath`, `tls` (off), `tlsCa` (file, with `tls` verify), `adminUser` (voicebridge), and how patient to be:
 * `connectAttempts` (3), and in seconds `connectTimeoutSeconds` (10), `queryTimeoutSeconds` (30), `lockTimeoutSeconds` (120), `drainLoopSeconds` (4).
 */
export function databaseSettings(settings: Settings): DatabaseSettings {
  const keys = Object.keys(settingsSchema.shape) as SettingKey[];
  const parsed = settingsSchema.safeParse(Object.fromEntries(keys.map((key) => [key, settings.get(key) || undefined])));
  if (!parsed.success) {
    throw new Refusal(
      ...parsed.error.issues.map(({ path, message }) => {
        const key = String(path[0]) as SettingKey;
        const [rule, fix] = RULES[key] ?? [message, `correct the setting ${settingName(key)}`];
        const value = key === "vicidial:password" ? undefined : settings.get(key);
        return { field: key, value, rule, fix: `${fix}; setting ${settingName(key)}` };
      }),
    );
  }
  const { "vicidial:tlsCa": tlsCa, "vicidial:socketPath": socketPath, ...found } = parsed.data;
  if (tlsCa !== undefined && found["vicidial:tls"] !== "verify") throw unchecked(tlsCa, found["vicidial:tls"]);
  return {
    host: found["vicidial:host"],
    port: found["vicidial:port"],
    user: found["vicidial:user"],
    password: found["vicidial:password"],
    database: found["vicidial:database"],
    ...(socketPath ? { socketPath } : {}),
    tls: found["vicidial:tls"],
    ...(tlsCa ? { tlsCa: { file: tlsCa, pem: readCertificate(tlsCa) } } : {}),
    adminUser: found["vicidial:adminUser"],
    connectTimeoutSeconds: found["vicidial:connectTimeoutSeconds"],
    connectAttempts: found["vicidial:connectAttempts"],
    queryTimeoutSeconds: found["vicidial:queryTimeoutSeconds"],
    lockTimeoutSeconds: found["vicidial:lockTimeoutSeconds"],
    drainLoopSeconds: found["vicidial:drainLoopSeconds"],
  };
}

/** Whoever names an authority means that its signature is checked. */
function unchecked(tlsCa: string, tls: string): Refusal {
  return new Refusal({
    field: "vicidial:tlsCa",
    value: tlsCa,
    rule: `with TLS ${tls === "off" ? "off" : "`required`"} no certificate is checked, so that this file would have no effect`,
    fix: `set ${settingName("vicidial:tls")} to verify, or leave the file out`,
  });
}

function readCertificate(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    throw new Refusal({
      field: "vicidial:tlsCa",
      value: path,
      rule: `the certificate file cannot be read (${messageOf(thrown)})`,
      fix: `name a readable PEM file in ${settingName("vicidial:tlsCa")}`,
    });
  }
}
