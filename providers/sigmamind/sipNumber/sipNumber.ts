import { z } from "zod";
import { HalfDone, resource } from "../../dynamic/resource";
import { messageOf, Refusal } from "../../../core/refusal";
import { type AgentField, agentFields, checkAgents } from "./agentCheck";
import type { PhoneNumber } from "../api/bodies";
import type { NumberPatch, SigmaMind } from "../api/client";
import { OutcomeUnknown } from "../api/errors";
import { adoptionLine, changes, liveInputs, refuseForeignChanges } from "./changes";
import { sipNumberSchema, type SipNumber } from "./schema";

/** What SigmaMind or this resource adds to the inputs. */
const sipNumberMemory = z.object({
  /** The number, E.164: `routeNumber`, or the one that SigmaMind chose. */
  sipPhoneNumber: z.string().default(""),
  /** Whether the number was there before this stack: then `destroy` does not release it by itself. */
  adopted: z.boolean().default(false),
});

/**
 * A phone number at SigmaMind and the agents that answer and use it (docs/facts/guide.md#register-your-number). API
 * `/v1/phone-numbers` (docs/facts/sigmamind.md#phone-numbers).
 */
export const sipNumber = resource<SigmaMind>()({
  kind: "sigmamind:SipNumber",
  schema: sipNumberSchema,
  memory: sipNumberMemory,
  identity: ["routeNumber", "purchase"],
  secrets: ["trunkCredentials"],

  async create(wanted, sigmamind) {
    const there = wanted.routeNumber === undefined ? undefined : await sigmamind.numbers.find(wanted.routeNumber);
    if (there !== undefined) refuseTakeover(there, wanted);
    await checkAgents(wanted, agentFields, sigmamind);
    if (there !== undefined) {
      const patch = { ...changes(there, wanted), ...credentials(wanted) };
      sigmamind.report(adoptionLine(there, patch));
      await apply(there.number, patch, wanted, sigmamind);
      return { id: there.number, sipPhoneNumber: there.number, adopted: true };
    }
    const number = await register(wanted, sigmamind);
    const computed = { sipPhoneNumber: number, adopted: false };
    try {
      const live = await sigmamind.numbers.find(number);
      if (live !== undefined) await apply(number, changes(live, wanted), wanted, sigmamind);
    } catch (thrown) {
      throw new HalfDone(`${number} is registered, but: ${messageOf(thrown)}`, number, { ...computed });
    }
    return { id: number, ...computed };
  },

  async read(state, sigmamind) {
    const live = await sigmamind.numbers.find(state.id);
    return live === undefined ? undefined : { inputs: liveInputs(live), computed: { sipPhoneNumber: live.number } };
  },

  async update(state, wanted, sigmamind) {
    const live = await sigmamind.numbers.find(state.id);
    if (live === undefined) {
      throw new Refusal({
        field: "routeNumber",
        value: state.id,
        rule: "somebody removed the number from SigmaMind after it was last read",
        fix: "run `pulumi refresh`, then `pulumi up` to register it again",
      });
    }
    refuseForeignChanges(state, live, wanted);
    await checkAgents(wanted, fieldsToCheck(state, live, wanted), sigmamind);
    const rotated = sameCredentials(state, wanted) ? {} : credentials(wanted);
    if (state.trunkCredentials !== undefined && wanted.trunkCredentials === undefined) {
      sigmamind.report(
        `warning: SigmaMind: ${state.id} keeps its trunk credentials: the API has no way to clear them. Change them at ` +
          "the carrier",
      );
    }
    await apply(state.id, { ...changes(live, wanted), ...rotated }, wanted, sigmamind);
    return { sipPhoneNumber: live.number, adopted: state.adopted };
  },

  async delete(state, sigmamind: SigmaMind) {
    const mode = state.onDestroy ?? (state.adopted ? "unassign" : "release");
    if (mode === "release") return sigmamind.numbers.release(state.id);
    const live = await sigmamind.numbers.find(state.id);
    if (live === undefined) return;
    const declared = agentFields.filter((field) => state[field] !== undefined && state[field] !== null);
    const ours = declared.filter((field) => live[field] === state[field]);
    for (const field of declared.filter((other) => !ours.includes(other) && live[other] !== null)) {
      const [now, mine] = [live[field] ?? "", state[field] ?? ""];
      sigmamind.report(`warning: SigmaMind: ${state.id} keeps ${field} ${now}: somebody changed it from ${mine}`);
    }
    if (ours.length === 0) return;
    await sigmamind.numbers.update(state.id, Object.fromEntries(ours.map((field) => [field, null])));
  },
});

