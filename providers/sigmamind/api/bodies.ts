import { z } from "zod";

/**
 * What SigmaMind's answers look like, read so that each documented generation gives the same values
 * (docs/facts/sigmamind.md#generations). Unknown fields are ignored: the API adds some from time to time.
 */

/** Begins the name of a number between its purchase and its naming. */
export const PURCHASE_MARK = "voicebridge purchase ";

/**
 * A number with `+`: the oldest pages print it as a JSON number, and people write it with spaces
 * (docs/facts/sigmamind.md#generations).
 */
function plusE164(number: string | number): string {
  const text = String(number).replace(/[\s()\-.]/g, "");
  return text.startsWith("+") ? text : `+${text}`;
}

/**
 * The bare id of an agent: number, call and campaign bodies of the newest pages prefix it, requests do not
 * (docs/facts/sigmamind.md#agent-ids).
 */
export function bareAgentId(id: string): string {
  return id.replace(/^(agent_)+/, "");
}

/** Absent, null and empty mean the same: not set. */
const optionalText = z
  .string()
  .nullish()
  .transform((text) => (text === null || text === undefined || text === "" ? undefined : text));
const phone = z.union([z.string(), z.number()]).transform(plusE164);
const optionalPhone = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((number) => (number === null || number === undefined || number === "" ? undefined : plusE164(number)));
const agentReference = optionalText.transform((id) => (id === undefined ? null : bareAgentId(id)));

/** A registered number (docs/facts/sigmamind.md#phone-numbers). Trunk credentials are in no answer. */
export interface PhoneNumber {
  /** E.164; the number's id (`sipPhoneNumber`). */
  number: string;
  /** `twilio`, `telnyx` or `byo`; some answers leave it out. */
  provider?: string;
  /** The number itself where nobody named it. */
  friendlyName: string;
  inboundAgentId: string | null;
  outboundAgentId: string | null;
  /** Callee of test calls. */
  outboundPhoneNumber?: string;
  /** Host of the telephony carrier; only imported numbers have one. */
  terminationSipUri?: string;
}

/**
 * Spelled `terminationSipURI` in every answer seen and `terminationSipUri` in requests
 * (docs/facts/sigmamind.md#updating-a-number); both are read.
 */
export const phoneNumber: z.ZodType<PhoneNumber> = z
  .object({
    sipPhoneNumber: phone,
    provider: optionalText,
    friendlyName: z.union([z.string(), z.number()]).nullish(),
    inboundAgentId: agentReference,
    outboundAgentId: agentReference,
    outboundPhoneNumber: optionalPhone,
    terminationSipURI: optionalText,
    terminationSipUri: optionalText,
  })
  .transform(({ sipPhoneNumber, friendlyName, terminationSipURI, terminationSipUri, ...rest }) => ({
    ...rest,
    number: sipPhoneNumber,
    friendlyName: nameOf(friendlyName, sipPhoneNumber),
    terminationSipUri: (terminationSipURI ?? terminationSipUri)?.toLowerCase(),
  }));

/**
 * Where nobody named the number, SigmaMind shows the number itself as its name
 * (docs/facts/sigmamind.md#importing-a-number).
 */
function nameOf(friendlyName: string | number | null | undefined, number: string): string {
  if (typeof friendlyName === "number") return plusE164(friendlyName);
  return friendlyName === null || friendlyName === undefined || friendlyName === "" ? number : friendlyName;
}

/** An agent. Its own body shows no status (docs/facts/sigmamind.md#agent-status). */
export interface Agent {
  agentId: string;
  name: string;
  /** Where its `voice_transfer_call` tools send a caller: a number with `+`, or what else is written there, like `{{closer}}`. */
  transferTargets: string[];
}

/**
 * One of an agent's tools, for example `{type: "voice_transfer_call", transferTo, description}`
 * (docs/facts/sigmamind.md#transfer-tools).
 */
const tool = z
  .object({ type: z.string(), transferTo: z.unknown().optional() })
  .optional()
  .catch(undefined)
  .transform((found) => (found?.type === "voice_transfer_call" ? transferTarget(found.transferTo) : undefined));

/**
 * E.164 or `{{variable}}` by the documents (docs/facts/sigmamind.md#transfer-tools); another form stays visible as it
 * came.
 */
function transferTarget(written: unknown): string {
  if (written === undefined) return "";
  const text = typeof written === "string" ? written.trim() : JSON.stringify(written);
  return /^\+?[\d\s()\-.]+$/.test(text) ? plusE164(text) : text;
}

export const agent: z.ZodType<Agent> = z
  .object({
    agentId: z.string().transform(bareAgentId),
    agentName: optionalText,
    name: optionalText,
    tools: z.array(tool).nullish().catch(undefined),
  })
  .transform(({ agentId, agentName, name, tools }) => ({
    agentId,
    name: agentName ?? name ?? agentId,
    transferTargets: [...new Set(tools?.filter((target) => target !== undefined))],
  }));

/**
 * The agent inside a call or a campaign: the only place where its status shows (docs/facts/sigmamind.md#agent-status).
 */
const nestedAgent = z
  .object({ agentId: z.string().transform(bareAgentId), name: optionalText, status: optionalText })
  .nullish()
  .catch(undefined)
  .transform((found) => found ?? undefined);

/** A call in either direction, or a web call (docs/facts/sigmamind.md#call-record). */
export interface Call {
  callId: string;
  /** `inbound`, `outbound` or `web`. */
  callType: string;
  /** The number at SigmaMind; the oldest pages do not show it. */
  number?: string;
  /** With dashes in every generation: `scheduled`, `in-progress`, `ended`, `not-connected`, `error`; older `completed`, `failed`. */
  status: string;
  /** ISO 8601. */
  startTime?: string;
  endTime?: string;
  createdAt?: string;
  /** Seconds. */
  duration?: number;
  terminationReason?: string;
  transcript?: string;
  recordingUrl?: string;
  /** What the call's headers and requests set: `dynamicVariables`, before that `variables`. */
  variables: Record<string, unknown>;
  agent?: { agentId: string; name?: string; status?: string };
}

const variables = z
  .record(z.string(), z.unknown())
  .nullish()
  .catch(undefined)
  .transform((found) => found ?? undefined);

export const call: z.ZodType<Call> = z
  .object({
    callId: z.string(),
    callType: z.string(),
    status: z.string().transform((status) => status.replaceAll("_", "-")),
    // The oldest page prints the word "Object" here.
    phoneNumber: phoneNumber.optional().catch(undefined),
    startTime: optionalText,
    endTime: optionalText,
    createdAt: optionalText,
    duration: z
      .number()
      .nullish()
      .transform((seconds) => seconds ?? undefined),
    terminationReason: optionalText,
    transcript: optionalText,
    recordingUrl: optionalText,
    dynamicVariables: variables,
    variables,
    agent: nestedAgent,
  })
  .transform(({ phoneNumber: found, dynamicVariables, variables: older, ...rest }) => ({
    ...rest,
    number: found?.number,
    variables: dynamicVariables ?? older ?? {},
  }));

/** A campaign, as far as it shows an agent's status (docs/facts/sigmamind.md#campaigns). */
export interface Campaign {
  campaignName?: string;
  createdAt?: string;
  agent?: { agentId: string; name?: string; status?: string };
}

export const campaign: z.ZodType<Campaign> = z.object({
  campaignName: optionalText,
  createdAt: optionalText,
  agent: nestedAgent,
});

/** The body of an answer that nobody reads: 204 has none, and what DELETE answers is not documented. */
export const ignored = z.unknown();
