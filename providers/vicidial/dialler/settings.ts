import { isIPv4 } from "node:net";
import { z } from "zod";
import type { Settings } from "../../dynamic/resource";
import { Refusal } from "../../../core/refusal";
import { settingName } from "../database/settings";

/** How to reach the diallers' Asterisk, and how long a dialler may take to load what the database says. */
export interface AsteriskSettings {
  /** An account of the manager interface (AMI); without one only the database tells what a dialler has loaded. */
  manager?: ManagerAccount;
  /** Longest wait for a dialler to load a bridge's dialplan before its lines take calls. */
  dialplanTimeoutSeconds: number;
  /** From the moment a dialler took up the rebuild until its Asterisk has loaded it, where only the database tells. */
  reloadSettleSeconds: number;
}

export interface ManagerAccount {
  user: string;
  secret: string;
  /** Port of all diallers; else each dialler's `servers.telnet_port`. */
  port?: number;
  /** Where the manager interface of a dialler is reached, when not at its `server_ip`. */
  addresses: ReadonlyMap<string, { host: string; port?: number }>;
}

const schema = z.object({
  "vicidial:amiUser": z.string().min(1).default("cron"),
  "vicidial:amiSecret": z.string().min(1).optional(),
  "vicidial:amiPort": z.coerce.number().int().min(1).max(65_535).optional(),
  "vicidial:amiAddresses": z.string().default(""),
  "vicidial:dialplanTimeoutSeconds": z.coerce.number().min(0).max(3600).default(180),
  "vicidial:reloadSettleSeconds": z.coerce.number().min(0).max(600).default(10),
});
type Key = keyof typeof schema.shape;
export const asteriskSettingKeys: readonly string[] = Object.keys(schema.shape);

/**
 * Reads what is said of the diallers' Asterisk: `amiUser` (cron), `amiSecret` (none: AMI is not used), `amiPort` (each
 * dialler's own), `amiAddresses` (`10.20.30.11=127.0.0.1:15038,…`, for diallers that are reached elsewhere than at their
 * `server_ip`), `dialplanTimeoutSeconds` (180) and `reloadSettleSeconds` (10).
 */
export function asteriskSettings(settings: Settings): AsteriskSettings {
  const keys = Object.keys(schema.shape) as Key[];
  const read = schema.safeParse(Object.fromEntries(keys.map((key) => [key, settings.get(key) || undefined])));
  if (!read.success)
    throw new Refusal(
      ...read.error.issues.map(({ path, message }) => {
        const key = String(path[0]);
        const value = key.endsWith("Secret") ? undefined : settings.get(key);
        return { field: key, value, rule: message, fix: `correct the setting ${settingName(key)}` };
      }),
    );
  const found = read.data;
  const secret = found["vicidial:amiSecret"];
  return {
    ...(secret !== undefined && {
      manager: {
        user: found["vicidial:amiUser"],
        secret,
        ...(found["vicidial:amiPort"] !== undefined && { port: found["vicidial:amiPort"] }),
        addresses: addressesOf(found["vicidial:amiAddresses"]),
      },
    }),
    dialplanTimeoutSeconds: found["vicidial:dialplanTimeoutSeconds"],
    reloadSettleSeconds: found["vicidial:reloadSettleSeconds"],
  };
}

function addressesOf(text: string): ManagerAccount["addresses"] {
  const entries = text.split(",").map((entry) => entry.trim());
  return new Map(
    entries
      .filter((entry) => entry !== "")
      .map((entry) => {
        const [, serverIp = "", host = "", port] = /^([\d.]+)=([^\s=:]+)(?::(\d{1,5}))?$/.exec(entry) ?? [];
        if (isIPv4(serverIp)) return [serverIp, { host, ...(port !== undefined && { port: Number(port) }) }];
        throw new Refusal({
          field: "vicidial:amiAddresses",
          value: entry,
          rule: "is a list of <server_ip>=<host>[:<port>], separated by commas",
          fix: `correct the setting ${settingName("vicidial:amiAddresses")}`,
        });
      }),
  );
}
