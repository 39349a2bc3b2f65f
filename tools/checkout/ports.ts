import { createServer } from "node:net";
import { StepFailure } from "../terminal/failure";

/** Whether something on this machine holds a TCP port. */
export type PortTaken = (port: number) => Promise<boolean>;

/** Below the range from which Linux takes ports for outgoing connections (32768 on), so that a kept port stays ours. */
export const firstPort = 20_000;
export const lastPort = 31_999;

/** The first free port at or after a place given by `seed`, going round once. `others` are spoken for. */
export async function choosePort(seed: number, others: ReadonlySet<number>, taken: PortTaken): Promise<number> {
  const count = lastPort - firstPort + 1;
  for (let step = 0; step < count; step++) {
    const port = firstPort + ((seed + step) % count);
    if (!others.has(port) && !(await taken(port))) return port;
  }
  throw new StepFailure(
    `No TCP port between ${firstPort} and ${lastPort} is free on this machine.`,
    "End what holds them (`ss -ltnp` shows it), then run it again.",
  );
}

/** Asks the system, by trying to listen there. A listener on all addresses holds the port too. */
export const portTaken: PortTaken = (port) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(true));
    probe.listen({ host: "127.0.0.1", port, exclusive: true }, () => probe.close(() => resolve(false)));
  });
