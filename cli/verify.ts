import { parseArgs } from "node:util";
import type { Settings } from "../providers/dynamic/resource";
import { scrub } from "../providers/dynamic/scrub";
import { messageOf, Refusal } from "../providers/errors";
import { connectSigmaMind } from "../providers/sigmamind/connect";
import { connectVicidial } from "../providers/vicidial/connect";
import type { Vicidial } from "../providers/vicidial/session";
import { type Check, exitCodeOf, runChecks } from "./check";
import { agent } from "./checks/agent";
import { dialplan } from "./checks/dialplan";
import { edge } from "./checks/edge";
import { lines } from "./checks/lines";
import { number } from "./checks/number";
import { rows } from "./checks/rows";
import type { Command } from "./command";
import { bridgeNamed, readStack } from "./stack";
import type { BridgeSubject } from "./subject";
import { checkText, closingText, type VerifyResult } from "./verifyResult";

/** In the order in which a call needs them. */
const CHECKS: readonly Check<BridgeSubject>[] = [number, agent, rows, dialplan, lines, edge];

const OPTIONS = {
  stack: { type: "string", short: "s" },
  file: { type: "string", short: "f" },
  wait: { type: "string" },
  "edge-address": { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const HELP = `voicebridge verify <bridge> [options]

Checks one bridge from the AI platform's number to the dialler's lines, and says what it saw. It only reads.

  -s, --stack <name>            stack whose config declares the bridge (default: PULUMI_STACK, or the only one there is)
  -f, --file <path>             its config file, where that is not Pulumi.<stack>.yaml in this folder
      --wait <seconds>          how long a dialler may still be loading or starting lines (default 90)
      --edge-address <host>     where the AI platform's edge is reached from here: host or host:port
                                (also VOICEBRIDGE_EDGE_ADDRESS; the name in the request stays the bridge's)
      --json                    one JSON object on stdout, progress on stderr

Database, SigmaMind and AMI accounts are those of the stack: VICIDIAL_* and SIGMAMIND_* of the environment first, then its config.
Exit code: 0 all good, 1 something failed, 2 something could not be checked.
`;

export const verify: Command = {
  name: "verify",
  about: "check one bridge, step by step",
  help: HELP,
  async run(args, surroundings) {
    const { values, positionals } = parsed(args);
    if (values.help) {
      surroundings.stdout(HELP);
      return 0;
    }
    const { cwd, env } = surroundings;
    const stack = readStack({ cwd, env, ...given({ stack: values.stack, file: values.file }) });
    const { name, plan } = bridgeNamed(stack, positionals[0]);
    const { settings, lab } = stack;
    const safe = (text: string) => scrub(text, settings.secrets);
    const tell = (text: string) => surroundings.stderr(`${safe(text)}\n`);
    const show = values.json ? tell : (text: string) => surroundings.stdout(`${safe(text)}\n`);

    const systems = systemsOf(settings, tell);
    const edgeAddress = values["edge-address"] ?? (env["VOICEBRIDGE_EDGE_ADDRESS"] || undefined);
    const subject: BridgeSubject = {
      ...{ name, plan, lab, say: tell },
      ...{ vicidial: systems.vicidial, sigmamind: systems.sigmamind },
      waitSeconds: secondsOf("--wait", values.wait ?? "90"),
      ...given({ edgeAddress }),
    };
    const startedAt = Date.now();
    try {
      const checks = await runChecks(CHECKS, subject, {
        start: ({ name: check, question }) => tell(`… ${check}: ${question}`),
        end: (result) => show(checkText(result)),
      });
      const exitCode = exitCodeOf(checks);
      const result: VerifyResult = {
        ...{ bridge: name, ...given({ stack: stack.config.stack }), file: stack.config.file },
        ...{ campaignId: plan.bridge.campaignId, routeNumber: plan.bridge.routeNumber },
        ...{ remoteExtension: plan.remoteExtension, lab },
        ...{ verdict: verdictOf(exitCode), exitCode, startedAt, milliseconds: Date.now() - startedAt, checks },
      };
      show(closingText(result));
      if (values.json) surroundings.stdout(`${safe(JSON.stringify(result))}\n`);
      return exitCode;
    } finally {
      await systems.close();
    }
  },
};

function parsed(args: readonly string[]) {
  try {
    const read = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    if (read.positionals.length <= 1) return read;
    throw new Error(`only one bridge at a time, not ${read.positionals.join(" ")}`);
  } catch (thrown) {
    throw new Refusal({ field: "verify", rule: messageOf(thrown), fix: "see `voicebridge verify --help`" });
  }
}

/** Connections that are made when a check first needs them, and closed at the end. */
function systemsOf(settings: Settings, tell: (line: string) => void) {
  let vicidial: Promise<Vicidial> | undefined;
  let sigmamind: ReturnType<typeof connectSigmaMind> | undefined;
  return {
    vicidial: () => (vicidial ??= connectVicidial(settings).then((session) => telling(session, tell))),
    sigmamind: () => (sigmamind ??= connectSigmaMind(settings)),
    close: async () => {
      const session = await vicidial?.catch(() => undefined);
      await session?.close();
    },
  };
}

function telling(session: Vicidial, tell: (line: string) => void): Vicidial {
  session.report = tell;
  return session;
}

function secondsOf(field: string, value: string): number {
  if (/^\d{1,4}$/.test(value)) return Number(value);
  throw new Refusal({ field, value, rule: "is no number of seconds, 0 to 9999", fix: "write for example 90" });
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
