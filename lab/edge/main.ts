import { messageOf } from "../../core/refusal";
import { serveAnalyst } from "./analyst";
import { startEdge } from "./edge";
import { stdoutLog } from "../../core/log";
import { readSettings } from "./settings";

/** The edge as a program; its environment is described in {@link readSettings}. It stops on SIGTERM. */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const edge = await startEdge(readSettings(env), __filename, stdoutLog);
  const stop = (): void => void edge.close().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

if (!serveAnalyst())
  main(process.env).catch((thrown: unknown) => {
    process.stderr.write(`${messageOf(thrown)}\n`);
    process.exit(1);
  });
