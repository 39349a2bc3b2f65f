import { createSocket } from "node:dgram";
import { type AddressInfo, createServer as createTcp } from "node:net";
import { createServer as createTls } from "node:tls";

/** A SIP edge that answers OPTIONS with one status, over one transport. */
export interface Responder {
  port: number;
  /** Requests as they came. */
  requests: string[];
  close(): Promise<void>;
}

export interface ResponderOptions {
  transport: "udp" | "tcp" | "tls";
  /** Status line of the final response. Default `200 OK`. */
  answer?: string;
  /** How many requests are lost before one is answered. */
  lost?: number;
  /** A provisional response first. */
  trying?: boolean;
  key?: { key: string; cert: string };
}

export async function startResponder(options: ResponderOptions): Promise<Responder> {
  const requests: string[] = [];
  const { transport, answer = "200 OK", lost = 0, trying = false } = options;
  const answers = (request: string): string[] => {
    requests.push(request);
    if (requests.length <= lost) return [];
    return [...(trying ? ["100 Trying"] : []), answer].map((status) => reply(request, status));
  };
  if (transport === "udp") {
    const socket = createSocket("udp4");
    socket.on("message", (data, from) => {
      for (const text of answers(data.toString())) socket.send(text, from.port, from.address);
    });
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    return { port: socket.address().port, requests, close: () => new Promise((resolve) => socket.close(resolve)) };
  }
  const serve = (socket: import("node:net").Socket): void => {
    socket.on("error", () => undefined);
    // In pieces, as TCP may bring it.
    socket.on("data", (data) => {
      const text = answers(data.toString()).join("");
      socket.write(text.slice(0, 20));
      setImmediate(() => socket.write(text.slice(20)));
    });
  };
  const server = transport === "tls" ? createTls({ ...options.key }, serve) : createTcp(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port: (server.address() as AddressInfo).port, requests, close };
}

/** The headers that a response must repeat (RFC 3261 §8.2.6.2). */
function reply(request: string, status: string): string {
  const header = (name: string) => new RegExp(`^${name}:.*$`, "im").exec(request)?.[0].trim() ?? "";
  const repeated = ["Via", "From", "To", "Call-ID", "CSeq"].map(header);
  return [`SIP/2.0 ${status}`, ...repeated, "Server: TestEdge", "Content-Length: 0", "", ""].join("\r\n");
}
