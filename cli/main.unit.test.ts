import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureSchema } from "./failure";
import { commandLine, main } from "./main";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "voicebridge-main-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function call(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: "", stderr: "" };
  const code = await main(args, {
    ...{ cwd: folder, env: {} },
    stdout: (text) => void (said.stdout += text),
    stderr: (text) => void (said.stderr += text),
  });
  return { code, ...said };
}

const BRIDGE = `config:
  voice-ai-bridges:bridges:
    - { name: denver, campaignId: SIGMA1, routeNumber: "+19895551234", agentId: A1, terminationSipUri: f111.dialmake.com, aiPrefix: "9797", userStart: 5565 }
`;

describe("what was asked for goes to stdout, with exit code 0", () => {
  test("--version", async () => {
    const { version } = jest.requireActual<{ version: string }>("../package.json");
    expect(await call("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test.each([["--help"], ["-h"], ["help"]])("%s lists every command with its summary", async (flag) => {
    const { code, stdout, stderr } = await call(flag);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const commands = commandLine({ cwd: folder, env: {}, stdout: () => 0, stderr: () => 0 }, () => 0).commands;
    expect(commands.map((one) => one.name())).toEqual(["verify", "about"]);
    for (const one of commands) expect(stdout.replaceAll(/\s+/g, " ")).toContain(one.summary());
  });

  test("a command's own help tells its exit codes", async () => {
    const { code, stdout } = await call("verify", "--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(/Exit code: 0 all good.* 64 the command line is wrong/);
  });
});

describe("wrong usage is exit code 64, in one sentence and with a way out", () => {
  test("no command at all shows the help, on stderr", async () => {
    const { code, stdout, stderr } = await call();
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain("Usage: voicebridge");
  });

  test.each<[string[], string]>([
    [["vreify"], "voicebridge: unknown command 'vreify' (Did you mean verify?). See `voicebridge --help`.\n"],
    [["--versoin"], "voicebridge: unknown option '--versoin' (Did you mean --version?). See `voicebridge --help`.\n"],
    [
      ["verify", "denver", "--edge-adress", "x"],
      "voicebridge verify: unknown option '--edge-adress' (Did you mean --edge-address?). See `voicebridge verify --help`.\n",
    ],
    [
      ["verify", "a", "b"],
      "voicebridge verify: too many arguments for 'verify'. Expected 1 argument but got 2. See `voicebridge verify --help`.\n",
    ],
    [
      ["verify", "denver", "--stack"],
      "voicebridge verify: option '-s, --stack <name>' argument missing. See `voicebridge verify --help`.\n",
    ],
    [
      ["verify", "denver", "--wait", "soon"],
      'voicebridge verify: `--wait` "soon": is no number of seconds, 0 to 9999. Write for example 90.\n',
    ],
    [
      ["verify", "denver", "--call", "3035500914"],
      'voicebridge verify: `--call` "3035500914": is no E.164 number. Write it like +13035500914.\n',
    ],
    [
      ["verify", "denver", "--lead", "Ada"],
      'voicebridge verify: `--lead` "Ada": is no lead\'s id. Write its lead_id.\n',
    ],
  ])("%j", async (args, said) => {
    expect(await call(...args)).toEqual({ code: 64, stdout: "", stderr: said });
  });

  test("which stack, which bridge, and whom to call", async () => {
    expect(await call("verify", "denver")).toMatchObject({
      code: 64,
      stderr: expect.stringContaining(`there is no Pulumi.<stack>.yaml in ${folder}`) as unknown,
    });
    writeFileSync(join(folder, "Pulumi.prod.yaml"), BRIDGE);
    const cases: [string[], RegExp][] = [
      [["verify"], /the bridge's name is missing\. Choose one of denver\./],
      [["verify", "dnever"], /declares no bridge of this name\. Choose one of denver\./],
      [["verify", "denver", "--stack", "dev"], /there is no such file\. Choose one of Pulumi\.prod\.yaml\./],
      [["verify", "denver", "--call", "+13035500914", "--lead", "7"], /`--lead` 7: stands beside `--call`/],
      [["verify", "denver", "--lead", "7"], /"lead 7": a real call is made only with a confirmation/],
    ];
    for (const [args, said] of cases)
      expect(await call(...args)).toMatchObject({ code: 64, stderr: expect.stringMatching(said) as unknown });
  });
});

describe("with --json", () => {
  test("wrong usage is one object too, with each mistake by itself", async () => {
    const { code, stdout } = await call("verify", "denver", "--wait", "soon", "--json");
    const { exitCode, error } = failureSchema.parse(JSON.parse(stdout));
    expect([code, exitCode]).toEqual([64, 64]);
    expect(error.problems).toEqual([
      {
        field: "--wait",
        value: "soon",
        rule: "is no number of seconds, 0 to 9999",
        fix: "write for example 90",
      },
    ]);
    const misread = failureSchema.parse(JSON.parse((await call("verify", "--jsn", "--json")).stdout));
    expect(misread.error.problems[0]?.rule).toBe("unknown option '--jsn' (Did you mean --json?)");
  });

  test("mistakes of the config are exit code 2, all of them in the object", async () => {
    writeFileSync(join(folder, "Pulumi.prod.yaml"), BRIDGE.replace("+19", "19").replace("5565", "0"));
    const { code, stdout, stderr } = await call("verify", "denver", "--json");
    const { exitCode, error } = failureSchema.parse(JSON.parse(stdout));
    expect([code, exitCode]).toEqual([2, 2]);
    expect(error.problems.map(({ field }) => field)).toEqual(["bridges[0].routeNumber", "bridges[0].userStart"]);
    expect(stderr).toBe(`voicebridge verify: ${error.message}\n`);
  });

  test("without it nothing but the text", async () => {
    expect((await call("verify", "denver")).stdout).toBe("");
  });
});
