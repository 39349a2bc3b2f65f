import { z } from "zod";

import { Refusal, type Refused } from "../../../../core/refusal";
import type { Phone } from "./schema";
import type { Reader } from "../../session";

/** Everything that VICIdial would refuse or not generate, all at once. */
export async function refuseUnusable(reader: Reader, phone: Phone): Promise<void> {
  const refused = [
    ...(await unknownDialler(reader, phone)),
    ...(await takenLogin(reader, phone)),
    ...(await takenMailbox(reader, phone)),
    ...(await takenNumber(reader, phone)),
    ...(await unusedStack(reader, phone)),
    ...(await shortSecret(reader, phone)),
  ];
  if (refused.length > 0) throw new Refusal(...refused);
}

/** Servers that have to write their configuration anew after a change: the phone's own and that of the mailboxes. */
export async function serversConcerned(reader: Reader, { serverIp }: Phone): Promise<string[]> {
  const mailboxes = await reader.row(
    z.object({ ip: z.string().nullable() }),
    "SELECT active_voicemail_server AS ip FROM system_settings LIMIT 1",
  );
  return [...new Set([serverIp, ...(mailboxes?.ip ? [mailboxes.ip] : [])])];
}

async function unknownDialler(reader: Reader, { serverIp }: Phone): Promise<Refused[]> {
  const servers = await reader.rows(
    z.object({ ip: z.string() }),
    "SELECT server_ip AS ip FROM servers ORDER BY server_ip",
  );
  if (servers.some(({ ip }) => ip === serverIp)) return [];
  const rule = "VICIdial has no server with this address (servers.server_ip)";
  return [{ field: "serverIp", value: serverIp, rule, fix: `use one of ${servers.map(({ ip }) => ip).join(", ")}` }];
}

async function takenLogin(reader: Reader, { login, extension, serverIp }: Phone): Promise<Refused[]> {
  const phone = await reader.row(
    z.object({ extension: z.string(), ip: z.string() }),
    "SELECT extension, server_ip AS ip FROM phones WHERE login = ? AND NOT (extension = ? AND server_ip = ?)",
    [login, extension, serverIp],
  );
  if (phone !== undefined)
    return [taken(`phone ${phone.extension} on ${phone.ip} has this login (phones.login)`, login)];
  const alias = await reader.row(
    z.object({ id: z.string() }),
    "SELECT alias_id AS id FROM phones_alias WHERE alias_id = ?",
    [login],
  );
  return alias === undefined ? [] : [taken("a phone alias has this id (phones_alias.alias_id)", login)];
}

function taken(rule: string, login: string): Refused {
  return { field: "login", value: login, rule, fix: "declare another `login`" };
}

async function takenMailbox(reader: Reader, { voicemailId }: Phone): Promise<Refused[]> {
  const sql = "SELECT fullname AS name FROM vicidial_voicemail WHERE voicemail_id = ?";
  const box = await reader.row(z.object({ name: z.string() }), sql, [voicemailId]);
  if (box === undefined) return [];
  const rule = `mailbox "${box.name}" has this id (vicidial_voicemail.voicemail_id)`;
  return [{ field: "voicemailId", value: voicemailId, rule, fix: "declare another `voicemailId`" }];
}

/** Two phones with one number on one dialler: only the first would ever ring. */
async function takenNumber(reader: Reader, { dialplanNumber, extension, serverIp }: Phone): Promise<Refused[]> {
  const other = await reader.row(
    z.object({ extension: z.string() }),
    "SELECT extension FROM phones WHERE dialplan_number = ? AND server_ip = ? AND extension <> ?",
    [dialplanNumber, serverIp, extension],
  );
  if (other === undefined) return [];
  const rule = `phone ${other.extension} on ${serverIp} has this number (phones.dialplan_number), and only one of them would ring`;
  return [{ field: "dialplanNumber", value: dialplanNumber, rule, fix: "declare another `dialplanNumber`" }];
}

/** A phone of a stack that the site does not use gets no configuration (docs/facts/vicidial.md#configuration-files). */
async function unusedStack(reader: Reader, { protocol }: Phone): Promise<Refused[]> {
  if (!["SIP", "PJSIP"].includes(protocol) || !reader.catalogue.column("system_settings", "allowed_sip_stacks"))
    return [];
  const sql = "SELECT allowed_sip_stacks AS allowed FROM system_settings LIMIT 1";
  const { allowed } = (await reader.row(z.object({ allowed: z.string().nullable() }), sql)) ?? { allowed: null };
  if (allowed === null || allowed.split("_and_").includes(protocol)) return [];
  const rule = `the site uses ${allowed} only (system_settings.allowed_sip_stacks), so the phone would get no configuration`;
  return [
    { field: "protocol", value: protocol, rule, fix: `use ${allowed}, or allow both in Admin → System Settings` },
  ];
}

async function shortSecret(reader: Reader, { sipSecret }: Phone): Promise<Refused[]> {
  if (sipSecret === undefined || !reader.catalogue.column("system_settings", "require_password_length")) return [];
  const sql = "SELECT require_password_length AS least FROM system_settings LIMIT 1";
  const { least } = (await reader.row(z.object({ least: z.coerce.number().nullable() }), sql)) ?? { least: null };
  if (least === null || sipSecret.length >= least) return [];
  const rule = `it has ${sipSecret.length} characters, the site asks for ${least} (system_settings.require_password_length)`;
  return [{ field: "sipSecret", rule, fix: "use a longer one, or leave it out for a random one" }];
}
