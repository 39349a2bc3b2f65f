import { z } from "zod";

import { campaignId, digits, displayName } from "../../site/fields";
import { refuse } from "../../../../core/schema/problems";

/** A column of text: one line, at most `max` characters. Control characters would break what reads leads line by line. */
function line(max: number) {
  return z.string().refine((text) => Array.from(text).length <= max && !/\p{Cc}/u.test(text), {
    error: `must be one line of at most ${max} characters`,
  });
}

/** Dates as MySQL stores them. */
const day = z.iso.date({ error: "must be a date as YYYY-MM-DD" });

/**
 * One person to call (docs/facts/guide.md#step-5-list): table `vicidial_list`. Fields that are not declared are left to
 * agents and imports.
 */
export const leadSchema = z.strictObject({
  /**
   * Your own id of the lead (`vendor_lead_code`, up to 20 characters). With it a changed phone number stays the same lead;
   * without it the phone number identifies the lead.
   */
  vendorLeadCode: line(20)
    .refine((code) => code.trim() === code && code !== "", { error: "must not be empty or have spaces at the ends" })
    .optional(),
  /** Number without country code, digits only, 6 to 18 (`phone_number`). The dialler calls prefix + phone code + this. */
  phoneNumber: digits(18, 6),
  /**
   * Country code (`phone_code`), put before the number when it is dialled unless the campaign says otherwise; `""` for
   * none. The carrier's pattern must match the string with it (docs/facts/vicidial.md#originate). @default "1"
   */
  phoneCode: digits(10, 0).default("1"),
  /** Status at creation (`status`); the dialler and agents change it from then on, which is no drift. @default "NEW" */
  status: z
    .string()
    .regex(/^[0-9A-Za-z_-]{1,6}$/, { error: "must be 1 to 6 letters, digits, - or _ (vicidial_list.status)" })
    .default("NEW"),
  /**
   * Hours from GMT at the lead's place (`gmt_offset_now`), -12 to 14 in quarters. Left out, it is looked up from area code
   * or state in `vicidial_phone_codes`, summer time included, when the lead is made or moves. VICIdial's own nightly
   * program moves it with summer time where it knows the area code: declare it for numbers that the table does not know.
   */
  gmtOffset: z
    .number({ error: "must be a number of hours, for example -7 or 5.5" })
    .min(-12, { error: "must be -12 to 14 hours" })
    .max(14, { error: "must be -12 to 14 hours" })
    .multipleOf(0.25, { error: "must be in quarters of an hour" })
    .optional(),
  /** `title`, up to 4 characters. */
  title: line(4).optional(),
  /** `first_name`, up to 30 characters; `leadFields` of a bridge can send it to the AI agent. */
  firstName: line(30).optional(),
  /** `middle_initial`, one character. */
  middleInitial: line(1).optional(),
  /** `last_name`, up to 30 characters. */
  lastName: line(30).optional(),
  /** `address1`, up to 100 characters. */
  address1: line(100).optional(),
  /** `address2`, up to 100 characters. */
  address2: line(100).optional(),
  /** `address3`, up to 100 characters. */
  address3: line(100).optional(),
  /** `city`, up to 50 characters. */
  city: line(50).optional(),
  /** Two letters (`state` VARCHAR(2)); also finds the time zone where the area code is not known. */
  state: z
    .string()
    .regex(/^[A-Za-z]{2}$/, { error: "must be two letters (vicidial_list.state)" })
    .optional(),
  /** `province`, up to 50 characters. */
  province: line(50).optional(),
  /** `postal_code`, up to 10 characters. */
  postalCode: line(10).optional(),
  /** `country_code`, up to 3 characters, for people; the dialler uses `phoneCode`. */
  countryCode: line(3).optional(),
  /** `gender`. */
  gender: z.enum(["M", "F", "U"]).optional(),
  /** `date_of_birth`, YYYY-MM-DD. */
  dateOfBirth: day.optional(),
  /** Second number (`alt_phone`), digits, up to 12. */
  altPhone: digits(12, 6).optional(),
  /** `email`, up to 70 characters. */
  email: line(70).optional(),
  /** `security_phrase`, up to 100 characters. */
  securityPhrase: line(100).optional(),
  /** `comments`, up to 255 characters. */
  comments: line(255).optional(),
  /** Order among leads (`rank`), -32768 to 32767: campaigns may dial by it. */
  rank: z.int({ error: "must be a whole number" }).min(-32768).max(32767).optional(),
  /** `owner`, up to 20 characters. */
  owner: line(20).optional(),
  /** `source_id`, up to 50 characters: where the lead came from. */
  sourceId: line(50).optional(),
});
export type Lead = z.infer<typeof leadSchema>;

