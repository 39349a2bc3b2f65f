import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";

/** Whether something on this machine answers SIP: OPTIONS over UDP, and 200 within the time given. */
export async function answersOptions(port: number, withinMs: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.connect(port, "127.0.0.1", resolve);
    });
    const answered = new Promise<boolean>((resolve) => {
      socket.once("error", () => resolve(false));
      socket.once("message", (message) => resolve(/^SIP\/2\.0 200 /.test(message.toString("latin1"))));
      setTimeout(() => resolve(false), withinMs).unref();
    });
    socket.send(options(socket.address().port, port));
    return await answered;
  } finally {
    socket.close();
  }
}

function options(from: number, to: number): string {
  const id = randomUUID();
  const lines = [
    `OPTIONS sip:health@127.0.0.1:${to} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${from};rport;branch=z9hG4bK${id}`,
    `From: <sip:health@127.0.0.1>;tag=${id.slice(0, 8)}`,
    `To: <sip:health@127.0.0.1:${to}>`,
    `Call-ID: ${id}`,
    "CSeq: 1 OPTIONS",
    "Max-Forwards: 70",
    "Content-Length: 0",
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}
