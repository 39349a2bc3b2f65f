import { exitCode, parseFlags } from "./commandLine";
import { createdRows, type Created } from "./createdRows";
import { thisCheckout } from "./paths";
import { prepare } from "./prepare";
import { progressOn, secondsText, type Progress } from "./progress";
import { repairLab } from "./repair";
import { PulumiFailed, Stack } from "./stack";
import { labAddresses, stackOutputs, summarise, type BridgeOutput, type Summary } from "./summary";
import { tableText } from "./table";

/** `npm start`: the lab and its bridges, by a real `pulumi up`; then a second one that must change nothing. */
export function main(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    const { json } = parseFlags("npm start", args, {
      json: { about: "progress on stderr only; the last line of stdout is one JSON object" },
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
    const summary = summarise(checkout, bridges, second.result, {
      ...seconds,
      up: up.seconds,
      secondUp: second.seconds,
    });
    show(nextSteps(summary));
    if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    return second.result === 0 ? 0 : 1;
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

function nextSteps({ database, sigmamind, bridges, seconds, secondUp }: Summary): string {
  const total = seconds.tools + seconds.images + seconds.up + seconds.secondUp;
  return [
    "",
    `The lab is up with ${bridges.length} bridges (${secondsText(total * 1000)}); the second \`pulumi up\` changed ${resources(secondUp.changes)}.`,
    `  VICIdial's database  mysql -h ${database.host} -P ${database.port} -u ${database.user} -p ${database.name}   (password: .tools/checkout.json)`,
    `  SigmaMind simulator  ${sigmamind.baseUrl}   (API key: .tools/checkout.json)`,
    "Try next:",
    "  change a bridge in Pulumi.dev.yaml, then `npm run pulumi -- preview --diff` and `npm run pulumi -- up`",
    "  change a row by hand in the database, then `npm run pulumi -- refresh --preview-only`",
    "  `npm run stop` takes the lab down",
  ].join("\n");
}

function resources(count: number): string {
  return `${count} resource${count === 1 ? "" : "s"}`;
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const started = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - started) / 1000 };
}
