import { randomBytes } from "node:crypto";
import { networkInterfaces } from "node:os";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import Docker from "dockerode";
import { pack } from "tar-fs";
import { pack as entries } from "tar-stream";
import { connectAmi, type AmiConnection } from "../../core/protocols/ami";
import { waitFor } from "../kit/files";

const IMAGE = "voice-ai-bridges-test-asterisk";
const CLI = "asterisk -C /etc/bridge/asterisk.conf -rx";
const LOG = "/var/log/asterisk/messages";

/** A real Asterisk 16 in a container, with the generated files of a VICIdial dialler. */
export interface Asterisk {
  /** Replaces files of /etc/bridge. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Runs CLI commands one after another and returns what each printed. */
  cli(...commands: readonly string[]): Promise<string[]>;
  /** A new connection to the manager interface, which runs hundreds of commands a second; only with a network. */
  ami(): Promise<AmiConnection>;
  /** Lines of the log since the last call, from NOTICE up. */
  logged(): Promise<string[]>;
  remove(): Promise<void>;
}

/**
 * Builds the image where it is missing or changed (Docker's cache knows), and waits until Asterisk is fully booted. Without
 * a network unless it is to reach this machine, at {@link bridgeAddress}.
 */
export async function startAsterisk({ network = "none" }: { network?: "none" | "bridge" } = {}): Promise<Asterisk> {
  const docker = new Docker();
  await build(docker, pack(__dirname, { entries: ["Dockerfile", "etc"] }) as unknown as NodeJS.ReadableStream);
  const container = await docker.createContainer({
    Image: IMAGE,
    Labels: { [IMAGE]: String(process.pid) },
    ...(network === "none" ? {} : { ExposedPorts: { "5038/tcp": {} } }),
    HostConfig: {
      NetworkMode: network,
      AutoRemove: true,
      ...(network === "none" ? {} : { PortBindings: { "5038/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } }),
    },
  });
  const secret = randomBytes(12).toString("hex");
  const manager = entries();
  manager.entry({ name: "manager.conf" }, managerConf(secret));
  manager.finalize();
  await container.putArchive(manager as unknown as NodeJS.ReadableStream, { path: "/etc/bridge" });
  await container.start();
  const sh = (script: string) => execute(docker, container, script);
  // Bytes of the log that were read already.
  let read = 0;
  const asterisk: Asterisk = {
    async write(files) {
      const archive = entries();
      for (const [name, text] of Object.entries(files)) archive.entry({ name }, `${text}\n`);
      archive.finalize();
      await container.putArchive(archive as unknown as NodeJS.ReadableStream, { path: "/etc/bridge" });
    },
    async cli(...commands) {
      const script = commands.map((command) => `${CLI} '${command.replaceAll("'", `'\\''`)}'; echo; echo ----`);
      return (await sh(script.join("\n"))).split("\n----\n").slice(0, commands.length);
    },
    async ami() {
      const { NetworkSettings } = await container.inspect();
      const port = Number(NetworkSettings.Ports["5038/tcp"]?.[0]?.HostPort);
      return connectAmi({ host: "127.0.0.1", port, username: "test", secret });
    },
    async logged() {
      const text = await sh(`tail -c +${read + 1} ${LOG}`);
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      read += Buffer.byteLength(whole);
      return whole.split("\n").filter((line) => /^\[.*(NOTICE|WARNING|ERROR)/.test(line));
    },
    async remove() {
      await container.remove({ force: true });
    },
  };
  await waitFor("Asterisk is fully booted", 30_000, async () =>
    (await sh(`${CLI} 'core waitfullybooted'`)).includes("fully booted"),
  );
  await asterisk.logged();
  return asterisk;
}

const managerConf = (secret: string) =>
  `[general]\nenabled=yes\nbindaddr=0.0.0.0\n[test]\nsecret=${secret}\nread=\nwrite=command\n`;

/**
 * This machine's address on Docker's own bridge: there a test may listen for a container. A daemon that made the bridge itself and
 * was not started again since names no gateway, so the interface is asked.
 */
export async function bridgeAddress(): Promise<string> {
  const bridge = (await new Docker().getNetwork("bridge").inspect()) as { Options: Record<string, string> | null };
  const name = bridge.Options?.["com.docker.network.bridge.name"] ?? "docker0";
  const address = networkInterfaces()[name]?.find(({ family }) => family === "IPv4")?.address;
  if (address === undefined) throw new Error(`Docker's bridge ${name} has no IPv4 address on this machine`);
  return address;
}

async function build(docker: Docker, context: NodeJS.ReadableStream): Promise<void> {
  const output = await docker.buildImage(context, { t: IMAGE });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(output, (error: Error | null, steps: { error?: string }[]) => {
      const failed = steps.find((step) => step.error !== undefined)?.error;
      if (error ?? failed) reject(error ?? new Error(failed));
      else resolve();
    });
  });
}

async function execute(docker: Docker, container: Docker.Container, script: string): Promise<string> {
  const exec = await container.exec({ Cmd: ["sh", "-c", script], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const out = new PassThrough();
  let text = "";
  out.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  docker.modem.demuxStream(stream, out, new PassThrough().resume());
  await finished(stream);
  return text;
}
