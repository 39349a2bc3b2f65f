const VERB = /^[A-Za-z]+(?: [A-Za-z]+){0,3}$/;
const VARIABLE = /^_{0,2}[A-Za-z][A-Za-z0-9_]{0,79}(?:\([A-Za-z0-9_,()-]{0,80}\))?$/;
/** C0, DEL, C1 and the two line separators of Unicode: a newline would begin a command of its own. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/**
 * One line for Asterisk: the verb, then every argument in quotes. Throws a `RangeError` that names no argument's text when the
 * verb is not words, an argument holds a control character, or the line is longer than `longest` bytes.
 *
 * @example
 * commandLine(1024, "SET VARIABLE", ["city", 'say "hi"']) // 'SET VARIABLE "city" "say \\"hi\\""\n'
 */
export function commandLine(longest: number, verb: string, args: readonly string[]): string {
  if (!VERB.test(verb)) throw new RangeError("an AGI verb is one to four words of letters");
  const bad = args.findIndex((arg) => CONTROL.test(arg));
  if (bad >= 0) throw new RangeError(`argument ${bad + 1} of ${verb} holds a control character`);
  const line = `${[verb, ...args.map(quoted)].join(" ")}\n`;
  const bytes = Buffer.byteLength(line);
  if (bytes > longest) throw new RangeError(`${verb} has ${bytes} bytes, more than ${longest}`);
  return line;
}

/** In quotes, as Asterisk's `parse_args` undoes it: a backslash takes the next character literally, a quote ends the word. */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

/** A variable's name, with the inheritance marks `_` or `__`, or a dialplan function such as `CALLERID(name)`. */
export function checkedVariable(name: string): string {
  if (!VARIABLE.test(name)) throw new RangeError("not the name of a channel variable or dialplan function");
  return name;
}
