import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Context } from "./context";
import { ApiRefusal } from "./errors";
import { numberBody } from "./generations";
import { page, pageQuery } from "./paging";
import { agentIdText, e164, type NumberRecord, type SimulatorState } from "./records";
import type { Store } from "./store";
import { documented } from "./validation";

const name = z.string().max(128);
const trunkText = z.string().max(128);
const host = z.string().min(1).max(253);

/**
 * Import of a number that the customer owns at its carrier (docs/facts/sigmamind.md#importing-a-number). Credentials are
 * optional here, as in the dashboard.
 */
const importBody = z.object({
  friendlyName: name.optional(),
  phoneNumber: e164,
  inboundAgentId: agentIdText.optional(),
  outboundAgentId: agentIdText.optional(),
  trunkUsername: trunkText.optional(),
  trunkPassword: trunkText.optional(),
  terminationSipURI: host,
  outboundPhoneNumber: e164.optional(),
});
/** The oldest page requires the credentials and does not know the number for test calls. */
const importBodyG1 = importBody
  .omit({ outboundPhoneNumber: true })
  .extend({ trunkUsername: trunkText, trunkPassword: trunkText });

/** Purchase (docs/facts/sigmamind.md#buying-a-number). */
const purchaseBody = z.object({
  friendlyName: name.optional(),
  countryCode: z
    .string()
    .regex(/^[A-Z]{2}$/, "must match ^[A-Z]{2}$")
    .optional(),
  areaCode: z.number().int().min(100).max(99999).optional(),
  phoneNumber: e164.optional(),
  inboundAgentId: agentIdText.optional(),
  outboundAgentId: agentIdText.optional(),
  outboundPhoneNumber: e164.optional(),
});

/**
 * Update (docs/facts/sigmamind.md#updating-a-number): spelled `terminationSipUri` here, and only the agent ids may be
 * null.
 */
const patchBody = z.object({
  friendlyName: name.optional(),
  inboundAgentId: agentIdText.nullable().optional(),
  outboundAgentId: agentIdText.nullable().optional(),
  terminationSipUri: host.optional(),
  trunkUsername: trunkText.optional(),
  trunkPassword: trunkText.optional(),
  outboundPhoneNumber: e164.optional(),
});
/** The oldest page has no null, no number for test calls, but the trunk's name. */
const patchBodyG1 = patchBody.omit({ outboundPhoneNumber: true }).extend({
  inboundAgentId: agentIdText.optional(),
  outboundAgentId: agentIdText.optional(),
  sipTrunkName: z.string().optional(),
});

const numberPath = z.object({ phoneNumber: z.string() });

/** Phone numbers: the number itself is the id (docs/facts/sigmamind.md#phone-number-endpoints). */
export function numberRoutes(app: FastifyInstance, { store, disturbances }: Context): void {
  const quirks = () => disturbances.quirks;
  const oldest = () => quirks().generation === "G1";
  // The oldest pages have the singular path; whether they kept serving it is not documented, so newer ones do not.
  for (const collection of ["/v1/phone-numbers", "/v1/phone-number"]) {
    app.register((routes, _options, done) => {
      if (collection === "/v1/phone-number") {
        routes.addHook("preHandler", (request, _reply, next) =>
          next(oldest() ? undefined : new ApiRefusal(404, `No endpoint ${request.method} ${request.url}`)),
        );
      }
      routes.post(`${collection}/import`, ({ body }) => {
        const given = documented(oldest() ? importBodyG1 : importBody, body, quirks().strict);
        const number = newNumber({ ...given, sipPhoneNumber: given.phoneNumber, provider: "byo" });
        return numberBody(add(store, number), quirks().generation, "import");
      });
      routes.post(collection, ({ body }) => {
        const given = documented(purchaseBody, body, quirks().strict);
        const sipPhoneNumber = given.phoneNumber ?? freeNumber(store.state, given.countryCode, given.areaCode);
        return numberBody(add(store, newNumber({ ...given, sipPhoneNumber, provider: "twilio" })), quirks().generation);
      });
      routes.get(collection, ({ query }) => {
        const range = documented(pageQuery, query, quirks().strict);
        const all = store.state.numbers.map((number) => numberBody(number, quirks().generation));
        return quirks().numberList === "array" ? all : page(all, range, quirks());
      });
      routes.get(`${collection}/:phoneNumber`, ({ params, method, url }) => {
        if (!quirks().getNumber) throw new ApiRefusal(404, `No endpoint ${method} ${url}`);
        return numberBody(find(store.state, params), quirks().generation);
      });
      routes.patch(`${collection}/:phoneNumber`, ({ params, body }) => {
        const { phoneNumber } = numberPath.parse(params);
        find(store.state, { phoneNumber });
        const given = documented(oldest() ? patchBodyG1 : patchBody, body, quirks().strict);
        const changed = store.change((state) => Object.assign(find(state, { phoneNumber }), stored(given)));
        return numberBody(changed, quirks().generation);
      });
      routes.delete(`${collection}/:phoneNumber`, (request, reply) => {
        const gone = find(store.state, request.params);
        store.change((state) => (state.numbers = state.numbers.filter((number) => number !== gone)));
        return reply.code(204).send();
      });
      done();
    });
  }
}

