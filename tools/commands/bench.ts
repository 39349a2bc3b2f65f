import { attach } from "../terminal/command";
import { exitCode } from "../terminal/commandLine";
import { thisCheckout } from "../checkout/paths";
import { prepare } from "../prepare/prepare";
import { progressOn } from "../terminal/progress";

/** `npm run bench`: prepares the tools, then hands over to bench/main.ts with the same arguments. */
export function main(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    const paths = thisCheckout();
    const { environment } = await prepare(paths, progressOn());
    return attach(process.execPath, ["--require", "tsx/cjs", "bench/main.ts", ...args], {
      cwd: paths.root,
      env: { ...process.env, PATH: environment.PATH },
      stdio: "inherit",
    });
  });
}
