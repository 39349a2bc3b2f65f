import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { check } from "./check";
import { containerInputs } from "./container/shape";
import { createOptions } from "./container/spec";
import { uploadContent, uploadMode } from "./container/uploads";
import { removeWhenFree } from "./daemon";
import { formatDuration, parseDuration } from "./duration";
import { StepOutput, buildOptions, splitTag } from "./image/build";
import { Leftovers } from "./image/leftovers";
import { contextFiles } from "./image/context";
import { imageInputs } from "./image/shape";
import { UNKNOWN } from "./values";

describe("durations, as Go has them", () => {
  test.each([
    ["0", 0, "0s"],
    ["10s", 10e9, "10s"],
    ["60s", 60e9, "1m0s"],
    ["90s", 90e9, "1m30s"],
    ["0.5s", 5e8, "500ms"],
    ["1500ms", 15e8, "1.5s"],
    ["1h1ms", 3600e9 + 1e6, "1h0m0.001s"],
    ["-2m", -120e9, "-2m0s"],
  ])("%s", (text, nanoseconds, shortest) => {
    expect(parseDuration(text)).toBe(nanoseconds);
    expect(formatDuration(nanoseconds)).toBe(shortest);
  });
  test.each(["5", "", "s", "5 s", "1d", "1m-5s"])("%p is none", (text) => expect(parseDuration(text)).toBeUndefined());
  test("what is printed is read back", () => {
    const milliseconds = fc.integer({ min: 0, max: 1e9 });
    fc.assert(
      fc.property(milliseconds, (ms) => expect(parseDuration(formatDuration(ms * 1e6))).toBeCloseTo(ms * 1e6, -3)),
    );
  });
});

describe("Check", () => {
  const container = (news: Record<string, never>) => check(containerInputs, "x", { name: "x", image: "i", ...news });

  test("fills in what is not a zero value, at every depth", () => {
    const { inputs, failures } = check(containerInputs, "x", {
      name: "x",
      image: "i",
      ports: [{ internal: 1 }],
      healthcheck: {},
    });
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({
      networkMode: "bridge",
      waitTimeout: 60,
      ports: [{ internal: 1, ip: "0.0.0.0", protocol: "tcp", __defaults: ["ip", "protocol"] }],
      healthcheck: { interval: "0s", __defaults: ["interval", "startInterval", "startPeriod", "timeout"] },
    });
    for (const zero of ["rm", "wait", "tty", "memoryReservation"]) expect(inputs).not.toHaveProperty(zero);
    expect(inputs["__defaults"]).toContain("networkMode");
  });

  test.each([
    [{ bogus: 1 }, "Invalid or unknown key. Examine values at 'x.bogus'."],
    [{ uploads: [{ file: "/f", bogus: 1 }] }, "Invalid or unknown key. Examine values at 'x.uploads[0].bogus'."],
    [
      { image: null },
      `Missing required argument. The argument "image" is required, but no definition was found.. Examine values at 'x.image'.`,
    ],
    [{ command: ["a", 1] }, "expected type 'string', got 'number'. Examine values at 'x.command[1]'."],
    [{ ports: [1] }, "expected type 'object', got 'number'. Examine values at 'x.ports[0]'."],
    [
      { memorySwap: -2 },
      "'-2' cannot be lower than -1. '-2' cannot be lower than -1. Examine values at 'x.memorySwap'.",
    ],
  ])("refuses %j", (news, failure) => expect(container(news as never).failures).toEqual([failure]));

  test("an unknown value passes every rule", () => {
    expect(
      container({ restart: UNKNOWN, ports: UNKNOWN, healthcheck: { interval: UNKNOWN } } as never).failures,
    ).toEqual([]);
  });

  test("what only BuildKit knows is refused with the way out", () => {
    const { failures } = check(imageInputs, "x", { name: "i", build: { context: ".", sbom: "true" } });
    expect(failures).toEqual([expect.stringMatching(/`build.sbom` needs BuildKit.*official plugin.*'x.build.sbom'/)]);
  });
});

describe("the daemon's create request", () => {
  test("unset inputs stay unset; megabytes, nanoseconds and bindings are the daemon's", () => {
    const options = createOptions({
      name: "c",
      image: "i",
      memory: 64,
      memorySwap: -1,
      cpus: "1.5",
      cpuQuota: 5,
      ports: [
        { internal: 80, external: 8080, ip: "127.0.0.1" },
        { internal: 80, protocol: "udp" },
      ],
      volumes: [
        { volumeName: "v", containerPath: "/v", readOnly: true },
        { containerPath: "/anonymous" },
        { fromContainer: "other" },
      ],
      healthcheck: { tests: ["CMD", "true"], interval: "1m30s" },
      securityOpts: ["systempaths=unconfined", "label=disable"],
    });
    expect(options).not.toHaveProperty("Cmd");
    expect(options).not.toHaveProperty("StopTimeout");
    expect(options.Volumes).toEqual({ "/anonymous": {} });
    expect(options.Healthcheck).toEqual({
      Test: ["CMD", "true"],
      Interval: 90e9,
      Timeout: 0,
      StartPeriod: 0,
      Retries: 0,
    });
    expect(options.HostConfig).toMatchObject({
      Memory: 64 * 1024 * 1024,
      MemorySwap: -1,
      NanoCpus: 15e8,
      Binds: ["v:/v:ro"],
      VolumesFrom: ["other:rw"],
      PortBindings: {
        "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }],
        "80/udp": [{ HostIp: "0.0.0.0", HostPort: "" }],
      },
      SecurityOpt: ["label=disable"],
      MaskedPaths: [],
    });
    expect(options.HostConfig).not.toHaveProperty("CpuQuota"); // `cpus` wins
  });

  test("an empty command item is refused", () =>
    expect(() => createOptions({ name: "c", image: "i", command: ["a", ""] })).toThrow(
      "values for command may not be empty",
    ));
});

