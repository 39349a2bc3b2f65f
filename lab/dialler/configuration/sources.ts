import { z } from "zod";
import type { DiallerDatabase } from "../database";
import { text } from "../../../core/columns";

/** Columns that another schema version may lack are optional: every query here reads whole rows. */
const carrierSchema = z.object({
  carrier_id: z.string(),
  carrier_name: text,
  carrier_description: text,
  protocol: z.enum(["IAX2", "SIP", "PJSIP_WIZ", "PJSIP"]),
  registration_string: text,
  account_entry: text,
  globals_string: text,
  dialplan_entry: text,
  template_contents: text,
});

const phoneSchema = z.object({
  extension: text,
  dialplan_number: text,
  voicemail_id: text,
  protocol: z.enum(["SIP", "PJSIP"]),
  fullname: text,
  outbound_cid: text,
  conf_secret: text,
  conf_override: text,
  phone_context: text,
  phone_ring_timeout: z.coerce.number().nullish(),
  codecs_list: text,
  codecs_with_template: z.coerce.number().nullish(),
  template_contents: text,
  unavail_dialplan_fwd_exten: text,
  unavail_dialplan_fwd_context: text,
  voicemail_instructions: z
    .string()
    .nullish()
    .transform((value) => value ?? "Y"),
  mohsuggest: text,
});

const serverSchema = z.object({
  server_id: z.string(),
  server_ip: z.string(),
  active_asterisk_server: text,
  generate_vicidial_conf: text,
  rebuild_conf_files: text,
  conf_secret: text,
  custom_dialplan_entry: text,
  vicidial_recording_limit: z.coerce.number().catch(60),
});

const systemSchema = z.object({ reload_timestamp: text, custom_dialplan_entry: text, default_codecs: text });

export type Carrier = z.infer<typeof carrierSchema>;
export type Phone = z.infer<typeof phoneSchema>;
export type Server = z.infer<typeof serverSchema>;

/** Everything that a dialler's configuration files are made from. */
export interface Sources {
  server: Server;
  /** The other diallers in service, by address. */
  others: readonly Server[];
  /**
   * Active carriers of this server and of `0.0.0.0`, in the order of their lines: by protocol, then by id
   * (docs/facts/vicidial.md#configuration-files).
   */
  carriers: readonly Carrier[];
  /** Active SIP phones, then PJSIP phones. */
  phones: readonly Phone[];
  system: z.infer<typeof systemSchema>;
}

/** This server's row, the only thing that is read while there is nothing to do. */
export async function readServer(database: DiallerDatabase, ip: string): Promise<Server | undefined> {
  return database.row(serverSchema, "SELECT * FROM servers WHERE server_ip = ?", [ip]);
}

export async function readSources(database: DiallerDatabase, server: Server): Promise<Sources> {
  const ip = server.server_ip;
  const others = await database.rows(
    serverSchema,
    "SELECT * FROM servers WHERE server_ip <> ? AND active_asterisk_server = 'Y' ORDER BY server_ip",
    [ip],
  );
  // Zap and EXTERNAL carriers are never generated, and nothing is said about it.
  const carriers = await database.rows(
    carrierSchema,
    `SELECT c.*, t.template_contents FROM vicidial_server_carriers c
       LEFT JOIN vicidial_conf_templates t ON t.template_id = c.template_id AND c.template_id NOT LIKE '%--NONE--%'
     WHERE c.server_ip IN (?, '0.0.0.0') AND c.active = 'Y' AND c.protocol IN ('IAX2', 'SIP', 'PJSIP_WIZ', 'PJSIP')
     ORDER BY FIELD(c.protocol, 'IAX2', 'SIP', 'PJSIP_WIZ', 'PJSIP'), c.carrier_id`,
    [ip],
  );
  const phones = await database.rows(
    phoneSchema,
    `SELECT p.*, t.template_contents FROM phones p
       LEFT JOIN vicidial_conf_templates t ON t.template_id = p.template_id AND p.template_id NOT LIKE '%--NONE--%'
     WHERE p.server_ip = ? AND p.active = 'Y' AND p.protocol IN ('SIP', 'PJSIP')
     ORDER BY FIELD(p.protocol, 'SIP', 'PJSIP'), p.extension`,
    [ip],
  );
  const system = await database.row(systemSchema, "SELECT * FROM system_settings LIMIT 1");
  if (!system) throw new Error("table system_settings is empty");
  return { server, others, carriers, phones, system };
}