/** Agents that change, and the one whose transfers are allowed anew. */
function fieldsToCheck(state: SipNumber, live: PhoneNumber, wanted: SipNumber): AgentField[] {
  const allowed = ({ transferTargets = [] }: SipNumber): string => [...transferTargets].sort().join();
  return agentFields.filter(
    (field) => wanted[field] !== live[field] || (field === "inboundAgentId" && allowed(state) !== allowed(wanted)),
  );
}

/** Refuses a number that is there already, unless it may be taken over and is of the declared sort. */
function refuseTakeover(there: PhoneNumber, wanted: SipNumber): void {
  const field = "routeNumber";
  const value = there.number;
  if (!wanted.adopt) {
    throw new Refusal({
      field,
      value,
      rule: `is registered in this SigmaMind workspace already, as "${there.friendlyName}" with inbound agent ${there.inboundAgentId ?? "none"}`,
      fix: "set `adopt: true` to take it over, choose another number, or remove it in the SigmaMind dashboard",
    });
  }
  if (there.provider === undefined) return;
  const bought = there.provider !== "byo";
  if (bought && wanted.purchase === undefined) {
    const rule = `was bought at SigmaMind (${there.provider}), so a termination host has no effect on it`;
    throw new Refusal({ field, value, rule, fix: "declare `purchase: {}` and leave out `terminationSipUri`" });
  }
  if (!bought && wanted.purchase !== undefined) {
    const rule = "is imported from a carrier, so it cannot be bought";
    throw new Refusal({ field, value, rule, fix: "leave out `purchase` and give `terminationSipUri`" });
  }
}

/** Imports or buys the number and returns it. */
async function register(wanted: SipNumber, { numbers }: SigmaMind): Promise<string> {
  const common = {
    friendlyName: wanted.friendlyName,
    inboundAgentId: wanted.inboundAgentId ?? undefined,
    outboundAgentId: wanted.outboundAgentId ?? undefined,
    outboundPhoneNumber: wanted.outboundPhoneNumber,
  };
  const { routeNumber, purchase, terminationSipUri } = wanted;
  try {
    if (purchase !== undefined) return (await numbers.purchase({ ...common, ...purchase, number: routeNumber })).number;
    if (routeNumber === undefined || terminationSipUri === undefined) throw new TypeError("inputs were not checked");
    const imported = { ...common, ...credentials(wanted), number: routeNumber, terminationSipUri };
    return (await numbers.import(imported)).number;
  } catch (thrown) {
    // It was not there before, so if it is there next time it is ours: the state remembers it until that is known.
    if (thrown instanceof OutcomeUnknown && routeNumber !== undefined) {
      throw new HalfDone(thrown.message, routeNumber, { sipPhoneNumber: routeNumber, adopted: false });
    }
    throw thrown;
  }
}

/** Sends a change, if there is one, and reads it back. */
async function apply(number: string, patch: NumberPatch, wanted: SipNumber, { numbers }: SigmaMind): Promise<void> {
  if (Object.keys(patch).length === 0) return;
  await numbers.update(number, patch);
  const live = await numbers.find(number);
  const left = live === undefined ? ["number"] : Object.keys(changes(live, wanted));
  if (left.length === 0) return;
  throw new Error(`SigmaMind accepted the change of ${number}, but ${left.join(", ")} did not become as declared`);
}

function credentials({ trunkCredentials }: SipNumber): Pick<NumberPatch, "trunkUsername" | "trunkPassword"> {
  if (trunkCredentials === undefined) return {};
  return { trunkUsername: trunkCredentials.username, trunkPassword: trunkCredentials.password };
}

function sameCredentials(state: SipNumber, wanted: SipNumber): boolean {
  const [last, next] = [state.trunkCredentials, wanted.trunkCredentials];
  return (
    state.trunkCredentialsVersion === wanted.trunkCredentialsVersion &&
    last?.username === next?.username &&
    last?.password === next?.password
  );
}
