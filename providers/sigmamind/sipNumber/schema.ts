import { z } from "zod";
import { bareAgentId } from "../api/bodies";
import { terminationHost } from "./terminationHost";
import type { Reason } from "../../../core/refusal";
import { refuse, says } from "../../../core/schema/problems";

const e164 = z
  .string(says("must be text", 'quote it, with the plus: "+19895551234"'))
  .regex(
    /^\+[1-9][0-9]{6,14}$/,
    says(
      "must be an E.164 number: `+`, country code and number, 7 to 15 digits, nothing between them",
      "write it like +19895551234",
    ),
  );

const agentId = z
  .string()
  .regex(
    /^\S{1,64}$/,
    says("must be the id of an agent, at most 64 characters", "copy it from the agent's page, like SPIlVscbB0kkXBvZ"),
  )
  // Answers of the newest API show it with this prefix, requests take it without (docs/facts/sigmamind.md#agent-ids).
  .transform(bareAgentId);

const trunkText = z
  .string()
  .min(1, says("must not be empty", "leave `trunkCredentials` out when the carrier asks for none"))
  .max(128, says("must have at most 128 characters", "ask the carrier for a shorter one"));

const purchase = z.strictObject({
  /**
   * ISO 3166 code of the country in which SigmaMind looks for a free number (API field `countryCode`).
   * @default none: exactly `routeNumber` is bought
   * @example "US"
   */
  countryCode: z
    .string()
    .regex(/^[A-Z]{2}$/, says("must be two capital letters", "write it like US"))
    .optional(),
  /**
   * Area code, 100 to 99999 (API field `areaCode`); the nearest match is taken when none is free.
   * @default any
   * @example 303
   */
  areaCode: z.int().min(100).max(99999).optional(),
});

/**
 * What an operator declares about one number at SigmaMind. Guide: "Before You Begin: Register Your Number in SigmaMind".
 * An input that is left out is not managed: it stays as it is at SigmaMind.
 *
 * @example
 * { routeNumber: "+19895551234", terminationSipUri: "f111.dialmake.com", inboundAgentId: "SPIlVscbB0kkXBvZ" }
 */
