import { z } from "zod";

import { digits } from "../../site/fields";
import { refuse } from "../../../../core/schema/problems";

/** A secret as the admin page keeps it: what it strips would silently be another secret after a human save. */
function secret(column: string) {
  return z.string().regex(/^[-_0-9a-zA-Z]{8,100}$/, {
    error: `must be 8 to 100 letters, digits, - or _ (${column})`,
  });
}

/** Text as the admin page leaves it. */
function pageText(max: number) {
  return z.string().regex(new RegExp(`^(?! )[- .,_0-9a-zA-Z]{0,${max}}$(?<! )`), {
    error: `must be at most ${max} letters, digits, spaces and - . , _, no space at the ends`,
  });
}

const declared = z.strictObject({
  /**
   * Name by which the phone registers (`extension`), 2 to 100 letters, digits, `-` `_` `.`.
   * @example "5565"
   */
  extension: z
    .union([z.string(), z.int().nonnegative()])
    .transform(String)
    .pipe(
      z.string().regex(/^[-_.0-9a-zA-Z]{2,100}$/, {
        error: "must be 2 to 100 letters, digits, - _ or . (phones.extension)",
      }),
    ),
  /**
   * IPv4 address of the dialler at which it registers (`server_ip`). One phone belongs to one dialler.
   * @example "10.0.0.103"
   */
  serverIp: z
    .ipv4({
      error: "must be the IPv4 address of a dialler as VICIdial's Servers page shows it (no host name, no IPv6)",
    })
    .refine((ip) => ip !== "0.0.0.0", { error: "must be one dialler: a phone registers at a single server" }),
  /**
   * What other phones dial to reach it (`dialplan_number`), up to 20 digits. It wins over every carrier's pattern.
   * @default the extension
   * @example "5565"
   */
  dialplanNumber: digits(20).optional(),
  /**
   * Mailbox (`voicemail_id`), up to 10 letters and digits; no mailbox of Admin → Voicemail may have it.
   * @default the extension
   * @example "5565"
   */
  voicemailId: z
    .string()
    .regex(/^[0-9a-zA-Z]{1,10}$/, { error: "must be 1 to 10 letters and digits (phones.voicemail_id)" })
    .optional(),
  /**
   * Name of the phone's web login (`login`), up to 15 characters, unlike that of any other phone or phone alias.
   * @default the extension
   * @example "desk5565"
   */
  login: z
    .string()
    .regex(/^[-_0-9a-zA-Z]{1,15}$/, { error: "must be 1 to 15 letters, digits, - or _ (phones.login)" })
    .optional(),
  /**
   * Name in menus (`fullname`), up to 50 characters.
   * @default "Phone <extension>"
   * @example "Test phone in Denver"
   */
  fullName: pageText(50).optional(),
  /**
   * What kind of phone it is, for people to read (`phone_type`), up to 50 characters.
   * @default "softphone"
   * @example "Zoiper"
   */
  phoneType: pageText(50).default("softphone"),
  /**
   * Whether the dialler knows it (`active`).
   * @default true
   * @example false
   */
  active: z.boolean().default(true),
  /**
   * Channel driver (`protocol`); PJSIP only where the site allows it and its schema knows it.
   * @default "SIP"
   * @example "PJSIP"
   */
  protocol: z.enum(["SIP", "PJSIP", "IAX2"]).default("SIP"),
  /**
   * Dialplan context of its calls (`phone_context`), up to 20 letters, digits, `-` or `_`.
   * @default "default"
   * @example "default"
   */
  context: z
    .string()
    .regex(/^[-_0-9a-zA-Z]{1,20}$/, { error: "must be 1 to 20 letters, digits, - or _ (phones.phone_context)" })
    .default("default"),
  /**
   * Caller id of its outbound calls (`outbound_cid`), up to 20 digits, or nothing.
   * @default ""
   * @example "13038142839"
   */
  callerId: digits(20, 0).default(""),
  /**
   * Registration password (`conf_secret`), 8 to 100 letters, digits, `-` or `_`; schema 1302 holds 20. Secret.
   * @default a random one, see the output `registrationSecret`
   * @example "Kq3vT9sLw0Zx"
   */
  sipSecret: secret("phones.conf_secret").optional(),
  /**
   * Password of the web login (`pass`), 8 to 100 letters, digits, `-` or `_`. Secret.
   * @default a random one, see the output `loginPassword`
   * @example "Wm7rB2nHc5Yd"
   */
  webPassword: secret("phones.pass").optional(),
  /**
   * Take over a phone that exists; it keeps its passwords unless they are declared, and is left in place on destroy.
   * @default false
   * @example true
   */
  adopt: z.boolean().default(false),
});

/** A phone for a test call into the dialler (docs/facts/guide.md#testing-with-a-softphone). Table `phones`. */
export const phoneSchema = declared
  .superRefine((phone, context) => {
    const derived = [
      ["dialplanNumber", /^[0-9]{1,20}$/, "digits"],
      ["voicemailId", /^[0-9a-zA-Z]{1,10}$/, "1 to 10 letters and digits"],
      ["login", /^[-_0-9a-zA-Z]{1,15}$/, "1 to 15 letters, digits, - or _"],
    ] as const;
    for (const [field, rule, words] of derived) {
      if (phone[field] !== undefined || rule.test(phone.extension)) continue;
      refuse(context, [field], {
        rule: `is needed, because extension ${phone.extension} cannot serve as one (${words})`,
      });
    }
  })
  .transform((phone) => ({
    ...phone,
    dialplanNumber: phone.dialplanNumber ?? phone.extension,
    voicemailId: phone.voicemailId ?? phone.extension,
    login: phone.login ?? phone.extension,
    fullName: phone.fullName ?? `Phone ${phone.extension}`.slice(0, 50),
  }));
export type Phone = z.output<typeof phoneSchema>;