/** What identifies a lead among those of its list. */
export function keyOf({ vendorLeadCode, phoneNumber }: Lead): string {
  return vendorLeadCode ?? phoneNumber;
}

/** Beyond that, VICIdial's own lead loader is the right tool: the state of the stack holds every lead. */
const MOST_LEADS = 1000;

const leads = z
  .array(leadSchema)
  .max(MOST_LEADS, { error: `must be at most ${MOST_LEADS} leads; load more with VICIdial's lead loader` })
  .superRefine((declared, context) => {
    const seen = new Map<string, number>();
    for (const [index, lead] of declared.entries()) {
      const key = keyOf(lead);
      const before = seen.get(key);
      if (before === undefined) seen.set(key, index);
      else {
        const field = lead.vendorLeadCode === undefined ? "phoneNumber" : "vendorLeadCode";
        const rule = `is the same lead as leads[${before}]; give each lead a vendorLeadCode of its own, or leave one out`;
        refuse(context, [index, field], { rule });
      }
    }
  });

/** `HHMM` or several with `-` between. */
const resetTime = z.string().regex(/^(?:(?:[01][0-9]|2[0-3])[0-5][0-9](?:-(?!$)|$))*$/, {
  error: "must be times of day as HHMM with - between, for example 0900-1300 (vicidial_lists.reset_time)",
});

/** A list of leads for a campaign (docs/facts/guide.md#step-5-list): tables `vicidial_lists` and `vicidial_list`. */
export const listSchema = z.strictObject({
  /** 100 to 99999999999999 (`list_id` BIGINT(14)); the admin page refuses less than 100. */
  listId: digits(14, 3).refine((id) => !id.startsWith("0"), {
    error: "must be 100 or more, without a leading zero (vicidial_lists.list_id)",
  }),
  /** Name in menus and reports, 2-30 characters (`list_name`). */
  name: displayName(30),
  /** Campaign that dials the list (`campaign_id`); it must exist. A change takes waiting leads out of the old one's hopper. */
  campaignId,
  /** Whether its leads are dialled (`active`). @default true */
  active: z.boolean().default(true),
  /** For people, up to 255 characters (`list_description`). @default "" */
  description: displayName(255, 0).default(""),
  /** Times of day at which VICIdial resets the list by itself (`reset_time`), for example `0900-1300`. Left out: not managed. */
  resetTime: resetTime.max(100).optional(),
  /** Caller id for calls of this list instead of the campaign's (`campaign_cid_override`), 7 to 18 digits. Left out: not managed. */
  callerId: digits(18, 7).optional(),
  /** Voicemail message for this list instead of the campaign's (`am_message_exten_override`). Left out: not managed. */
  answeringMachineMessage: z
    .string()
    .regex(/^[-|/._0-9a-zA-Z]{1,100}$/, { error: "must be 1 to 100 letters, digits and - | / . _" })
    .optional(),
  /** Call time instead of the campaign's, an id of `vicidial_call_times`, or `campaign` (`local_call_time`, not in 2013's schema). Left out: not managed. */
  localCallTime: z
    .string()
    .regex(/^[-_0-9A-Za-z]{1,10}$/, { error: "must be an id of vicidial_call_times, or campaign" })
    .optional(),
  /** Last day on which its leads are dialled, YYYY-MM-DD (`expiration_date`, not in 2013's schema). Left out: not managed. */
  expirationDate: day.optional(),
  /** Dial prefix instead of the campaign's, for the customer leg, digits (`dial_prefix`, not in 2013's schema). Left out: not managed. */
  dialPrefix: digits(20).optional(),
  /** How often a day the list may be reset; -1 for no limit (`daily_reset_limit`, not in 2013's schema). Left out: not managed. */
  dailyResetLimit: z.int({ error: "must be a whole number" }).min(-1).max(32767).optional(),
  /** People to call. Other leads of the list are left alone. @default [] */
  leads: leads.default([]),
  /**
   * Any change of this text resets the list as the admin page's button does: every lead of it, also others', may be called
   * again, if its status is among the campaign's dialable ones. Counts against the daily limit.
   */
  resetTrigger: z.string().max(100).optional(),
  /** Take over a list that exists, and leads in it that are declared here. They are then left in place on destroy. @default false */
  adopt: z.boolean().default(false),
});
export type List = z.infer<typeof listSchema>;
