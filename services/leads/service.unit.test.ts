import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { startLeadService, type LeadService } from "./service";

/** The service with a database that is not there: every call goes on, quickly, and the log says why. */
const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

type Event = { event: string } & Record<string, unknown>;

async function started(databasePort: number): Promise<LeadService & { events: Event[] }> {
  const events: Event[] = [];
  const service = await startLeadService(
    {
      database: {
        ...{ host: "127.0.0.1", port: databasePort, user: "leads", password: "hunter2", database: "asterisk" },
        ...{ tls: "off", connections: 2 },
      },
      listen: { host: "127.0.0.1", port: 0 },
      health: { host: "127.0.0.1", port: 0 },
      deadlineMs: 200,
      metricsMs: 60_000,
    },
    (event, fields) => events.push({ event, ...fields }),
  );
  open.push(service);
  return { ...service, events };
}

async function nobodyListens(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Accepts and never says a word, as a database behind a firewall that forgot its connections. */
async function silent(): Promise<Server> {
  const server = createServer((socket) => void socket.on("error", () => undefined).resume()).listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push({ close: () => server.close() });
  return server;
}

/** One call's AGI; the answer to every command is success. Returns the commands until the service closes. */
async function call(service: LeadService, path: string, name = "V1221116230000000008", ...args: string[]) {
  const socket = connect(service.port, "127.0.0.1").setEncoding("utf8");
  const heard: string[] = [];
  socket.on("data", (text: string) => {
    const lines = text.split("\n").slice(0, -1);
    heard.push(...lines);
    socket.write("200 result=1\n".repeat(lines.length));
  });
  const lines = [
    "agi_network: yes",
    `agi_network_script: ${path}`,
    "agi_uniqueid: 1732222222.7",
    `agi_calleridname: ${name}`,
  ];
  lines.push(...args.map((arg, at) => `agi_arg_${at + 1}: ${arg}`), "", "");
  socket.write(lines.join("\n"));
  await once(socket, "close");
  return heard;
}

const health = async (service: LeadService) => {
  const answer = await fetch(`http://127.0.0.1:${service.healthPort}/health`);
  return { status: answer.status, body: await answer.json() };
};

test("a database that refuses: nothing is set, one line without the lead, health says it", async () => {
  const service = await started(await nobodyListens());
  expect(await call(service, "lead", "V1221116230000012345", "city")).toEqual([]);
  const failed = service.events.filter(({ event }) => event === "failed");
  expect(failed).toMatchObject([{ event: "failed", reason: "ECONNREFUSED", channel: "1732222222.7" }]);
  expect(JSON.stringify(service.events)).not.toMatch(/12345|hunter2/);
  expect(await health(service)).toEqual({ status: 503, body: { status: "failing", code: "ECONNREFUSED" } });
  expect(await call(service, "health")).toEqual(['SET VARIABLE "AIBL_HEALTH" "ECONNREFUSED"']);
});

test("a database that is silent: the call goes on at the deadline, and so do the calls that wait behind it", async () => {
  const service = await started(((await silent()).address() as AddressInfo).port);
  const calls = Array.from({ length: 6 }, () => call(service, "lead", "V1221116230000000008", "city"));
  expect(await Promise.all(calls)).toEqual(calls.map(() => []));
  const reasons = service.events.filter(({ event }) => event === "failed").map(({ reason }) => reason);
  expect(reasons).toHaveLength(6);
  for (const reason of reasons) expect(["deadline", "ETIMEDOUT"]).toContain(reason);
});

test("calls that are not VICIdial's, and columns that may not travel, never reach the database", async () => {
  const service = await started(((await silent()).address() as AddressInfo).port);
  expect(await call(service, "lead", "Ada Lovelace", "city")).toEqual([]);
  expect(await call(service, "lead", "V1221116230000000008", "pass", "city FROM vicidial_users")).toEqual([]);
  expect(await call(service, "elsewhere")).toEqual([]);
  const told = service.events.filter(({ event }) => event !== "database");
  expect(told).toEqual([
    { event: "unknown", reason: "no V-code", channel: "1732222222.7" },
    { event: "refused", reason: "columns", count: 2, channel: "1732222222.7" },
    { event: "unknown", reason: "no column", channel: "1732222222.7" },
    { event: "refused", reason: "path", channel: "1732222222.7" },
  ]);
});

test("closing takes no more calls and leaves a last line of figures", async () => {
  const service = await started(await nobodyListens());
  await call(service, "lead", "V1221116230000000008", "city");
  open.pop();
  await service.close();
  await expect(call(service, "lead")).rejects.toThrow("ECONNREFUSED");
  await expect(health(service)).rejects.toThrow("fetch failed");
  expect(service.events.at(-1)).toMatchObject({ event: "metrics", lookups: 1, failed: 1 });
});
