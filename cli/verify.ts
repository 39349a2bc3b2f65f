import { Command } from "@commander-js/extra-typings";
import type { Settings } from "../providers/dynamic/resource";
import { scrub } from "../core/scrub";
import { Refusal } from "../core/refusal";
import { connectSigmaMind } from "../providers/sigmamind/connect";
import { connectVicidial } from "../providers/vicidial/connect";
import type { Vicidial } from "../providers/vicidial/session";
import { type Check, exitCodeOf, runChecks } from "./check";
import type { CallSession } from "./call/session";
import { agent } from "./checks/agent";
import { call } from "./checks/call";
import { carrierLog } from "./checks/carrierLog";
import { dialplan } from "./checks/dialplan";
import { edge } from "./checks/edge";
import { headers } from "./checks/headers";
import { lines } from "./checks/lines";
import { number } from "./checks/number";
import { recordings } from "./checks/recordings";
import { rows } from "./checks/rows";
import { statuses } from "./checks/statuses";
import { type MakeCommand, type Surroundings, WrongUsage } from "./command";
import { paint } from "./paint";
import { bridgeNamed, readStack } from "./stack";
import { FILE_OPTION, STACK_OPTION } from "./stackConfig";
import type { BridgeSubject } from "./subject";
import { checkText, closingText, type VerifyResult } from "./verifyResult";

/** In the order in which a call needs them; then the call itself, and what it left behind. */
function checksOf(session: CallSession): Check<BridgeSubject>[] {
  const before = [number, agent, rows, dialplan, lines, edge];
  return [...before, call(session), carrierLog(session), headers(session), statuses(session), recordings(session)];
}

const AFTER_HELP = `
Database, SigmaMind and AMI accounts are those of the stack: VICIDIAL_* and SIGMAMIND_* of the environment
first, then its config.
Exit code: 0 all good, 1 something failed, 2 something could not be checked, 64 the command line is wrong.`;

function declared() {
  return new Command("verify")
    .summary("check one bridge, step by step")
    .description(
      "Checks one bridge from the AI platform's number to the dialler's lines, and says what it saw. It only reads, until " +
        "the call: in a lab it then calls a lead of the campaign; on a real system it calls the number given, after asking.",
    )
    .usage("<bridge> [options]")
    .argument("[bridge]", "its name in the stack")
    .option("-s, --stack <name>", STACK_OPTION)
    .option("-f, --file <path>", FILE_OPTION)
    .option("--wait <seconds>", "how long a dialler may still be loading or starting lines", seconds("--wait"), 90)
    .option(
      "--edge-address <host>",
      "where the AI platform's edge is reached from here: host or host:port (also VOICEBRIDGE_EDGE_ADDRESS; the name in " +
        "the request stays the bridge's)",
    )
    .option(
      "--call <+number>",
      "call this number through the campaign, as the admin page's test call does: a telephone rings",
      phoneNumber,
    )
    .option("--lead <id>", "call this lead instead (a lab calls its oldest lead when nothing is said)", leadId)
    .option("--no-call", "make no call in a lab either")
    .option(
      "--talk <seconds>",
      "hang up when customer and AI have talked so long (default: 10 in a lab, else they end it)",
      seconds("--talk"),
    )
    .option("--call-timeout <seconds>", "how long the call may take", seconds("--call-timeout"), 240)
    .option("-y, --yes", "do not ask before a real call")
    .option("--json", "one JSON object on stdout, progress on stderr")
    .addHelpText("after", AFTER_HELP);
}

type Values = ReturnType<ReturnType<typeof declared>["opts"]>;

export const verify: MakeCommand = (surroundings, exit) =>
  declared().action(async (bridge, values) => exit(await verifyBridge(bridge, values, surroundings)));

