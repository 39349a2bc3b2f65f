import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";

/** How the agents speak: as `lab/audio/speech.ts` does, so that what was said can be found in a recording. */
const ESPEAK = ["-v", "en-us", "-s", "160", "-p", "50", "--stdin", "--stdout"];
/** Telephone audio, a little below full scale; the synthesiser's silence at the start is cut, it would be heard as delay. */
const SOX = ["-r", "8000", "-c", "1", "-b", "16"];
const EFFECTS = ["gain", "-3", "silence", "1", "0.005", "0.3%"];

/** Speech as sound files that Asterisk plays, rendered once per sentence. */
export class Speech {
  readonly #folder: string;
  readonly #rendering = new Map<string, Promise<string>>();
  readonly #render: (text: string, file: string) => Promise<void>;

  constructor(folder: string, render: (text: string, file: string) => Promise<void> = renderWav) {
    this.#folder = folder;
    this.#render = render;
  }

  /**
   * Files of a text, one per sentence in order, each without its extension. All are begun at once, so the first can be
   * played while the others are still made.
   */
  files(text: string): Promise<string>[] {
    return sentences(text).map((sentence) => this.#file(sentence));
  }

  #file(sentence: string): Promise<string> {
    const name = createHash("sha256").update(sentence).digest("hex").slice(0, 32);
    let file = this.#rendering.get(name);
    if (file === undefined) {
      file = this.#make(sentence, path.join(this.#folder, name));
      this.#rendering.set(name, file);
      // A failure is told to whoever asked and tried again by the next.
      file.catch(() => this.#rendering.delete(name));
    }
    return file;
  }

  async #make(sentence: string, file: string): Promise<string> {
    if (existsSync(`${file}.wav`)) return file;
    await mkdir(this.#folder, { recursive: true });
    const unfinished = `${file}.part.wav`;
    try {
      await this.#render(sentence, unfinished);
      await rename(unfinished, `${file}.wav`);
    } finally {
      await rm(unfinished, { force: true });
    }
    return file;
  }
}

/** Cuts a text after `.`, `!` and `?` that a blank follows; what holds nothing to say is left out. */
export function sentences(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

async function renderWav(text: string, file: string): Promise<void> {
  const espeak = spawn("espeak-ng", ESPEAK, { stdio: ["pipe", "pipe", "ignore"] });
  const sox = spawn("sox", ["-q", "--ignore-length", "-t", "wav", "-", ...SOX, file, ...EFFECTS], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = [ending("espeak-ng", espeak), ending("sox", sox)];
  // On standard input, so that a text that begins with a dash is no option.
  espeak.stdin.on("error", () => undefined).end(text);
  await Promise.all([...ended, pipeline(espeak.stdout, sox.stdin)]);
}

function ending(name: string, child: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`${name} ended with ${code}`))));
  });
}
