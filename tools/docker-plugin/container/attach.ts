import { finished } from "node:stream/promises";
import { Writable } from "node:stream";
import { calling } from "../daemon";
import type { Request } from "../kind";
import type { ContainerInputs } from "./shape";

/** Waits until a one-shot container has ended; answers what it printed where the program wants `logs`. */
export async function attachUntilEnd(id: string, wanted: ContainerInputs, { docker }: Request): Promise<string> {
  const container = docker.getContainer(id);
  await calling("Unable to wait container end of execution", () => container.wait());
  if (!wanted.logs) return "";
  const printed = await calling("unable to read container logs", () =>
    container.logs({ follow: true, stdout: true, stderr: true }),
  );
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  if (wanted.tty) printed.pipe(sink);
  else docker.modem.demuxStream(printed, sink, sink); // without a terminal both streams come framed in one
  await finished(printed, { writable: false });
  return Buffer.concat(chunks).toString("utf8");
}
