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
import { keepFree, openCheckout, prefixOf, services, type Checkout, type Machine } from "./checkout";
import { pathsOf } from "./paths";

const allFree: Machine = { portTaken: () => Promise.resolve(false), networks: () => [] };
const taking = (portTaken: (port: number) => boolean): Machine => ({
  ...allFree,
  portTaken: (port) => Promise.resolve(portTaken(port)),
});
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
  expect(await openCheckout(paths, { portTaken: () => Promise.resolve(true), networks: () => ["10.0.0.0/8"] })).toEqual(
    first,
  );
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
  const again = await openCheckout(
    paths,
    taking((port) => port === ports.database),
  );
  expect(again.ports.database).toBe(ports.database + 1);
  expect(again.ports.sigmamind).toBe(ports.sigmamind);
});

test("a port that something else took is chosen anew and kept; one that our container holds stays", async () => {
  const paths = checkoutIn("a");
  const before = await openCheckout(paths, allFree);
  const held = { ports: new Set([before.ports.sigmamind, before.ports.sigmamindControl]), network: false };
  const after = await keepFree(
    paths,
    before,
    held,
    taking((port) => portsOf(before).includes(port)),
  );
  expect(after.ports.sigmamind).toBe(before.ports.sigmamind);
  expect(portsOf(before)).not.toContain(after.ports.database);
  expect(after.secrets).toEqual(before.secrets);
  expect(await openCheckout(paths, allFree)).toEqual(after);
});

test("a network that something else took is chosen anew; one that our lab is in stays", async () => {
  const paths = checkoutIn("a");
  const before = await openCheckout(paths, allFree);
  const machine: Machine = { ...allFree, networks: () => [before.subnet] };
  expect(await keepFree(paths, before, { ports: new Set(), network: true }, machine)).toEqual(before);
  const after = await keepFree(paths, before, { ports: new Set(), network: false }, machine);
  expect(after).toEqual({ ...before, subnet: expect.not.stringContaining(before.subnet) as string });
  expect(await openCheckout(paths, allFree)).toEqual(after);
});

test("what an earlier version did not choose yet is added, the rest stays", async () => {
  const paths = checkoutIn("a");
  const whole = await openCheckout(paths, allFree);
  const { subnet, ports, secrets, ...rest } = whole;
  const { edgeControl: _edge, carrierControl: _carrier, ...oldPorts } = ports;
  const { lab: _lab, ...oldSecrets } = secrets;
  writeFileSync(paths.checkout, JSON.stringify({ ...rest, ports: oldPorts, secrets: oldSecrets }));
  const again = await openCheckout(paths, allFree);
  expect(again).toMatchObject({ ...rest, subnet, ports, secrets: oldSecrets });
  expect(again.secrets.lab).not.toBe(secrets.lab);
  expect(await openCheckout(paths, allFree)).toEqual(again);
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
