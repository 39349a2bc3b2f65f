import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aboutSchema } from "../../cli/about";
import { failureSchema } from "../../cli/failure";
import { repository } from "../kit/files";

jest.setTimeout(60_000);

const program = join(repository, "dist", "cli", "main.js");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "voicebridge-process-"));
  // No account of either system: what asks them cannot be checked, and says so at once.
  writeFileSync(
    join(folder, "Pulumi.prod.yaml"),
    `config:
  vicidial:host: 127.0.0.1
  voice-ai-bridges:bridges:
    - { name: denver, campaignId: SIGMA1, routeNumber: "+19895551234", agentId: A1, terminationSipUri: f111.dialmake.com, aiPrefix: "9797", userStart: 5565 }
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function run(command: string, args: readonly string[], more: Record<string, string> = {}): Promise<Ended> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", TERM: "xterm-256color", ...more };
  return new Promise((resolve) => {
    execFile(command, args, { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

const voicebridge = (...args: string[]) => run(process.execPath, [program, ...args]);
/** Nothing can be checked of this bridge, and it is not called. */
const CHECK = ["verify", "denver", "--wait", "0", "--edge-address", "edge.invalid"];

describe("exit codes of the process", () => {
  test("0, with the version", async () => {
    const { code, stdout } = await voicebridge("--version");
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown });
  });

  test("64 for a command line that cannot be meant, with nothing on stdout unless JSON was asked for", async () => {
    expect(await voicebridge("vreify")).toMatchObject({
      ...{ code: 64, stdout: "" },
      stderr: expect.stringContaining("Did you mean verify?") as unknown,
    });
    const { code, stdout } = await voicebridge("verify", "dnever", "--json");
    expect([code, failureSchema.parse(JSON.parse(stdout)).exitCode]).toEqual([64, 64]);
  });

  test("2 where nothing could be checked, 2 where the config is broken", async () => {
    const { code, stdout } = await voicebridge(...CHECK, "--json");
    const { checks, exitCode } = JSON.parse(stdout) as { checks: { verdict: string }[]; exitCode: number };
    expect([code, exitCode, checks[0]?.verdict]).toEqual([2, 2, "unknown"]);
    const broken = join(folder, "broken.yaml");
    writeFileSync(broken, "config: [");
    const failed = await voicebridge("verify", "denver", "--json", "--file", broken);
    expect([failed.code, failureSchema.parse(JSON.parse(failed.stdout)).exitCode]).toEqual([2, 2]);
  });
});

test("about: one object, from where the program is installed", async () => {
  const { code, stdout } = await voicebridge("about", "--json");
  const said = aboutSchema.parse(JSON.parse(stdout));
  expect(code).toBe(0);
  expect(said).toMatchObject({ file: "Pulumi.prod.yaml", pulumi: { sdk: expect.stringMatching(/^3\./) as unknown } });
  expect(said.settings).toContainEqual({ setting: "vicidial:host", environment: "VICIDIAL_HOST", from: "config" });
});

describe("colours", () => {
  /** The same command on a terminal of its own, as util-linux's `script` makes one. */
  const onTerminal = (more: Record<string, string> = {}) =>
    run("script", ["-qec", [process.execPath, program, ...CHECK].join(" "), "/dev/null"], more);
  const ESCAPE = "\x1b[";

  test("on a terminal", async () => {
    expect((await onTerminal()).stdout).toContain(`${ESCAPE}33m?${ESCAPE}39m number`);
  });

  test("never with NO_COLOR, also where FORCE_COLOR asks for them", async () => {
    for (const more of [{ NO_COLOR: "1" }, { NO_COLOR: "1", FORCE_COLOR: "1" }] as Record<string, string>[]) {
      const { stdout } = await onTerminal(more);
      expect(stdout).toContain("? number");
      expect(stdout).not.toContain(ESCAPE);
    }
  });

  test("not into a file or a pipe", async () => {
    const { stdout } = await run(process.execPath, [program, ...CHECK], { FORCE_COLOR: "1" });
    expect(stdout).toContain("? number");
    expect(stdout).not.toContain(ESCAPE);
  });
});
