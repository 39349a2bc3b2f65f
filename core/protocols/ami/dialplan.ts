import { Refusal } from "../../refusal";
import { AmiError, type Ami } from "./connection";

/** One extension as `dialplan show` prints it. */
export interface ShownExtension {
  context: string;
  /** As written in the dialplan: `979719895551234`, `_9797X.` */
  extension: string;
  /** Application with its data per priority, in order: `Dial(SIP/+19895551234@ai,30,o)`. */
  steps: readonly ShownStep[];
}

interface ShownStep {
  /** 1-based; 0 for a hint. */
  priority: number;
  label?: string;
  /** `AGI(agi://127.0.0.1:4577/call_log)`. */
  application: string;
  /** Who registered it: `pbx_config`, or the file and line on newer versions. */
  registrar: string;
}

/**
 * The extensions that match a dialled string, in the order in which Asterisk tries them: the context's own, best match
 * first, then those of each context that it includes. The first one answers the call; empty means that nothing does.
 * Asterisk itself matches (`dialplan show <exten>@<context>`), so this is what is in force, not what a file says. A context that does not exist
 * answers nothing either.
 *
 * @example
 * const [winner] = await extensionsOf(ami, "default", "979719895551234");
 * winner?.steps.some(({ application }) => application.startsWith("Dial(SIP/+19895551234@"));
 */
export async function extensionsOf(ami: Ami, context: string, dialled: string): Promise<ShownExtension[]> {
  const what = `${word("extension", dialled)}@${word("context", context)}`;
  try {
    return shownExtensions(await ami.command(`dialplan show ${what}`));
  } catch (thrown) {
    // The command fails when nothing matches or the context does not exist.
    if (thrown instanceof AmiError && thrown.message.includes("There is no existence of")) return [];
    throw thrown;
  }
}

/** A word of a console command: one with a blank in it would become several. */
function word(field: string, value: string): string {
  if (/^[\w.+*#@-]+$/.test(value)) return value;
  throw new Refusal({
    field,
    value,
    rule: "a dialled string or the name of a context is one word of letters, digits and + * # - _ .",
    fix: "ask for it without other characters",
  });
}

const CONTEXT = /^\[ (?:Included c|C)ontext '([^']+)'/;
const FIRST_STEP = /^ {2}'(.+?)' => +(?:(\d+)\. |hint: )(.*?) +\[([^\]]*)\]\s*$/;
const NEXT_STEP = /^ +(?:\[([^\]]*)\] +)?(\d+)\. (.*?) +\[([^\]]*)\]\s*$/;

/** Reads the output of `dialplan show` (Asterisk 11 to 22 print alike). */
export function shownExtensions(output: string): ShownExtension[] {
  const found: { context: string; extension: string; steps: ShownStep[] }[] = [];
  let context = "";
  for (const line of output.split(/\r?\n/)) {
    context = CONTEXT.exec(line)?.[1] ?? context;
    const [, extension, first, command = "", source = ""] = FIRST_STEP.exec(line) ?? [];
    if (extension !== undefined) {
      const step = { priority: Number(first ?? 0), application: command, registrar: source };
      found.push({ context, extension, steps: [step] });
      continue;
    }
    const [, label, priority, application = "", registrar = ""] = NEXT_STEP.exec(line) ?? [];
    if (priority === undefined) continue;
    const step = { priority: Number(priority), application, registrar };
    found.at(-1)?.steps.push(label === undefined ? step : { ...step, label });
  }
  return found;
}
