import { NotToBeHad } from "./failure";

/** Says what goes on and how long it takes. Always on stderr: stdout belongs to results. */
export interface Progress {
  /**
   * One step of work. On a terminal its line counts the seconds and shows the last detail; elsewhere it is one line at
   * the start, one at the end, and a sign of life now and then.
   */
  step<T>(title: string, work: (detail: (text: string) => void) => Promise<T>): Promise<T>;
  /** A step whose work writes to the terminal itself (a child process): only its start and its end are said. */
  section<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** One line between steps. */
  say(text: string): void;
}

/** How often a terminal's line is drawn anew, and how often anything else hears that a step is still at it. */
const drawEvery = 200;
const signOfLifeEvery = 30_000;

type Screen = Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">;

export function progressOn(screen: Screen = process.stderr): Progress {
  const write = (text: string) => void screen.write(text);

  async function timed<T>(
    title: string,
    live: boolean,
    work: (detail: (text: string) => void) => Promise<T>,
  ): Promise<T> {
    const started = performance.now();
    const elapsed = () => secondsText(performance.now() - started);
    let last = "";
    const draw = () => write(`\r\x1b[K  ${fit(`${title} ${elapsed()} ${last}`, screen.columns)}`);
    const remind = () => write(`  ${title}: still at it after ${elapsed()}${last === "" ? "" : ` (${last})`}\n`);
    write(`▸ ${title}\n`);
    const timer = !live
      ? undefined
      : screen.isTTY
        ? setInterval(draw, drawEvery)
        : setInterval(remind, signOfLifeEvery);
    const end = (sign: string, text: string) => {
      clearInterval(timer);
      write(`${live && screen.isTTY ? "\r\x1b[K" : ""}${sign} ${text}\n`);
    };
    try {
      const result = await work((text) => {
        last = text;
      });
      end("✓", `${title} (${elapsed()})`);
      return result;
    } catch (error) {
      if (error instanceof NotToBeHad) end("–", `${title}: ${lastLine(error.message)} (${elapsed()})`);
      else end("✗", `${title} failed after ${elapsed()}`);
      throw error;
    }
  }

  return {
    step: (title, work) => timed(title, true, work),
    section: (title, work) => timed(title, false, work),
    say: (text) => write(`  ${text}\n`),
  };
}

/** Where tools say why they ended. */
function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

/** `0.4 s`, `12.3 s`, `3 min 30 s`. */
export function secondsText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** A line longer than the terminal would wrap, and the next draw would leave its first part standing. */
function fit(text: string, columns: number | undefined): string {
  const width = (columns === undefined || columns === 0 ? 80 : columns) - 3;
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
