import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import fc from "fast-check";
import { startSimulator, type Simulator } from "../../../lab/sigmamind/simulator";
import { ApiError, OutcomeUnknown } from "./errors";
import { asked, clientOf, failure } from "../../../test/kit/sigmamind";

const number = "+19895551234";
const one = "/v1/phone-numbers/+19895551234";
const imported = { number, terminationSipUri: "f111.dialmake.com", inboundAgentId: "LabSalesAgent001" };
const credentials = { trunkUsername: "denver-trunk", trunkPassword: "correct horse" };

// Other work on the machine must not fail a test that waits for nothing.
jest.setTimeout(30_000);

let simulator: Simulator;
beforeAll(async () => (simulator = await startSimulator()));
beforeEach(() => simulator.control.reset());
afterAll(() => simulator.close());

describe("numbers", () => {
  it("imports, finds, changes and releases", async () => {
    const client = clientOf(simulator);
    expect(await client.numbers.find(number)).toBeUndefined();
    await client.numbers.import({
      ...imported,
      ...credentials,
      friendlyName: "Denver",
      outboundPhoneNumber: "+13038142839",
    });
    expect(await client.numbers.find(number)).toEqual({
      number,
      provider: "byo",
      friendlyName: "Denver",
      inboundAgentId: "LabSalesAgent001",
      outboundAgentId: null,
      outboundPhoneNumber: "+13038142839",
      terminationSipUri: "f111.dialmake.com",
    });
    await client.numbers.update(number, { inboundAgentId: null, terminationSipUri: "sip.telnyx.com" });
    expect(await client.numbers.find(number)).toMatchObject({
      inboundAgentId: null,
      terminationSipUri: "sip.telnyx.com",
    });
    await client.numbers.release(number);
    await client.numbers.release(number);
    expect(simulator.control.numbers()).toEqual([]);
  });

  it("sends the plus of a number as %2B", async () => {
    const paths: string[] = [];
    const server = await listen((request, response) => {
      paths.push(request.url ?? "");
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ sipPhoneNumber: number }));
    });
    await clientOf({ baseUrl: urlOf(server), apiKey: "key" }).numbers.find(number);
    server.close();
    expect(paths).toEqual(["/v1/phone-numbers/%2B19895551234"]);
  });

  it("takes a number as gone only where the list lacks it too", async () => {
    const client = clientOf(simulator);
    await client.numbers.import(imported);
    simulator.control.setQuirks({ getNumber: false });
    expect(await client.numbers.find(number)).toMatchObject({ number });
    simulator.control.setQuirks({ numberList: "array" });
    expect(await client.numbers.find(number)).toMatchObject({ number });
    expect(await client.numbers.find("+13035550100")).toBeUndefined();
  });

  it("does not take a wrong address for an empty workspace", async () => {
    const client = clientOf({ ...simulator, baseUrl: `${simulator.baseUrl}/wrong` });
    expect((await failure(client.numbers.find(number))).message).toMatch(
      /could not list the numbers: 404 Not Found.*Check `sigmamind:baseUrl`/,
    );
  });

  it("reads lists of many pages", async () => {
    const client = clientOf(simulator);
    for (let line = 0; line < 205; line++) {
      simulator.control.putNumber({ ...record, sipPhoneNumber: `+1303555${String(line).padStart(4, "0")}` });
    }
    expect(new Set((await client.numbers.list()).map((found) => found.number)).size).toBe(205);
  });
});

const record = {
  sipPhoneNumber: number,
  provider: "byo" as const,
  friendlyName: number,
  inboundAgentId: "LabSalesAgent001",
  outboundAgentId: null,
  outboundPhoneNumber: "+13038142839",
  terminationSipUri: "f111.dialmake.com",
  active: true,
  trunkUsername: null,
  trunkPasswordSha256: null,
};

