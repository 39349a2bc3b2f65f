import { z } from "zod";
import { asSaved, dialplanFaults, lostOnSave, passwordIn } from "./text";
import { carrierId, userGroup } from "../../site/fields";
import type { Reason } from "../../../../core/refusal";
import { refuse } from "../../../../core/schema/problems";

/** Protocols that a current server's column knows. Zap and EXTERNAL carriers are kept, but VICIdial never writes them to Asterisk. */
export const CARRIER_PROTOCOLS = ["SIP", "PJSIP", "PJSIP_WIZ", "IAX2", "Zap", "EXTERNAL"] as const;

/** Stands in `carrier_description` of every carrier of ours, so that an export and a check-up can tell ours from theirs. */
export const OWNER_MARK = "voicebridge:";

/** A text column: as a save leaves it, without what a save would remove. */
const savedText = (max: number, lost: string, faults: (text: string) => (Reason | undefined)[] = () => []) =>
  z
    .string()
    .overwrite(asSaved)
    .superRefine((text, context) => {
      const tooLong = { rule: `has ${text.length} characters, the column holds ${max}`, fix: "shorten it" };
      for (const problem of [text.length > max ? tooLong : undefined, lostOnSave(text, lost), ...faults(text)]) {
        if (problem !== undefined) refuse(context, [], problem);
      }
    });

/** A TEXT column's bytes; the session checks them again against the server's own character set. */
const TEXT = 65_535;

/**
 * What an operator declares for a carrier, column for column (docs/facts/guide.md#step-3-carrier): table
 * `vicidial_server_carriers`.
 */
export const carrierSchema = z.strictObject({
  /**
   * Unique id (`carrier_id`), 2 to 15 letters, digits, `-` or `_`.
   * @example "SIGMA"
   */
  carrierId,
  /**
   * Name in the list of carriers (`carrier_name`), 2 to 50 letters, digits, spaces and `-` `.` `,` `_`: what the page
   * keeps.
   * @example "Sigma"
   */
  name: z.string().regex(/^(?! )[- .,_0-9A-Za-z]{2,50}$(?<! )/, {
    error: "must be 2 to 50 letters, digits, spaces and - . , _ (what the carrier page keeps), no space at the ends",
  }),
  /**
   * Free text (`carrier_description`), up to 255 characters with the mark `voicebridge:` of carriers that a stack
   * owns, which is added where it is missing.
   * @default "voicebridge:"
   * @example "voicebridge: AI agents of Denver"
   */
  description: savedText(255 - OWNER_MARK.length - 1, "\\;\"'\n")
    .overwrite((text) => (text.includes(OWNER_MARK) ? text : `${OWNER_MARK} ${text}`.trim()))
    .default(OWNER_MARK),
  /**
   * Channel driver (`protocol`); SIP is chan_sip. PJSIP and PJSIP_WIZ only where the server's column and System
   * Settings → Allowed SIP Stacks have them.
   * @default "SIP"
   * @example "PJSIP"
   */
  protocol: z.enum(CARRIER_PROTOCOLS).default("SIP"),
  /**
   * The `register => …` line, with SIP and IAX2 only (`registration_string`), up to 255 characters. Secret: it holds
   * a password.
   * @default ""
   * @example "register => denver:8JxkVq2m@f111.dialmake.com:5060"
   */
  registrationString: savedText(255, ";\\'\n").default(""),
  /**
   * Settings template whose text VICIdial puts before the account (`template_id`), an id of
   * `vicidial_conf_templates`.
   * @default "--NONE--"
   * @example "SIP_generic"
   */
  templateId: z
    .string()
    .regex(/^[-_0-9A-Za-z]{2,15}$/, { error: "must be --NONE-- or the id of a template (vicidial_conf_templates)" })
    .default("--NONE--"),
  /**
   * Sections of sip.conf, pjsip.conf and so on (`account_entry`), up to 65535 bytes. Secret: a telephony carrier's
   * holds a password.
   * @default ""
   * @example "[sigmamind]\ntype=peer\nhost=sip.example.com"
   */
  accountEntry: savedText(TEXT, ";\\'").default(""),
  /**
   * `NAME = value`, a global variable of the dialplan (`globals_string`), up to 255 characters. No password: it would
   * stand in clear in previews and in the state.
   * @default ""
   * @example "SIGMATRUNK = SIP/sigmamind"
   */
  globalsString: savedText(255, ";\\'\n", (text) => [passwordIn(text)]).default(""),
  /**
   * Lines of the context `[vicidial-auto-external]` (`dialplan_entry`), up to 65535 bytes. A text may open sections
   * of its own if its last line reopens that context. Its extensions may clash with no other carrier's, phone's or
   * number of VICIdial's own.
   * @default ""
   * @example "exten => 979719895551234,1,Dial(SIP/19895551234@sigmamind)"
   */
  dialplanEntry: savedText(TEXT, "\\'", (text) => [passwordIn(text), ...dialplanFaults(text)]).default(""),
  /**
   * IPv4 address of the dialler that gets the carrier (`server_ip`); `0.0.0.0` for all.
   * @default "0.0.0.0"
   * @example "10.0.0.103"
   */
  serverIp: z
    .ipv4({ error: "must be the IPv4 address of a dialler as VICIdial's Servers page shows it, or 0.0.0.0 for all" })
    .default("0.0.0.0"),
  /**
   * Whether diallers load it (`active`).
   * @default true
   * @example false
   */
  active: z.boolean().default(true),
  /**
   * Which admins see it (`user_group`); servers before schema 1400 have no such column.
   * @default "---ALL---"
   * @example "AGENCY7"
   */
  userGroup: userGroup.default("---ALL---"),
  /**
   * Take over a carrier with this id that exists. On destroy its old columns are put back where they are still ours.
   * @default false
   * @example true
   */
  adopt: z.boolean().default(false),
});

export type Carrier = z.infer<typeof carrierSchema>;
