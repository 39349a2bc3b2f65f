import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";

/**
 * Refuses a program whose resources would find no code: the shim looks for this package from the program's folder, not from
 * where the program imported it (engine/shim.ts says why). The two differ where the program gets it by way of another package.
 * Only in a program that the CLI runs: an inline one of the Automation API has its resources run in another folder.
 */
export function requireReach(main = require.main?.filename ?? "", folder = process.cwd()): void {
  if (!/[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]/.test(main)) return;
  try {
    createRequire(`${folder}/`).resolve("voice-ai-bridges/provider");
  } catch {
    throw new pulumi.RunError(
      `voice-ai-bridges is not found from ${folder}, where Pulumi runs its resources: the program has it by way of another ` +
        "package. Make it a dependency of the program's own package.json too: `npm install voice-ai-bridges` there, or " +
        "`pnpm add voice-ai-bridges`.",
    );
  }
}