describe("the generations of the documents", () => {
  it.each(["G1", "G2", "G3"] as const)("read the same in %s", async (generation) => {
    simulator.control.setQuirks({ generation });
    simulator.control.putNumber(record);
    simulator.control.addCall({
      callId: "x7",
      callType: "inbound",
      sipPhoneNumber: number,
      agentId: "LabSalesAgent001",
      status: "in_progress",
      dynamicVariables: { city: "Denver" },
    });
    const client = clientOf(simulator);
    const expected = {
      number,
      provider: "byo",
      friendlyName: number,
      inboundAgentId: "LabSalesAgent001",
      outboundAgentId: null,
      outboundPhoneNumber: "+13038142839",
      terminationSipUri: "f111.dialmake.com",
    };
    expect(await client.numbers.find(number)).toEqual(expected);
    expect(await client.numbers.list()).toEqual([expected]);
    expect(await client.agents.find("agent_LabSalesAgent001")).toEqual({
      agentId: "LabSalesAgent001",
      name: "Lab sales",
      transferTargets: [],
    });
    expect(await client.calls.list()).toMatchObject([
      { callType: "inbound", status: "in-progress", variables: { city: "Denver" }, number },
    ]);
    expect((await client.agents.status("LabSalesAgent001"))?.status).toBe(generation === "G1" ? undefined : "Live");
  });

  it.each([
    ["none", undefined, []],
    ["null", null, []],
    ["no list", "voice_transfer_call", []],
    ["other tools and broken ones", [{ type: "voice_end_call" }, { transferTo: "+13035550100" }, null, "x"], []],
    [
      "numbers as people write them",
      [transfer("+1 (813) 555-1111"), transfer(18135552222)],
      ["+18135551111", "+18135552222"],
    ],
    ["a number twice", [transfer("+18135551111"), transfer("+1-813-555-1111")], ["+18135551111"]],
    ["a variable", [transfer(" {{closer}} ")], ["{{closer}}"]],
    ["another form", [transfer({ number: "+18135551111" })], ['{"number":"+18135551111"}']],
    ["no target", [transfer(undefined)], [""]],
  ])("read where an agent's tools transfer to: %s", async (_what, tools, targets) => {
    const definition = { instructions: "Transfer.", tools };
    simulator.control.putAgent({ agentId: "Transferring0001", agentName: "Closer", definition });
    expect((await clientOf(simulator).agents.find("Transferring0001"))?.transferTargets).toEqual(targets);
  });

  it("read both spellings of the host, and names and ids that are null, empty or missing", async () => {
    const bodies = [
      { sipPhoneNumber: 19895551234, terminationSipUri: "A.Example", inboundAgentId: "", friendlyName: null },
      { sipPhoneNumber: "1 (989) 555-1234", terminationSipURI: "a.example", outboundPhoneNumber: "" },
    ];
    for (const body of bodies) {
      const server = await listen((_request, response) =>
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)),
      );
      const found = await clientOf({ baseUrl: urlOf(server), apiKey: "key" }).numbers.find(number);
      server.close();
      expect(found).toEqual({
        number,
        friendlyName: number,
        inboundAgentId: null,
        outboundAgentId: null,
        terminationSipUri: "a.example",
      });
    }
  });

  it("find the status of an agent in its newest call or campaign", async () => {
    const client = clientOf(simulator);
    const about = { sipPhoneNumber: number, agentId: "LabDraftAgent003" };
    expect(await client.agents.status("LabDraftAgent003")).toBeUndefined();
    simulator.control.addCampaign({
      ...about,
      campaignName: "May",
      status: "live",
      createdAt: "2026-05-05T10:00:00.000Z",
    });
    expect(await client.agents.status("LabDraftAgent003")).toEqual({
      status: "Testing",
      seenIn: "campaign May of 2026-05-05T10:00:00.000Z",
      live: false,
    });
    simulator.control.addCall({ ...about, callId: "x7", callType: "inbound", createdAt: "2026-05-06T10:00:00.000Z" });
    expect(await client.agents.status("agent_LabDraftAgent003")).toMatchObject({
      seenIn: "call call_x7 of 2026-05-06T10:00:00.000Z",
    });
  });
});

