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
   * Your own id of the lead (`vendor_lead_code`), up to 20 characters. With it a changed phone number stays the same
   * lead.
   * @default none: the phone number identifies the lead
   * @example "A-1001"
   */
  vendorLeadCode: line(20)
    .refine((code) => code.trim() === code && code !== "", { error: "must not be empty or have spaces at the ends" })
    .optional(),
  /**
   * Number without country code, 6 to 18 digits (`phone_number`). The dialler calls prefix + phone code + this.
   * @example "3035500914"
   */
  phoneNumber: digits(18, 6),
  /**
   * Country code (`phone_code`), up to 10 digits, put before the number when it is dialled unless the campaign says
   * otherwise; `""` for none. The carrier's pattern must match the string with it (docs/facts/vicidial.md#originate).
   * @default "1"
   * @example "44"
   */
  phoneCode: digits(10, 0).default("1"),
  /**
   * Status at creation (`status`), up to 6 characters; the dialler and agents change it from then on, which is no
   * drift.
   * @default "NEW"
   * @example "NEW"
   */
  status: z
    .string()
    .regex(/^[0-9A-Za-z_-]{1,6}$/, { error: "must be 1 to 6 letters, digits, - or _ (vicidial_list.status)" })
    .default("NEW"),
  /**
   * Hours from GMT at the lead's place (`gmt_offset_now`), -12 to 14 in quarters. VICIdial's own nightly program
   * moves it with summer time where it knows the area code: declare it for numbers that `vicidial_phone_codes` does
   * not know.
   * @default looked up from area code or state in `vicidial_phone_codes`, summer time included, when the lead is made or moves
   * @example -7
   */
  gmtOffset: z
    .number({ error: "must be a number of hours, for example -7 or 5.5" })
    .min(-12, { error: "must be -12 to 14 hours" })
    .max(14, { error: "must be -12 to 14 hours" })
    .multipleOf(0.25, { error: "must be in quarters of an hour" })
    .optional(),
  /**
   * Title (`title`), up to 4 characters.
   * @default left to agents and imports
   * @example "Ms"
   */
  title: line(4).optional(),
  /**
   * First name (`first_name`), up to 30 characters; `leadFields` of a bridge can send it to the AI agent.
   * @default left to agents and imports
   * @example "Maria"
   */
  firstName: line(30).optional(),
  /**
   * Middle initial (`middle_initial`), one character.
   * @default left to agents and imports
   * @example "J"
   */
  middleInitial: line(1).optional(),
  /**
   * Last name (`last_name`), up to 30 characters.
   * @default left to agents and imports
   * @example "Lopez"
   */
  lastName: line(30).optional(),
  /**
   * First line of the address (`address1`), up to 100 characters.
   * @default left to agents and imports
   * @example "1 Main Street"
   */
  address1: line(100).optional(),
  /**
   * Second line of the address (`address2`), up to 100 characters.
   * @default left to agents and imports
   * @example "Apartment 4"
   */
  address2: line(100).optional(),
  /**
   * Third line of the address (`address3`), up to 100 characters.
   * @default left to agents and imports
   * @example "Back door"
   */
  address3: line(100).optional(),
  /**
   * City (`city`), up to 50 characters.
   * @default left to agents and imports
   * @example "Denver"
   */
  city: line(50).optional(),
  /**
   * State, two letters (`state`); it also finds the time zone where the area code is not known.
   * @default left to agents and imports
   * @example "CO"
   */
  state: z
    .string()
    .regex(/^[A-Za-z]{2}$/, { error: "must be two letters (vicidial_list.state)" })
    .optional(),
  /**
   * Province (`province`), up to 50 characters.
   * @default left to agents and imports
   * @example "Ontario"
   */
  province: line(50).optional(),
  /**
   * Postal code (`postal_code`), up to 10 characters.
   * @default left to agents and imports
   * @example "80202"
   */
  postalCode: line(10).optional(),
  /**
   * Country (`country_code`), up to 3 characters, for people to read; the dialler uses `phoneCode`.
   * @default left to agents and imports
   * @example "USA"
   */
  countryCode: line(3).optional(),
  /**
   * Gender (`gender`); U is unknown.
   * @default left to agents and imports
   * @example "U"
   */
  gender: z.enum(["M", "F", "U"]).optional(),
  /**
   * Date of birth (`date_of_birth`), YYYY-MM-DD.
   * @default left to agents and imports
   * @example "1984-05-17"
   */
  dateOfBirth: day.optional(),
  /**
   * Second number (`alt_phone`), 6 to 12 digits.
   * @default left to agents and imports
   * @example "3035500915"
   */
  altPhone: digits(12, 6).optional(),
  /**
   * E-mail address (`email`), up to 70 characters.
   * @default left to agents and imports
   * @example "maria@example.com"
   */
  email: line(70).optional(),
  /**
   * Security phrase (`security_phrase`), up to 100 characters.
   * @default left to agents and imports
   * @example "blue door"
   */
  securityPhrase: line(100).optional(),
  /**
   * Comments (`comments`), up to 255 characters.
   * @default left to agents and imports
   * @example "Asked for a call in autumn"
   */
  comments: line(255).optional(),
  /**
   * Order among leads (`rank`), -32768 to 32767: campaigns may dial by it.
   * @default left to agents and imports
   * @example 10
   */
  rank: z.int({ error: "must be a whole number" }).min(-32768).max(32767).optional(),
  /**
   * Owner of the lead (`owner`), up to 20 characters.
   * @default left to agents and imports
   * @example "denver"
   */
  owner: line(20).optional(),
  /**
   * Where the lead came from (`source_id`), up to 50 characters.
   * @default left to agents and imports
   * @example "web form"
   */
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
  /**
   * Unique id (`list_id`), 100 to 99999999999999; the admin page refuses less than 100.
   * @example 5001
   */
  listId: digits(14, 3).refine((id) => !id.startsWith("0"), {
    error: "must be 100 or more, without a leading zero (vicidial_lists.list_id)",
  }),
  /**
   * Name in menus and reports (`list_name`), 2 to 30 characters.
   * @example "Bridge test"
   */
  name: displayName(30),
  /**
   * Campaign that dials the list (`campaign_id`); it must exist. A change takes waiting leads out of the old one's
   * hopper.
   * @example "SIGMA1"
   */
  campaignId,
  /**
   * Whether its leads are dialled (`active`).
   * @default true
   * @example false
   */
  active: z.boolean().default(true),
  /**
   * What it is for (`list_description`), up to 255 characters.
   * @default ""
   * @example "Leads of the autumn fair"
   */
  description: displayName(255, 0).default(""),
  /**
   * Times of day, HHMM with `-` between, at which VICIdial resets the list by itself (`reset_time`).
   * @default not managed
   * @example "0900-1300"
   */
  resetTime: resetTime.max(100).optional(),
  /**
   * Caller id for calls of this list instead of the campaign's (`campaign_cid_override`), 7 to 18 digits.
   * @default not managed
   * @example "13038142839"
   */
  callerId: digits(18, 7).optional(),
  /**
   * Voicemail message for this list instead of the campaign's (`am_message_exten_override`), the name of an audio
   * file, up to 100 characters.
   * @default not managed
   * @example "sorry-we-missed-you"
   */
  answeringMachineMessage: z
    .string()
    .regex(/^[-|/._0-9a-zA-Z]{1,100}$/, { error: "must be 1 to 100 letters, digits and - | / . _" })
    .optional(),
  /**
   * Call time instead of the campaign's (`local_call_time`), an id of `vicidial_call_times`, or `campaign`. Not in
   * 2013's schema.
   * @default not managed
   * @example "9am-5pm"
   */
  localCallTime: z
    .string()
    .regex(/^[-_0-9A-Za-z]{1,10}$/, { error: "must be an id of vicidial_call_times, or campaign" })
    .optional(),
  /**
   * Last day on which its leads are dialled (`expiration_date`), YYYY-MM-DD. Not in 2013's schema.
   * @default not managed
   * @example "2027-12-31"
   */
  expirationDate: day.optional(),
  /**
   * Dial prefix for the customer leg instead of the campaign's (`dial_prefix`), up to 20 digits. Not in 2013's
   * schema.
   * @default not managed
   * @example "9797"
   */
  dialPrefix: digits(20).optional(),
  /**
   * How often a day the list may be reset (`daily_reset_limit`); -1 for no limit. Not in 2013's schema.
   * @default not managed
   * @example 3
   */
  dailyResetLimit: z.int({ error: "must be a whole number" }).min(-1).max(32767).optional(),
  /**
   * People to call (rows of `vicidial_list`), at most 1000. Other leads of the list are left alone.
   * @default []
   * @example [{ phoneNumber: "3035500914", firstName: "Maria", city: "Denver", state: "CO" }]
   */
  leads: leads.default([]),
  /**
   * Any change of this text resets the list as the admin page's button does: every lead of it, also others', may be
   * called again (`called_since_last_reset`) if its status is among the campaign's dialable ones. Counts against the
   * daily limit (`resets_today`).
   * @default none: never reset
   * @example "2026-11-12"
   */
  resetTrigger: z.string().max(100).optional(),
  /**
   * Take over a list that exists, and leads in it that are declared here. They are then left in place on destroy.
   * @default false
   * @example true
   */
  adopt: z.boolean().default(false),
});
export type List = z.infer<typeof listSchema>;
