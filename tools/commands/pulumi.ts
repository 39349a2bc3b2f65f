import { attach } from "../terminal/command";
import { exitCode } from "../terminal/commandLine";
import { thisCheckout } from "../checkout/paths";
import { prepare } from "../prepare/prepare";
import { progressOn } from "../terminal/progress";
import { Stack, stackName } from "../checkout/stack";

/** Commands that read or write the stack's config file. */
const withConfig = ["up", "preview", "refresh", "destroy", "config", "import", "watch"];

/** `npm run pulumi -- <arguments>`: the Pulumi CLI on the lab's stack, with the lab's settings. */
export function main(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    const paths = thisCheckout();
    const { environment } = await prepare(paths, progressOn());
    const stack = new Stack(paths, environment);
    await stack.select();
    const config = withConfig.includes(args[0] ?? "") ? ["--config-file", stack.configFile] : [];
    return attach("pulumi", [...args, ...config], {
      cwd: paths.root,
      env: { ...environment, PULUMI_STACK: stackName },
      stdio: "inherit",
    });
  });
}
