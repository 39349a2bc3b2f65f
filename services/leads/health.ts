import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface HealthServer {
  port: number;
  close(): Promise<void>;
}

/** `GET /health`: 200 and `{"status":"ok"}` while leads can be read, else 503 and `{"status":"failing","code":…}`. */
export async function serveHealth(
  listen: { host: string; port: number },
  check: () => Promise<string | undefined>,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) =>
      void response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
    if (request.method !== "GET" || request.url !== "/health") {
      answer(404, { status: "not found" });
      return;
    }
    void check().then((code) =>
      code === undefined ? answer(200, { status: "ok" }) : answer(503, { status: "failing", code }),
    );
  });
  server.requestTimeout = 5_000;
  server.maxConnections = 20;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen.port, listen.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
