import { AgiProtocolError } from "./errors";

/** What Asterisk answered to a command. */
export interface AgiReply {
  /** 200 done, 510 unknown command, 511 not on a dead channel, 520 wrong arguments. */
  code: number;
  /** What follows `result=`: mostly a number, `-1` for a failure or a hang-up; `""` where there is none. */
  result: string;
  /** What stands in parentheses behind it (a variable's value, `timeout`), or the rest of the line. */
  data: string;
}

const REPLY = /^(\d{3})([ -])(.*)$/s;
const RESULT = /^result=(\S*) ?(.*)$/s;

/** Puts replies together from lines. A variable's value may hold newlines, a usage text always does. */
export class ReplyReader {
  private partial: string[] = [];
  private bytes = 0;
  private usage = false;

  constructor(private readonly replyBytes: number) {}

  /** The reply that this line completes; undefined while more must come, and for an announcement such as `100 Trying`. */
  read(line: string): AgiReply | undefined {
    this.bytes += Buffer.byteLength(line) + 1;
    if (this.bytes > this.replyBytes) throw new AgiProtocolError(`a reply has more than ${this.replyBytes} bytes`);
    if (this.usage) return this.endOfUsage(line);
    this.partial.push(line);
    return this.whole(this.partial.join("\n"));
  }

  private whole(text: string): AgiReply | undefined {
    const [, code, separator, rest = ""] = REPLY.exec(text) ?? [];
    if (code === undefined) throw new AgiProtocolError("a line is no reply");
    if (separator === "-") {
      this.usage = true;
      return undefined;
    }
    const [, result = "", data = rest] = RESULT.exec(rest) ?? [];
    if (data.startsWith("(") && !/\)(?: [a-z_]+=\S*)*$/.test(data)) return undefined;
    this.clear();
    if (code.startsWith("1")) return undefined;
    return { code: Number(code), result, data: inParentheses(data) };
  }

  private endOfUsage(line: string): AgiReply | undefined {
    if (!/^520 /.test(line)) return undefined;
    this.clear();
    return { code: 520, result: "", data: "" };
  }

  private clear(): void {
    this.partial = [];
    this.bytes = 0;
    this.usage = false;
  }
}

function inParentheses(data: string): string {
  return data.startsWith("(") ? data.slice(1, data.lastIndexOf(")")) : data;
}
