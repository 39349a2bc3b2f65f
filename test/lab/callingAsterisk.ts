import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import Docker from "dockerode";
import { pack } from "tar-stream";
import { waitFor } from "../kit/files";
import { builtLabImage } from "../kit/labImage";

const CLI = "asterisk -C /etc/asterisk/asterisk.conf -rx";

/** An Asterisk of the lab's image with a configuration of the test's own, to call from. */
export interface CallingAsterisk {
  address: string;
  /** Runs CLI commands one after another and returns what they printed. */
  cli(...commands: readonly string[]): Promise<string>;
  /** What the dialplan has said with `Log(NOTICE,…)` so far. */
  said(): Promise<string[]>;
  /** A file of the container. */
  file(path: string): Promise<Buffer>;
  remove(): Promise<void>;
}

const BASE: Readonly<Record<string, string>> = {
  "asterisk.conf": "[directories]\nastetcdir => /etc/asterisk\nastrundir => /var/run/asterisk",
  "logger.conf": "[logfiles]\nmessages => notice,warning,error",
  "modules.conf": "[modules]\nautoload=yes\nnoload=chan_iax2.so\nnoload=res_hep.so\nnoload=res_hep_pjsip.so",
  "rtp.conf": "[general]\nrtpstart=10000\nrtpend=20000",
};

/** Starts one with these files in `/etc/asterisk`, and waits until it is fully booted. */
export async function startCallingAsterisk(files: Readonly<Record<string, string>>): Promise<CallingAsterisk> {
  const docker = new Docker();
  const container = await docker.createContainer({
    Image: await builtLabImage("asterisk"),
    Cmd: ["asterisk", "-f", "-C", "/etc/asterisk/asterisk.conf"],
    Labels: { "voice-ai-bridges-test-caller": String(process.pid) },
  });
  const sh = (script: string) => execute(docker, container, script);
  const cli = (...commands: readonly string[]) =>
    sh(commands.map((command) => `${CLI} '${command.replaceAll("'", `'\\''`)}'`).join("\n"));
  try {
    const archive = pack();
    for (const [name, text] of Object.entries({ ...BASE, ...files }))
      archive.entry({ name: `asterisk/${name}` }, `${text}\n`);
    archive.finalize();
    await container.putArchive(archive as unknown as NodeJS.ReadableStream, { path: "/etc" });
    await container.start();
    await waitFor("the calling Asterisk is fully booted", 60_000, async () =>
      (await cli("core waitfullybooted")).includes("fully booted"),
    );
  } catch (thrown) {
    await container.remove({ force: true, v: true });
    throw thrown;
  }
  const { NetworkSettings } = await container.inspect();
  return {
    address: NetworkSettings.Networks["bridge"]?.IPAddress ?? "",
    cli,
    async said() {
      const log = await sh("cat /var/log/asterisk/messages");
      return [...log.matchAll(/NOTICE\S* Ext\. \S+: (.*)$/gm)].map(([, text]) => text!.trim());
    },
    file: async (path) => Buffer.from(await sh(`base64 ${path}`), "base64"),
    remove: () => container.remove({ force: true, v: true }),
  };
}

async function execute(docker: Docker, container: Docker.Container, script: string): Promise<string> {
  const exec = await container.exec({ Cmd: ["sh", "-c", script], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const out = new PassThrough();
  let text = "";
  out.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  docker.modem.demuxStream(stream, out, out);
  await finished(stream);
  return text;
}
