import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { startSimulator, type Simulator } from "./simulator";

const number = "+19895551234";
const path = "/v1/phone-numbers/%2B19895551234";
const imported = { phoneNumber: number, terminationSipURI: "f111.dialmake.com", inboundAgentId: "LabSalesAgent001" };

// Other work on the machine must not fail a test that waits for nothing.
jest.setTimeout(30_000);

let simulator: Simulator;
beforeAll(async () => (simulator = await startSimulator()));
beforeEach(() => simulator.control.reset());
afterAll(() => simulator.close());

const answer = z.record(z.string(), z.unknown());

async function ask(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = { "x-api-key": simulator.apiKey },
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await fetch(new URL(url, simulator.baseUrl), {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
}

describe("the documented answers", () => {
  it("imports, reads, lists, updates and releases a number", async () => {
    const credentials = { trunkUsername: "trunk", trunkPassword: "correct horse" };
    const created = await ask("POST", "/v1/phone-numbers/import", { ...imported, ...credentials });
    expect(created.status).toBe(200);
    expect(created.body).toEqual({
      sipPhoneNumber: number,
      inboundAgentId: "agent_LabSalesAgent001",
      outboundAgentId: null,
      outboundPhoneNumber: null,
      active: true,
      terminationSipURI: "f111.dialmake.com",
      friendlyName: number,
    });
    const listed = await ask("GET", "/v1/phone-numbers");
    expect(listed.body).toMatchObject({ page: 0, size: 10, totalCount: 1, totalPages: 1, hasNext: false });

    const patch = { friendlyName: "Denver", inboundAgentId: null, terminationSipUri: "sip.telnyx.com" };
    const updated = await ask("PATCH", path, patch);
    expect(updated.body).toMatchObject({ friendlyName: "Denver", inboundAgentId: null, provider: "byo" });
    expect((await ask("GET", path)).body).toMatchObject({ terminationSipURI: "sip.telnyx.com", outboundAgentId: null });

    expect((await ask("DELETE", path)).status).toBe(204);
    expect((await ask("GET", path)).status).toBe(404);
  });

  it("never answers with trunk credentials, and does not keep the password", async () => {
    await ask("POST", "/v1/phone-numbers/import", { ...imported, trunkUsername: "tr-user", trunkPassword: "tr-pass" });
    const everything = JSON.stringify([
      (await ask("GET", path)).body,
      (await ask("GET", "/v1/phone-numbers")).body,
      simulator.control.requests(),
    ]);
    expect(everything).not.toMatch(/tr-user|tr-pass/);
    expect(JSON.stringify(simulator.control.numbers())).not.toContain("tr-pass");
    expect(simulator.control.numbers()[0]?.trunkPasswordSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("buys the number asked for, or the first free one of the area", async () => {
    expect((await ask("POST", "/v1/phone-numbers", { phoneNumber: number })).body).toMatchObject({
      sipPhoneNumber: number,
      provider: "twilio",
      terminationSipURI: null,
    });
    const bought = await ask("POST", "/v1/phone-numbers", { countryCode: "US", areaCode: 303 });
    expect(answer.parse(bought.body)["sipPhoneNumber"]).toMatch(/^\+1303555\d{4}$/);
  });

  it("keeps agents, calls and webhooks", async () => {
    const agent = answer.parse((await ask("POST", "/v1/agents", { agentName: "New", instructions: "Hi" })).body);
    expect(agent["agentId"]).toMatch(/^[A-Za-z0-9]{16}$/);
    expect(agent).not.toHaveProperty("status");
    const url = `/v1/agents/${String(agent["agentId"])}`;
    expect((await ask("PATCH", url, { welcomeMessage: "Hello" })).body).toMatchObject({ instructions: "Hi" });
    expect((await ask("GET", "/v1/agents")).body).toMatchObject({ totalCount: 4 });

    await ask("POST", "/v1/phone-numbers/import", imported);
    const call = { fromPhoneNumber: number, toPhoneNumber: "+13035550100", agentId: "LabSalesAgent001" };
    const created = answer.parse(
      (await ask("POST", "/v1/calls", { ...call, dynamicVariables: { city: "Denver" } })).body,
    );
    expect(created).toMatchObject({
      callType: "outbound",
      dynamicVariables: { city: "Denver" },
      agent: { agentId: "agent_LabSalesAgent001", status: "Live" },
      phoneNumber: { sipPhoneNumber: number },
    });
    expect(created["callId"]).toMatch(/^call_/);
    expect((await ask("DELETE", `/v1/calls/${String(created["callId"])}`)).status).toBe(200);
    expect((await ask("GET", "/v1/calls?status=scheduled")).body).toMatchObject({ data: [] });

    const hook = {
      name: "crm",
      agentId: "LabSalesAgent001",
      url: "https://crm.example/hook",
      events: ["conversation_ended"],
    };
    const webhook = answer.parse((await ask("POST", "/v1/webhooks", hook)).body);
    expect((await ask("GET", "/v1/webhooks?agentId=LabSalesAgent001")).body).toMatchObject({ totalCount: 1 });
    expect((await ask("DELETE", `/v1/webhooks/${String(webhook["webhookId"])}`)).status).toBe(204);
    expect((await ask("GET", `/v1/webhooks/${String(webhook["webhookId"])}`)).status).toBe(404);
  });

  it("pages", async () => {
    const last = await ask("GET", "/v1/agents?page=1&size=2");
    expect(last.body).toMatchObject({
      page: 1,
      size: 2,
      totalCount: 3,
      totalPages: 2,
      hasNext: false,
      hasPrevious: true,
    });
    expect(answer.parse(last.body)["data"]).toHaveLength(1);
  });
});

describe("what it refuses", () => {
  const long = (length: number): string => "x".repeat(length);
  const importUrl = "/v1/phone-numbers/import";
  const cases: [what: string, method: string, url: string, body: unknown, status: number, message: RegExp][] = [
    ["an undocumented field", "POST", importUrl, { ...imported, sipTrunk: 1 }, 400, /sipTrunk is not documented/],
    [
      "PATCH's spelling in an import",
      "POST",
      importUrl,
      { ...imported, terminationSipUri: "a.example" },
      400,
      /terminationSipUri is not documented/,
    ],
    [
      "import's spelling in a PATCH",
      "PATCH",
      path,
      { terminationSipURI: "a.example" },
      400,
      /terminationSipURI is not documented/,
    ],
    [
      "a purchase with a host",
      "POST",
      "/v1/phone-numbers",
      { phoneNumber: number, terminationSipURI: "a" },
      400,
      /terminationSipURI is not documented/,
    ],
    ["an import without number", "POST", importUrl, { terminationSipURI: "a.example" }, 400, /phoneNumber/],
    ["an import without host", "POST", importUrl, { phoneNumber: "+13035550100" }, 400, /terminationSipURI/],
    [
      "a number without plus",
      "POST",
      importUrl,
      { ...imported, phoneNumber: "19895551234" },
      400,
      /phoneNumber: must match/,
    ],
    [
      "a number with a leading zero",
      "POST",
      importUrl,
      { ...imported, phoneNumber: "+0989555123" },
      400,
      /phoneNumber: must match/,
    ],
    ["a name of 129", "PATCH", path, { friendlyName: long(129) }, 400, /friendlyName/],
    ["an agent id of 65", "PATCH", path, { inboundAgentId: long(65) }, 400, /inboundAgentId/],
    ["a host of 254", "PATCH", path, { terminationSipUri: long(254) }, 400, /terminationSipUri/],
    ["a password of 129", "PATCH", path, { trunkPassword: long(129) }, 400, /trunkPassword/],
    ["null where only agents have it", "PATCH", path, { trunkUsername: null }, 400, /trunkUsername/],
    ["a change of the number", "PATCH", path, { phoneNumber: "+13035550100" }, 400, /phoneNumber is not documented/],
    ["a purchase of nothing", "POST", "/v1/phone-numbers", {}, 400, /countryCode or phoneNumber/],
    ["a small country code", "POST", "/v1/phone-numbers", { countryCode: "us" }, 400, /countryCode/],
    ["a duplicate", "POST", importUrl, imported, 409, /already registered/],
    ["an unknown number", "PATCH", "/v1/phone-numbers/%2B13035550100", {}, 404, /not found/],
    ["an unknown agent", "GET", "/v1/agents/nobody", undefined, 404, /not found/],
    ["an agent id with prefix", "GET", "/v1/agents/agent_LabSalesAgent001", undefined, 404, /not found/],
    ["an agent without instructions", "POST", "/v1/agents", { agentName: "a" }, 400, /instructions/],
    [
      "a call from a foreign number",
      "POST",
      "/v1/calls",
      { fromPhoneNumber: "+13035550100", toPhoneNumber: number },
      404,
      /not found/,
    ],
    ["a call without agent", "POST", "/v1/calls", { fromPhoneNumber: number, toPhoneNumber: number }, 400, /agentId/],
    [
      "a webhook without events",
      "POST",
      "/v1/webhooks",
      { name: "a", agentId: "a", url: "https://a", events: [] },
      400,
      /events/,
    ],
    ["an undocumented query", "GET", "/v1/phone-numbers?limit=5", undefined, 400, /limit is not documented/],
    ["page size 0", "GET", "/v1/agents?size=0", undefined, 400, /size/],
    ["no JSON", "POST", importUrl, "{", 400, /JSON/],
    ["the oldest path", "GET", "/v1/phone-number", undefined, 404, /No endpoint/],
    ["an unknown path", "GET", "/v2/phone-numbers", undefined, 404, /No endpoint/],
  ];
  it.each(cases)("%s", async (_what, method, url, body, status, message) => {
    await ask("POST", "/v1/phone-numbers/import", imported);
    const before = simulator.control.numbers();
    const refused = await ask(method, url, body);
    expect(refused.status).toBe(status);
    const error = answer.parse(refused.body);
    expect(Object.keys(error).sort()).toEqual(["error", "message", "path", "status", "timestamp"]);
    expect(error["status"]).toBe(status);
    expect(error["message"]).toMatch(message);
    expect(simulator.control.numbers()).toEqual(before);
  });

  it.each<[Record<string, string>]>([[{}], [{ "x-api-key": "wrong" }]])(
    "a key that is missing or wrong: %p",
    async (headers) => {
      const refused = await ask("GET", "/v1/agents", undefined, headers);
      expect(refused).toMatchObject({ status: 401, body: { error: "Unauthorized", path: "/v1/agents" } });
    },
  );

  it("an undocumented field only where it is strict", async () => {
    simulator.control.setQuirks({ strict: false });
    expect((await ask("POST", "/v1/phone-numbers/import", { ...imported, sipTrunk: 1 })).status).toBe(200);
  });
});

describe("quirks", () => {
  it("prints numbers as numbers, bare ids and totalCounts in the oldest generation, on the singular path too", async () => {
    simulator.control.setQuirks({ generation: "G1" });
    expect((await ask("POST", "/v1/phone-number/import", imported)).status).toBe(400);
    await ask("POST", "/v1/phone-number/import", { ...imported, trunkUsername: "u", trunkPassword: "p" });
    const listed = answer.parse((await ask("GET", "/v1/phone-numbers")).body);
    expect(listed).toMatchObject({
      totalCounts: 1,
      data: [{ sipPhoneNumber: 19895551234, inboundAgentId: "LabSalesAgent001" }],
    });
    simulator.control.addCall({ callType: "inbound", sipPhoneNumber: number, dynamicVariables: { city: "Denver" } });
    const calls = answer.parse((await ask("GET", "/v1/calls")).body);
    expect(calls["data"]).toMatchObject([
      { callId: expect.not.stringContaining("call") as string, variables: { city: "Denver" } },
    ]);
  });

  it("lists numbers as a bare array when told so", async () => {
    simulator.control.setQuirks({ numberList: "array" });
    expect((await ask("GET", "/v1/phone-numbers")).body).toEqual([]);
  });

  it("answers the next requests with an error status and Retry-After", async () => {
    simulator.control.fault({
      method: "GET",
      path: "/v1/agents",
      times: 2,
      do: { kind: "status", status: 429, retryAfter: "7" },
    });
    expect((await ask("GET", "/v1/phone-numbers")).status).toBe(200);
    const refused = await ask("GET", "/v1/agents");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "7"]);
    expect((await ask("GET", "/v1/agents")).status).toBe(429);
    expect((await ask("GET", "/v1/agents")).status).toBe(200);
  });

  it.each([
    ["before", 0],
    ["after", 1],
  ] as const)("cuts the connection %s the write", async (when, written) => {
    simulator.control.fault({ method: "POST", when, do: { kind: "drop" } });
    await expect(ask("POST", "/v1/phone-numbers/import", imported)).rejects.toThrow("fetch failed");
    expect(simulator.control.numbers()).toHaveLength(written);
    expect(simulator.control.requests()).toHaveLength(1);
  });

  it("fails after the write", async () => {
    simulator.control.fault({ method: "POST", when: "after", do: { kind: "status", status: 502 } });
    expect(await ask("POST", "/v1/phone-numbers/import", imported)).toMatchObject({
      status: 502,
      body: { status: 502 },
    });
    expect(simulator.control.numbers()).toHaveLength(1);
  });

  it("keeps a client waiting, after the write", async () => {
    simulator.control.fault({ when: "after", do: { kind: "wait", milliseconds: 60_000 } });
    const headers = { "x-api-key": simulator.apiKey, "content-type": "application/json" };
    const url = `${simulator.baseUrl}/v1/phone-numbers/import`;
    const signal = AbortSignal.timeout(300);
    const waiting = fetch(url, { method: "POST", headers, body: JSON.stringify(imported), signal });
    await expect(waiting).rejects.toMatchObject({ name: "TimeoutError" });
    expect(simulator.control.numbers()).toHaveLength(1);
  });
});

describe("the control port", () => {
  const control = (method: string, url: string, body?: unknown): Promise<Response> =>
    fetch(new URL(url, simulator.controlUrl), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });

  it("does over HTTP what tests do in process", async () => {
    expect((await control("PUT", "/quirks", { numberList: "array" })).status).toBe(200);
    expect(simulator.control.quirks()).toMatchObject({ numberList: "array", strict: true });
    expect((await control("POST", "/faults", { do: { kind: "status", status: 500 } })).status).toBe(204);
    expect((await ask("GET", "/v1/agents")).status).toBe(500);
    expect((await control("POST", "/faults", { times: 9, do: { kind: "status", status: 500 } })).status).toBe(204);
    expect((await control("DELETE", "/faults")).status).toBe(204);
    expect((await control("PUT", "/agents", { agentId: "A1", agentName: "One", status: "Testing" })).status).toBe(200);
    const call = { callType: "inbound", sipPhoneNumber: number, agentId: "A1", status: "ended", duration: 12 };
    expect((await control("POST", "/calls", call)).status).toBe(200);
    const calls = answer.parse((await ask("GET", "/v1/calls")).body);
    expect(calls["data"]).toMatchObject([{ status: "ended", duration: 12, agent: { status: "Testing" } }]);
    expect(await (await control("GET", "/requests")).json()).toMatchObject([
      { method: "GET", path: "/v1/agents", status: 500 },
      { method: "GET", path: "/v1/calls", status: 200 },
    ]);
    expect((await control("POST", "/reset")).status).toBe(204);
    expect(await (await control("GET", "/requests")).json()).toEqual([]);
    expect((await control("GET", "/health")).status).toBe(200);
  });

  it("lets the SIP edge look up agents and complete its calls", async () => {
    expect(await (await control("GET", "/agents")).json()).toContainEqual(
      expect.objectContaining({ agentId: "LabDraftAgent003", status: "Testing" }),
    );
    const { callId } = simulator.control.addCall({
      callType: "inbound",
      sipPhoneNumber: number,
      status: "in_progress",
    });
    const ended = { status: "ended", duration: 7, terminationReason: "user_ended_call", transcript: "Agent: Hello." };
    expect((await control("PATCH", `/calls/${callId}`, ended)).status).toBe(200);
    expect((await ask("GET", `/v1/calls/${callId}`)).body).toMatchObject(ended);
    expect((await control("PATCH", "/calls/nobody", ended)).status).toBe(404);
    const refused = await control("PATCH", `/calls/${callId}`, { duration: "long" });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("duration")]);
  });

  it("refuses a switch that does not exist", async () => {
    const refused = await control("PUT", "/quirks", { generation: "G4" });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("generation");
  });
});

describe("the state on disk", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "sigmamind-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it("survives a restart", async () => {
    const first = await startSimulator({ stateDir: directory });
    const body = JSON.stringify({ ...imported, trunkPassword: "tr-pass" });
    const headers = { "x-api-key": first.apiKey, "content-type": "application/json" };
    await fetch(`${first.baseUrl}/v1/phone-numbers/import`, { method: "POST", headers, body });
    await first.close();
    const second = await startSimulator({ stateDir: directory });
    expect(second.control.numbers()).toMatchObject([{ sipPhoneNumber: number }]);
    await second.close();
    expect(readFileSync(join(directory, "state.json"), "utf8")).not.toContain("tr-pass");
  });

  it("says so when the file is not its own", async () => {
    writeFileSync(join(directory, "state.json"), "{}");
    await expect(startSimulator({ stateDir: directory })).rejects.toThrow("remove it to start empty");
  });
});
