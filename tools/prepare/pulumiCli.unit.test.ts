import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NotToBeHad } from "../terminal/failure";
import { pathsOf, type Paths } from "../checkout/paths";
import { progressOn } from "../terminal/progress";
import { ensurePulumi } from "./pulumiCli";
import { programs, type PulumiSource } from "./pulumiSources";

let paths: Paths;
const progress = progressOn({ write: () => true, isTTY: false, columns: 80 });

beforeEach(() => (paths = pathsOf(mkdtempSync(join(tmpdir(), "vb-pulumi-")))));
afterEach(() => rmSync(paths.root, { recursive: true, force: true }));

/** A source that writes programs which only say their version, and counts how often it had to. */
function builder(version = "3.256.0") {
  const source = {
    name: "built",
    doing: "Building",
    built: 0,
    provide(staging: string) {
      source.built++;
      for (const name of programs) {
        writeFileSync(join(staging, name), `#!/bin/sh\necho v${version}\n`);
        chmodSync(join(staging, name), 0o755);
      }
      return Promise.resolve(staging);
    },
  };
  return source satisfies PulumiSource;
}

const nothing: PulumiSource = {
  name: "nowhere",
  doing: "Looking",
  provide: () => Promise.reject(new NotToBeHad("no such luck")),
};

test("what was prepared is used as it is", async () => {
  const source = builder();
  const first = await ensurePulumi(paths, "3.256.0", [nothing, source], progress);
  expect(first).toEqual({ version: "3.256.0", source: "built", folder: paths.bin });
  expect(await ensurePulumi(paths, "3.256.0", [nothing, source], progress)).toEqual(first);
  expect(source.built).toBe(1);
});

test.each([
  ["a program was cut short", (bin: string) => truncateSync(join(bin, "pulumi"), 5)],
  ["a program was changed", (bin: string) => appendFileSync(join(bin, "pulumi-language-nodejs"), "\n")],
  ["a program is missing", (bin: string) => rmSync(join(bin, "pulumi-resource-pulumi-nodejs"))],
  ["the receipt is missing", (bin: string) => rmSync(join(bin, "receipt.json"))],
  ["the receipt is half written", (bin: string) => truncateSync(join(bin, "receipt.json"), 10)],
])("it is made again when %s", async (_, damage) => {
  const source = builder();
  await ensurePulumi(paths, "3.256.0", [source], progress);
  damage(paths.bin);
  await ensurePulumi(paths, "3.256.0", [source], progress);
  expect(source.built).toBe(2);
  await ensurePulumi(paths, "3.256.0", [source], progress);
  expect(source.built).toBe(2);
});

test("what an interrupted run left is thrown away", async () => {
  mkdirSync(`${paths.bin}.partial`, { recursive: true });
  writeFileSync(join(`${paths.bin}.partial`, "stale"), "");
  await ensurePulumi(paths, "3.256.0", [builder()], progress);
  expect(existsSync(join(paths.bin, "stale"))).toBe(false);
  expect(existsSync(`${paths.bin}.partial`)).toBe(false);
});

test("a newer package version makes it again", async () => {
  await ensurePulumi(paths, "3.256.0", [builder()], progress);
  expect((await ensurePulumi(paths, "3.260.0", [builder("3.260.0")], progress)).version).toBe("3.260.0");
  expect(readFileSync(join(paths.bin, "receipt.json"), "utf8")).toContain("3.260.0");
});

test("what a source gives is not trusted: a program of another version counts as none", async () => {
  const wrong = { ...builder("3.100.0"), name: "wrong" };
  expect((await ensurePulumi(paths, "3.256.0", [wrong, builder()], progress)).source).toBe("built");
});

test("when nothing helps, each way's reason and what to install are said, and nothing is left", async () => {
  const wrong = { ...builder("3.100.0"), name: "wrong" };
  const failure = ensurePulumi(paths, "3.256.0", [nothing, wrong], progress);
  await expect(failure).rejects.toThrow(
    /No Pulumi CLI 3\.256\.0\.\n- nowhere: no such luck\n- wrong: .* is 3\.100\.0, needed is 3\.256\.0 or newer\nInstall the Pulumi CLI/,
  );
  expect(existsSync(paths.bin)).toBe(false);
  expect(existsSync(`${paths.bin}.partial`)).toBe(false);
});
