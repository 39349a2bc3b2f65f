import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { pathsOf, type Paths } from "./paths";
import { StepFailure } from "../terminal/failure";
import { choosePort, portTaken, type PortTaken } from "./ports";
import { chooseSubnet, interfaceNetworks, isTaken, type NetworksInUse } from "./subnet";

/** What the lab listens on, each on 127.0.0.1. */
export const services = ["database", "sigmamind", "sigmamindControl", "edgeControl", "carrierControl"] as const;
type Service = (typeof services)[number];

/** What of this machine is spoken for. */
export interface Machine {
  portTaken: PortTaken;
  networks(): NetworksInUse;
}
export const localMachine: Machine = { portTaken, networks: interfaceNetworks };

const port = z.int().min(1024).max(65535);

const checkoutSchema = z.object({
  /** The folder that the file was written for. Another one there means that the checkout was moved or copied. */
  root: z.string().min(1),
  /** First part of the name of every container, network, volume and image of this checkout. */
  prefix: z.string().regex(/^vb-[0-9a-f]{8}$/),
  ports: z.object({
    database: port,
    sigmamind: port,
    sigmamindControl: port,
    edgeControl: port,
    carrierControl: port,
  } satisfies Record<Service, typeof port>),
  /** Network of the lab's containers. */
  subnet: z.string().regex(/^10\.\d+\.\d+\.0\/24$/),
  secrets: z.object({
    /** Encrypts the secrets in the lab's Pulumi state. */
    passphrase: z.string().min(16),
    databasePassword: z.string().min(16),
    sigmamindApiKey: z.string().min(16),
    /** The passwords that the lab's parts use among themselves are derived from it. */
    lab: z.string().min(16),
  }),
});

/** A file that an earlier version wrote may lack what came later. */
const keptSchema = checkoutSchema
  .extend({ ports: checkoutSchema.shape.ports.partial(), secrets: checkoutSchema.shape.secrets.partial() })
  .partial({ subnet: true });
type Kept = z.infer<typeof keptSchema>;

/** Names, ports and passwords of one checkout: chosen once, kept in `.tools/checkout.json` (mode 0600). */
export type Checkout = z.infer<typeof checkoutSchema>;

/**
 * The checkout's identity as it is kept, or a new one. A checkout that was moved keeps its own; a copy gets a new one and
 * forgets the state that came along, which describes the original's lab.
 */
export async function openCheckout(paths: Paths, machine: Machine): Promise<Checkout> {
  const root = realpathSync(paths.root);
  const kept = readCheckout(paths.checkout);
  const ours = kept === undefined || isCopy(kept, root) ? undefined : kept;
  if (kept !== undefined && ours === undefined)
    for (const stale of [paths.state, paths.stack]) rmSync(stale, { recursive: true, force: true });
  const identity = ours ?? { root, prefix: prefixOf(root), ports: {}, secrets: {} };
  const checkout = await completed({ ...identity, root }, machine);
  if (JSON.stringify(checkout) !== JSON.stringify(kept)) writeCheckout(paths.checkout, checkout);
  return checkout;
}

/** What of a lab Docker holds now. */
export interface Held {
  ports: ReadonlySet<number>;
  network: boolean;
}

/** A port or network that something else took while the lab was down is chosen anew; what our own lab holds stays. */
export async function keepFree(paths: Paths, checkout: Checkout, held: Held, machine: Machine): Promise<Checkout> {
  const lost: Service[] = [];
  for (const service of services) {
    const number = checkout.ports[service];
    if (!held.ports.has(number) && (await machine.portTaken(number))) lost.push(service);
  }
  const lostNetwork = !held.network && isTaken(checkout.subnet, machine.networks());
  if (lost.length === 0 && !lostNetwork) return checkout;
  const ports = Object.fromEntries(
    Object.entries(checkout.ports).filter(([service]) => !lost.includes(service as Service)),
  );
  const moved = await completed({ ...checkout, ports, subnet: lostNetwork ? undefined : checkout.subnet }, machine);
  writeCheckout(paths.checkout, moved);
  return moved;
}

/** What tells two checkouts on one machine apart: the folder. */
export function prefixOf(root: string): string {
  return `vb-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`;
}

/** Chooses what is not chosen yet. */
async function completed({ root, prefix, ports: known, subnet, secrets }: Kept, machine: Machine): Promise<Checkout> {
  const ports: Partial<Checkout["ports"]> = { ...known };
  for (const service of services)
    ports[service] ??= await choosePort(seed(prefix, service), new Set(Object.values(ports)), machine.portTaken);
  return {
    root,
    prefix,
    ports: ports as Checkout["ports"],
    subnet: subnet ?? chooseSubnet(seed(prefix, "network"), machine.networks()),
    secrets: {
      passphrase: secrets.passphrase ?? secret(),
      databasePassword: secrets.databasePassword ?? secret(),
      sigmamindApiKey: secrets.sigmamindApiKey ?? secret(),
      lab: secrets.lab ?? secret(),
    },
  };
}

/** 192 random bits in characters that need no quoting in a shell, an SQL string or a URL. */
function secret(): string {
  return randomBytes(24).toString("base64url");
}

/** Where the search for something free begins: two checkouts that are both down still choose different ones. */
function seed(prefix: string, service: Service | "network"): number {
  return createHash("sha256").update(`${prefix}/${service}`).digest().readUInt32BE(0);
}

/** The file names another folder, and that folder still has it: ours came by copying. */
function isCopy(kept: Kept, root: string): boolean {
  return kept.root !== root && readCheckout(pathsOf(kept.root).checkout)?.prefix === kept.prefix;
}

function readCheckout(file: string): Kept | undefined {
  if (!existsSync(file)) return undefined;
  const parsed = keptSchema.safeParse(parseJson(readFileSync(file, "utf8")));
  if (parsed.success) return parsed.data;
  throw new StepFailure(
    `${file} cannot be read: ${z.prettifyError(parsed.error)}.`,
    "It holds the lab's names and passwords. Put it back as it was; or run `npm run stop -- --force` and delete it, and the next `npm start` makes a new lab.",
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that a run that is cut short never leaves half a file; readable by the owner only. */
function writeCheckout(file: string, checkout: Checkout): void {
  mkdirSync(dirname(file), { recursive: true });
  const partial = join(dirname(file), `.checkout.${process.pid}.partial`);
  writeFileSync(partial, `${JSON.stringify(checkout, null, 2)}\n`, { mode: 0o600 });
  renameSync(partial, file);
}
