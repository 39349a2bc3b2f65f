import { randomBytes } from "node:crypto";
import { z } from "zod";

import type { Phone } from "./schema";
import type { Reader, Row } from "../../session";

/** The two passwords of a phone: for registering, and for the web pages. */
export interface PhoneSecrets {
  sipSecret: string;
  webPassword: string;
}

const storedPhone = z.object({
  dialplan_number: z.string().nullable(),
  voicemail_id: z.string().nullable(),
  login: z.string().nullable(),
  fullname: z.string().nullable(),
  phone_type: z.string().nullable(),
  active: z.string().nullable(),
  protocol: z.string().nullable(),
  phone_context: z.string().nullable(),
  outbound_cid: z.string().nullable(),
  pass: z.string().nullable(),
  conf_secret: z.string().nullable(),
});
export type StoredPhone = z.infer<typeof storedPhone>;

/** The managed columns of a phone; `undefined` when there is no such phone. */
export async function findPhone(reader: Reader, { extension, serverIp }: Phone): Promise<StoredPhone | undefined> {
  const columns = Object.keys(storedPhone.shape).join(", ");
  const sql = `SELECT ${columns} FROM phones WHERE extension = ? AND server_ip = ?`;
  return reader.row(storedPhone, sql, [extension, serverIp]);
}

/** The managed columns as declared. */
export function phoneRow(phone: Phone, { sipSecret, webPassword }: PhoneSecrets): Row {
  return {
    dialplan_number: phone.dialplanNumber,
    voicemail_id: phone.voicemailId,
    login: phone.login,
    fullname: phone.fullName,
    phone_type: phone.phoneType,
    active: phone.active ? "Y" : "N",
    protocol: phone.protocol,
    phone_context: phone.context,
    outbound_cid: phone.callerId,
    pass: webPassword,
    conf_secret: sipSecret,
  };
}

/** A whole new row, with what the admin page's add form writes beside the managed columns. */
export function newPhoneRow(phone: Phone, secrets: PhoneSecrets): Row {
  return {
    extension: phone.extension,
    server_ip: phone.serverIp,
    ...phoneRow(phone, secrets),
    phone_ip: "",
    computer_ip: "",
    status: "ACTIVE",
    company: "",
    picture: "",
    messages: 0,
    old_messages: 0,
    template_id: "",
  };
}

/** The inputs that a stored phone stands for. */
export function phoneInputs(row: StoredPhone): Partial<Phone> {
  return {
    dialplanNumber: row.dialplan_number ?? "",
    voicemailId: row.voicemail_id ?? "",
    login: row.login ?? "",
    fullName: row.fullname ?? "",
    phoneType: row.phone_type ?? "",
    active: row.active === "Y",
    protocol: (row.protocol ?? "") as Phone["protocol"],
    context: row.phone_context ?? "",
    callerId: row.outbound_cid ?? "",
    ...secretsOf(row),
  };
}

/** The passwords of a stored phone. */
export function secretsOf({ conf_secret, pass }: StoredPhone): PhoneSecrets {
  return { sipSecret: conf_secret ?? "", webPassword: pass ?? "" };
}

/** VICIdial's default for both columns, and so the first that anybody on the internet tries. */
const WEAK = new Set(["", "test"]);

/** The declared passwords; for one that is not declared the phone's own, or a random one where that is none. */
export function chosenSecrets(phone: Phone, present: PhoneSecrets | undefined): PhoneSecrets {
  const keep = (own: string | undefined): string => (own === undefined || WEAK.has(own) ? random() : own);
  return {
    sipSecret: phone.sipSecret ?? keep(present?.sipSecret),
    webPassword: phone.webPassword ?? keep(present?.webPassword),
  };
}

/** 20 characters, which the columns of schema 1302 hold too, of those that survive a human save. */
function random(): string {
  return randomBytes(15).toString("base64url");
}
