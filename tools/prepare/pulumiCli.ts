import { createHash } from "node:crypto";
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { NotToBeHad, StepFailure } from "../terminal/failure";
import type { Paths } from "../checkout/paths";
import type { Progress } from "../terminal/progress";
import { newEnough, programs, versionIn, type PulumiSource } from "./pulumiSources";

/** Written last, so a folder without it is half finished; its checksums notice what happened to the programs since. */
const receiptSchema = z.object({ version: z.string(), source: z.string(), sha256: z.record(z.string(), z.string()) });
type Receipt = z.infer<typeof receiptSchema>;

export interface PulumiCli {
  version: string;
  /** Where it comes from, for people. */
  source: string;
  /** Folder to put first on PATH. */
  folder: string;
}

/**
 * Pulumi's programs in the wanted version: those prepared before, else from the first source that has them. Whatever was
 * left half finished is made again.
 */
export async function ensurePulumi(
  paths: Paths,
  wanted: string,
  sources: readonly PulumiSource[],
  progress: Progress,
): Promise<PulumiCli> {
  const receipt = await validReceipt(paths.bin, wanted);
  if (receipt !== undefined) return { version: receipt.version, source: receipt.source, folder: paths.bin };

  const staging = `${paths.bin}.partial`;
  const reasons: string[] = [];
  try {
    for (const source of sources) {
      rmSync(staging, { recursive: true, force: true });
      mkdirSync(staging, { recursive: true });
      try {
        return await progress.step(source.doing, async (detail) => {
          const folder = await source.provide(staging, detail);
          const version = await versionIn(paths, folder, wanted);
          if (folder === staging) await install(staging, paths.bin, { version, source: source.name });
          // Half of an older preparation would come first on PATH.
          else rmSync(paths.bin, { recursive: true, force: true });
          return { version, source: source.name, folder: folder === staging ? paths.bin : folder };
        });
      } catch (error) {
        if (!(error instanceof NotToBeHad)) throw error;
        reasons.push(`- ${source.name}: ${error.message}`);
      }
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  throw new StepFailure(
    `No Pulumi CLI ${wanted}.\n${reasons.join("\n")}`,
    `Install the Pulumi CLI ${wanted} or newer (https://www.pulumi.com/docs/install/) or Go 1.21 or newer (https://go.dev/dl/), then run it again.`,
  );
}

async function install(staging: string, bin: string, made: Omit<Receipt, "sha256">): Promise<void> {
  const sha256: Record<string, string> = {};
  for (const program of programs) {
    chmodSync(join(staging, program), 0o755);
    sha256[program] = await sha256Of(join(staging, program));
  }
  writeFileSync(join(staging, receiptName), `${JSON.stringify({ ...made, sha256 } satisfies Receipt, null, 2)}\n`);
  rmSync(bin, { recursive: true, force: true });
  renameSync(staging, bin);
}

const receiptName = "receipt.json";

async function validReceipt(bin: string, wanted: string): Promise<Receipt | undefined> {
  const file = join(bin, receiptName);
  if (!existsSync(file)) return undefined;
  let receipt: Receipt;
  try {
    receipt = receiptSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
  if (!newEnough(receipt.version, wanted)) return undefined;
  for (const program of programs) {
    const path = join(bin, program);
    if (!existsSync(path) || (await sha256Of(path)) !== receipt.sha256[program]) return undefined;
  }
  return receipt;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
