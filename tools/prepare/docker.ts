import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import Docker from "dockerode";
import { CommandFailed, run } from "../terminal/command";
import { StepFailure } from "../terminal/failure";
import type { Paths } from "../checkout/paths";
import type { Progress } from "../terminal/progress";

/** What `ensureDocker` needs of the machine; tests put a machine of their own in its place. */
export interface DockerHost {
  /** Version of the daemon that answers, or why none does. */
  daemon(): Promise<{ version: string } | { refused: string }>;
  /** Docker is there, only not running. */
  installed(): boolean;
  /** Packages may be installed: Debian (or a system made from it), root, and no daemon elsewhere asked for. */
  mayInstall(): boolean;
  install(detail: (text: string) => void): Promise<void>;
  /** Starts the daemon and returns when it answers. */
  start(): Promise<void>;
}

/** How long a daemon that was just started may take until it answers. */
const startDeadline = 60_000;

/** A reachable Docker daemon: the one there is, or on Debian as root one that is installed and started, said aloud. */
export async function ensureDocker(host: DockerHost, progress: Progress): Promise<string> {
  const first = await host.daemon();
  if ("version" in first) return first.version;
  if (!host.mayInstall()) throw new StepFailure(`No Docker daemon answers: ${first.refused}.`, whatToDo(first.refused));
  if (!host.installed()) {
    progress.say("No Docker daemon answers, so Docker is installed from Debian's packages (docker.io, debootstrap).");
    await progress.step("Installing Docker", (detail) => host.install(detail));
  }
  let second = await host.daemon();
  if ("refused" in second) {
    await progress.step("Starting the Docker daemon", () => host.start());
    second = await host.daemon();
  }
  if ("version" in second) return second.version;
  throw new StepFailure(
    `The Docker daemon was started but does not answer: ${second.refused}.`,
    whatToDo(second.refused),
  );
}

/** The client that everything here uses. It honours DOCKER_HOST as the docker plugin does. */
export function dockerClient(): Docker {
  return new Docker();
}

/** This machine. */
export function thisMachine(paths: Paths): DockerHost {
  return {
    async daemon() {
      try {
        return { version: (await dockerClient().version()).Version };
      } catch (error) {
        return { refused: error instanceof Error ? error.message : String(error) };
      }
    },
    installed: () => existsSync("/usr/bin/dockerd") || existsSync("/usr/sbin/dockerd"),
    mayInstall: () => process.getuid?.() === 0 && existsSync("/etc/debian_version") && !process.env.DOCKER_HOST,
    async install(detail) {
      try {
        const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
        await run("apt-get", ["update", "-q"], { env, onLine: detail });
        await run("apt-get", ["install", "-y", "-q", "docker.io", "debootstrap"], { env, onLine: detail });
      } catch (error) {
        throw new StepFailure(
          `Docker could not be installed: ${error instanceof CommandFailed ? error.message : String(error)}`,
          "Mend what apt-get names, or install Docker by hand (https://docs.docker.com/engine/install/), then run it again.",
        );
      }
    },
    start: () => startDaemon(paths),
  };
}

function answers(): Promise<boolean> {
  return dockerClient()
    .ping()
    .then(
      () => true,
      () => false,
    );
}

/** By systemd where it runs; otherwise a `dockerd` of our own that outlives us, with its log in `.tools`. */
async function startDaemon(paths: Paths): Promise<void> {
  const log = join(paths.tools, "dockerd.log");
  let ended: string | undefined;
  if (existsSync("/run/systemd/system")) {
    await run("systemctl", ["start", "docker"]);
  } else {
    mkdirSync(paths.tools, { recursive: true });
    forgetKilledDaemon();
    const output = openSync(log, "a");
    const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", output, output] });
    daemon.once("error", (error) => (ended = error.message));
    daemon.once("exit", (code) => (ended = `it ended with code ${code ?? "?"}`));
    daemon.unref();
  }
  const until = Date.now() + startDeadline;
  while (!(await answers())) {
    const late = Date.now() > until ? `it does not answer after ${startDeadline / 1000} s` : undefined;
    const reason = ended ?? late;
    if (reason !== undefined) {
      throw new StepFailure(
        `The Docker daemon could not be started: ${reason}. Last lines of ${log}:\n${lastLines(log)}`,
        whatToDo(reason),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A daemon that was killed leaves its pid file, and a new one refuses to start once some other process has that number. */
function forgetKilledDaemon(pidFile = "/var/run/docker.pid"): void {
  if (!existsSync(pidFile)) return;
  const command = `/proc/${readFileSync(pidFile, "utf8").trim()}/comm`;
  if (!existsSync(command) || readFileSync(command, "utf8").trim() !== "dockerd") rmSync(pidFile);
}

function lastLines(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").slice(-10).join("\n") : "";
}

/** The exact words of what to do, by what the daemon's socket answered. */
function whatToDo(refused: string): string {
  if (refused.includes("EACCES")) {
    return "Let your user talk to it: `sudo usermod -aG docker $USER`, log in again, then run it again.";
  }
  if (process.env.DOCKER_HOST) {
    return `DOCKER_HOST is ${process.env.DOCKER_HOST}: start the daemon there, or unset DOCKER_HOST, then run it again.`;
  }
  return (
    "Start Docker (`sudo systemctl start docker`, or Docker Desktop) or install it (https://docs.docker.com/engine/install/), " +
    "then run it again. If it runs with a socket of its own, say so: `export DOCKER_HOST=$(docker context inspect -f '{{.Endpoints.docker.Host}}')`."
  );
}
