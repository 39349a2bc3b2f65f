import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { choosePort, firstPort, lastPort, portTaken } from "./ports";

const none = new Set<number>();

test("the search begins where the seed says and goes round", async () => {
  const count = lastPort - firstPort + 1;
  expect(await choosePort(count + 5, none, () => Promise.resolve(false))).toBe(firstPort + 5);
  expect(await choosePort(count - 1, none, (port) => Promise.resolve(port === lastPort))).toBe(firstPort);
});

test("ports that are spoken for are passed over", async () => {
  expect(await choosePort(0, new Set([firstPort, firstPort + 1]), () => Promise.resolve(false))).toBe(firstPort + 2);
});

test("a machine without a free port is told what to do", async () => {
  await expect(choosePort(7, none, () => Promise.resolve(true))).rejects.toThrow(/No TCP port between 20000 and 31999/);
});

test.each(["127.0.0.1", "0.0.0.0"])("a listener on %s holds its port until it closes", async (host) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  expect(await portTaken(port)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await portTaken(port)).toBe(false);
});
