import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { pathsOf, type Paths } from "./paths";
import { StepFailure } from "./failure";
import { choosePort, type PortTaken } from "./ports";

/** What the lab listens on, each on 127.0.0.1. */
export const services = ["database", "sigmamind", "sigmamindControl"] as const;
export type Service = (typeof services)[number];

const port = z.int().min(1024).max(65535);

const checkoutSchema = z.object({
  /** The folder that the file was written for. Another one there means that the checkout was moved or copied. */
  root: z.string().min(1),
  /** First part of the name of every container, network, volume and image of this checkout. */
  prefix: z.string().regex(/^vb-[0-9a-f]{8}$/),
  ports: z.object({ database: port, sigmamind: port, sigmamindControl: port }),
  secrets: z.object({
    /** Encrypts the secrets in the lab's Pulumi state. */
    passphrase: z.string().min(16),
    databasePassword: z.string().min(16),
    sigmamindApiKey: z.string().min(16),
  }),
});

/** Names, ports and passwords of one checkout: chosen once, kept in `.tools/checkout.json` (mode 0600). */
export type Checkout = z.infer<typeof checkoutSchema>;

/**
 * The checkout's identity as it is kept, or a new one. A checkout that was moved keeps its own; a copy gets a new one and
 * forgets the state that came along, which describes the original's lab.
 */
export async function openCheckout(paths: Paths, taken: PortTaken): Promise<Checkout> {
  const root = realpathSync(paths.root);
  const kept = readCheckout(paths.checkout);
  if (kept !== undefined && !isCopy(kept, root)) {
    if (kept.root !== root) writeCheckout(paths.checkout, { ...kept, root });
    return { ...kept, root };
  }
  if (kept !== undefined)
    for (const stale of [paths.state, paths.stack]) rmSync(stale, { recursive: true, force: true });
  const chosen = await newCheckout(root, taken);
  writeCheckout(paths.checkout, chosen);
  return chosen;
}

/** A port that something else took while the lab was down is chosen anew; `ours` are the ports that our own containers hold. */
export async function keepPortsFree(
  paths: Paths,
  checkout: Checkout,
  ours: ReadonlySet<number>,
  taken: PortTaken,
): Promise<Checkout> {
  const ports = { ...checkout.ports };
  for (const service of services) {
    const blocked = !ours.has(ports[service]) && (await taken(ports[service]));
    if (blocked)
      ports[service] = await choosePort(seed(checkout.prefix, service), new Set(Object.values(ports)), taken);
  }
  const unchanged = services.every((service) => ports[service] === checkout.ports[service]);
  if (unchanged) return checkout;
  const moved = { ...checkout, ports };
  writeCheckout(paths.checkout, moved);
  return moved;
}

/** What tells two checkouts on one machine apart: the folder. */
export function prefixOf(root: string): string {
  return `vb-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`;
}

async function newCheckout(root: string, taken: PortTaken): Promise<Checkout> {
  const prefix = prefixOf(root);
  const ports = { database: 0, sigmamind: 0, sigmamindControl: 0 };
  for (const service of services) {
    ports[service] = await choosePort(seed(prefix, service), new Set(Object.values(ports)), taken);
  }
  return {
    root,
    prefix,
    ports,
    secrets: { passphrase: secret(), databasePassword: secret(), sigmamindApiKey: secret() },
  };
}

/** 192 random bits in characters that need no quoting in a shell, an SQL string or a URL. */
function secret(): string {
  return randomBytes(24).toString("base64url");
}

/** Where the search for a free port begins: two checkouts that are both down still choose different ones. */
function seed(prefix: string, service: Service): number {
  return createHash("sha256").update(`${prefix}/${service}`).digest().readUInt32BE(0);
}

/** The file names another folder, and that folder still has it: ours came by copying. */
function isCopy(kept: Checkout, root: string): boolean {
  return kept.root !== root && readCheckout(pathsOf(kept.root).checkout)?.prefix === kept.prefix;
}

function readCheckout(file: string): Checkout | undefined {
  if (!existsSync(file)) return undefined;
  const parsed = checkoutSchema.safeParse(parseJson(readFileSync(file, "utf8")));
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