describe("failures that pass", () => {
  it.each([408, 429, 500, 502, 503, 504])("GET comes back after %d", async (status) => {
    simulator.control.putNumber(record);
    simulator.control.fault({ method: "GET", times: 4, do: { kind: "status", status } });
    const client = clientOf(simulator);
    expect(await client.numbers.find(number)).toMatchObject({ number });
    expect(client.reports).toHaveLength(4);
    expect(client.reports[0]).toMatch(new RegExp(`^SigmaMind: read \\${number}: ${status} .*; attempt 2 of 5 in`));
  });

  it.each(["before", "after"] as const)(
    "PATCH and DELETE come back after a connection cut %s the write",
    async (when) => {
      simulator.control.putNumber(record);
      const client = clientOf(simulator);
      simulator.control.fault({ method: "PATCH", when, do: { kind: "drop" } });
      expect(await client.numbers.update(number, { friendlyName: "Denver" })).toMatchObject({ friendlyName: "Denver" });
      simulator.control.fault({ method: "DELETE", when, do: { kind: "drop" } });
      await client.numbers.release(number);
      expect(simulator.control.numbers()).toEqual([]);
    },
  );

  it("honours Retry-After, and says so when it is longer than the budget", async () => {
    simulator.control.fault({ do: { kind: "status", status: 429, retryAfter: "3600" } });
    const thrown = await failure(clientOf(simulator).numbers.find(number));
    expect(thrown.message).toMatch(/429 Too Many Requests.*asks to wait 3600 s.*run the command again later/);
    expect(simulator.control.requests()).toHaveLength(1);
  });

  it("gives up after its attempts", async () => {
    simulator.control.fault({ times: 9, do: { kind: "status", status: 503 } });
    const thrown = await failure(clientOf(simulator).numbers.find(number));
    expect(thrown).toBeInstanceOf(ApiError);
    expect(thrown.message).toMatch(
      /could not read \+19895551234: 503 Service Unavailable.*SigmaMind has a problem of its own/,
    );
    expect(simulator.control.requests()).toHaveLength(5);
  });

  it("has a deadline of its own", async () => {
    simulator.control.fault({ times: 2, do: { kind: "wait", milliseconds: 60_000 } });
    const client = clientOf(simulator, { perAttempt: 100, attempts: 2 });
    expect((await failure(client.numbers.list())).message).toMatch(/no answer in time.*sigmamind:baseUrl/);
    expect(client.reports).toEqual([expect.stringMatching(/list the numbers: no answer in time; attempt 2 of 2/)]);
  });

  it("says that nobody listens", async () => {
    const server = await listen(() => undefined);
    const baseUrl = urlOf(server);
    await new Promise((resolve) => server.close(resolve));
    const thrown = await failure(clientOf({ baseUrl, apiKey: "key" }).numbers.list());
    expect(thrown.message).toMatch(/ECONNREFUSED.*Check that http:\/\/127\.0\.0\.1:\d+ /);
  });

  it.each([
    [400, 1],
    [401, 1],
    [403, 1],
    [409, 1],
  ])("does not repeat %d", async (status, times) => {
    simulator.control.fault({ times: 5, do: { kind: "status", status } });
    await failure(clientOf(simulator).numbers.list());
    expect(simulator.control.requests()).toHaveLength(times);
  });
});

