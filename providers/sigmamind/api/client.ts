import { randomUUID } from "node:crypto";
import { agentStatus, type SeenStatus } from "./agentStatus";
import {
  agent,
  bareAgentId,
  call,
  ignored,
  phoneNumber,
  PURCHASE_MARK,
  type Agent,
  type Call,
  type PhoneNumber,
} from "./bodies";
import { ApiError } from "./errors";
import { Http, type HttpOptions } from "./http";
import { everyPage, firstPage } from "./paging";

/** A number that the operator owns at a carrier (docs/facts/sigmamind.md#importing-a-number). */
interface ImportedNumber {
  number: string;
  /** Host of the telephony carrier. */
  terminationSipUri: string;
  friendlyName?: string;
  inboundAgentId?: string;
  outboundAgentId?: string;
  outboundPhoneNumber?: string;
  trunkUsername?: string;
  trunkPassword?: string;
}

/**
 * A number to buy: exactly `number`, or whichever is free in the country and area
 * (docs/facts/sigmamind.md#buying-a-number).
 */
interface PurchasedNumber {
  number?: string;
  countryCode?: string;
  areaCode?: number;
  friendlyName?: string;
  inboundAgentId?: string;
  outboundAgentId?: string;
  outboundPhoneNumber?: string;
}

/**
 * What can change in place; what is left out stays as it is. Only the agents can be taken away, by null
 * (docs/facts/sigmamind.md#updating-a-number).
 */
export interface NumberPatch {
  friendlyName?: string;
  inboundAgentId?: string | null;
  outboundAgentId?: string | null;
  outboundPhoneNumber?: string;
  terminationSipUri?: string;
  trunkUsername?: string;
  trunkPassword?: string;
}

/** One SigmaMind workspace. Every method retries within bounds and throws an {@link ApiError} in the operator's words. */
export interface SigmaMind {
  readonly numbers: {
    /** `undefined` only where SigmaMind's list of numbers, too, does not have it. */
    find(number: string): Promise<PhoneNumber | undefined>;
    list(): Promise<PhoneNumber[]>;
    /** Never registers twice; throws `OutcomeUnknown` where that cannot be known. */
    import(wanted: ImportedNumber): Promise<PhoneNumber>;
    /** Never buys twice; throws `OutcomeUnknown` where that cannot be known. */
    purchase(wanted: PurchasedNumber): Promise<PhoneNumber>;
    update(number: string, patch: NumberPatch): Promise<PhoneNumber>;
    /** Gone already is a success. */
    release(number: string): Promise<void>;
  };
  readonly agents: {
    find(agentId: string): Promise<Agent | undefined>;
    list(): Promise<Agent[]>;
    /** The newest status that a call or a campaign of the agent shows; `undefined` where none does. */
    status(agentId: string): Promise<SeenStatus | undefined>;
  };
  readonly calls: {
    /** The first page of 100. In which order they come is not documented. */
    list(): Promise<Call[]>;
    find(callId: string): Promise<Call | undefined>;
  };
  /** One line for the operator. */
  report(line: string): void;
}

const NUMBERS = "/v1/phone-numbers";
const SECRETS = ["trunkUsername", "trunkPassword"];

/** The client over SigmaMind's REST API (docs/facts/sigmamind.md#api). */
export function sigmaMindClient(options: HttpOptions): SigmaMind {
  const http = new Http(options);
  const list = (): Promise<PhoneNumber[]> => everyPage(http, "list the numbers", NUMBERS, phoneNumber);

  const find = async (number: string): Promise<PhoneNumber | undefined> => {
    const request = { operation: `read ${number}`, method: "GET", path: pathOf(number) } as const;
    const found = await unlessMissing(http.send(request, phoneNumber));
    // A wrong base URL answers 404 to everything, and the endpoint of one number is inferred; the list is documented.
    return found ?? (await list()).find((candidate) => candidate.number === number);
  };

  return {
    report: options.report,
    numbers: {
      find,
      list,
      async import({ number, terminationSipUri, ...rest }) {
        // Spelled URI here and Uri in PATCH (docs/facts/sigmamind.md#updating-a-number).
        const body = { phoneNumber: number, terminationSipURI: terminationSipUri, ...rest };
        const operation = `import ${number}`;
        return http.post(
          { operation, method: "POST", path: `${NUMBERS}/import`, body, secrets: SECRETS },
          phoneNumber,
          () => find(number),
        );
      },
      async purchase({ number, friendlyName, ...rest }) {
        if (number !== undefined) {
          const body = { phoneNumber: number, friendlyName, ...rest };
          const request = { operation: `buy ${number}`, method: "POST", path: NUMBERS, body } as const;
          return http.post(request, phoneNumber, () => find(number));
        }
        // SigmaMind chooses the number, so only its name can tell later whether a lost request bought one.
        const mark = `${PURCHASE_MARK}${randomUUID()}`;
        const body = { ...rest, friendlyName: mark };
        const operation = `buy a number (it may be there under the name "${mark}")`;
        return http.post({ operation, method: "POST", path: NUMBERS, body }, phoneNumber, async () =>
          (await list()).find((candidate) => candidate.friendlyName === mark),
        );
      },
      async update(number, patch) {
        const body = { ...patch };
        const operation = `update ${number}`;
        return http.send({ operation, method: "PATCH", path: pathOf(number), body, secrets: SECRETS }, phoneNumber);
      },
      async release(number) {
        await unlessMissing(
          http.send({ operation: `release ${number}`, method: "DELETE", path: pathOf(number) }, ignored),
        );
      },
    },
    agents: {
      async find(agentId) {
        const path = `/v1/agents/${encodeURIComponent(bareAgentId(agentId))}`;
        return unlessMissing(http.send({ operation: `read agent ${agentId}`, method: "GET", path }, agent));
      },
      list: () => everyPage(http, "list the agents", "/v1/agents", agent),
      status: (agentId) => agentStatus(http, agentId),
    },
    calls: {
      list: () => firstPage(http, "list the calls", "/v1/calls", call),
      async find(callId) {
        const path = `/v1/calls/${encodeURIComponent(callId)}`;
        return unlessMissing(http.send({ operation: `read call ${callId}`, method: "GET", path }, call));
      },
    },
  };
}

/**
 * The number is its own id; the plus must not become a space on the way (docs/facts/sigmamind.md#phone-number-endpoints).
 */
function pathOf(number: string): string {
  return `${NUMBERS}/${encodeURIComponent(number)}`;
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.status === 404) return undefined;
    throw thrown;
  }
}
