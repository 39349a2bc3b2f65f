/** `npm start` and `npm run stop` as an operator types them, in a second checkout of this repository. */
import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import axios from "axios";
import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";
import { dockerClient } from "../../tools/prepare/docker";
import { labObjects, listed } from "../../tools/checkout/lab";
import type { Summary } from "../../tools/report/summary";
import { OtherCheckout } from "../kit/checkout";

jest.setTimeout(600_000);

const docker = dockerClient();
let checkout: OtherCheckout;
let first: Summary;

beforeAll(async () => {
  checkout = OtherCheckout.ofThisRepository();
  first = await start();
});
afterAll(async () => {
  await checkout.npm("stop", "--", "--force");
  // `stop` keeps a lab's images for the next time; this checkout has none.
  const { prefix } = checkout.identity();
  const tags = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  for (const tag of tags.filter((one) => one.startsWith(`${prefix}-`))) await docker.getImage(tag).remove();
  checkout.remove();
});

/** The summary; everything else on stdout is npm's own two lines. */
async function start(): Promise<Summary> {
  const { code, stdout, stderr } = await checkout.npm("start", "--", "--json");
  if (code !== 0) throw new Error(stderr);
  const lines = stdout.split("\n").filter((line) => line !== "" && !line.startsWith("> "));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!) as Summary;
}

async function withDatabase<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const { host, port, user, password, name } = first.database;
  const connection = await createConnection({ host, port, user, password, database: name });
  return work(connection).finally(() => connection.end());
}

async function rows(sql: string, ...values: unknown[]): Promise<RowDataPacket[]> {
  return withDatabase(async (connection) => (await connection.query<RowDataPacket[]>(sql, values))[0]);
}

/** Every row that a stack may write, as text; the dialler's own notes of the last call are left out. */
async function everything(): Promise<string> {
  const tables = [
    "users",
    "remote_agents",
    "server_carriers",
    "campaigns",
    "lists",
    "settings_containers",
    "admin_log",
  ];
  const texts = [];
  for (const table of tables) {
    const found = await rows("SELECT * FROM ??", `vicidial_${table}`);
    const kept = found.map(({ campaign_calldate: _, ...row }) => JSON.stringify(row));
    texts.push(`${table}\n${kept.sort().join("\n")}`);
  }
  return texts.join("\n");
}

/** A summary without what differs from run to run. */
function withoutTimes({ seconds: _, verified, ...rest }: Summary): object {
  return { ...rest, verified: verified.map(({ name, verdict }) => ({ name, verdict })) };
}

const left = async () => listed(await labObjects(docker, checkout.identity().prefix));

test("the last line has the promised fields, and no other", () => {
  expect(Object.keys(first)).toEqual([
    "stack",
    "database",
    "sigmamind",
    "calls",
    "bridges",
    "secondUp",
    "verified",
    "seconds",
  ]);
  expect(first).toEqual({
    stack: "dev",
    database: {
      host: "127.0.0.1",
      port: expect.any(Number) as number,
      user: "voicebridge",
      password: expect.any(String) as string,
      name: "asterisk",
    },
    sigmamind: {
      baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      apiKey: expect.any(String) as string,
    },
    calls: {
      edgeUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      carrierUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
    },
    bridges: [
      {
        name: "denver",
        campaignId: "SIGMA1",
        remoteExtension: "979719895551234",
        carrierId: expect.any(String) as string,
        userStart: 5565,
        lines: 1,
      },
      expect.objectContaining({ campaignId: "SIGMA2" }),
    ],
    secondUp: { changes: 0 },
    verified: ["denver", "saltlake"].map((name) => ({
      name,
      verdict: "passed",
      seconds: expect.any(Number) as number,
    })),
    seconds: {
      tools: expect.any(Number) as number,
      images: expect.any(Number) as number,
      up: expect.any(Number) as number,
      secondUp: expect.any(Number) as number,
      verify: expect.any(Number) as number,
    },
  });
  expect(first.seconds.up).toBeGreaterThan(0);
});

test("the guide's example is in the database", async () => {
  const [denver] = first.bridges;
  const [campaign] = await rows("SELECT * FROM vicidial_campaigns WHERE campaign_id = ?", denver!.campaignId);
  expect(campaign).toMatchObject({
    dial_prefix: "9797",
    manual_dial_prefix: "8787",
    campaign_cid: "13038142839",
    auto_dial_level: "1",
    hopper_level: 1,
    campaign_vdad_exten: "8368",
  });
  const agents = await rows("SELECT * FROM vicidial_remote_agents WHERE conf_exten = ?", denver!.remoteExtension);
  expect(agents.length).toBeGreaterThan(0);
  expect(agents[0]).toMatchObject({
    user_start: "5565",
    number_of_lines: 1,
    campaign_id: denver!.campaignId,
    status: "ACTIVE",
  });
  const [user] = await rows("SELECT * FROM vicidial_users WHERE user = '5565'");
  expect(user).toMatchObject({ active: "Y" });
  const [carrier] = await rows("SELECT * FROM vicidial_server_carriers WHERE carrier_id = ?", denver!.carrierId);
  expect(carrier).toMatchObject({ active: "Y" });
  expect((carrier as { dialplan_entry: string }).dialplan_entry).toContain("exten => 979719895551234,1,");
  const [telephony] = await rows(
    "SELECT * FROM vicidial_server_carriers WHERE dialplan_entry LIKE '%\\_9797X.%' AND active = 'Y'",
  );
  expect(telephony).toBeDefined();
});

