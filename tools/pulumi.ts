import { attach } from "./command";
import { exitCode } from "./commandLine";
import { thisCheckout } from "./paths";
import { prepare } from "./prepare";
import { progressOn } from "./progress";
import { Stack, stackName } from "./stack";

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
