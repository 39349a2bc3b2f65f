/**
 * The name by which VICIdial knows a call, in the caller id name from the Originate to the AI leg: `V`, nine digits of
 * date and time, the lead id over ten digits (docs/facts/vicidial.md#v-code). Calls that a person places begin with `M`.
 */
const DIALLED = /^V\d{19}$/;

export function isCallId(text: string): boolean {
  return DIALLED.test(text);
}

/** The same for a call that waits in an in-group: `Y`, date and time, lead id. */
export function isQueueId(text: string): boolean {
  return /^Y\d{19}$/.test(text);
}

/** The first of these names that is a call id: it travels as caller id name or as connected line name, by the leg. */
export function callIdIn(...names: readonly (string | undefined)[]): string | undefined {
  return names.find((name): name is string => name !== undefined && isCallId(name));
}

/** `substr(callid, 10, 10)`, as all of VICIdial's programs read it; 0 when there is none. */
export function leadIdOf(callId: string): number {
  const digits = /^\d{1,10}/.exec(callId.slice(10, 20))?.[0];
  return digits === undefined ? 0 : Number(digits);
}

/** Seconds since 1970 of an Asterisk unique id: `1732274623.18` → `1732274623`. Rows of one call are joined by it. */
export function secondOf(uniqueid: string): string {
  return uniqueid.replace(/\.\d+$/, "");
}

/** An address as VICIdial's dial strings hold it: `172.31.0.11` → `172*031*000*011*`. */
export function paddedAddress(ip: string): string {
  return ip
    .split(".")
    .map((octet) => `${octet.padStart(3, "0")}*`)
    .join("");
}
