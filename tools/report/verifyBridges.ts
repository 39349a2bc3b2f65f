import { main as voicebridge } from "../../cli/main";
import { verifyResultSchema, type VerifyResult } from "../../cli/verifyResult";
import type { Progress } from "../terminal/progress";

/** What came of one bridge's verification. */
export interface Verified {
  name: string;
  verdict: VerifyResult["verdict"];
  /** Seconds, the call included. */
  seconds: number;
}

/** `voicebridge verify` of each bridge, one after the other: in a lab it calls a lead of the campaign and follows the call. */
export async function verifyBridges(
  names: readonly string[],
  configFile: string,
  environment: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<Verified[]> {
  const verified: Verified[] = [];
  for (const name of names)
    verified.push(
      await progress.section(`voicebridge verify ${name}`, () => verifyBridge(name, configFile, environment)),
    );
  return verified;
}

async function verifyBridge(name: string, configFile: string, environment: NodeJS.ProcessEnv): Promise<Verified> {
  let answer = "";
  const started = performance.now();
  await voicebridge(["verify", name, "--file", configFile, "--json"], {
    cwd: process.cwd(),
    env: environment,
    stdout: (text) => (answer += text),
    stderr: (text) => void process.stderr.write(text),
  });
  const seconds = (performance.now() - started) / 1000;
  const result = verifyResultSchema.safeParse(JSON.parse(answer));
  // Anything else says that it could not even begin; the reason is on the screen.
  return { name, verdict: result.success ? result.data.verdict : "unknown", seconds };
}
