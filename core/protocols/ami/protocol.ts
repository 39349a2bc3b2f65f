import { Refusal } from "../../refusal";

/**
 * One message of the Asterisk Manager Interface: header name (lower case) to value. A header that came several times
 * (`Output`, `Variable`) holds its values joined by newlines.
 */
export type AmiMessage = Readonly<Record<string, string>>;

/** What an action carries: a field with several values is sent once per value (`Variable`). */
export type AmiFields = Readonly<Record<string, string | number | readonly string[]>>;

const END = "\r\n\r\n";
/** Asterisk before 14 answers `Command` with raw lines and this mark instead of `Output` headers. */
const OLD_COMMAND = "Response: Follows\r\n";
const OLD_COMMAND_END = "--END COMMAND--";

/** Cuts what Asterisk sends into messages, whatever the boundaries of the packets are. */
export class AmiReader {
  private pending = "";
  private greeting: string | undefined;

  /** The line that a manager port says first, for example `Asterisk Call Manager/5.0.1`. */
  get banner(): string | undefined {
    return this.greeting;
  }

  /** Takes a piece of the stream and returns the messages that it completed. */
  read(piece: string): AmiMessage[] {
    this.pending += piece;
    if (this.greeting === undefined) {
      const end = this.pending.indexOf("\r\n");
      if (end < 0) return [];
      this.greeting = this.pending.slice(0, end);
      this.pending = this.pending.slice(end + 2);
    }
    const messages: AmiMessage[] = [];
    for (let block = this.next(); block !== undefined; block = this.next()) {
      if (block.trim() !== "") messages.push(messageIn(block));
    }
    return messages;
  }

  private next(): string | undefined {
    const end = this.pending.startsWith(OLD_COMMAND) ? `${OLD_COMMAND_END}${END}` : END;
    const at = this.pending.indexOf(end);
    if (at < 0) return undefined;
    const block = this.pending.slice(0, at);
    this.pending = this.pending.slice(at + end.length);
    return block;
  }
}

function messageIn(block: string): AmiMessage {
  const message: Record<string, string> = {};
  const add = (name: string, value: string): void => {
    message[name] = name in message ? `${message[name]}\n${value}` : value;
  };
  const old = block.startsWith(OLD_COMMAND);
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^([A-Za-z][\w().-]*): ?(.*)$/s.exec(line) ?? [];
    if (name === undefined || value === undefined || (old && !/^(Response|Privilege|ActionID)$/.test(name))) {
      if (old) add("output", line);
    } else add(name.toLowerCase(), value);
  }
  return message;
}

/**
 * An action as it goes over the wire.
 *
 * @throws Refusal where a value holds a line break: it would become headers, and so actions, of its own.
 */
export function actionText(action: string, id: string, fields: AmiFields): string {
  const headers: [string, string | number][] = [
    ["Action", action],
    ["ActionID", id],
    ...Object.entries(fields).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one): [string, string | number] => [name, one as string | number]),
    ),
  ];
  for (const [name, value] of headers) {
    if (/[\r\n]/.test(`${name}${value}`))
      throw new Refusal({
        field: `AMI action ${action}, ${name}`,
        rule: "a header of the manager interface is one line",
        fix: "send the value without line breaks",
      });
  }
  return headers.map(([name, value]) => `${name}: ${value}\r\n`).join("") + "\r\n";
}
