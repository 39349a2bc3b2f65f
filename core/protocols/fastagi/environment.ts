import { AgiProtocolError } from "./errors";
import type { FastAgiLimits } from "./limits";

const LINE = /^(agi_[a-z0-9_]{1,40}): ?(.*)$/;

/** What Asterisk tells of the call when it connects: `agi_channel`, `agi_uniqueid`, `agi_calleridname`, `agi_extension` … */
export interface AgiEnvironment {
  /** All lines, by name with its `agi_`. */
  values: ReadonlyMap<string, string>;
  /** `agi_network_script`: what follows the port in `agi://host:port/lead`, without the slash. */
  path: string;
  /** `agi_arg_1`, `agi_arg_2` …: the arguments after the address in `AGI(agi://…,first,second)`. */
  args: readonly string[];
}

/** Collects the lines that Asterisk sends first, up to the empty one. */
export class EnvironmentReader {
  private readonly values = new Map<string, string>();
  private bytes = 0;

  constructor(private readonly limits: Pick<FastAgiLimits, "environmentLines" | "environmentBytes">) {}

  /** The environment once the line is the empty one that ends it; until then undefined. */
  read(line: string): AgiEnvironment | undefined {
    if (line === "") return this.complete();
    this.bytes += Buffer.byteLength(line) + 1;
    if (this.bytes > this.limits.environmentBytes) {
      throw new AgiProtocolError(`the environment has more than ${this.limits.environmentBytes} bytes`);
    }
    if (this.values.size >= this.limits.environmentLines) {
      throw new AgiProtocolError(`the environment has more than ${this.limits.environmentLines} lines`);
    }
    const [, name, value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new AgiProtocolError("the environment has another line");
    // Asterisk names nothing twice. A second one would be the work of a value with a newline in it.
    if (this.values.has(name)) throw new AgiProtocolError(`the environment has ${name} twice`);
    this.values.set(name, value);
    return undefined;
  }

  private complete(): AgiEnvironment {
    const path = this.values.get("agi_network_script") ?? "";
    return { values: this.values, path, args: argumentsOf(this.values) };
  }
}

function argumentsOf(values: ReadonlyMap<string, string>): string[] {
  const args: string[] = [];
  for (;;) {
    const next = values.get(`agi_arg_${args.length + 1}`);
    if (next === undefined) return args;
    args.push(next);
  }
}
