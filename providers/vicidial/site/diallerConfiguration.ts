import { z } from "zod";
import {
  accountConflicts,
  carrierConflicts,
  GENERATED_PROTOCOLS,
  type CarrierAccount,
  type CarrierDialplan,
  type DiallerSources,
} from "../../asterisk";
import type { Refused } from "../../../core/refusal";
import { customDialplans } from "./customDialplan";
import { activeDiallers } from "./diallers";
import type { Reader } from "../session";

const carrierRow = z.object({
  carrier_id: z.string(),
  protocol: z.string().nullable(),
  account_entry: z.string().nullable(),
  dialplan_entry: z.string().nullable(),
});
const phoneRow = z.object({
  extension: z.string().nullable(),
  dialplan_number: z.string().nullable(),
  protocol: z.string(),
});
const settingRow = z.object({ on: z.coerce.string().nullable() });

/** What one dialler's Asterisk configuration is generated from, as far as dial strings and accounts go. */
export interface DiallerConfiguration extends DiallerSources {
  serverIp: string;
  carriers: readonly (CarrierDialplan & CarrierAccount)[];
  phones: readonly { extension: string; dialplanNumber: string; protocol: string }[];
}

/**
 * Active carriers, phones and custom texts of one dialler, for `resolve` and for conflicts. `0.0.0.0` gives what all diallers share: the
 * carriers of all servers and the whole system's custom text, no phones.
 *
 * @example
 * resolve("979719895551234", await diallerConfiguration(vicidial, "10.0.0.103"))?.owner // { kind: "carrier", carrierId: "SIGMA" }
 */
export async function diallerConfiguration(reader: Reader, serverIp: string): Promise<DiallerConfiguration> {
  const carriers = await reader.rows(
    carrierRow,
    "SELECT carrier_id, protocol, account_entry, dialplan_entry FROM vicidial_server_carriers WHERE active = 'Y' AND server_ip IN (?, '0.0.0.0')",
    [serverIp],
  );
  return {
    serverIp,
    carriers: carriers.map((row) => ({
      carrierId: row.carrier_id,
      protocol: row.protocol ?? "",
      accountEntry: row.account_entry ?? "",
      dialplanEntry: row.dialplan_entry ?? "",
    })),
    phones: await phonesOf(reader, serverIp),
    custom: (await customDialplans(reader)).filter((one) => one.serverIp === undefined || one.serverIp === serverIp),
    diallers: await activeDiallers(reader),
  };
}

/** Phones that the dialler generates an extension for: its own, and others' where the site has cross-server extensions on. */
async function phonesOf(reader: Reader, serverIp: string): Promise<DiallerConfiguration["phones"]> {
  const others = (await crossServer(reader)) ? "OR protocol IN ('SIP', 'IAX2')" : "";
  const rows = await reader.rows(
    phoneRow,
    `SELECT extension, dialplan_number, protocol FROM phones WHERE active = 'Y' AND protocol IN ('SIP', 'PJSIP', 'IAX2') AND (server_ip = ? ${others})`,
    [serverIp],
  );
  return rows
    .map(({ extension, dialplan_number, protocol }) => ({
      extension: extension ?? "",
      dialplanNumber: dialplan_number ?? "",
      protocol,
    }))
    .filter(({ dialplanNumber }) => dialplanNumber !== "");
}

async function crossServer(reader: Reader): Promise<boolean> {
  if (reader.catalogue.column("system_settings", "generate_cross_server_exten") === undefined) return false;
  const row = await reader.row(settingRow, "SELECT generate_cross_server_exten AS `on` FROM system_settings LIMIT 1");
  return row?.on === "1";
}

/**
 * Why a carrier cannot be active on its diallers beside what is active there: an extension or an account that somebody has
 * already, or one that no call would reach. A carrier for all servers is tried on every dialler in service.
 */
export async function conflictsOf(
  reader: Reader,
  candidate: CarrierDialplan & CarrierAccount,
  serverIp: string,
): Promise<Refused[]> {
  if (!(GENERATED_PROTOCOLS as readonly string[]).includes(candidate.protocol)) return [];
  const diallers = serverIp === "0.0.0.0" ? await activeDiallers(reader) : [serverIp];
  const found: { dialler: string; refused: Refused }[] = [];
  for (const dialler of diallers.length > 0 ? diallers : ["0.0.0.0"]) {
    const configuration = await diallerConfiguration(reader, dialler);
    const refused = [
      ...carrierConflicts(candidate, configuration),
      ...accountConflicts(candidate, configuration.carriers, configuration.phones),
    ];
    found.push(...refused.map((one) => ({ dialler, refused: one })));
  }
  return everyOnce(found, diallers.length);
}

/** Each conflict once, with the diallers that have it unless all do. */
function everyOnce(found: readonly { dialler: string; refused: Refused }[], diallers: number): Refused[] {
  const byRule = new Map<string, { refused: Refused; on: string[] }>();
  for (const { dialler, refused } of found) {
    const known = byRule.get(refused.rule) ?? { refused, on: [] };
    known.on.push(dialler);
    byRule.set(refused.rule, known);
  }
  return [...byRule.values()].map(({ refused, on }) =>
    on.length >= diallers ? refused : { ...refused, rule: `${refused.rule} (dialler ${on.join(", ")})` },
  );
}
