import { messageOf } from "../../core/refusal";
import { startLeadService, type Log } from "./service";
import { readSettings } from "./settings";

/** One line per event: `{"at": epoch ms, "event": …}`. */
const log: Log = (event, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ at: Date.now(), event, ...fields })}\n`);
};

/** The lead service as a program: settings from the environment (settings.ts, docs/lead-service.md), SIGTERM drains. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const service = await startLeadService(settings, log);
  log("listening", { host: settings.listen.host, port: service.port, healthPort: service.healthPort });
  const stop = (): void => {
    log("stopping");
    void service.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

main().catch((thrown: unknown) => {
  process.stderr.write(`leads: ${messageOf(thrown)}\n`);
  process.exit(1);
});
