import { parseArgs } from "node:util";
import type { Settings } from "../providers/dynamic/resource";
import { scrub } from "../providers/dynamic/engine/scrub";
import { messageOf, Refusal } from "../core/refusal";
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
import type { Command, Surroundings } from "./command";
import { bridgeNamed, readStack } from "./stack";
import type { BridgeSubject } from "./subject";
import { checkText, closingText, type VerifyResult } from "./verifyResult";

/** In the order in which a call needs them; then the call itself, and what it left behind. */
function checksOf(session: CallSession): Check<BridgeSubject>[] {
  const before = [number, agent, rows, dialplan, lines, edge];
  return [...before, call(session), carrierLog(session), headers(session), statuses(session), recordings(session)];
}

const OPTIONS = {
  stack: { type: "string", short: "s" },
  file: { type: "string", short: "f" },
  wait: { type: "string" },
  "edge-address": { type: "string" },
  call: { type: "string" },
  lead: { type: "string" },
  "no-call": { type: "boolean", default: false },
  "call-timeout": { type: "string" },
  talk: { type: "string" },
  yes: { type: "boolean", short: "y", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const HELP = `voicebridge verify <bridge> [options]

Checks one bridge from the AI platform's number to the dialler's lines, and says what it saw. It only reads, until the
call: in a lab it then calls a lead of the campaign; on a real system it calls the number given, after asking.

  -s, --stack <name>            stack whose config declares the bridge (default: PULUMI_STACK, the only one there is, or
                                the one that Pulumi has selected)
  -f, --file <path>             its config file, where that is not Pulumi.<stack>.yaml in this folder
      --wait <seconds>          how long a dialler may still be loading or starting lines (default 90)
      --edge-address <host>     where the AI platform's edge is reached from here: host or host:port
                                (also VOICEBRIDGE_EDGE_ADDRESS; the name in the request stays the bridge's)
      --call <+number>          call this number through the campaign, as the admin page's test call does: a telephone rings
      --lead <id>               call this lead instead (a lab calls its oldest lead when nothing is said)
      --no-call                 make no call in a lab either
      --talk <seconds>          hang up when customer and AI have talked so long (default: 10 in a lab, else they end it)
      --call-timeout <seconds>  how long the call may take (default 240)
  -y, --yes                     do not ask before a real call
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

    const session = await callSession(values, lab, name, surroundings);
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
      const checks = await runChecks(checksOf(session), subject, {
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

type Values = ReturnType<typeof parsed>["values"];

/** Whom to call. A real telephone rings only where somebody said so twice: the number, and yes. */
async function callSession(values: Values, lab: boolean, bridge: string, { ask }: Surroundings): Promise<CallSession> {
  const seconds = secondsOf("--call-timeout", values["call-timeout"] ?? "240");
  const { call: number, lead } = values;
  const talk = values.talk ?? (lab ? "10" : undefined);
  const bounds = { seconds, ...(talk !== undefined && { talkSeconds: secondsOf("--talk", talk) }) };
  if (number !== undefined && lead !== undefined)
    throw new Refusal({ field: "--lead", value: lead, rule: "stands beside `--call`", fix: "name one of them" });
  if (values["no-call"]) return { callee: { none: "a call was not wanted" }, ...bounds };
  if (number === undefined && lead === undefined)
    return { callee: lab ? {} : { none: "no call was asked for" }, ...bounds };
  if (number !== undefined && !/^\+[1-9][0-9]{6,14}$/.test(number))
    throw new Refusal({
      field: "--call",
      value: number,
      rule: "is no E.164 number",
      fix: "write it like +13035500914",
    });
  if (lead !== undefined && !/^[1-9][0-9]{0,9}$/.test(lead))
    throw new Refusal({ field: "--lead", value: lead, rule: "is no lead's id", fix: "write its lead_id" });
  const callee = number !== undefined ? { number } : { leadId: Number(lead) };
  if (lab || values.yes) return { callee, ...bounds };
  const whom = number ?? `lead ${lead ?? ""}`;
  const answer = await ask?.(`Call ${whom} now, through the campaign of bridge ${bridge}? A telephone rings. [y/N] `);
  if (/^y(es)?$/i.test(answer?.trim() ?? "")) return { callee, ...bounds };
  throw new Refusal({
    field: "--call",
    value: whom,
    rule:
      answer === undefined
        ? "a real call is made only with a confirmation, and nobody is here to ask"
        : "was not confirmed",
    fix: "confirm it, or add `--yes`",
  });
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
