import { AgiProtocolError } from "./errors";

const NEWLINE = 0x0a;

/** Cuts a stream into lines, however its packets fall. A line that does not end within the limit is an error, not memory. */
export class LineReader {
  private rest: Buffer[] = [];
  private length = 0;

  constructor(private readonly lineBytes: number) {}

  /** The lines that this packet completes, without their line ends. Bytes that are not UTF-8 become U+FFFD. */
  *read(packet: Buffer): Generator<string> {
    let start = 0;
    for (let end = packet.indexOf(NEWLINE); end >= 0; end = packet.indexOf(NEWLINE, start)) {
      this.keep(packet.subarray(start, end));
      start = end + 1;
      yield this.take();
    }
    this.keep(packet.subarray(start));
  }

  private keep(part: Buffer): void {
    this.length += part.length;
    if (this.length > this.lineBytes) throw new AgiProtocolError(`a line has more than ${this.lineBytes} bytes`);
    if (part.length > 0) this.rest.push(part);
  }

  private take(): string {
    const line = Buffer.concat(this.rest).toString("utf8");
    this.rest = [];
    this.length = 0;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }
}
