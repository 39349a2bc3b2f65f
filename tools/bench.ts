import { existsSync } from "node:fs";
import { join } from "node:path";
import { attach } from "./command";
import { exitCode } from "./commandLine";
import { StepFailure } from "./failure";
import { thisCheckout } from "./paths";
import { prepare } from "./prepare";
import { progressOn } from "./progress";

/** `npm run bench`: prepares the tools, then hands over to bench/main.ts with the same arguments. */
export function main(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    const paths = thisCheckout();
    const program = join(paths.root, "dist/bench/main.js");
    if (!existsSync(program)) throw new StepFailure(`${program} is missing.`, "Compile it: `npm run build`.");
    const { environment } = await prepare(paths, progressOn());
    return attach(process.execPath, [program, ...args], {
      cwd: paths.root,
      env: { ...process.env, PATH: environment.PATH },
      stdio: "inherit",
    });
  });
}
