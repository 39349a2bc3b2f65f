import { writeFile } from "node:fs/promises";

type Turn = (count: number) => Promise<void>;

export interface HealthOptions {
  /** File that the container's health check looks at; undefined writes none. */
  file: string | undefined;
  /** Programs that must have had a good turn before the dialler counts as healthy. */
  needed: readonly string[];
  /** Whether Asterisk is there. */
  connected: () => boolean;
}

/**
 * Wraps a program's turn so that the health check learns of it: once all that are needed have had a turn without an error,
 * every good turn of one of them touches the file, while Asterisk is connected. A file that gets old is a dialler that hangs.
 */
export function healthReport({ file, needed, connected }: HealthOptions): (name: string, turn: Turn) => Turn {
  const ran = new Set<string>();
  return (name, turn) => async (count) => {
    await turn(count);
    if (!connected()) return;
    ran.add(name);
    if (file !== undefined && needed.every((one) => ran.has(one))) await writeFile(file, `${Date.now()}\n`);
  };
}