export const sipNumberSchema = z
  .strictObject({
    /**
     * The route number, E.164: registered at SigmaMind and found again in the To header of the AI leg. API field
     * `phoneNumber` (in answers `sipPhoneNumber`), which is the number's id there.
     * @default the one that SigmaMind chooses, with `purchase.countryCode`; else it is required
     * @example "+19895551234"
     */
    routeNumber: e164.optional(),
    /**
     * Name shown in the dashboard, up to 128 characters (API field `friendlyName`).
     * @default SigmaMind's own, the number
     * @example "Denver outbound"
     */
    friendlyName: z
      .string()
      .trim()
      .min(1, says("must not be empty", "leave it out for SigmaMind's own default, the number"))
      .max(128, says("must have at most 128 characters", "shorten it"))
      .optional(),
    /**
     * The agent that answers calls to this number (API field `inboundAgentId`), up to 64 characters; this is what
     * connects a campaign to an agent. `null` takes the agent away. It must exist; whether it is published the API
     * does not say (docs/facts/sigmamind.md#agent-status).
     * @default left as it is at SigmaMind
     * @example "SPIlVscbB0kkXBvZ"
     */
    inboundAgentId: agentId.nullable().optional(),
    /**
     * The agent for calls that SigmaMind itself places from this number (API field `outboundAgentId`). `null` takes
     * it away.
     * @default left as it is at SigmaMind
     * @example "SPIlVscbB0kkXBvZ"
     */
    outboundAgentId: agentId.nullable().optional(),
    /**
     * Host of the telephony carrier through which SigmaMind's own outbound legs (warm transfers, its campaigns)
     * leave: a host name without `sip:`, user or port, up to 253 characters (API field `terminationSipUri`, in POST
     * `terminationSipURI`; dashboard "Terminal URI"). Never SigmaMind's edge.
     * @default required for an imported number; a purchased one has none
     * @example "f111.dialmake.com"
     */
    terminationSipUri: z.string().transform(terminationHost).optional(),
    /**
     * What SigmaMind shows to that carrier, where the carrier asks for it (API fields `trunkUsername` and
     * `trunkPassword`), up to 128 characters each. Secret and write-only: no answer of the API has it, so drift
     * cannot be seen. Sent when it or `trunkCredentialsVersion` changes; the API has no way to clear it.
     * @default none
     * @example { username: "denver", password: "8JxkVq2m" }
     */
    trunkCredentials: z.strictObject({ username: trunkText, password: trunkText }).optional(),
    /**
     * Any whole number; another one sends the same `trunkCredentials` again.
     * @default none
     * @example 1
     */
    trunkCredentialsVersion: z.int().min(0).optional(),
    /**
     * Whom a test call from the dashboard rings, E.164 (API field `outboundPhoneNumber`).
     * @default left as it is at SigmaMind
     * @example "+13038142839"
     */
    outboundPhoneNumber: e164.optional(),
    /**
     * Buy the number from SigmaMind (API `POST /v1/phone-numbers`) instead of importing one that you own at a
     * carrier: `{}` buys exactly `routeNumber`, `{ countryCode, areaCode }` lets SigmaMind choose.
     * @default an imported number
     * @example { countryCode: "US", areaCode: 303 }
     */
    purchase: purchase.optional(),
    /**
     * Numbers to which the diallers let the inbound agent transfer a caller, E.164: a bridge puts its `transfer.to`
     * here. Nothing is sent to SigmaMind; `up` compares it with the agent's `voice_transfer_call` tools when the
     * agent or this list changes, and warns about targets that are missing here.
     * @default none, as the diallers refuse transfers by themselves
     * @example ["+18135551111"]
     */
    transferTargets: z.array(e164).optional(),
    /**
     * Take over the number when it is registered in this workspace already; otherwise that is an error.
     * @default false
     * @example true
     */
    adopt: z.boolean().default(false),
    /**
     * What `destroy` does: `release` removes the number from SigmaMind, `unassign` keeps it and takes away the agents
     * that are still the declared ones.
     * @default `unassign` for an adopted number, `release` for one that this stack registered
     * @example "unassign"
     */
    onDestroy: z.enum(["release", "unassign"]).optional(),
  })
  .superRefine((wanted, context) => {
    for (const { field, ...reason } of contradictions(wanted)) refuse(context, [field], reason);
  });

/** The inputs after `check`. */
export type SipNumber = z.output<typeof sipNumberSchema>;

interface Contradiction extends Reason {
  field: keyof SipNumber;
}

/** Rules between inputs. */
function contradictions(wanted: SipNumber): Contradiction[] {
  const found: Contradiction[] = [];
  const unless = (fine: boolean, field: keyof SipNumber, rule: string, fix: string): void => {
    if (!fine) found.push({ field, rule, fix });
  };
  const { routeNumber, purchase: bought, terminationSipUri, trunkCredentials } = wanted;
  if (bought === undefined) {
    unless(routeNumber !== undefined, "routeNumber", "is required", "give the number that you own at your carrier");
    unless(
      terminationSipUri !== undefined,
      "terminationSipUri",
      "is required for an imported number",
      "give the host of your telephony carrier, like f111.dialmake.com",
    );
  } else {
    const only = [
      "belongs to an imported number; SigmaMind ignores it on a purchased one",
      "leave it out, or leave out `purchase`",
    ] as const;
    unless(terminationSipUri === undefined, "terminationSipUri", ...only);
    unless(trunkCredentials === undefined, "trunkCredentials", ...only);
    unless(
      (routeNumber === undefined) !== (bought.countryCode === undefined),
      "purchase",
      "needs either `routeNumber`, to buy exactly that number, or `countryCode`, to let SigmaMind choose",
      "give one of them",
    );
    unless(
      bought.areaCode === undefined || bought.countryCode !== undefined,
      "purchase",
      "has an `areaCode` without a `countryCode`",
      "give both",
    );
  }
  unless(
    wanted.trunkCredentialsVersion === undefined || trunkCredentials !== undefined,
    "trunkCredentialsVersion",
    "is the version of `trunkCredentials`, which are not given",
    "give them, or leave it out",
  );
  unless(
    !wanted.adopt || routeNumber !== undefined,
    "adopt",
    "takes over a number by its `routeNumber`, which is not given",
    "give it, or leave out `adopt`",
  );
  return found;
}
