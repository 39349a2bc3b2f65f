import { z } from "zod";
import { declaredProblems } from "./rules";
import { dialStatuses } from "./dialStatuses";
import { campaignId, digits } from "../../site/fields";
import { refuse, says } from "../../../../core/schema/problems";

/** Digits as a human save leaves them: the admin page drops a leading `+` and all punctuation. */
const digitsOf = z
  .string()
  .regex(/^[0-9 +().-]*$/, says("holds something else than digits, spaces and + ( ) . -", "write the number only"))
  .overwrite((text) => text.replace(/\D/g, ""));

/**
 * The part of a campaign's row that routes its calls to the AI agent (docs/facts/guide.md#step-4-campaign): table
 * `vicidial_campaigns`.
 *
 * The row belongs to others: only the declared fields are written, the rest is left as it is. What was there before is kept
 * in state (`previous`) and put back when a field leaves the declaration or the resource is destroyed.
 */
export const campaignRoutingSchema = z
  .strictObject({
    /**
     * The existing campaign (`campaign_id`). A change restores the old campaign and patches the new one.
     * @example "SIGMA1"
     */
    campaignId,
    /**
     * Whether the campaign dials (`active`).
     * @default left as it is
     * @example true
     */
    active: z.boolean().optional(),
    /**
     * Digits before the customer's number (`dial_prefix`), which choose the telephony carrier, up to 20. A list's own
     * `dial_prefix` wins over it.
     * @default left as it is
     * @example "9797"
     */
    dialPrefix: digits(20).optional(),
    /**
     * The same for calls that a person dials (`manual_dial_prefix`).
     * @default left as it is
     * @example "8787"
     */
    manualDialPrefix: digits(20).optional(),
    /**
     * Number that customers see (`campaign_cid`), 7 to 20 digits; VICIdial ignores 6 or fewer. `+` and punctuation
     * are dropped.
     * @default left as it is
     * @example "+13038142839"
     */
    campaignCid: digitsOf
      .refine((digits) => digits.length >= 7 && digits.length <= 20, {
        error: "a caller id has 7-20 digits (the dialler ignores shorter ones; campaign_cid holds 20)",
      })
      .optional(),
    /**
     * Where manual calls take their caller id from (`manual_dial_cid`). It is a choice, not a number, whatever the
     * guide says (docs/facts/guide.md#where-the-guide-is-wrong).
     * @default left as it is
     * @example "AGENT_PHONE"
     */
    manualDialCid: z
      .enum(["CAMPAIGN", "AGENT_PHONE", "AGENT_PHONE_OVERRIDE"], {
        error: "is a choice, not a number: CAMPAIGN (the campaign's caller id), AGENT_PHONE or AGENT_PHONE_OVERRIDE",
      })
      .optional(),
    /**
     * `agents`: answered calls go to an agent through `routingExtension`. `direct`: as the guide says it
     * (docs/facts/guide.md#step-4-campaign), a dial string as routing extension (`campaign_vdad_exten`); it bypasses
     * agents, statuses, recording and AMD, and places no call at all on Asterisk 12 and later.
     * @default "agents"
     * @example "direct"
     */
    routing: z.enum(["agents", "direct"]).default("agents"),
    /**
     * Where an answered call goes (`campaign_vdad_exten`): 8368 to an agent, 8369 to answering-machine detection
     * first; also 8364 to 8367 and 8373 to 8375.
     * @default left as it is
     * @example "8368"
     */
    routingExtension: digits(20).optional(),
    /**
     * How calls are paced (`dial_method`). MANUAL, the column's default, never dials by itself.
     * @default left as it is
     * @example "RATIO"
     */
    dialMethod: z
      .enum([
        "MANUAL",
        "RATIO",
        "ADAPT_HARD_LIMIT",
        "ADAPT_TAPERED",
        "ADAPT_AVERAGE",
        "INBOUND_MAN",
        "SHARED_RATIO",
        "SHARED_ADAPT_HARD_LIMIT",
        "SHARED_ADAPT_TAPERED",
        "SHARED_ADAPT_AVERAGE",
      ])
      .optional(),
    /**
     * Calls per free line (`auto_dial_level`), 0 to 100, with RATIO at least 1; above 1 some customers find no free
     * line.
     * @default left as it is
     * @example 1
     */
    autoDialLevel: z
      .number()
      .min(0)
      .max(100)
      .refine((level) => String(level).length <= 6, says("auto_dial_level holds 6 characters", "round it"))
      .optional(),
    /**
     * Leads kept ready to dial (`hopper_level`), 1 to 100000. With the automatic hopper it is only a floor.
     * @default left as it is
     * @example 10
     */
    hopperLevel: z.int().min(1).max(100_000).optional(),
    /**
     * Seconds that a customer's phone rings (`dial_timeout`), 4 to 255; the admin page turns less than 4 into 30.
     * @default left as it is
     * @example 26
     */
    dialTimeout: z.int().min(4).max(255).optional(),
    /**
     * When leads may be called (`local_call_time`), an id of `vicidial_call_times`.
     * @default left as it is
     * @example "9am-5pm"
     */
    localCallTime: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,10}$/)
      .optional(),
    /**
     * Statuses whose leads are dialled (`dial_statuses`). DNC, XFER and DROP only with `lab: true`.
     * @default left as it is
     * @example ["NEW", "NA"]
     */
    dialStatuses: dialStatuses.optional(),
    /**
     * Seconds that an answered customer waits for a free line before the call is dropped (`drop_call_seconds`), 0 to
     * 99.
     * @default left as it is
     * @example 5
     */
    dropCallSeconds: z.int().min(0).max(99).optional(),
    /**
     * What VICIdial records (`campaign_recording`). Calls of remote agents are recorded with ALLCALLS and ALLFORCE
     * only.
     * @default left as it is
     * @example "ALLFORCE"
     */
    recording: z.enum(["NEVER", "ONDEMAND", "ALLCALLS", "ALLFORCE"]).optional(),
    /**
     * Answering-machine detection: play `amMessageExten` to a machine instead of hanging up (`amd_send_to_vmx`).
     * @default left as it is
     * @example true
     */
    amdSendToVmx: z.boolean().optional(),
    /**
     * Answering-machine detection: audio file for machines (`am_message_exten`), up to 100 characters; a list's own
     * message wins over it.
     * @default left as it is
     * @example "sorry-we-missed-you"
     */
    amMessageExten: z
      .string()
      .regex(/^[-|/._0-9A-Za-z]{1,100}$/, { error: "an audio file name is 1-100 letters, digits and - | / . _" })
      .optional(),
    /**
     * Answering-machine detection: how to wait for the beep before the message (`waitforsilence_options`):
     * milliseconds, times, seconds.
     * @default left as it is
     * @example "2000,2,30"
     */
    waitForSilenceOptions: z
      .string()
      .regex(/^(\d+,\d+,\d+)?$/, says("is milliseconds,times,seconds", "use for example 2000,2,30"))
      .max(25)
      .optional(),
    /**
     * Answering-machine detection: let the settings container `AMD_AGENT_OPT_<campaign>` say which results reach an
     * agent (`amd_agent_route_options`).
     * @default left as it is
     * @example "ENABLED"
     */
    amdAgentRouteOptions: z.enum(["ENABLED", "DISABLED", "PENDING"]).optional(),
    /**
     * Whether the do-not-call list of the whole system is consulted before dialling (`use_internal_dnc`); AREACODE:
     * also whole area codes in it.
     * @default left as it is
     * @example "Y"
     */
    useInternalDnc: z.enum(["Y", "N", "AREACODE"]).optional(),
    /**
     * Whether the campaign's own do-not-call list is consulted before dialling (`use_campaign_dnc`); AREACODE: also
     * whole area codes in it.
     * @default left as it is
     * @example "Y"
     */
    useCampaignDnc: z.enum(["Y", "N", "AREACODE"]).optional(),
    /**
     * Dial without the lead's `phone_code` (`omit_phone_code`).
     * @default left as it is
     * @example true
     */
    omitPhoneCode: z.boolean().optional(),
    /**
     * This stack is a lab: people who must not be called again cannot be among its leads.
     * @default false
     * @example true
     */
    lab: z.boolean().default(false),
    /**
     * What becomes of the campaign on destroy: `restore` puts the previous values back where the live ones are still
     * ours; `leave` changes nothing; `pause` leaves all but sets `active` to N (never the dial method: a change of
     * that frees lines in mid-call).
     * @default "restore"
     * @example "pause"
     */
    onDestroy: z.enum(["restore", "leave", "pause"]).default("restore"),
  })
  .superRefine((wanted, context) => {
    for (const problem of declaredProblems(wanted)) refuse(context, [problem.field], problem);
  });

export type CampaignRouting = z.infer<typeof campaignRoutingSchema>;