async function verifyBridge(bridge: string | undefined, values: Values, surroundings: Surroundings): Promise<number> {
  const { cwd, env, colours } = surroundings;
  const stack = readStack({ cwd, env, ...given({ stack: values.stack, file: values.file }) });
  const { name, plan } = bridgeNamed(stack, bridge);
  const { settings, lab } = stack;
  const safe = (text: string) => scrub(text, settings.secrets);
  const tell = (text: string) => surroundings.stderr(`${safe(text)}\n`);
  const show = values.json ? tell : (text: string) => surroundings.stdout(`${safe(text)}\n`);
  const colour = paint(colours?.[values.json ? "stderr" : "stdout"] === true);

  const session = await callSession(values, lab, name, surroundings);
  const systems = systemsOf(settings, tell);
  const edgeAddress = values.edgeAddress ?? (env["VOICEBRIDGE_EDGE_ADDRESS"] || undefined);
  const subject: BridgeSubject = {
    ...{ name, plan, lab, say: tell },
    ...{ vicidial: systems.vicidial, sigmamind: systems.sigmamind },
    waitSeconds: values.wait,
    ...given({ edgeAddress }),
  };
  const startedAt = Date.now();
  try {
    const checks = await runChecks(checksOf(session), subject, {
      start: ({ name: check, question }) => tell(`… ${check}: ${question}`),
      end: (result) => show(checkText(result, colour)),
    });
    const exitCode = exitCodeOf(checks);
    const result: VerifyResult = {
      ...{ bridge: name, ...given({ stack: stack.config.stack }), file: stack.config.file },
      ...{ campaignId: plan.bridge.campaignId, routeNumber: plan.bridge.routeNumber },
      ...{ remoteExtension: plan.remoteExtension, lab },
      ...{ verdict: verdictOf(exitCode), exitCode, startedAt, milliseconds: Date.now() - startedAt, checks },
    };
    show(closingText(result, colour));
    if (values.json) surroundings.stdout(`${safe(JSON.stringify(result))}\n`);
    return exitCode;
  } finally {
    await systems.close();
  }
}

/** Whom to call. A real telephone rings only where somebody said so twice: the number, and yes. */
async function callSession(values: Values, lab: boolean, bridge: string, { ask }: Surroundings): Promise<CallSession> {
  const { call: number, lead } = values;
  const talkSeconds = values.talk ?? (lab ? 10 : undefined);
  const bounds = { seconds: values.callTimeout, ...(talkSeconds !== undefined && { talkSeconds }) };
  if (number === false) return { callee: { none: "a call was not wanted" }, ...bounds };
  if (number !== undefined && lead !== undefined)
    throw new WrongUsage({ field: "--lead", value: lead, rule: "stands beside `--call`", fix: "name one of them" });
  const callee = number !== undefined ? { number } : lead !== undefined ? { leadId: lead } : undefined;
  if (callee === undefined) return { callee: lab ? {} : { none: "no call was asked for" }, ...bounds };
  if (lab || values.yes) return { callee, ...bounds };
  const whom = number ?? `lead ${String(lead)}`;
  const answer = await ask?.(`Call ${whom} now, through the campaign of bridge ${bridge}? A telephone rings. [y/N] `);
  if (/^y(es)?$/i.test(answer?.trim() ?? "")) return { callee, ...bounds };
  const [field, fix] = ["--call", "confirm it, or add `--yes`"];
  if (answer !== undefined) throw new Refusal({ field, value: whom, rule: "was not confirmed", fix });
  const rule = "a real call is made only with a confirmation, and nobody is here to ask";
  throw new WrongUsage({ field, value: whom, rule, fix });
}

/** Connections that are made when a check first needs them, and closed at the end. */
function systemsOf(settings: Settings, tell: (line: string) => void) {
  let vicidial: Promise<Vicidial> | undefined;
  let sigmamind: ReturnType<typeof connectSigmaMind> | undefined;
  return {
    vicidial: () => (vicidial ??= connectVicidial(settings, tell)),
    sigmamind: () => (sigmamind ??= connectSigmaMind(settings, tell)),
    close: async () => {
      const session = await vicidial?.catch(() => undefined);
      await session?.close();
    },
  };
}

function seconds(field: string): (value: string) => number {
  return (value) => {
    if (/^\d{1,4}$/.test(value)) return Number(value);
    const [rule, fix] = ["is no number of seconds, 0 to 9999", "write for example 90"];
    throw new WrongUsage({ field, value, rule, fix });
  };
}

function phoneNumber(value: string): string {
  if (/^\+[1-9][0-9]{6,14}$/.test(value)) return value;
  throw new WrongUsage({ field: "--call", value, rule: "is no E.164 number", fix: "write it like +13035500914" });
}

function leadId(value: string): number {
  if (/^[1-9][0-9]{0,9}$/.test(value)) return Number(value);
  throw new WrongUsage({ field: "--lead", value, rule: "is no lead's id", fix: "write its lead_id" });
}

function verdictOf(exitCode: 0 | 1 | 2): VerifyResult["verdict"] {
  return exitCode === 0 ? "passed" : exitCode === 1 ? "failed" : "unknown";
}

/** Leaves out what is not there, so that an optional property is absent and not `undefined`. */
function given<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
