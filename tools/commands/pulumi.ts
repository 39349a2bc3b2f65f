import { attach } from "../terminal/command";
import { exitCode } from "../terminal/commandLine";
import { thisCheckout } from "../checkout/paths";
import { prepare } from "../prepare/prepare";
import { progressOn } from "../terminal/progress";
import { Stack, stackName } from "../checkout/stack";
import { StepFailure } from "../terminal/failure";

/** Commands that read or write the stack's config file. */
const withConfig = ["up", "preview", "refresh", "destroy", "config", "import", "watch"];

/**
 * Refuses another stack: everything here, from the config file to the passwords in the environment, is the lab's, and Pulumi
 * would change the lab's bridges in the other stack's name.
 */
export function requireLabStack(args: readonly string[]): void {
  for (const [index, arg] of args.entries()) {
    const given = /^(?:--stack|-s)(?:=(.*))?$/.exec(arg);
    const stack = given === null ? undefined : (given[1] ?? args[index + 1]);
    if (stack === undefined || stack.split("/").at(-1) === stackName) continue;
    throw new StepFailure(
      `\`npm run pulumi\` works on the lab's stack ${stackName} with the lab's settings, not on ${JSON.stringify(stack)}.`,
      `Use the CLI itself: \`pulumi ${args.join(" ")}\`.`,
    );
  }
}

/** `npm run pulumi -- <arguments>`: the Pulumi CLI on the lab's stack, with the lab's settings. */
export function main(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    requireLabStack(args);
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
