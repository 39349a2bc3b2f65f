/**
 * The stand-in of the docker plugin under the real engine and a real daemon, driven by the official `@pulumi/docker` types.
 * What is expected here is what the official plugin 5.2.0 was seen to do.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { installDockerPlugin } from "../kit/dockerPlugin";
import { TestStack, type Declared, type ExportedState } from "../kit/stack";

const docker = new Docker();
const prefix = `vbtest-plugin-${process.pid}`;
const stacks: TestStack[] = [];

async function newStack(): Promise<TestStack> {
  const stack = await TestStack.create({
    env: { PULUMI_HOME: installDockerPlugin(), TEST_CLASSES: "node_modules/@pulumi/docker/index.js" },
  });
  stacks.push(stack);
  return stack;
}

/** A build context in the stack's folder; the program names it by its relative path. */
function context(stack: TestStack, files: Record<string, string>): void {
  mkdirSync(join(stack.folder, "context"), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(stack.folder, "context", name), content);
}

/** Builds the folder by hand; answers the image's id. */
async function built(folder: string): Promise<string> {
  const stream = await docker.buildImage({ context: folder, src: ["Dockerfile"] }, { t: `${prefix}:earlier` });
  await new Promise((resolve) => docker.modem.followProgress(stream, resolve));
  return (await docker.getImage(`${prefix}:earlier`).inspect()).Id;
}

const network = (name = `${prefix}-net`): Declared => ({
  class: "Network",
  name: "net",
  args: {
    name,
    labels: [
      { label: "b", value: "2" },
      { label: "a", value: "1" },
    ],
  },
});
const volume = (name = `${prefix}-data`): Declared => ({ class: "Volume", name: "data", args: { name } });
const image = (args: Record<string, unknown> = {}): Declared => ({
  class: "RemoteImage",
  name: "image",
  args: { name: `${prefix}:lab`, keepLocally: true, build: { context: "context" }, ...args },
});
const sleeper = (args: Record<string, unknown> = {}): Declared => ({
  class: "Container",
  name: "box",
  args: {
    name: `${prefix}-box`,
    image: "debian:bullseye-slim",
    command: ["sleep", "infinity"],
    networkMode: "none",
    ...args,
  },
});

function resourceOf({ resources }: ExportedState, name: string) {
  const found = resources?.find(({ urn }) => urn.endsWith(`::${name}`));
  if (!found) throw new Error(`no ${name} in the state`);
  return found;
}

async function outputOf(stack: TestStack, name: string): Promise<Record<string, unknown>> {
  return resourceOf(await stack.exportState(), name).outputs ?? {};
}

/** Everything of this test that the daemon still has. */
async function leftovers(): Promise<string[]> {
  const containers = await docker.listContainers({ all: true });
  const networks = await docker.listNetworks();
  const { Volumes: volumes } = await docker.listVolumes();
  const names = [
    ...containers.flatMap(({ Names }) => Names),
    ...networks.map(({ Name }) => Name),
    ...volumes.map(({ Name }) => Name),
  ];
  return names.filter((name) => name.includes(prefix));
}

