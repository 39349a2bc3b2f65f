import { z } from "zod";
import type { AgentRecord } from "../../sigmamind/records";
import type { Knobs } from "../knobs";
import { fillTemplate } from "./variables";

/** How an agent behaves in one call: its definition, the call's variables and the knobs together. */
export interface Behaviour {
  /** What it says first; empty when the caller is to speak first. */
  greeting: string;
  /** What it says whenever the caller has spoken; empty when it only listens. */
  reply: string;
  /** Silence on both sides after which it ends the call, in ms. */
  silenceMs: number;
  /** Longest call, in ms. */
  maxCallMs: number;
  /** The transfer that it offers, with the destination filled in. */
  transfer: { to: string | undefined; afterGreetingMs: number | undefined; onDigit: string | undefined };
}

/** Seconds, where an agent says nothing. */
const SILENCE_S = 30;
const MAX_CALL_S = 600;

/**
 * The parts of an agent's definition that the edge acts on (docs/facts/sigmamind.md#agents). The documents do not show
 * the unit of the two durations; seconds are assumed.
 */
const definitionSchema = z.looseObject({
  welcomeMessage: z.string().catch(""),
  agentSettings: z
    .looseObject({
      aiStartsConversation: z.boolean().catch(true),
      endCallOnSilenceDuration: z.number().positive().catch(SILENCE_S),
      maxCallDuration: z.number().positive().catch(MAX_CALL_S),
    })
    .catch({ aiStartsConversation: true, endCallOnSilenceDuration: SILENCE_S, maxCallDuration: MAX_CALL_S }),
  tools: z.array(z.looseObject({ type: z.string(), transferTo: z.string().optional() })).catch([]),
});

/** Variables that hold the caller's name, the first that is set. */
const NAMES = ["first_name", "customer_name", "name", "last_name"];

export function behaviourOf(agent: AgentRecord, variables: Readonly<Record<string, unknown>>, knobs: Knobs): Behaviour {
  const { welcomeMessage, agentSettings, tools } = definitionSchema.parse(agent.definition);
  const name = NAMES.map((variable) => fillTemplate(`{{${variable}}}`, variables)).find((value) => value !== "");
  const target = knobs.transferTo ?? tools.find(({ type }) => type === "voice_transfer_call")?.transferTo;
  const untold = knobs.transferTo !== null && knobs.transferOnDigit === null ? 0 : undefined;
  return {
    greeting: agentSettings.aiStartsConversation ? fillTemplate(welcomeMessage, variables) : "",
    reply: !knobs.replies ? "" : name === undefined ? "I heard you." : `I heard you, ${name}.`,
    silenceMs: knobs.silenceMs ?? agentSettings.endCallOnSilenceDuration * 1000,
    maxCallMs: knobs.maxCallMs ?? agentSettings.maxCallDuration * 1000,
    transfer: {
      to: target === undefined ? undefined : fillTemplate(target, variables),
      afterGreetingMs: knobs.transferAfterMs ?? untold,
      onDigit: knobs.transferOnDigit ?? undefined,
    },
  };
}

/** `Refer-To` of a destination: a URI as it is, a number as a SIP URI at the caller's own host. */
export function referTarget(to: string, host: string): string {
  return /^(sips?|tel):/i.test(to) ? to : `sip:${to}@${host}`;
}
