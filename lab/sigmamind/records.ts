import { z } from "zod";

/** `+` and 7 to 15 digits (docs/facts/sigmamind.md#importing-a-number). */
export const e164 = z.string().regex(/^\+[1-9][0-9]{6,14}$/, "must match ^\\+[1-9][0-9]{6,14}$");
/** Agent ids in requests: at most 64 characters. */
export const agentIdText = z.string().min(1).max(64);

/** One registered number as it is kept. The password itself is never kept: nothing in the lab authenticates with it. */
export const numberRecord = z.strictObject({
  sipPhoneNumber: e164,
  /** Enum of the purchase page's response. */
  provider: z.enum(["twilio", "telnyx", "byo"]),
  friendlyName: z.string(),
  inboundAgentId: z.string().nullable(),
  outboundAgentId: z.string().nullable(),
  outboundPhoneNumber: z.string().nullable(),
  terminationSipUri: z.string().nullable(),
  active: z.boolean(),
  trunkUsername: z.string().nullable(),
  trunkPasswordSha256: z.string().nullable(),
});
export type NumberRecord = z.infer<typeof numberRecord>;

/** One agent. `status` is not part of the agent's own body: the API shows it only inside calls, campaigns and chats. */
export const agentRecord = z.strictObject({
  agentId: agentIdText,
  agentName: z.string(),
  /** Values seen: `Live` (newest pages), `Testing`, `active` (oldest); there is no enum in the documents. */
  status: z.string().default("Live"),
  /** The other documented fields of the body, as sent. */
  definition: z.record(z.string(), z.unknown()).default({}),
});
export type AgentRecord = z.infer<typeof agentRecord>;

/** One call. Ids are kept without the prefix that differs between the generations. */
export const callRecord = z.strictObject({
  callId: z.string(),
  callType: z.enum(["inbound", "outbound", "web"]),
  sipPhoneNumber: e164,
  agentId: z.string().nullable(),
  status: z.string(),
  transcript: z.string().nullable(),
  startTime: z.string().nullable(),
  endTime: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Whole seconds. */
  duration: z.number().int().nullable(),
  terminationReason: z.string().nullable(),
  dynamicVariables: z.record(z.string(), z.unknown()),
  recordingUrl: z.string().nullable(),
});
export type CallRecord = z.infer<typeof callRecord>;

/** One campaign, as far as an agent's status can be read from it. */
export const campaignRecord = z.strictObject({
  campaignId: z.string(),
  campaignName: z.string().min(1).max(128),
  agentId: z.string(),
  sipPhoneNumber: e164,
  status: z.enum(["live", "scheduled", "paused", "completed"]),
  createdAt: z.string(),
});
export type CampaignRecord = z.infer<typeof campaignRecord>;

/** One agent webhook. */
const webhookRecord = z.strictObject({
  webhookId: z.string(),
  name: z.string(),
  agentId: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  active: z.boolean(),
  secret: z.string(),
});
export type WebhookRecord = z.infer<typeof webhookRecord>;

/** Everything that the simulator keeps on disk. */
export const stateFile = z.strictObject({
  version: z.literal(1),
  workspaceId: z.string(),
  numbers: z.array(numberRecord),
  agents: z.array(agentRecord),
  calls: z.array(callRecord),
  campaigns: z.array(campaignRecord),
  webhooks: z.array(webhookRecord),
});
export type SimulatorState = z.infer<typeof stateFile>;
