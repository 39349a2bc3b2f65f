import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { z } from "zod";
import { messageOf } from "../../core/refusal";
import { periods, readWavFile, type Period } from "../audio";

/** Who spoke when, in a recording of one direction. */
export async function listen(file: string): Promise<Period[]> {
  const [sound] = await readWavFile(file);
  return sound === undefined ? [] : periods(sound);
}

const question = z.object({ id: z.number(), file: z.string() });
const answer = z.union([
  z.object({ id: z.number(), periods: z.array(z.custom<Period>()) }),
  z.object({ id: z.number(), error: z.string() }),
]);

/**
 * {@link listen} on a thread of its own: a long recording takes a good part of a second, and meanwhile other calls wait for
 * their answer. The thread runs this same program, which must call {@link serveAnalyst} there.
 */
export function startAnalyst(program: string): { listen: typeof listen; close: () => Promise<void> } {
  const worker = new Worker(program);
  const waiting = new Map<number, { resolve: (found: Period[]) => void; reject: (error: Error) => void }>();
  let next = 0;
  worker.on("message", (message: unknown) => {
    const given = answer.parse(message);
    const asked = waiting.get(given.id);
    waiting.delete(given.id);
    if ("error" in given) asked?.reject(new Error(given.error));
    else asked?.resolve(given.periods);
  });
  worker.on("error", (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  return {
    listen: (file) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, file });
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}

/** The thread's side; whether this is the thread. */
export function serveAnalyst(): boolean {
  if (isMainThread || parentPort === null) return false;
  const port = parentPort;
  port.on("message", (message: unknown) => {
    const { id, file } = question.parse(message);
    listen(file).then(
      (found) => port.postMessage({ id, periods: found }),
      (thrown: unknown) => port.postMessage({ id, error: messageOf(thrown) }),
    );
  });
  return true;
}
