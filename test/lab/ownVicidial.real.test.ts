/**
 * A VICIdial of the operator's own: telephone network, edge, simulator and lead service run beside it, by the real CLI. Its
 * part is played by a database and a dialler that the stack knows nothing of.
 */
import Docker from "dockerode";
import { freePorts, networksInUse, shareNode } from "../kit/calls/sharedLab";
import { until } from "../kit/calls/until";
import { Carrier, Edge } from "../kit/calls/views";
import { freshDatabase, type FreshDatabase } from "../kit/database";
import { installDockerPlugin } from "../kit/dockerPlugin";
import { builtLabImage } from "../kit/labImage";
import { TestStack, type Declared } from "../kit/stack";
import { chooseSubnet } from "../../tools/checkout/subnet";

jest.setTimeout(300_000);

const docker = new Docker();
const prefix = `vbtest-own-${process.pid}`;
const apiKey = "lab-4pikey-of-the-test";
const phone = "3035560814";
/** Who stands beside the lab, by name in its network. */
const own = { database: "vicidial-database", dialler: `${prefix}-vicidial` };

let database: FreshDatabase;
let stack: TestStack;
let ports: Awaited<ReturnType<typeof freePorts>>;
let subnet: string;
let since: number;
const diallerIp = () => subnet.replace(/0\/24$/, "50");

const lab = (ownVicidial: Record<string, unknown>): Declared => ({
  class: "TestLab",
  name: "lab",
  args: {
    prefix,
    sigmamind: { port: ports.sigmamind, controlPort: ports.control, apiKey },
    telephony: {
      subnet,
      ...{ edgeControlPort: ports.edge, carrierControlPort: ports.carrier, secret: "lab-s3cret-of-the-test" },
    },
    ownVicidial,
  },
});

const bridge = (addresses: Addresses): Declared => ({
  class: "VoiceAiBridge",
  name: "own",
  args: {
    campaignId: "OWN",
    campaign: { name: "Own VICIdial", localCallTime: "24hours" },
    ...{ routeNumber: "+19895550189", agentId: "LabSalesAgent001", terminationSipUri: "f111.dialmake.com" },
    ...{ aiPrefix: "9797", customerPrefix: "9797", userStart: 7780, callerId: "+13038142889" },
    ...{ dialMethod: "RATIO", dialLevel: 1, hopperLevel: 10, dialStatuses: ["NEW"], diallers: [diallerIp()] },
    edge: { host: addresses.edge, stack: "pjsip", transport: "udp" },
    ...{ leadFields: ["first_name"], leadService: { host: addresses.leads, port: 4573 } },
  },
  dependsOn: ["lab"],
});

interface Addresses {
  carrier: string;
  edge: string;
  leads?: string;
}

async function outputs(): Promise<{ database?: unknown; calls: { diallers: string[]; addresses: Addresses } }> {
  const { resources = [] } = await stack.exportState();
  return resources.find(({ urn }) => urn.endsWith("TestLab::lab"))?.outputs as never;
}

/** Services of the lab that run. */
async function services(): Promise<string[]> {
  const names = (await docker.listContainers()).map(({ Names }) => Names[0]!.slice(1));
  return names.flatMap((name) => (name.startsWith(`${prefix}-`) ? [name.slice(prefix.length + 1)] : [])).sort();
}

beforeAll(async () => {
  for (const image of ["dialler", "carrier", "edge", "leads"] as const) await builtLabImage(image);
  database = await freshDatabase({ schema: "1720" });
  ports = await freePorts();
  subnet = chooseSubnet(process.pid, await networksInUse());
  since = Date.now();
  stack = await TestStack.create({
    env: {
      ...{ PULUMI_HOME: installDockerPlugin(), TEST_CLASSES: "dist/components/index.js,dist/components/lab/index.js" },
      ...database.env,
      ...{ SIGMAMIND_BASE_URL: `http://127.0.0.1:${ports.sigmamind}`, SIGMAMIND_API_KEY: apiKey },
    },
  });
  shareNode(stack.folder);
  stack.declare([lab({})]);
  await stack.up();
}, 300_000);

afterAll(async () => {
  // The bridge while its dialler runs, which ends the line's last call.
  stack.declare([lab({})]);
  await stack.up({ mayFail: true });
  const network = docker.getNetwork(`${prefix}-network`);
  await docker
    .getContainer(own.dialler)
    .remove({ force: true, v: true })
    .catch(() => undefined);
  const container = await databaseContainer().catch(() => undefined);
  if (container !== undefined) await network.disconnect({ Container: container, Force: true }).catch(() => undefined);
  await stack.remove();
  await database.drop();
  for (const image of ["carrier", "edge", "leads", "sigmamind", "asterisk", "node"])
    await docker
      .getImage(`${prefix}-${image}:lab`)
      .remove({ force: true })
      .catch(() => undefined);
}, 120_000);

