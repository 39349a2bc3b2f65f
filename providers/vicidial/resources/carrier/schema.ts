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
  /** Unique id, 2 to 15 letters, digits, `-` or `_`. Column `carrier_id`; a change replaces the carrier. */
  carrierId,
  /** Name in the list of carriers. Column `carrier_name`, VARCHAR(50); the page keeps letters, digits, space and `-` `.` `,` `_`. */
  name: z.string().regex(/^(?! )[- .,_0-9A-Za-z]{2,50}$(?<! )/, {
    error: "must be 2 to 50 letters, digits, spaces and - . , _ (what the carrier page keeps), no space at the ends",
  }),
  /**
   * Free text; begins with the mark `voicebridge:` of carriers that a stack owns, added where it is missing. Column
   * `carrier_description`, VARCHAR(255).
   */
  description: savedText(255 - OWNER_MARK.length - 1, "\\;\"'\n")
    .overwrite((text) => (text.includes(OWNER_MARK) ? text : `${OWNER_MARK} ${text}`.trim()))
    .default(OWNER_MARK),
  /**
   * SIP is chan_sip. Column `protocol`; PJSIP and PJSIP_WIZ only where the server's column and System Settings → Allowed SIP
   * Stacks have them.
   */
  protocol: z.enum(CARRIER_PROTOCOLS).default("SIP"),
  /** `register => …` line, SIP and IAX2 only. Column `registration_string`, VARCHAR(255). Secret: it holds a password. */
  registrationString: savedText(255, ";\\'\n").default(""),
  /** Settings template whose text VICIdial puts before the account. Column `template_id`; `--NONE--` for none. */
  templateId: z
    .string()
    .regex(/^[-_0-9A-Za-z]{2,15}$/, { error: "must be --NONE-- or the id of a template (vicidial_conf_templates)" })
    .default("--NONE--"),
  /** Sections of sip.conf, pjsip.conf …. Column `account_entry`. Secret: a telephony carrier's holds a password. */
  accountEntry: savedText(TEXT, ";\\'").default(""),
  /** `NAME = value`, a global variable of the dialplan. Column `globals_string`, VARCHAR(255). */
  globalsString: savedText(255, ";\\'\n", (text) => [passwordIn(text)]).default(""),
  /**
   * Lines of the context `[vicidial-auto-external]`. A text may open sections of its own if its last line reopens that
   * context. Column `dialplan_entry`.
   */
  dialplanEntry: savedText(TEXT, "\\'", (text) => [passwordIn(text), ...dialplanFaults(text)]).default(""),
  /** IPv4 address of the dialler that gets the carrier; `0.0.0.0` for all. Column `server_ip`. */
  serverIp: z
    .ipv4({ error: "must be the IPv4 address of a dialler as VICIdial's Servers page shows it, or 0.0.0.0 for all" })
    .default("0.0.0.0"),
  /** Whether diallers load it. Column `active`. */
  active: z.boolean().default(true),
  /** Which admins see it. Column `user_group`; servers before schema 1400 have no such column. */
  userGroup: userGroup.default("---ALL---"),
  /** Take over a carrier with this id that exists. On destroy its old columns are put back where they are still ours. */
  adopt: z.boolean().default(false),
});

export type Carrier = z.infer<typeof carrierSchema>;
