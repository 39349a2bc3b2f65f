import {
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  mkdirSync,
  existsSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepPortsFree, openCheckout, prefixOf, services, type Checkout } from "./checkout";
import { pathsOf } from "./paths";

const allFree = () => Promise.resolve(false);
let folder: string;

beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), "vb-checkout-")))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function checkoutIn(name: string) {
  mkdirSync(join(folder, name), { recursive: true });
  return pathsOf(join(folder, name));
}

function portsOf({ ports }: Checkout): number[] {
  return services.map((service) => ports[service]);
}

test("an identity is chosen once and kept", async () => {
  const paths = checkoutIn("a");
  const first = await openCheckout(paths, allFree);
  expect(first.prefix).toBe(prefixOf(paths.root));
  expect(await openCheckout(paths, () => Promise.resolve(true))).toEqual(first);
});

test("only the owner may read the passwords", async () => {
  const paths = checkoutIn("a");
  await openCheckout(paths, allFree);
  expect(statSync(paths.checkout).mode & 0o777).toBe(0o600);
});

test("two checkouts differ in prefix, ports and every secret, even when neither is up", async () => {
  const [a, b] = [await openCheckout(checkoutIn("a"), allFree), await openCheckout(checkoutIn("b"), allFree)];
  expect(a.prefix).not.toBe(b.prefix);
  expect(new Set([...portsOf(a), ...portsOf(b)]).size).toBe(2 * services.length);
  const secrets = [...Object.values(a.secrets), ...Object.values(b.secrets)];
  expect(new Set(secrets).size).toBe(secrets.length);
});

test("a taken port is passed over when ports are chosen", async () => {
  const paths = checkoutIn("a");
  const { ports } = await openCheckout(paths, allFree);
  rmSync(paths.checkout);
  const again = await openCheckout(paths, (port) => Promise.resolve(port === ports.database));
  expect(again.ports.database).toBe(ports.database + 1);
  expect(again.ports.sigmamind).toBe(ports.sigmamind);
});

test("a port that something else took is chosen anew and kept; one that our container holds stays", async () => {
  const paths = checkoutIn("a");
  const before = await openCheckout(paths, allFree);
  const taken = (port: number) => Promise.resolve(portsOf(before).includes(port));
  const after = await keepPortsFree(
    paths,
    before,
    new Set([before.ports.sigmamind, before.ports.sigmamindControl]),
    taken,
  );
  expect(after.ports.sigmamind).toBe(before.ports.sigmamind);
  expect(portsOf(before)).not.toContain(after.ports.database);
  expect(after.secrets).toEqual(before.secrets);
  expect(await openCheckout(paths, allFree)).toEqual(after);
});

test("a checkout that was moved stays what it is", async () => {
  const old = checkoutIn("old");
  const before = await openCheckout(old, allFree);
  mkdirSync(old.state, { recursive: true });
  renameSync(old.root, join(folder, "new"));
  const moved = pathsOf(join(folder, "new"));
  expect(await openCheckout(moved, allFree)).toEqual({ ...before, root: moved.root });
  expect(existsSync(moved.state)).toBe(true);
});

test("a copy gets an identity of its own and forgets the original's state", async () => {
  const original = checkoutIn("original");
  const before = await openCheckout(original, allFree);
  mkdirSync(original.state, { recursive: true });
  cpSync(original.root, join(folder, "copy"), { recursive: true });
  const copy = pathsOf(join(folder, "copy"));
  const after = await openCheckout(copy, allFree);
  expect(after.prefix).not.toBe(before.prefix);
  expect(after.secrets).not.toEqual(before.secrets);
  expect(existsSync(copy.state)).toBe(false);
  expect(existsSync(original.state)).toBe(true);
});

test("a damaged file is refused with what to do, and left as it is", async () => {
  const paths = checkoutIn("a");
  mkdirSync(paths.tools);
  writeFileSync(paths.checkout, '{"prefix": "vb-1');
  await expect(openCheckout(paths, allFree)).rejects.toThrow(/cannot be read[^]*npm run stop -- --force/);
  expect(readFileSync(paths.checkout, "utf8")).toBe('{"prefix": "vb-1');
});
