import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../terminal/command";
import { pathsOf, thisCheckout } from "../checkout/paths";
import { pulumiVersion } from "./prepare";
import { checksumOf, goModules, newEnough, officialRelease, onPath, programs, versionIn } from "./pulumiSources";

const silent = () => undefined;
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "vb-sources-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Programs that only say their version. */
function fakeCli(where: string, version: string, names: readonly string[] = programs): string {
  mkdirSync(where, { recursive: true });
  for (const name of names) {
    writeFileSync(join(where, name), `#!/bin/sh\necho v${version}\n`);
    chmodSync(join(where, name), 0o755);
  }
  return where;
}

test.each([
  ["3.256.0", "3.256.0", true],
  ["3.300.1", "3.256.0", true],
  ["3.255.9", "3.256.0", false],
  ["3.256.0-alpha.1", "3.256.0", false],
  ["4.0.0", "3.256.0", false],
])("%s for %s: %s", (version, wanted, enough) => expect(newEnough(version, wanted)).toBe(enough));

test("the Go modules build the version of the npm package", () => {
  const paths = thisCheckout();
  const modules = readFileSync(join(paths.root, "tools/pulumi/cli/go.mod"), "utf8");
  expect(modules).toContain(`github.com/pulumi/pulumi/pkg/v3 v${pulumiVersion(paths)}`);
});

describe("on PATH", () => {
  test("a CLI is used where it really lies, behind links", async () => {
    const real = fakeCli(join(folder, "real"), "3.260.0");
    mkdirSync(join(folder, "bin"));
    symlinkSync(join(real, "pulumi"), join(folder, "bin/pulumi"));
    expect(await onPath(pathsOf(folder), "3.256.0", join(folder, "bin")).provide(folder, silent)).toBe(real);
  });

  test("our own folder does not count", async () => {
    const own = fakeCli(join(folder, "own"), "3.256.0");
    await expect(onPath({ ...pathsOf(folder), bin: own }, "3.256.0", own).provide(folder, silent)).rejects.toThrow(
      "there is no `pulumi`",
    );
  });

  test("too old, incomplete or broken: the reason is said", async () => {
    const refusal = (where: string) => onPath(pathsOf(folder), "3.256.0", where).provide(folder, silent);
    await expect(refusal(fakeCli(join(folder, "old"), "3.200.0"))).rejects.toThrow(
      "is 3.200.0, needed is 3.256.0 or newer",
    );
    await expect(refusal(fakeCli(join(folder, "half"), "3.256.0", ["pulumi"]))).rejects.toThrow(
      "lacks pulumi-language-nodejs",
    );
    const broken = fakeCli(join(folder, "broken"), "3.256.0");
    writeFileSync(join(broken, "pulumi"), "");
    await expect(refusal(broken)).rejects.toThrow();
  });
});

test("what names no version is not to be had", async () => {
  await expect(versionIn(pathsOf(folder), fakeCli(folder, "unknown"), "3.256.0")).rejects.toThrow("names no version");
});

test("a checksum is found by the whole file name", () => {
  const list = "aaa  pulumi-v3.256.0-linux-x64.tar.gz\nbbb *pulumi-v3.256.0-linux-arm64.tar.gz\n";
  expect(checksumOf(list, "pulumi-v3.256.0-linux-arm64.tar.gz")).toBe("bbb");
  expect(checksumOf(list, "linux-x64.tar.gz")).toBeUndefined();
});

describe("official release", () => {
  const archive = `pulumi-v3.256.0-${process.platform}-${process.arch}.tar.gz`;
  let server: Server;
  let base: string;
  let files: Record<string, Buffer | string>;

  beforeEach(async () => {
    files = {};
    server = createServer((request, response) => {
      const content = files[(request.url ?? "").slice(1)];
      response.writeHead(content === undefined ? 404 : 200).end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    fakeCli(join(folder, "release/pulumi"), "3.256.0");
    await run("tar", ["-czf", join(folder, archive), "-C", join(folder, "release"), "pulumi"]);
    files[archive] = readFileSync(join(folder, archive));
    mkdirSync(join(folder, "staging"));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const provide = () => officialRelease("3.256.0", base).provide(join(folder, "staging"), silent);

  test("is unpacked when its checksum is the published one", async () => {
    const sha256 = createHash("sha256").update(files[archive]!).digest("hex");
    files["pulumi-3.256.0-checksums.txt"] = `${sha256}  ${archive}\n`;
    expect(await versionIn(pathsOf(folder), await provide(), "3.256.0")).toBe("3.256.0");
  });

  test("is refused when its checksum is another, or none is published", async () => {
    files["pulumi-3.256.0-checksums.txt"] = `${"0".repeat(64)}  ${archive}\n`;
    await expect(provide()).rejects.toThrow(/has the checksum \w{64}, published is 0{64}/);
    files["pulumi-3.256.0-checksums.txt"] = "";
    await expect(provide()).rejects.toThrow(`has no checksum for ${archive}`);
  });

  test("is not to be had when the server does not know it or does not answer", async () => {
    await expect(provide()).rejects.toThrow("404");
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(provide()).rejects.toThrow(/ECONNREFUSED|socket hang up/);
  });
});

test("without Go there is nothing to build with", async () => {
  const path = process.env.PATH;
  process.env.PATH = folder;
  try {
    await expect(goModules(pathsOf(folder), "3.256.0").provide(folder, silent)).rejects.toThrow("there is no `go`");
    fakeCli(folder, "", ["go"]);
    writeFileSync(join(folder, "go"), "#!/bin/sh\necho go version go1.19.8 linux/amd64\n");
    await expect(goModules(pathsOf(folder), "3.256.0").provide(folder, silent)).rejects.toThrow(
      "`go` is 1.19.8, needed is 1.21.0",
    );
  } finally {
    process.env.PATH = path;
  }
});
