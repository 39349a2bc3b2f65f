import { ensureDocker, type DockerHost } from "./docker";
import { progressOn } from "../terminal/progress";

const refused = { refused: "connect ENOENT /var/run/docker.sock" };

/** A machine whose daemon answers once the listed things were done to it. */
function machine(needs: ("install" | "start")[], may = true, installed = false) {
  const done: string[] = [];
  const said: string[] = [];
  const host: DockerHost = {
    daemon: () => Promise.resolve(needs.every((need) => done.includes(need)) ? { version: "20.10.24" } : refused),
    installed: () => installed || done.includes("install"),
    mayInstall: () => may,
    install: () => Promise.resolve(void done.push("install")),
    start: () => Promise.resolve(void done.push("start")),
  };
  const progress = progressOn({ write: (text: string) => said.push(text) > 0, isTTY: false, columns: 80 });
  return { done, said, ensure: () => ensureDocker(host, progress) };
}

test("a daemon that answers is left alone", async () => {
  const { done, said, ensure } = machine([]);
  expect(await ensure()).toBe("20.10.24");
  expect([done, said]).toEqual([[], []]);
});

test("without one, Docker is installed, said aloud, and started where its package did not", async () => {
  const { done, said, ensure } = machine(["install", "start"]);
  await ensure();
  expect(done).toEqual(["install", "start"]);
  expect(said.join("")).toContain("Docker is installed from Debian's packages");
});

test("a package that starts the daemon is enough; an installed Docker is only started", async () => {
  const packaged = machine(["install"]);
  await packaged.ensure();
  expect(packaged.done).toEqual(["install"]);
  const standing = machine(["start"], true, true);
  await standing.ensure();
  expect(standing.done).toEqual(["start"]);
});

test("where nothing may be installed, nothing is done and the words say what to do", async () => {
  const { done, ensure } = machine(["install"], false);
  await expect(ensure()).rejects.toThrow(/No Docker daemon answers: connect ENOENT.*\n.*sudo systemctl start docker/);
  expect(done).toEqual([]);
});

test("a daemon that does not answer after its start is a failure", async () => {
  const host = machine(["install", "start"]);
  host.done.push("install");
  host.done.push = () => 0;
  await expect(host.ensure()).rejects.toThrow("was started but does not answer");
});
