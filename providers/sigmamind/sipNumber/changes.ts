import { Refusal } from "../../../core/refusal";
import { PURCHASE_MARK, type PhoneNumber } from "../api/bodies";
import type { NumberPatch } from "../api/client";
import type { SipNumber } from "./schema";

/** Inputs that SigmaMind shows and that can change in place. Credentials are apart: no answer shows them. */
const comparable = [
  "friendlyName",
  "inboundAgentId",
  "outboundAgentId",
  "outboundPhoneNumber",
  "terminationSipUri",
] as const;
type Comparable = (typeof comparable)[number];
type Values = Partial<Pick<SipNumber, Comparable>>;

/** What has to be sent so that the declared inputs hold. What nobody declared stays as it is. */
export function changes(live: PhoneNumber, wanted: SipNumber): NumberPatch {
  const declared = comparable.filter((field) => wanted[field] !== undefined && wanted[field] !== live[field]);
  const patch: NumberPatch = Object.fromEntries(declared.map((field) => [field, wanted[field]]));
  // A number whose purchase was cut off still has the name that it was found by.
  return live.friendlyName.startsWith(PURCHASE_MARK) ? { friendlyName: live.number, ...patch } : patch;
}

/** Declared inputs of `number` as SigmaMind has them now, in the form of the inputs. */
export function liveInputs(live: PhoneNumber): Values & { routeNumber: string } {
  const values = Object.fromEntries(comparable.map((field) => [field, live[field]]));
  return { routeNumber: live.number, ...values };
}

/** Refuses to go over what somebody else changed since SigmaMind was last read: neither as it was then, nor as it shall be. */
export function refuseForeignChanges(last: Values, live: PhoneNumber, wanted: SipNumber): void {
  const foreign = comparable.filter(
    (field) =>
      wanted[field] !== undefined && field in last && live[field] !== last[field] && live[field] !== wanted[field],
  );
  if (foreign.length === 0) return;
  throw new Refusal(
    ...foreign.map((field) => ({
      field,
      rule:
        `somebody changed it at SigmaMind after it was last read: it was ${shown(last[field])}, is ${shown(live[field])}, ` +
        `and should become ${shown(wanted[field])} (number ${live.number}; SigmaMind does not tell who)`,
      fix: "run `pulumi refresh` to take the change into the state, look at `pulumi preview`, then run `pulumi up`",
    })),
  );
}

/** One line for the operator about what adopting a number changes. */
export function adoptionLine(live: PhoneNumber, patch: NumberPatch): string {
  const parts = comparable
    .filter((field) => patch[field] !== undefined)
    .map((field) => `${field} ${shown(live[field])} → ${shown(patch[field])}`);
  if (patch.trunkUsername !== undefined) parts.push("trunkCredentials → as declared");
  return `SigmaMind: adopting ${live.number} "${live.friendlyName}": ${parts.length === 0 ? "nothing changes" : parts.join(", ")}`;
}

function shown(value: string | null | undefined): string {
  return value === undefined || value === null ? "none" : JSON.stringify(value);
}
