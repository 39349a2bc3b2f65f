import { messageOf } from "../../core/refusal";
import { startSimulator } from "./simulator";

/**
 * The simulator as a program.
 *
 * | environment | meaning | default |
 * |---|---|---|
 * | `SIGMAMIND_SIM_HOST` | address to listen on | `0.0.0.0` |
 * | `SIGMAMIND_SIM_PORT` | port of the API | 8080 |
 * | `SIGMAMIND_SIM_CONTROL_PORT` | port of the control API | 8081 |
 * | `SIGMAMIND_SIM_API_KEY` | the key that clients must send | `lab-api-key` |
 * | `SIGMAMIND_SIM_STATE_DIR` | directory of the state file; without it a restart forgets | none |
 */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const simulator = await startSimulator({
    host: env["SIGMAMIND_SIM_HOST"] ?? "0.0.0.0",
    port: portOf(env["SIGMAMIND_SIM_PORT"], 8080),
    controlPort: portOf(env["SIGMAMIND_SIM_CONTROL_PORT"], 8081),
    apiKey: env["SIGMAMIND_SIM_API_KEY"],
    stateDir: env["SIGMAMIND_SIM_STATE_DIR"],
  });
  process.stdout.write(`API ${simulator.baseUrl}, control ${simulator.controlUrl}\n`);
  const stop = (): void => void simulator.close().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

function portOf(text: string | undefined, byDefault: number): number {
  const port = Number(text ?? byDefault);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`not a port: ${text}`);
  return port;
}

main(process.env).catch((thrown: unknown) => {
  process.stderr.write(`${messageOf(thrown)}\n`);
  process.exit(1);
});