describe("a POST", () => {
  const posts = (): number => asked(simulator).filter((line) => line.startsWith("POST")).length;

  it.each([
    ["lost after it was carried out", { when: "after", do: { kind: "drop" } }, 1],
    ["lost before it was carried out", { when: "before", do: { kind: "drop" } }, 2],
    ["answered by a 502 after it was carried out", { when: "after", do: { kind: "status", status: 502 } }, 1],
    ["answered by a 500 before it was carried out", { when: "before", do: { kind: "status", status: 500 } }, 2],
    ["refused by the rate limit", { when: "before", do: { kind: "status", status: 429, retryAfter: "0" } }, 2],
  ] as const)("%s is sent as often as needed and happens once", async (_what, fault, times) => {
    simulator.control.fault({ method: "POST", ...fault });
    expect(await clientOf(simulator).numbers.import(imported)).toMatchObject({ number });
    expect(posts()).toBe(times);
    expect(simulator.control.numbers()).toHaveLength(1);
  });

  it.each([
    ["after", 1],
    ["before", 2],
  ] as const)(
    "that outlives its deadline %s it was carried out is looked for, and happens once",
    async (when, times) => {
      simulator.control.fault({ method: "POST", when, do: { kind: "wait", milliseconds: 60_000 } });
      const client = clientOf(simulator, { perAttempt: 500 });
      expect(await client.numbers.import(imported)).toMatchObject({ number });
      expect(posts()).toBe(times);
      expect(asked(simulator)[1]).toBe(`GET ${one}`);
      expect(client.reports[0]).toMatch(/no answer in time/);
      expect(simulator.control.numbers()).toHaveLength(1);
    },
  );

  it("is looked for before it is repeated", async () => {
    simulator.control.fault({ method: "POST", when: "before", do: { kind: "drop" } });
    await clientOf(simulator).numbers.import(imported);
    expect(asked(simulator)).toEqual([
      "POST /v1/phone-numbers/import",
      `GET ${one}`,
      "GET /v1/phone-numbers",
      "POST /v1/phone-numbers/import",
    ]);
  });

  it("that arrives late is recognised by its conflict", async () => {
    // The first POST waits at the server beyond the deadline, is not there when looked for, and comes before the second.
    simulator.control.fault({ method: "POST", when: "before", do: { kind: "drop" } });
    simulator.control.fault({ method: "POST", when: "after", do: { kind: "status", status: 409 } });
    expect(await clientOf(simulator).numbers.import(imported)).toMatchObject({ number });
    expect(simulator.control.numbers()).toHaveLength(1);
  });

  it("with no outcome in reach says that it is not known", async () => {
    simulator.control.fault({ method: "POST", when: "after", do: { kind: "drop" } });
    simulator.control.fault({ method: "GET", times: 99, do: { kind: "status", status: 503 } });
    const thrown = await failure(clientOf(simulator).numbers.import(imported));
    expect(thrown).toBeInstanceOf(OutcomeUnknown);
    expect(thrown.message).toContain("Whether it was carried out is not known");
    expect(posts()).toBe(1);
  });

  it("that is refused for good is not looked for", async () => {
    const thrown = await failure(clientOf(simulator).numbers.import({ ...imported, terminationSipUri: "" }));
    expect(thrown).not.toBeInstanceOf(OutcomeUnknown);
    expect(thrown.message).toMatch(
      /could not import \+19895551234: 400 Bad Request, "Invalid request parameters: terminationSipURI/,
    );
    expect(asked(simulator)).toEqual(["POST /v1/phone-numbers/import"]);
  });

  it("for a number that another workspace has tells what to do", async () => {
    simulator.control.putNumber(record);
    expect((await failure(clientOf(simulator).numbers.import(imported))).message).toMatch(
      /409 Conflict, "Phone number \+19895551234 is already registered".*registered once for all SigmaMind workspaces/,
    );
  });

  it.each(["before", "after"] as const)(
    "that buys any free number buys one, also when it is cut off %s",
    async (when) => {
      simulator.control.fault({ method: "POST", when, do: { kind: "drop" } });
      const bought = await clientOf(simulator).numbers.purchase({ countryCode: "US", areaCode: 303 });
      expect(simulator.control.numbers()).toMatchObject([{ sipPhoneNumber: bought.number, provider: "twilio" }]);
    },
  );
});

