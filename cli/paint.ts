import { inspect } from "node:util";

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: "green" | "red" | "yellow" | "gray", text: string) => string;

export function paint(coloured: boolean): Paint {
  if (!coloured) return (_, text) => text;
  return (colour, text) => {
    const [on, off] = inspect.colors[colour] ?? [0, 0];
    return `\x1b[${on}m${text}\x1b[${off}m`;
  };
}

/**
 * Whether a stream shows colours: only a terminal does. `NO_COLOR` is asked first, because Node.js lets `FORCE_COLOR` win
 * over it.
 */
export function showsColours(
  stream: Partial<Pick<NodeJS.WriteStream, "isTTY" | "hasColors">>,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return !env["NO_COLOR"] && stream.isTTY === true && stream.hasColors?.(env) === true;
}
