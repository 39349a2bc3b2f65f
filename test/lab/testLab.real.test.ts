/** The lab by a real `pulumi up` against a real daemon: what it serves, to whom, and that it goes without a trace. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import axios from "axios";
import Docker from "dockerode";
import { createConnection } from "mysql2/promise";
import { installDockerPlugin } from "../kit/dockerPlugin";
import { repository } from "../kit/files";
import { TestStack, type Declared } from "../kit/stack";

const docker = new Docker();
const prefix = `vbtest-lab-${process.pid}`;
const password = "lab-p4ssword-of-the-test";
const apiKey = "lab-4pikey-of-the-test";
let ports: { database: number; sigmamind: number; control: number };
let stack: TestStack;

jest.setTimeout(300_000);

/** A port that nothing listens on now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const lab = (changes: { password?: string } = {}): Declared => ({
  class: "TestLab",
  name: "lab",
  args: {
    prefix,
    database: { port: ports.database, password: changes.password ?? password },
    sigmamind: { port: ports.sigmamind, controlPort: ports.control, apiKey },
  },
});

const container = (service: string) => docker.getContainer(`${prefix}-${service}`).inspect();

async function query(sql: string, secret = password): Promise<unknown> {
  const connection = await createConnection({
    host: "127.0.0.1",
    port: ports.database,
    user: "voicebridge",
    password: secret,
    database: "asterisk",
  });
  try {
    return (await connection.query(sql))[0];
  } finally {
    await connection.end();
  }
}

async function leftovers(): Promise<string[]> {
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listVolumes(),
  ]);
  const names = [
    ...containers.flatMap(({ Names }) => Names),
    ...networks.map(({ Name }) => Name),
    ...volumes.map(({ Name }) => Name),
  ];
  return names.filter((name) => name.includes(prefix));
}

beforeAll(async () => {
  execFileSync("npm", ["run", "--silent", "bundle"], { cwd: repository, stdio: "pipe" }); // of what was compiled just now
  ports = { database: await freePort(), sigmamind: await freePort(), control: await freePort() };
  stack = await TestStack.create({
    env: { PULUMI_HOME: installDockerPlugin(), TEST_CLASSES: "dist/components/lab/TestLab.js" },
  });
  // Node for the images is fetched once per checkout, not once per test.
  const node = `node-linux-${process.arch}`;
  mkdirSync(join(stack.folder, ".tools"));
  if (existsSync(join(repository, ".tools", node))) {
    symlinkSync(join(repository, ".tools", node), join(stack.folder, ".tools", node));
  }
});

afterAll(async () => {
  await stack.remove();
  for (const image of ["sigmamind", "node", "database"]) {
    await docker
      .getImage(`${prefix}-${image}:lab`)
      .remove({ force: true })
      .catch(() => undefined);
  }
});

test("up ends when the database and the simulator are healthy", async () => {
  stack.declare([lab()]);
  await stack.up();
  for (const service of ["database", "sigmamind"])
    expect((await container(service)).State.Health?.Status).toBe("healthy");
  expect(await query("SELECT db_schema_version AS version FROM system_settings")).toEqual([{ version: 1720 }]);
  await expect(query("SELECT 1", "another password")).rejects.toThrow(/Access denied/);
});

test("the simulator answers who knows the key", async () => {
  const agents = `http://127.0.0.1:${ports.sigmamind}/v1/agents`;
  const get = async (headers: Record<string, string>) =>
    (await axios.get(agents, { headers, validateStatus: null })).status;
  expect(await get({})).toBe(401);
  expect(await get({ "X-API-Key": "lab-api-key" })).toBe(401); // no default key
  expect(await get({ "X-API-Key": apiKey })).toBe(200);
  expect((await axios.get(`http://127.0.0.1:${ports.control}/health`)).data).toEqual({ status: "ok" });
});

test("nothing listens beyond loopback", async () => {
  for (const service of ["database", "sigmamind"]) {
    const { NetworkSettings, HostConfig } = await container(service);
    const published = Object.values(NetworkSettings.Ports).flatMap(
      (bindings) => (bindings as { HostIp: string }[] | null) ?? [],
    );
    expect(published.length).toBeGreaterThan(0);
    expect(published.map(({ HostIp }) => HostIp)).toEqual(published.map(() => "127.0.0.1"));
    expect(HostConfig.NetworkMode).not.toBe("host");
  }
});

test("services find each other by name in the lab's network", async () => {
  const { NetworkSettings } = await container("sigmamind");
  expect(NetworkSettings.Networks[`${prefix}-network`]?.Aliases).toContain("sigmamind");
  expect(Object.keys(NetworkSettings.Networks)).toEqual([`${prefix}-network`]);
});

test("a second preview is empty, also after a refresh", async () => {
  await stack.expectNoChanges();
  expect(await stack.refresh()).toEqual([]);
  await stack.expectNoChanges();
});

test("a new password keeps the data; the old one is refused", async () => {
  await query("UPDATE system_settings SET webroot_writable = '0'");
  stack.declare([lab({ password: "another-p4ssword" })]);
  expect(await stack.preview()).toMatchObject([{ op: "replace", name: "lab-database", replaces: ["envs"] }]);
  await stack.up();
  expect(await query("SELECT webroot_writable AS w FROM system_settings", "another-p4ssword")).toEqual([{ w: "0" }]);
  await expect(query("SELECT 1")).rejects.toThrow(/Access denied/);
});

test("no secret in the state or in what was printed", async () => {
  const text = (await stack.stateText()) + stack.transcript;
  for (const secret of [password, apiKey, "another-p4ssword"]) expect(text).not.toContain(secret);
});

test("wrong arguments are refused, all at once, before anything is made", async () => {
  const { args } = lab();
  stack.declare([
    lab({ password: "another-p4ssword" }),
    {
      class: "TestLab",
      name: "wrong",
      args: { ...args, prefix: "No Good", database: { port: 80, password: "sh0rt-pw" } },
    },
  ]);
  const { code, text } = await stack.up({ mayFail: true });
  expect(code).not.toBe(0);
  expect(text).toContain("names of containers, networks, volumes and images begin with it");
  expect(text).toContain("`database.port` 80: a TCP port is a whole number from 1024 to 65535");
  expect(text).toContain("`database.password`: it must have at least 12 characters");
  expect(text).not.toMatch(/^\s+at /m); // an operator's mistake: no stack trace
  expect(text).not.toContain("sh0rt-pw");
});

test("destroy leaves no container, network or volume", async () => {
  expect(await leftovers()).toHaveLength(5);
  await stack.destroy();
  expect(await leftovers()).toEqual([]);
});