async function run(container: string, command: string[]): Promise<string> {
  const exec = await docker.getContainer(container).exec({ Cmd: command, AttachStdout: true, Tty: true });
  const chunks: Buffer[] = [];
  for await (const chunk of await exec.start({ Tty: true })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString().trim();
}

afterAll(async () => {
  for (const stack of stacks) await stack.remove();
  for (const tag of [`${prefix}:lab`, `${prefix}:second`])
    await docker
      .getImage(tag)
      .remove({ force: true })
      .catch(() => undefined);
});

jest.setTimeout(120_000);

describe("a lab of four resources", () => {
  const lab = (box: Record<string, unknown> = {}, hash = "1"): Declared[] => [
    network(),
    volume(),
    image({ triggers: { hash }, build: { context: "context", buildArgs: { GREETING: `hello ${hash}` } } }),
    sleeper({
      image: { $output: ["image", "imageId"] },
      networkMode: "bridge",
      networksAdvanced: [{ name: { $output: ["net", "name"] }, aliases: ["box", "a-box"] }],
      volumes: [{ volumeName: { $output: ["data", "name"] }, containerPath: "/data" }],
      ports: [
        { internal: 7002, ip: "127.0.0.1" },
        { internal: 7001, ip: "127.0.0.1" },
      ],
      envs: ["WORD=s3cret-word", "A=1"],
      labels: [{ label: "lab", value: "yes" }],
      uploads: [{ file: "/etc/lab/settings", content: "one" }],
      healthcheck: { tests: ["CMD", "test", "-f", "/etc/lab/settings"], interval: "1s", timeout: "60s" },
      wait: true,
      waitTimeout: 20,
      ...box,
    }),
  ];
  let stack: TestStack;
  const seen: { id?: string } = {};

  beforeAll(async () => {
    stack = await newStack();
    context(stack, {
      Dockerfile: "FROM debian:bullseye-slim\nARG GREETING\nCOPY . /context\nRUN echo $GREETING > /greeting\n",
      kept: "kept",
      left: "left out",
      ".dockerignore": "left\n",
    });
  });

  test("up builds, creates and waits; ids and outputs are those of the official plugin", async () => {
    stack.declare(lab());
    expect((await stack.preview()).map(({ op }) => op)).toEqual(Array(5).fill("create")); // and the stack itself
    await stack.up();

    const state = await stack.exportState();
    const [net, data, built, box] = ["net", "data", "image", "box"].map((name) => resourceOf(state, name));
    expect(net!.id).toMatch(/^[0-9a-f]{64}$/);
    expect(net!.outputs).toMatchObject({ driver: "bridge", scope: "local", internal: false, ipamDriver: "default" });
    expect(net!.outputs?.["labels"]).toEqual([
      { label: "a", value: "1" },
      { label: "b", value: "2" },
    ]);
    expect(net!.inputs).toMatchObject({ __defaults: ["ipamDriver"] });
    expect(data!.id).toBe(`${prefix}-data`);
    expect(data!.outputs).toMatchObject({
      driver: "local",
      mountpoint: expect.stringContaining(`${prefix}-data`) as string,
    });
    const inspected = await docker.getImage(`${prefix}:lab`).inspect();
    expect(built!.id).toBe(`${inspected.Id}${prefix}:lab`);
    expect(built!.outputs).toMatchObject({ imageId: inspected.Id, repoDigest: "", keepLocally: true });
    expect(box!.id).toMatch(/^[0-9a-f]{64}$/);
    expect(box!.outputs).toMatchObject({
      envs: ["A=1", "WORD=s3cret-word"],
      restart: "no",
      mustRun: true,
      rm: false,
      tty: false,
      platform: "linux",
      runtime: "runc",
      shmSize: 64,
      entrypoints: [],
      waitTimeout: 20,
      containerReadRefreshTimeoutMilliseconds: 15000,
      pidMode: null,
      uploads: [{ file: "/etc/lab/settings", content: "one", executable: false, permissions: null }],
    });
    expect(box!.outputs?.["networkDatas"]).toMatchObject([{ networkName: `${prefix}-net` }]);
    expect(box!.inputs).toMatchObject({
      __defaults: ["containerReadRefreshTimeoutMilliseconds", "mustRun", "removeVolumes", "restart", "start"],
      healthcheck: { startPeriod: "0s", __defaults: ["startInterval", "startPeriod"] },
    });
    seen.id = box!.id;
  });

  test("the container is what was asked for", async () => {
    const live = await docker.getContainer(`${prefix}-box`).inspect();
    expect(live.State.Health?.Status).toBe("healthy");
    expect(Object.keys(live.NetworkSettings.Networks)).toEqual([`${prefix}-net`]);
    expect(live.NetworkSettings.Networks[`${prefix}-net`]?.Aliases).toEqual(expect.arrayContaining(["box", "a-box"]));
    expect(await run(`${prefix}-box`, ["cat", "/greeting"])).toBe("hello 1");
    expect(await run(`${prefix}-box`, ["ls", "/context"])).toMatch(/^Dockerfile\s+kept$/);
    expect(await run(`${prefix}-box`, ["stat", "-c", "%a", "/etc/lab/settings", "/etc/lab"])).toMatch(/^644\s+755$/);
  });

  test("a second preview is empty; a refresh finds nothing", async () => {
    await stack.expectNoChanges();
    expect(await stack.refresh()).toEqual([]);
  });

  test("a restart policy changes in place, an upload replaces the container", async () => {
    stack.declare(lab({ restart: "on-failure", maxRetryCount: 3 }));
    expect(await stack.preview()).toMatchObject([
      { op: "update", name: "box", properties: ["maxRetryCount", "restart"], replaces: [] },
    ]);
    await stack.up();
    const { HostConfig, Id } = await docker.getContainer(`${prefix}-box`).inspect();
    expect(HostConfig.RestartPolicy).toEqual({ Name: "on-failure", MaximumRetryCount: 3 });
    expect(Id).toBe(seen.id);

    stack.declare(lab({ ports: [], uploads: [{ file: "/etc/lab/settings", content: "two", permissions: "0600" }] }));
    expect(await stack.preview()).toMatchObject([{ op: "replace", name: "box", replaces: ["ports", "uploads"] }]);
    await stack.up();
    expect(await run(`${prefix}-box`, ["cat", "/etc/lab/settings"])).toBe("two");
    expect(resourceOf(await stack.exportState(), "box").id).not.toBe(seen.id);
  });

  test("a container that was stopped or removed by hand comes back", async () => {
    const lookAndUp = ["up", "--refresh", "--yes", "--skip-preview", "--suppress-outputs"];
    await docker.getContainer(`${prefix}-box`).stop({ t: 0 });
    await stack.expectNoChanges(); // nobody looked yet
    expect(await stack.drift()).toMatchObject([{ op: "update", name: "box" }]);
    const { id } = resourceOf(await stack.exportState(), "box");
    await stack.run(lookAndUp);
    expect(await docker.getContainer(`${prefix}-box`).inspect()).toMatchObject({ Id: id, State: { Running: true } });

    await docker.getContainer(`${prefix}-box`).remove({ force: true });
    await stack.run(lookAndUp);
    const again = await docker.getContainer(`${prefix}-box`).inspect();
    expect(again.State.Running).toBe(true);
    expect(again.Id).not.toBe(id);
  });

  test("a new trigger rebuilds under the same name and replaces the container", async () => {
    const before = (await outputOf(stack, "image"))["imageId"];
    stack.declare(lab({ ports: [] }, "2"));
    await stack.up();
    expect((await outputOf(stack, "image"))["imageId"]).not.toBe(before);
    expect(await run(`${prefix}-box`, ["cat", "/greeting"])).toBe("hello 2");
    await stack.expectNoChanges();
  });

  test("destroy leaves nothing, even where something is gone already", async () => {
    await docker.getContainer(`${prefix}-box`).remove({ force: true });
    await docker.getNetwork(`${prefix}-net`).remove();
    await stack.destroy();
    expect(await leftovers()).toEqual([]);
    expect((await docker.getImage(`${prefix}:lab`).inspect()).Id).toBeDefined(); // keepLocally
  });
});

describe("failures", () => {
  const healthcheck = (test: string) => ({ tests: ["CMD", test], interval: "1s", timeout: "1s", retries: 1 });
  const sick = (test: string) => sleeper({ healthcheck: healthcheck(test), wait: true, waitTimeout: 3 });
  let stack: TestStack;
  beforeAll(async () => {
    stack = await newStack();
  });

  test("each failure has the official words, and only what exists is in state", async () => {
    const taken = await docker.createContainer({
      name: `${prefix}-taken`,
      Image: "debian:bullseye-slim",
      Cmd: ["true"],
    });
    const takenNetwork = await docker.createNetwork({ Name: `${prefix}-net` });
    const begun = `FROM debian:bullseye-slim\nLABEL ${prefix}=1\n`;
    context(stack, { Dockerfile: begun });
    const earlier = await built(join(stack.folder, "context"));
    context(stack, { Dockerfile: `${begun}RUN echo before\nRUN echo the reason; exit 3\n` });
    stack.declare([
      sick("false"),
      { ...sleeper({ name: `${prefix}-taken` }), name: "taken" },
      network(),
      image({ name: `${prefix}:second` }),
      { ...image({ build: { context: "nowhere" } }), name: "lost" },
    ]);
    const up = ["up", "--yes", "--skip-preview", "--suppress-progress", "--continue-on-error"];
    const { code, text } = await stack.run(up, { mayFail: true });
    await takenNetwork.remove();
    await taken.remove({ force: true });

    expect(code).not.toBe(0);
    expect(text).toContain("* container failed to be in healthy state");
    expect(text).toContain(
      `1 error occurred:\n    \t* Unable to create container: Error response from daemon: Conflict. The container name "/${prefix}-taken" is already in use by container "${taken.id}"`,
    );
    expect(text).toContain(
      `Unable to create network: Error response from daemon: network with name ${prefix}-net already exists`,
    );
    expect(text).toContain(
      "Error running legacy build: The command '/bin/sh -c echo the reason; exit 3' returned a non-zero code: 3",
    );
    expect(text).toMatch(/\n\s*the reason\n/); // what the failing step printed, and nothing of the step before
    expect(text).not.toMatch(/\n\s*before\n/);
    // Nothing is left of the failed build but what an earlier one had made.
    const labelled = { all: true, filters: { label: [`${prefix}=1`] } };
    expect((await docker.listImages(labelled)).map(({ Id }) => Id)).toEqual([earlier]);
    expect(await docker.listContainers(labelled)).toEqual([]);
    await docker.getImage(`${prefix}:earlier`).remove();
    expect(text).toContain(`dockerfile not found at path: ${join(stack.folder, "nowhere/Dockerfile")}`);

    const { resources = [] } = await stack.exportState();
    const kept = resources.filter(({ type }) => type.startsWith("docker:"));
    expect(kept.map(({ urn }) => urn.split("::").pop())).toEqual(["box"]);
    expect(kept[0]?.initErrors).toHaveLength(1);
    expect((await docker.getContainer(`${prefix}-box`).inspect()).Id).toBe(kept[0]?.id);
  });

  test("the next up replaces an unhealthy container", async () => {
    const { id } = resourceOf(await stack.exportState(), "box");
    stack.declare([sick("true")]);
    expect((await stack.preview()).find(({ op }) => op === "replace")?.replaces).toEqual([
      "entrypoints",
      "healthcheck",
      "networkDatas",
    ]);
    await stack.up();
    expect(resourceOf(await stack.exportState(), "box").id).not.toBe(id);
    await stack.expectNoChanges();
  });

  test("a network or volume in use is waited for, then named as in use", async () => {
    const quickly = { customTimeouts: { delete: "1s" } };
    // A volume that is there already is taken over; its own labels show in a refresh.
    await docker.createVolume({ Name: `${prefix}-data`, Labels: { who: "others" } });
    stack.declare([
      { ...network(), options: quickly },
      { ...volume(), options: quickly },
    ]);
    await stack.up();
    expect((await outputOf(stack, "data"))["labels"]).toBeNull();
    expect(await stack.refresh()).toMatchObject([{ name: "data", properties: ["labels"] }]);

    const user = await docker.createContainer({
      name: `${prefix}-user`,
      Image: "debian:bullseye-slim",
      Cmd: ["sleep", "infinity"],
      HostConfig: { NetworkMode: `${prefix}-net`, Binds: [`${prefix}-data:/data`] },
    });
    await user.start();
    const failed = await stack.run(["destroy", "--yes", "--skip-preview", "--continue-on-error"], { mayFail: true });
    await user.remove({ force: true });
    expect(failed.text).toContain("'removed' (last state: 'pending', timeout: 1s)");
    expect(failed.text).toContain("'removed' (last state: 'in_use', timeout: 1s)");
    await stack.destroy();
    expect(await leftovers()).toEqual([]);
  });

  test("inputs that break a rule are refused in the preview, with the official words", async () => {
    stack.declare([
      sleeper({
        restart: "bogus",
        waitTimeout: "soon",
        healthcheck: { interval: "5" },
        memory: -5,
        gpus: "all",
        ports: [{ external: 1 }],
      }),
    ]);
    const { text } = await stack.previewText({ mayFail: true });
    const pattern = "'bogus' doesn't match the pattern '^(no|on-failure|always|unless-stopped)$'";
    for (const problem of [
      `${pattern}. ${pattern}. Examine values at 'box.restart'.`,
      "'5' is not a valid duration. '5' is not a valid duration. Examine values at 'box.healthcheck.interval'.",
      "'-5' cannot be lower than 0",
      "expected type 'number', got 'string'. Examine values at 'box.waitTimeout'.",
      "Not in this stand-in of the docker plugin: `gpus`.",
      `The argument "internal" is required, but no definition was found.. Examine values at 'box.ports[0].internal'.`,
    ]) {
      expect(text.replaceAll("\\", "")).toContain(problem);
    }
  });
});

test("autonames and secrets: a made-up name is kept and replaced create-first; a secret is nowhere in clear", async () => {
  const stack = await newStack();
  const autonamed = (args: Record<string, unknown>): Declared => ({ class: "Network", name: prefix, args });
  const secretive = { ...sleeper({ envs: ["PASSWORD=pl4in-to-see"] }), secretArgs: ["envs"] };
  stack.declare([autonamed({}), secretive]);
  await stack.up();
  expect((await outputOf(stack, prefix))["name"]).toMatch(new RegExp(`^${prefix}-[0-9a-f]{7}$`));
  expect(await stack.stateText()).not.toContain("pl4in-to-see");
  await stack.expectNoChanges();

  stack.declare([autonamed({ labels: [{ label: "a", value: "b" }] }), secretive]);
  const { text } = await stack.run(["up", "--yes", "--skip-preview", "--suppress-outputs"]);
  expect(text.indexOf("created replacement")).toBeLessThan(text.indexOf("deleted original"));
  expect(text.indexOf("created replacement")).toBeGreaterThan(0);
  expect(stack.transcript).not.toContain("pl4in-to-see");
  await stack.destroy();
  expect(await leftovers()).toEqual([]);
});
