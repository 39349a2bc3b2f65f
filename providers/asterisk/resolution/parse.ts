import { CARRIER_CONTEXT } from "../text/dialplanText";

/** One `exten =>` or `same =>` line as Asterisk 16 reads it (pbx/pbx_config.c). */
export interface DialplanLine {
  /** Line of the text it stands in, from 1. */
  line: number;
  context: string;
  /** Extension or pattern, `_` included, without the caller-id part. */
  extension: string;
  /** `exten => <extension>/<caller id>`: this line holds for that caller only. */
  callerId?: string;
  priority: number | "hint";
  label?: string;
  application: string;
  data: string;
}

/** Something that Asterisk warns about, ignores or takes differently than its writer meant. */
interface DialplanProblem {
  line: number;
  text: string;
  problem: string;
}

/** Where a text begins or ends: Asterisk carries context, extension and priority on to the next line, whoever wrote it. */
export interface Place {
  context: string;
  extension?: string;
  priority?: number;
}

/** What a text says. */
export interface ParsedDialplan {
  lines: DialplanLine[];
  /** `include => <context>` lines. */
  includes: { line: number; context: string; included: string }[];
  /** Contexts that the text opens itself, each once, in order. */
  sections: string[];
  problems: DialplanProblem[];
  /** Where the next text in the file continues. A carrier's text must end in VICIdial's own context. */
  end: Place;
}

/**
 * Reads a carrier's `dialplan_entry` as Asterisk will, starting in VICIdial's context for carriers.
 *
 * @example
 * parseDialplan("exten => _9797X.,1,AGI(agi://127.0.0.1:4577/call_log)\nsame => n,Hangup()").lines[1]
 * // { line: 2, context: "vicidial-auto-external", extension: "_9797X.", priority: 2, application: "Hangup", data: "" }
 */
export function parseDialplan(text: string, start: Place = { context: CARRIER_CONTEXT }): ParsedDialplan {
  const parsed: ParsedDialplan = { lines: [], includes: [], sections: [], problems: [], end: { ...start } };
  for (const [index, content] of withoutComments(text).entries()) {
    if (content !== "") readLine(parsed, index + 1, content);
  }
  return parsed;
}

/** Lines without comments: `;` to the end of the line unless written `\;`, and `;--` … `--;` over several. */
function withoutComments(text: string): string[] {
  let inBlock = false;
  return text.split(/\r\n|\n|\r/).map((line) => {
    if (!inBlock && !line.includes(";")) return line.trim();
    let kept = "";
    for (let at = 0; at < line.length; at++) {
      if (inBlock) {
        if (!line.startsWith("--;", at)) continue;
        inBlock = false;
        at += 2;
      } else if (line.startsWith("\\;", at)) {
        kept += ";";
        at++;
      } else if (line.startsWith(";--", at) && line[at + 3] !== "-") {
        inBlock = true;
        at += 2;
      } else if (line[at] === ";") break;
      else kept += line.charAt(at);
    }
    return kept.trim();
  });
}

function readLine(parsed: ParsedDialplan, line: number, content: string): void {
  const problem = (text: string) => parsed.problems.push({ line, text: content, problem: text });
  if (content.startsWith("[")) {
    const context = /^\[([^\]]+)\]/.exec(content)?.[1];
    if (context === undefined) return void problem("the section's name is not closed with `]`");
    if (context !== CARRIER_CONTEXT && !parsed.sections.includes(context)) parsed.sections.push(context);
    // The priority goes on counting across sections in Asterisk; only an `n` that follows no `1` shows it.
    parsed.end = { ...parsed.end, context };
    return;
  }
  if (content.startsWith("#")) return void problem("is a directive of Asterisk's file reader, not dialplan");
  const [, key, value] = /^([^=]*?)\s*=>?\s*(.*)$/.exec(content) ?? [];
  if (key === undefined || value === undefined) return void problem("has no `=>`");
  const word = key.toLowerCase();
  if (word === "include") {
    parsed.includes.push({ line, context: parsed.end.context, included: value.split(",", 1)[0]?.trim() ?? "" });
  } else if (word === "exten" || word === "same") {
    readPriority(parsed, line, word === "same" ? undefined : value.split(",", 1)[0], value, problem);
  } else if (!["ignorepat", "switch", "lswitch", "eswitch"].includes(word)) {
    problem("is not a dialplan line: none of exten, same, include, ignorepat, switch");
  }
}

function readPriority(
  parsed: ParsedDialplan,
  line: number,
  named: string | undefined,
  value: string,
  problem: (text: string) => unknown,
): void {
  const written = named ?? parsed.end.extension;
  if (written === undefined) return void problem("`same` before any `exten`");
  const rest = named === undefined ? value : value.slice(named.length + 1);
  parsed.end.extension = written;
  const [extension = "", callerId] = written.split("/", 2);
  const [priorityPart, application, data] = splitCall(rest);
  const [, word = "", plus, label] = /^([^(+]*)(?:\+(\d+))?(?:\(([^)]*)\)?)?/.exec(priorityPart) ?? [];
  const priority = priorityOf(word.trim(), Number(plus ?? 0), parsed.end.priority);
  if (priority === undefined) return void problem(`\`${word}\` is not a priority that Asterisk can place here`);
  if (priority !== "hint") parsed.end.priority = priority;
  parsed.lines.push({
    line,
    context: parsed.end.context,
    extension: extension.replaceAll(" ", ""),
    ...(callerId === undefined ? {} : { callerId }),
    priority,
    ...(label === undefined ? {} : { label }),
    application,
    data,
  });
}

/** `1,Dial(SIP/x,30,o)` → priority, application, arguments: the first `(` of the application opens them, the last `)` closes. */
function splitCall(rest: string): [priority: string, application: string, data: string] {
  const comma = rest.indexOf(",");
  if (comma < 0) return [rest.trim(), "", ""];
  const call = rest.slice(comma + 1).trim();
  const open = call.indexOf("(");
  if (open < 0) return [rest.slice(0, comma).trim(), call, ""];
  const close = call.lastIndexOf(")");
  return [
    rest.slice(0, comma).trim(),
    call.slice(0, open).trim(),
    call.slice(open + 1, close < open ? undefined : close),
  ];
}

function priorityOf(word: string, plus: number, last: number | undefined): number | "hint" | undefined {
  if (word === "hint") return "hint";
  if (word === "n" || word === "next") return last === undefined ? undefined : last + 1 + plus;
  if (word === "s" || word === "same") return last === undefined ? undefined : last + plus;
  const number = /^\d+/.exec(word)?.[0];
  return number === undefined || Number(number) < 1 ? undefined : Number(number) + plus;
}