test("the route number is registered at SigmaMind and its agent is mapped", async () => {
  const { baseUrl, apiKey } = first.sigmamind;
  const answer = await axios.get<unknown>(`${baseUrl}/v1/phone-numbers`, { headers: { "X-API-Key": apiKey } });
  expect(JSON.stringify(answer.data)).toContain("19895551234");
  expect(JSON.stringify(answer.data)).toContain("f111.dialmake.com");
});

test("a second `npm start` shows a person every row, and changes nothing: same lab, same rows, clean tree", async () => {
  const [before, containers] = [await everything(), (await labObjects(docker, checkout.identity().prefix)).containers];
  const { code, stdout } = await checkout.npm("start", "--", "--no-calls");
  expect(code).toBe(0);
  for (const { name, campaignId, remoteExtension, carrierId } of first.bridges) {
    expect(stdout).toContain(`Bridge ${name}: campaign ${campaignId} → ${remoteExtension}`);
    expect(stdout).toMatch(new RegExp(`carrier_id +${carrierId}`));
  }
  expect(stdout).toMatch(/user_start .*\n +\d+ +[\d.]+ +5565 /);
  expect(stdout).toContain("the second `pulumi up` changed 0 resources");
  expect(stdout).not.toContain("a call went through bridge");
  expect(stdout).not.toContain(first.database.password);
  expect(stdout).not.toContain(first.sigmamind.apiKey);
  expect(await everything()).toBe(before);
  expect((await labObjects(docker, checkout.identity().prefix)).containers).toEqual(containers);
  expect(checkout.status()).toBe("");
});

test("nothing of the lab listens beyond loopback, and no audio leaves its network", async () => {
  const { containers } = await labObjects(docker, checkout.identity().prefix);
  const published = containers.map(async ({ id, name }) => {
    const { HostConfig, NetworkSettings } = await docker.getContainer(id).inspect();
    expect([name, HostConfig.NetworkMode]).not.toEqual([name, "host"]);
    const bindings = Object.entries(NetworkSettings.Ports) as [string, { HostIp: string }[] | null][];
    return bindings.flatMap(([port, hosts]) => (hosts ?? []).map(({ HostIp }) => [name, port.split("/")[1], HostIp]));
  });
  const ports = (await Promise.all(published)).flat();
  expect(ports.length).toBeGreaterThanOrEqual(4);
  // SIP over UDP and RTP would be UDP.
  expect(ports).toEqual(ports.map(([name]) => [name, "tcp", "127.0.0.1"]));
});

test("an image is built anew exactly when a file of its folder, or of the image below it, changed", async () => {
  const changed = async (folder: string) => {
    const file = join(checkout.root, "docker", folder, "Dockerfile");
    const before = readFileSync(file);
    writeFileSync(file, `${before.toString()}\n# Changed.\n`);
    utimesSync(join(checkout.root, "docker/leads/Dockerfile"), 1, 1); // the same text
    const { stdout } = await checkout.npm("pulumi", "--", "preview", "--json", "--non-interactive");
    writeFileSync(file, before);
    const { steps } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { steps: { op: string; urn: string }[] };
    const images = steps.filter(({ op, urn }) => op !== "same" && urn.includes("RemoteImage::"));
    return [...new Set(images.map(({ urn }) => urn.split("RemoteImage::").pop()))].sort();
  };
  expect(await changed("carrier")).toEqual(["lab-carrier"]);
  expect(await changed("asterisk")).toEqual(["lab-asterisk", "lab-carrier", "lab-dialler", "lab-edge"]);
  expect(checkout.status()).toBe("");
});

test("what somebody changed by hand shows per property, and `up` repairs it", async () => {
  const { campaignId } = first.bridges[0]!;
  await withDatabase((connection) =>
    connection.query("UPDATE vicidial_campaigns SET hopper_level = 77 WHERE campaign_id = ?", [campaignId]),
  );
  const preview = await checkout.npm("pulumi", "--", "refresh", "--preview-only", "--diff", "--non-interactive");
  expect(preview.stdout).toMatch(/hopperLevel *: 1 => 77/);
  expect((await checkout.npm("pulumi", "--", "up", "--yes", "--refresh", "--non-interactive")).code).toBe(0);
  const [campaign] = await rows("SELECT hopper_level FROM vicidial_campaigns WHERE campaign_id = ?", campaignId);
  expect(campaign).toEqual({ hopper_level: 1 });
  expect(checkout.status()).toBe("");
});

test("a database that was removed with its data comes back with its bridges", async () => {
  const { prefix } = checkout.identity();
  await docker.getContainer(`${prefix}-database`).remove({ force: true });
  await docker.getVolume(`${prefix}-database`).remove();
  const again = await start();
  expect(withoutTimes(again)).toEqual(withoutTimes(first));
});

test("no password of the lab is in clear in its state", async () => {
  const { stdout } = await checkout.npm("pulumi", "--", "stack", "export");
  expect(stdout).toContain("979719895551234");
  for (const secret of Object.values(checkout.identity().secrets)) expect(stdout).not.toContain(secret);
});

test("stop destroys the lab and leaves no container, network or volume", async () => {
  expect((await left()).length).toBeGreaterThan(4);
  const { code, stderr } = await checkout.npm("stop");
  expect([code, await left()]).toEqual([0, []]);
  expect(stderr).toContain("no container, network or volume");
  expect((await checkout.npm("stop")).code).toBe(0);
  expect(checkout.status()).toBe("");
});
