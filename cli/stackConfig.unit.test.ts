import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bridgeNamed, readStack } from "./stack";
import { ENCRYPTED, readStackConfig } from "./stackConfig";

let folder: string;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const choose = (more: object = {}) => ({ cwd: folder, env: {}, ...more });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "voicebridge-cli-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with a Pulumi that prints this. */
function pulumiThatSays(text: string): string {
  const bin = mkdtempSync(join(folder, "bin-"));
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\necho '${text}'\n`, { mode: 0o755 });
  return bin;
}

const DENVER = `config:
  voice-ai-bridges:lab: "true"
  vicidial:sipStacks: SIP
  voice-ai-bridges:bridges:
    - name: denver
      campaignId: SIGMA1
      routeNumber: "+19895551234"
      agentId: LabSalesAgent001
      terminationSipUri: f111.dialmake.com
      trunkCredentials: { username: denver, password: { secure: v1:abc= } }
      aiPrefix: "9797"
      userStart: 5565
`;

describe("which stack", () => {
  test("the only one in the folder", () => {
    write("Pulumi.yaml", "name: site");
    write("Pulumi.prod.yaml", DENVER);
    expect(readStackConfig(choose())).toMatchObject({ stack: "prod", file: join(folder, "Pulumi.prod.yaml") });
  });

  test("--stack, PULUMI_STACK and --file, the stack's own name last", () => {
    write("Pulumi.dev.yaml", "config: { a: 1 }");
    write("Pulumi.prod.yaml", DENVER);
    expect(() => readStackConfig(choose())).toThrow(/there are Pulumi\.dev\.yaml, Pulumi\.prod\.yaml: which one/);
    expect(readStackConfig(choose({ stack: "agency/site/dev" })).get("a")).toBe("1");
    expect(readStackConfig(choose({ env: { PULUMI_STACK: "prod" } })).stack).toBe("prod");
    write("bridges.yaml", DENVER);
    expect(readStackConfig(choose({ file: "bridges.yaml" })).stack).toBeUndefined();
  });

  test("the one that Pulumi has selected, of several", () => {
    write("Pulumi.dev.yaml", "config: { a: 1 }");
    write("Pulumi.prod.yaml", DENVER);
    const env = { PATH: `${pulumiThatSays("agency/site/prod")}:/usr/bin:/bin` };
    expect(readStackConfig(choose({ env }))).toMatchObject({
      ...{ stack: "agency/site/prod", file: join(folder, "Pulumi.prod.yaml") },
    });
    // A stack whose config is elsewhere says nothing about the files here.
    expect(() => readStackConfig(choose({ env: { PATH: `${pulumiThatSays("live")}:/usr/bin:/bin` } }))).toThrow(
      /which one is meant\?\. Select one with `pulumi stack select`/,
    );
  });

  test("one that is not there names the others", () => {
    write("Pulumi.dev.yaml", DENVER);
    expect(() => readStackConfig(choose({ stack: "live" }))).toThrow(/no such file\. Choose one of Pulumi\.dev\.yaml/);
    rmSync(join(folder, "Pulumi.dev.yaml"));
    expect(() => readStackConfig(choose())).toThrow(/there is no Pulumi\.<stack>\.yaml/);
  });

  test("broken files name themselves", () => {
    write("Pulumi.dev.yaml", "config: [");
    expect(() => readStackConfig(choose())).toThrow(/Pulumi\.dev\.yaml.*cannot be read/);
    write("Pulumi.dev.yaml", "config: 7");
    expect(() => readStackConfig(choose())).toThrow(/is no Pulumi config file/);
  });
});

describe("values", () => {
  test("the project's defaults are under the stack's", () => {
    write(
      "Pulumi.yaml",
      "name: site\nconfig:\n  vicidial:host: { default: 10.0.0.5 }\n  vicidial:user: { value: ai }\n  vicidial:port: 3307",
    );
    write("Pulumi.prod.yaml", "config: { 'vicidial:user': own }");
    const config = readStackConfig(choose());
    expect(["host", "user", "port", "tls"].map((key) => config.get(`vicidial:${key}`))).toEqual([
      "10.0.0.5",
      "own",
      "3307",
      undefined,
    ]);
  });

  test("an encrypted setting is asked of Pulumi only when it is needed, and an encrypted part keeps its place", () => {
    write("Pulumi.prod.yaml", `${DENVER}  vicidial:password: { secure: v1:xyz= }\n`);
    const bin = join(folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "pulumi"), '#!/bin/sh\necho "$@" > asked\necho hush-hush\n');
    chmodSync(join(bin, "pulumi"), 0o755);
    const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}` };
    const config = readStackConfig(choose({ env }));
    expect(config.value("voice-ai-bridges:bridges")).toMatchObject([{ trunkCredentials: { password: ENCRYPTED } }]);
    expect(config.get("vicidial:password")).toBe("hush-hush");
    writeFileSync(join(bin, "pulumi"), "#!/bin/sh\necho 'error: incorrect passphrase' >&2\nexit 1\n");
    expect(() => config.get("vicidial:password")).toThrow(/could not read it \(error: incorrect passphrase\)/);
  });
});

describe("its bridges", () => {
  test("are planned as the program plans them", () => {
    write("Pulumi.prod.yaml", DENVER);
    const stack = readStack(choose());
    expect(stack.lab).toBe(true);
    const { plan } = bridgeNamed(stack, "denver");
    expect(plan.remoteExtension).toBe("979719895551234");
    expect(plan.edge.account).toMatchObject({ stack: "sip", transport: "udp" });
    expect(() => bridgeNamed(stack, "dnever")).toThrow(/`<bridge>` "dnever".*choose one of denver/i);
    expect(() => bridgeNamed(stack, undefined)).toThrow(/name is missing/);
  });

  test("mistakes are those of the program", () => {
    write("Pulumi.prod.yaml", DENVER.replace('"+19895551234"', '"1989"'));
    expect(() => readStack(choose())).toThrow(/`bridges\[0\]\.routeNumber` "1989": must be an E\.164 number/);
    write("Pulumi.prod.yaml", DENVER.replace("stacks: SIP", "stacks: SIP").replace(": SIP\n", ": IAX\n"));
    expect(() => readStack(choose())).toThrow(/`vicidial:sipStacks` "IAX": must be one of/);
  });

  test("settings come from the environment first", () => {
    write("Pulumi.prod.yaml", `${DENVER}  vicidial:host: 10.0.0.5\n`);
    const { settings } = readStack(choose({ env: { VICIDIAL_HOST: "10.0.0.9", VICIDIAL_SOCKET: "/run/x" } }));
    expect(settings.get("vicidial:host")).toBe("10.0.0.9");
    expect(settings.get("vicidial:socketPath")).toBe("/run/x");
  });
});
