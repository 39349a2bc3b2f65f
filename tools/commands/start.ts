import { exitCode, parseFlags } from "../terminal/commandLine";
import { createdRows, type Created } from "../report/createdRows";
import { thisCheckout } from "../checkout/paths";
import { prepare } from "../prepare/prepare";
import { progressOn, secondsText, type Progress } from "../terminal/progress";
import { repairLab } from "../prepare/repair";
import { PulumiFailed, Stack } from "../checkout/stack";
import { labAddresses, stackOutputs, summarise, type BridgeOutput, type Summary } from "../report/summary";
import { tableText } from "../terminal/table";
import { verifyBridges } from "../report/verifyBridges";

/** `npm start`: the lab and its bridges by a real `pulumi up`, a second one that must change nothing, and a call over each bridge. */
export function main(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    const { json, "no-calls": noCalls } = parseFlags("npm start", args, {
      json: { about: "progress on stderr only; the last line of stdout is one JSON object" },
      "no-calls": { about: "do not verify the bridges by a call each" },
    });
    const progress = progressOn();
    const { checkout, environment, seconds } = await prepare(thisCheckout(), progress);
    const stack = new Stack(thisCheckout(), environment);
    await stack.select();
    await repairLab(stack, checkout.prefix, progress);

    const up = await timed(() => progress.section("pulumi up", () => stack.show("up")));
    const { bridges } = await stack.outputs(stackOutputs);
    const show = (text: string) => (json ? process.stderr : process.stdout).write(`${text}\n`);
    for (const { bridge, created } of await createdRows(labAddresses(checkout), bridges))
      showBridge(bridge, created, show);

    const second = await timed(() => upAgain(stack, progress));
    const names = noCalls ? [] : bridges.map(({ name }) => name);
    const calls = await timed(() => verifyBridges(names, stack.configFile, environment, progress));
    const summary = summarise(checkout, bridges, second.result, calls.result, {
      ...seconds,
      up: up.seconds,
      secondUp: second.seconds,
      verify: calls.seconds,
    });
    show(nextSteps(summary));
    if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    return second.result === 0 && calls.result.every(({ verdict }) => verdict === "passed") ? 0 : 1;
  });
}

/** The number of resources that a second `up` changed: 0, or something in the program or a provider is not stable. */
async function upAgain(stack: Stack, progress: Progress): Promise<number> {
  const before = await stack.lastUpdate();
  try {
    await progress.section("pulumi up again: nothing may change", () => stack.show("up", "--expect-no-changes"));
  } catch (error) {
    // `--expect-no-changes` fails after the engine has counted; any other failure leaves no new entry in the history.
    if (!(error instanceof PulumiFailed) || (await stack.lastUpdate())?.startTime === before?.startTime) throw error;
  }
  const changes = (await stack.lastUpdate())?.changes ?? 0;
  progress.say(
    `The second \`pulumi up\` changed ${changes === 0 ? "nothing" : `${resources(changes)}, and should change none`}.`,
  );
  return changes;
}

function showBridge(bridge: BridgeOutput, created: readonly Created[], show: (text: string) => void): void {
  show(`\n━━ Bridge ${bridge.name}: campaign ${bridge.campaignId} → ${bridge.remoteExtension}`);
  for (const { where, rows } of created) show(`\n${where}\n${tableText(rows).replaceAll(/^/gm, "  ")}`);
}

function nextSteps({ database, sigmamind, calls, bridges, verified, seconds, secondUp }: Summary): string {
  const { tools, images, up, secondUp: second, verify } = seconds;
  const total = tools + images + up + second + verify;
  return [
    "",
    `The lab is up with ${bridges.length} bridges (${secondsText(total * 1000)}); the second \`pulumi up\` changed ${resources(secondUp.changes)}.`,
    ...verified.map(({ name, verdict }) => `  ${verdicts[verdict]} ${name}`),
    `  VICIdial's database  mysql -h ${database.host} -P ${database.port} -u ${database.user} -p ${database.name}   (password: .tools/checkout.json)`,
    `  SigmaMind simulator  ${sigmamind.baseUrl}   (API key: .tools/checkout.json)`,
    `  calls                ${calls.edgeUrl}/calls as the AI platform saw them, ${calls.carrierUrl}/calls as the customers did`,
    "Try next:",
    "  `npm run voicebridge -- verify denver` calls a lead again",
    "  change a bridge in Pulumi.dev.yaml, then `npm run pulumi -- preview --diff` and `npm run pulumi -- up`",
    "  change a row by hand in the database, then `npm run pulumi -- refresh --preview-only`",
    "  `npm run stop` takes the lab down",
  ].join("\n");
}

const verdicts: Record<Summary["verified"][number]["verdict"], string> = {
  passed: "✓ a call went through bridge",
  failed: "✗ see above what failed of bridge",
  unknown: "? see above what could not be checked of bridge",
};

function resources(count: number): string {
  return `${count} resource${count === 1 ? "" : "s"}`;
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const started = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - started) / 1000 };
}
