import { join } from "node:path";
import { attach } from "../terminal/command";
import { exitCode } from "../terminal/commandLine";
import { thisCheckout } from "../checkout/paths";
import { prepare } from "../prepare/prepare";
import { progressOn } from "../terminal/progress";
import { Stack } from "../checkout/stack";

/** `npm run voicebridge -- <arguments>`: the command line tool on the lab's stack, with the lab's settings. */
export function main(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    const paths = thisCheckout();
    const { environment } = await prepare(paths, progressOn());
    const stack = new Stack(paths, environment);
    await stack.select();
    const program = join(paths.root, "dist/cli/main.js");
    const [command, ...rest] = args;
    const ofStack = command === undefined || command.startsWith("-") ? [] : ["--file", stack.configFile];
    return attach(process.execPath, [program, ...(command === undefined ? [] : [command]), ...rest, ...ofStack], {
      cwd: paths.root,
      env: environment,
      stdio: "inherit",
    });
  });
}