describe("answers that make no sense", () => {
  it.each([
    ["HTML", "text/html", "<html>login</html>"],
    ["another object", "application/json", '{"hello": "world"}'],
    ["broken JSON", "application/json", '{"data": ['],
    ["nothing", "application/json", ""],
  ])("%s", async (_what, type, body) => {
    const server = await listen((_request, response) => response.writeHead(200, { "content-type": type }).end(body));
    const thrown = await failure(clientOf({ baseUrl: urlOf(server), apiKey: "key" }).numbers.list());
    server.close();
    expect(thrown.message).toMatch(
      /could not list the numbers: it answered 200 with a body that this version does not understand/,
    );
    expect(thrown.message).not.toMatch(/world|login/);
  });

  it("a redirect is not followed: the key would go elsewhere", async () => {
    let followed = false;
    const elsewhere = await listen((_request, response) => {
      followed = true;
      response.end();
    });
    const server = await listen((_request, response) => response.writeHead(302, { location: urlOf(elsewhere) }).end());
    const thrown = await failure(clientOf({ baseUrl: urlOf(server), apiKey: "key" }).numbers.list());
    server.close();
    elsewhere.close();
    expect(thrown.message).toMatch(/302 Found.*Set `sigmamind:baseUrl`/);
    expect(followed).toBe(false);
  });
});

describe("secrets", () => {
  it("a wrong key is named by its setting, not by its value", async () => {
    const thrown = await failure(clientOf({ ...simulator, apiKey: "key_S7ULC2lBwbg" }).numbers.list());
    expect(thrown.message).toMatch(/401 Unauthorized.*SIGMAMIND_API_KEY/);
    expect(inspect(thrown, { depth: 9 })).not.toContain("key_S7ULC2lBwbg");
  });

  it("never show in an error or a report, however the server echoes them", async () => {
    const echo = await listen((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        const sent = JSON.parse(body) as Record<string, string>;
        const echoed = [
          request.headers["x-api-key"],
          body,
          encodeURIComponent(sent["trunkPassword"] ?? ""),
          sent["trunkPassword"],
          sent["trunkUsername"],
        ];
        const message = echoed.join(" ");
        response.writeHead(500, { "content-type": "application/json" }).end(JSON.stringify({ message }));
      });
    });
    const secret = fc
      .string({ unit: "grapheme-ascii", minLength: 5, maxLength: 60 })
      .filter((text) => !/^\s|\s$|^[a-z ]*$|trunk|sip|agent/i.test(text));
    const key = fc.stringMatching(/^[A-Za-z0-9_.]{12,40}$/);
    await fc.assert(
      fc.asyncProperty(secret, secret, key, async (trunkUsername, trunkPassword, apiKey) => {
        const client = clientOf({ baseUrl: urlOf(echo), apiKey }, { attempts: 2 });
        const thrown = await failure(client.numbers.update(number, { trunkUsername, trunkPassword }));
        const seen = inspect(thrown, { depth: 9 }) + client.reports.join("\n");
        expect(client.reports).toHaveLength(1);
        for (const hidden of [
          trunkUsername,
          trunkPassword,
          apiKey,
          JSON.stringify(trunkPassword).slice(1, -1),
          encodeURIComponent(trunkPassword),
        ]) {
          expect(seen).not.toContain(hidden);
        }
      }),
      { numRuns: 50 },
    );
    echo.close();
  });
});

it("asks for no more than four things at a time", async () => {
  let [now, most] = [0, 0];
  const waiting: (() => void)[] = [];
  const server = await listen((_request, response) => {
    most = Math.max(most, ++now);
    waiting.push(() => {
      now--;
      response.writeHead(200, { "content-type": "application/json" }).end("[]");
    });
    // Nobody is answered before all that will come have come.
    if (now === 4) setImmediate(() => waiting.splice(0).forEach((answer) => answer()));
  });
  const client = clientOf({ baseUrl: urlOf(server), apiKey: "key" });
  await Promise.all(Array.from({ length: 12 }, () => client.numbers.list()));
  server.close();
  expect(most).toBe(4);
});

async function listen(handler: RequestListener): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A tool of an agent as the API shows it (docs/facts/sigmamind.md#agents). */
function transfer(transferTo: unknown): object {
  return { type: "voice_transfer_call", transferTo, description: "when the caller asks for a person" };
}