function find(state: SimulatorState, params: unknown): NumberRecord {
  const { phoneNumber } = numberPath.parse(params);
  const number = state.numbers.find((candidate) => candidate.sipPhoneNumber === phoneNumber);
  if (number === undefined) throw new ApiRefusal(404, `Phone number ${phoneNumber} not found`);
  return number;
}

/**
 * The same number twice is a conflict: the number alone finds the tenant at the shared edge (inferred,
 * docs/facts/sigmamind.md#phone-number-endpoints).
 */
function add(store: Store, number: NumberRecord): NumberRecord {
  if (store.state.numbers.some((other) => other.sipPhoneNumber === number.sipPhoneNumber)) {
    throw new ApiRefusal(409, `Phone number ${number.sipPhoneNumber} is already registered`);
  }
  store.change((state) => state.numbers.push(number));
  return number;
}

type Given = Partial<z.infer<typeof patchBody>> & Pick<NumberRecord, "sipPhoneNumber" | "provider">;

/**
 * A record from a request; without a friendly name the number itself is shown as name
 * (docs/facts/sigmamind.md#importing-a-number).
 */
function newNumber(given: Given & { terminationSipURI?: string }): NumberRecord {
  return {
    sipPhoneNumber: given.sipPhoneNumber,
    provider: given.provider,
    friendlyName: given.friendlyName ?? given.sipPhoneNumber,
    inboundAgentId: given.inboundAgentId ?? null,
    outboundAgentId: given.outboundAgentId ?? null,
    outboundPhoneNumber: given.outboundPhoneNumber ?? null,
    terminationSipUri: given.terminationSipURI ?? null,
    active: true,
    trunkUsername: given.trunkUsername ?? null,
    trunkPasswordSha256: given.trunkPassword === undefined ? null : sha256(given.trunkPassword),
  };
}

/** A change as it is kept. `sipTrunkName` appears in no answer. */
function stored({ trunkPassword, sipTrunkName: _, ...rest }: Record<string, unknown>): Partial<NumberRecord> {
  const password = typeof trunkPassword === "string" ? { trunkPasswordSha256: sha256(trunkPassword) } : {};
  return { ...rest, ...password };
}

/** Lets a test see that a password arrived, without keeping it. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The first number of the area that nobody here has. */
function freeNumber(state: SimulatorState, countryCode: string | undefined, areaCode = 813): string {
  if (countryCode === undefined) {
    throw new ApiRefusal(400, "Invalid request parameters: countryCode or phoneNumber is required");
  }
  const taken = new Set(state.numbers.map((number) => number.sipPhoneNumber));
  for (let line = 100; line < 10_000; line++) {
    const candidate = `+1${areaCode}555${String(line).padStart(4, "0")}`.slice(0, 16);
    if (!taken.has(candidate)) return candidate;
  }
  throw new ApiRefusal(400, "No number is free in this area");
}