test("without its database: telephone network, edge and simulator, and the addresses of the first two", async () => {
  expect(await services()).toEqual(["carrier", "edge", "sigmamind"]);
  const { database: none, calls } = await outputs();
  expect(none).toBeUndefined();
  expect(calls).toMatchObject({ diallers: [] });
  const at = (host: number) => subnet.replace(/0\/24$/, String(host));
  expect(calls.addresses).toEqual({ carrier: at(21), edge: at(22) });
});

test("a bridge of the own VICIdial: its lead is called through the lab's network and greeted by the lab's edge", async () => {
  await vicidial();
  const { password, user, database: name } = database;
  const leadDatabase = { host: own.database, port: 3306, user, password, name };
  stack.declare([lab({ leadDatabase })]);
  await stack.up();
  expect(await services()).toEqual(["carrier", "edge", "leads", "sigmamind", "vicidial"]);
  const { addresses } = (await outputs()).calls;
  // As its administrator would: the telephone network's address in his own telephony carrier.
  await database.query(
    "UPDATE vicidial_server_carriers SET account_entry = REPLACE(account_entry, 'host=carrier', ?) WHERE account_entry LIKE '%host=carrier%'",
    [`host=${addresses.carrier}`],
  );
  stack.declare([lab({ leadDatabase }), bridge(addresses)]);
  await stack.up();
  await database.query(
    "INSERT INTO vicidial_lists (list_id, list_name, campaign_id, active) VALUES (8900, 'Own', 'OWN', 'Y')",
  );
  await database.query(
    "INSERT INTO vicidial_list (entry_date, status, list_id, phone_code, phone_number, gmt_offset_now, called_since_last_reset, first_name) VALUES (NOW(), 'NEW', 8900, '1', ?, -7, 'N', 'Maria')",
    [phone],
  );
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const ai = await new Edge(at(ports.edge), since).call(phone, ({ state }) => state === "answered", 60_000);
  expect(ai).toMatchObject({ toUser: "+19895550189", peer: expect.stringContaining(`${diallerIp()}:`) as string });
  expect(ai.headers).toEqual([expect.objectContaining({ name: "X-first_name", values: ["Maria"] })]);
  expect(ai.greeting).toContain("Hello Maria");
  const carrier = new Carrier(at(ports.carrier), since);
  const customer = await carrier.call(phone, ({ heard }) => heard.some(({ kind }) => kind === "speech"), 20_000);
  await carrier.hangUp(customer.id);
  await until("the AI leg's row says that it was answered", 20_000, async () => {
    const legs = await database.query(
      "SELECT dialstatus FROM vicidial_carrier_log WHERE channel NOT LIKE 'Local/%' AND server_ip = ?",
      [diallerIp()],
    );
    return legs[0]?.["dialstatus"] === "ANSWER";
  });
});

/** Starts a VICIdial beside the lab: the tests' database, and a dialler that is no container of the stack. */
async function vicidial(): Promise<void> {
  await database.query("UPDATE vicidial_campaigns SET active = 'N'");
  await database.query("UPDATE vicidial_remote_agents SET status = 'INACTIVE'");
  const network = docker.getNetwork(`${prefix}-network`);
  await network.connect({ Container: await databaseContainer(), EndpointConfig: { Aliases: [own.database] } });
  const environment = {
    ...database.env,
    ...{ VICIDIAL_HOST: own.database, VICIDIAL_PORT: "3306" },
    ...{ DIALLER_ID: "DIALLER1", DIALLER_IP: diallerIp(), DIALLER_AMI_SECRET: "0123456789abcdef" },
    ...{ DIALLER_CONFIGURATION_SECONDS: "1", DIALLER_HOPPER_SECONDS: "2" },
  };
  const EndpointsConfig = { [`${prefix}-network`]: { IPAMConfig: { IPv4Address: diallerIp() } } };
  const dialler = await docker.createContainer({
    name: own.dialler,
    Image: await builtLabImage("dialler"),
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    HostConfig: { NetworkMode: `${prefix}-network` },
    NetworkingConfig: { EndpointsConfig },
    Healthcheck: { Test: ["CMD", "healthcheck.sh"], Interval: 1e9, Timeout: 5e9, StartPeriod: 60e9, Retries: 5 },
  });
  await dialler.start();
  await until(
    "the dialler is healthy",
    60_000,
    async () => (await dialler.inspect()).State.Health?.Status === "healthy",
  );
}

/** The container of the tests' database, by the port that it publishes. */
async function databaseContainer(): Promise<string> {
  const found = (await docker.listContainers()).find(({ Ports }) =>
    Ports.some(({ PublicPort, PrivatePort }) => PublicPort === database.port && PrivatePort === 3306),
  );
  if (found === undefined) throw new Error(`no container publishes the database's port ${database.port}`);
  return found.Id;
}
