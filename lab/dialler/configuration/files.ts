import type { Reloadable } from "../calls/contract";
import { carrierHeading, dialplanText } from "./dialplan";
import { pjsipPhone, sipPhone } from "./phones";
import type { Carrier, Server, Sources } from "./sources";

/** One of the generated files, which Asterisk's own configuration includes. */
export interface GeneratedFile {
  name: string;
  text: string;
  /** What to reload when the text changed. */
  reload: Reloadable;
}

/**
 * All generated files, in the order in which VICIdial writes and reloads them. A carrier's registration string is used
 * for SIP and IAX2 only; with PJSIP it has no effect (docs/facts/vicidial.md#configuration-files).
 */
export function generatedFiles(sources: Sources): GeneratedFile[] {
  const { carriers, phones, system } = sources;
  const of = (protocol: Carrier["protocol"]) => carriers.filter((carrier) => carrier.protocol === protocol);
  const phonesOf = (protocol: "SIP" | "PJSIP") => phones.filter((phone) => phone.protocol === protocol);
  const file = (name: string, reload: Reloadable, parts: string[]): GeneratedFile => ({
    name: `${name}-vicidial.conf`,
    reload,
    text: framed(parts, system.reload_timestamp),
  });
  return [
    file("extensions", "dialplan", [dialplanText(sources)]),
    file("sip", "sip", [
      ...of("SIP").map((carrier) => carrier.registration_string),
      ...of("SIP").map(account),
      ...phonesOf("SIP").map((phone) => sipPhone(phone, system.default_codecs)),
    ]),
    file("pjsip", "pjsip", of("PJSIP").map(account)),
    file("pjsip_wizard", "pjsip", [
      ...of("PJSIP_WIZ").map(account),
      ...phonesOf("PJSIP").map((phone) => pjsipPhone(phone, system.default_codecs)),
    ]),
    file("iax", "iax2", [
      ...sources.others.map((other) => registration(sources.server, other)),
      ...of("IAX2").map((carrier) => carrier.registration_string),
      ...sources.others.map((other) => peer(sources.server, other)),
      ...of("IAX2").map(account),
    ]),
  ];
}

/** `reload_timestamp` stands in every file, so that setting it makes every dialler write and load everything again. */
function framed(parts: readonly string[], reloadTimestamp: string): string {
  const end = `; end of file, last forced reload: ${reloadTimestamp}`;
  return ["; generated from VICIdial's tables: changes made here are lost", ...parts, end].join("\n") + "\n";
}

function account(carrier: Carrier): string {
  return [carrierHeading(carrier), carrier.account_entry, carrier.template_contents].join("\n");
}

function registration(server: Server, other: Server): string {
  return `register => ${server.server_id}:${other.conf_secret}@${other.server_ip}:4569`;
}

/** The account under which another dialler calls this one. */
function peer(server: Server, other: Server): string {
  return [
    `[${other.server_id}]`,
    "type=friend",
    `accountcode=IAX${other.server_id}`,
    `secret=${server.conf_secret}`,
    "auth=plaintext",
    "host=dynamic",
    "requirecalltoken=no",
    "context=default",
    "disallow=all",
    "allow=ulaw",
  ].join("\n");
}
