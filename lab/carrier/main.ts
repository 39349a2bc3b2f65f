import { join } from "node:path";
import { keepAmi } from "../../core/protocols/ami";
import { messageOf } from "../../core/refusal";
import { Capture } from "../../core/protocols/sip/capture";
import { startAsterisk } from "./asterisk";
import { Calls, emptyFolder } from "./calls";
import { buildControlApp } from "./control";
import { Listening } from "./listening";
import { stdoutLog as log } from "../../core/log";
import { readSettings } from "./settings";
import { writeSounds } from "./sounds";

/** The telephone network of the lab: an Asterisk whose customers lab/carrier/customers.ts describes, and its control API. */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const { controlPort, sipPort, dataDirectory, keepCalls } = readSettings(env);
  const [configuration, sounds, recordings] = (await Promise.all(
    ["etc", "sounds", "calls"].map((name) => emptyFolder(join(dataDirectory, name))),
  )) as [string, string, string];
  await writeSounds(sounds);
  const capture = new Capture();
  const asterisk = await startAsterisk({ configuration, sounds, calls: recordings, sipPort }, log);
  await capture.listen(asterisk.hepPort);
  const ami = keepAmi(asterisk.ami, { onState: (state, detail) => log(`asterisk-${state}`, { detail }) });
  const calls = new Calls(recordings, capture, ami, log, keepCalls);
  const listening = new Listening(ami, log);
  const booted = async (): Promise<boolean> =>
    ami.connected && (await ami.command("core waitfullybooted").catch(() => "")).includes("fully booted");
  const control = buildControlApp(calls, booted);
  await control.listen({ host: "0.0.0.0", port: controlPort });
  log("started", { controlPort, sipPort });

  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    listening.close();
    await control.close();
    await ami.close();
    await asterisk.stop();
    capture.close();
    log("stopped");
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop());
  void asterisk.ended.then((code) => {
    if (stopping) return;
    log("asterisk-ended", { code });
    process.exit(1);
  });
}

main(process.env).catch((thrown: unknown) => {
  process.stderr.write(`${messageOf(thrown)}\n`);
  process.exit(1);
});