describe("uploads", () => {
  test("exactly one source, and it is not empty", () => {
    expect(uploadContent({ file: "/f", contentBase64: "aGk=" }).toString()).toBe("hi");
    expect(() => uploadContent({ file: "/f", content: "" })).toThrow(
      "one of 'content', 'content_base64', or 'source' must be set",
    );
    expect(() => uploadContent({ file: "/f", content: "a", source: "/b" })).toThrow(
      "only one of 'content', 'content_base64', or 'source' can be set",
    );
    expect(() => uploadContent({ file: "/f", source: "/nosuch" })).toThrow(
      "could not read file: open /nosuch: no such file or directory",
    );
  });
  test("modes", () => {
    expect(uploadMode({ file: "/f" })).toBe(0o644);
    expect(uploadMode({ file: "/f", executable: true })).toBe(0o744);
    expect(uploadMode({ file: "/f", executable: true, permissions: "0600" })).toBe(0o600);
  });
});

describe("builds", () => {
  test("options: empty ones are left out, `label` reaches the image", () => {
    expect(
      buildOptions("n:1", { context: ".", label: { a: "1" }, noCache: false, extraHosts: ["a:1.2.3.4", "b:1.2.3.5"] }),
    ).toEqual({
      t: "n:1",
      labels: { a: "1" },
      rm: true,
      forcerm: true,
      extrahosts: "a:1.2.3.4,b:1.2.3.5",
    });
  });

  test.each([
    ["debian", "debian", "latest"],
    ["debian:12", "debian", "12"],
    ["host:5000/a/b", "host:5000/a/b", "latest"],
    ["host:5000/a/b:c", "host:5000/a/b", "c"],
  ])("%s", (name, repo, version) => expect(splitTag(name)).toEqual({ repo, version }));

  test("only the step that runs is remembered", () => {
    const output = new StepOutput();
    expect(output.add({ stream: "Step 1/2 : FROM debian" })).toBe("Step 1/2 : FROM debian");
    expect(output.add({ stream: " ---> 0123\n" })).toBeUndefined();
    output.add({ stream: "Step 2/2 : RUN false\n" });
    output.add({ stream: "no such thing\nreally\n" });
    expect(output.tail()).toBe("\nStep 2/2 : RUN false\nno such thing\nreally");
  });

  test("a failed build leaves the images of the steps that it ran, newest first", () => {
    const leftovers = new Leftovers();
    for (const text of [
      "Step 1/5 : FROM debian\n",
      " ---> aaaaaaaaaaaa\n",
      "Step 2/5 : LABEL a=b\n",
      " ---> Using cache\n ---> bbbbbbbbbbbb\n",
      "Step 3/5 : RUN true\n",
      " ---> Running in 111111111111\n",
      "Removing intermediate container 111111111111\n ---> cccccccccccc\n",
      "Step 4/5 : COPY x y\n",
      " ---> dddddddddddd\n",
      "Step 5/5 : RUN false\n",
      " ---> Running in 222222222222\n",
    ])
      leftovers.add(text);
    expect(leftovers.images).toEqual(["dddddddddddd", "cccccccccccc"]);
  });

  test("a context without what .dockerignore excludes, but with its Dockerfile", () => {
    const folder = mkdtempSync(join(tmpdir(), "context-"));
    try {
      mkdirSync(join(folder, "src/deep"), { recursive: true });
      for (const file of ["Dockerfile", "a.log", "src/deep/kept.txt", "src/deep/b.log"])
        writeFileSync(join(folder, file), "");
      writeFileSync(join(folder, ".dockerignore"), "**/*.log\nDockerfile\n!a.log\n");
      expect([...contextFiles(folder, "Dockerfile")].sort()).toEqual(
        [".dockerignore", "Dockerfile", "a.log", "src", "src/deep", "src/deep/kept.txt"].sort(),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("what is in use is tried again until it is free, or the time is over", async () => {
  const { signal } = new AbortController();
  const answers: ("removed" | "in use")[] = ["in use", "removed"];
  await removeWhenFree(() => Promise.resolve(answers.shift() ?? "removed"), "pending", 30, signal);
  expect(answers).toEqual([]);
  await expect(removeWhenFree(() => Promise.resolve("in use"), "in_use", 0, signal)).rejects.toThrow(
    "timeout while waiting for state to become 'removed' (last state: 'in_use', timeout: 0s)",
  );
  const cancelled = AbortSignal.abort();
  await expect(removeWhenFree(() => Promise.resolve("in use"), "in_use", 30, cancelled)).rejects.toThrow("cancelled");
});
