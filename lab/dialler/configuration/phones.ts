import type { Phone } from "./sources";

/** Names in `phones.codecs_list`, in the order in which VICIdial allows them. */
const codecs: readonly (readonly [name: string, spelled: RegExp])[] = [
  ["gsm", /gsm/i],
  ["ulaw", /ulaw|u-law/i],
  ["alaw", /alaw|a-law/i],
  ["g719", /g\.?719/i],
  ["g722", /g\.?722/i],
  ["g723", /g\.?723/i],
  ["g726", /g\.?726/i],
  ["g729", /g\.?729/i],
  ["ilbc", /ilbc/i],
  ["lpc10", /lpc10/i],
  ["speex", /speex/i],
  ["adpcm", /adpcm/i],
  ["opus", /opus/i],
  ["slin", /slin/i],
];

/** `[vicidial-auto-phones]`: a phone's number rings it, then its voicemail or the extension it forwards to. */
export function phoneExtensions(phone: Phone): string {
  const { dialplan_number: number, voicemail_id: mailbox } = phone;
  const forwardContext = phone.unavail_dialplan_fwd_context === "" ? "default" : phone.unavail_dialplan_fwd_context;
  const greeting = phone.voicemail_instructions.includes("Y") ? "85026666666666" : "85026666666667";
  const unanswered =
    phone.unavail_dialplan_fwd_exten === ""
      ? `Goto(default,${greeting}${mailbox},1)`
      : `Goto(${forwardContext},${phone.unavail_dialplan_fwd_exten},1)`;
  return [
    `exten => ${number},1,Dial(${phone.protocol}/${phone.extension},${phone.phone_ring_timeout ?? ""},)`,
    `exten => ${number},2,${unanswered}`,
    `exten => ${number},3,Hangup()`,
  ].join("\n");
}

/**
 * A phone's account in `sip-vicidial.conf`. A template and an override each replace the usual lines; with both, the
 * override is appended. The registration password is `conf_secret`, never `pass`, which is for the web pages.
 */
export function sipPhone(phone: Phone, defaultCodecs: string): string {
  const allowed = allow(phone, defaultCodecs, "");
  const head = [
    `[${phone.extension}]`,
    `username=${phone.extension}`,
    `secret=${phone.conf_secret}`,
    `accountcode=${phone.extension}`,
    ...callerId(phone, ""),
    `mailbox=${phone.voicemail_id}`,
  ];
  const moh = phone.mohsuggest === "" ? [] : [`mohsuggest=${phone.mohsuggest}`];
  return account(phone, {
    templated: [...head, ...(Number(phone.codecs_with_template) > 0 ? allowed : []), ...moh, phone.template_contents],
    usual: [...head, `context=${phone.phone_context}`, ...allowed, "type=friend", "host=dynamic", ...moh],
  });
}

/** A phone's account in `pjsip_wizard-vicidial.conf`. */
export function pjsipPhone(phone: Phone, defaultCodecs: string): string {
  const listed = allow(phone, defaultCodecs, "endpoint/");
  const allowed = listed.length > 0 ? listed : ["endpoint/disallow=all", "endpoint/allow=gsm", "endpoint/allow=ulaw"];
  const head = [
    `[${phone.extension}]`,
    "type=wizard",
    "accepts_auth=yes",
    "accepts_registrations=yes",
    `inbound_auth/username=${phone.extension}`,
    `inbound_auth/password=${phone.conf_secret}`,
  ];
  const identity = [...callerId(phone, "endpoint/"), `endpoint/mailboxes=${phone.voicemail_id}`];
  const wantsCodecs = Number(phone.codecs_with_template) > 0 || !/allow=/i.test(phone.template_contents);
  return account(phone, {
    templated: [...head, ...identity, ...(wantsCodecs ? allowed : []), phone.template_contents.replaceAll("\r", "")],
    usual: [
      ...head,
      "aor/max_contacts=1",
      "aor/default_expiration=120",
      "aor/minimum_expiration=60",
      "aor/maximum_expiration=3600",
      "aor/qualify_frequency=15",
      `endpoint/context=${phone.phone_context}`,
      ...identity,
      ...allowed,
      "endpoint/dtmf_mode=rfc4733",
      "endpoint/trust_id_inbound=no",
      "endpoint/send_rpid=yes",
      "endpoint/inband_progress=no",
      "endpoint/rtp_symmetric=yes",
      "endpoint/rewrite_contact=yes",
      "endpoint/rtp_timeout=60",
      "endpoint/direct_media=no",
    ],
  });
}

function account(phone: Phone, { templated, usual }: { templated: string[]; usual: string[] }): string {
  const overridden = phone.conf_override.length > 10;
  const written = phone.template_contents === "" ? [] : templated;
  if (overridden) return [...(written.length > 0 ? written : [`[${phone.extension}]`]), phone.conf_override].join("\n");
  return (written.length > 0 ? written : usual).join("\n");
}

function callerId({ fullname, outbound_cid: number }: Phone, prefix: string): string[] {
  return fullname === "" && number === "" ? [] : [`${prefix}callerid="${fullname}" <${number}>`];
}

function allow({ codecs_list: own }: Phone, defaultCodecs: string, prefix: string): string[] {
  const list = own.length > 2 ? own : defaultCodecs;
  const named = codecs.filter(([, spelled]) => spelled.test(list)).map(([name]) => `${prefix}allow=${name}`);
  return named.length === 0 ? [] : [`${prefix}disallow=all`, ...named];
}
