import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { messageOf } from "../providers/errors";
import { run } from "./command";
import { NotToBeHad, StepFailure } from "./failure";
import type { Paths } from "./paths";
import type { Progress } from "./progress";

/** Every image of the lab starts here: the last Debian with Asterisk. */
export const baseImage = { name: "debian", tag: "bullseye-slim", suite: "bullseye" };
const reference = `${baseImage.name}:${baseImage.tag}`;

/** A pull that says nothing for this long will not get anywhere. */
const pullSilence = 20_000;
/** Where Debian's packages come from: the mirror network, and the archive of releases that it no longer carries. */
const mirrors = ["http://deb.debian.org/debian", "http://archive.debian.org/debian"];

/** `debian:bullseye-slim` in the daemon: as it is, pulled, or made from Debian's packages where no registry is reached. */
export async function ensureBaseImage(
  docker: Docker,
  paths: Paths,
  progress: Progress,
): Promise<"present" | "pulled" | "made"> {
  if (await imageExists(docker)) return "present";
  try {
    await progress.step(`Pulling ${reference}`, (detail) => pull(docker, detail));
    return "pulled";
  } catch (error) {
    if (!(error instanceof NotToBeHad)) throw error;
  }
  await progress.step(`Making ${reference} from Debian's packages with debootstrap`, (detail) =>
    make(docker, paths, detail),
  );
  return "made";
}

async function imageExists(docker: Docker): Promise<boolean> {
  return docker
    .getImage(reference)
    .inspect()
    .then(
      () => true,
      () => false,
    );
}

async function pull(docker: Docker, detail: (text: string) => void): Promise<void> {
  const giveUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => giveUp.abort(), pullSilence);
  };
  heard();
  try {
    const stream = await docker.pull(reference, { abortSignal: giveUp.signal });
    await new Promise<void>((resolve, reject) => {
      giveUp.signal.addEventListener("abort", () => reject(new Error("no progress")));
      docker.modem.followProgress(
        stream,
        (error) => (error === null ? resolve() : reject(error)),
        (event: { status?: string; progress?: string }) => {
          heard();
          detail([event.status, event.progress].filter(Boolean).join(" "));
        },
      );
    });
  } catch (error) {
    throw new NotToBeHad(giveUp.signal.aborted ? `no answer for ${pullSilence / 1000} s` : messageOf(error));
  } finally {
    clearTimeout(timer);
  }
}

async function make(docker: Docker, paths: Paths, detail: (text: string) => void): Promise<void> {
  if (process.getuid?.() !== 0 || process.platform !== "linux") {
    throw new StepFailure(
      `${reference} can be made without a registry only on Linux as root.`,
      `Bring it onto this machine by hand: \`docker save ${reference} | gzip\` where it can be pulled, \`docker load\` here; then run it again.`,
    );
  }
  const work = join(paths.tools, "debian");
  const tree = join(work, baseImage.suite);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    const debootstrap = await debootstrapProgram(work);
    await firstMirror(async (mirror) => {
      rmSync(tree, { recursive: true, force: true });
      await run(debootstrap.command, ["--variant=minbase", baseImage.suite, tree, mirror], {
        env: { ...process.env, ...debootstrap.env },
        onLine: (line) => detail(line.replace(/^I: /, "")),
      });
    });
    rmSync(join(tree, "var/cache/apt/archives"), { recursive: true, force: true });
    detail("importing it into Docker");
    await importTree(docker, tree);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The installed program, or the one of Debian's package unpacked beside the tree: nothing is installed for it. */
async function debootstrapProgram(work: string): Promise<{ command: string; env: NodeJS.ProcessEnv }> {
  if (existsSync("/usr/sbin/debootstrap")) return { command: "/usr/sbin/debootstrap", env: {} };
  const unpacked = join(work, "debootstrap");
  try {
    await run("apt-get", ["download", "-q", "debootstrap"], { cwd: work });
    await run("sh", ["-c", `dpkg-deb -x debootstrap_*.deb "$1"`, "sh", unpacked], { cwd: work });
  } catch (error) {
    throw new StepFailure(
      `The program debootstrap is missing, and its Debian package could not be had: ${messageOf(error)}.`,
      "Run `apt-get update && apt-get install debootstrap`, then run it again.",
    );
  }
  return {
    command: join(unpacked, "usr/sbin/debootstrap"),
    env: { DEBOOTSTRAP_DIR: join(unpacked, "usr/share/debootstrap") },
  };
}

async function firstMirror(attempt: (mirror: string) => Promise<void>): Promise<void> {
  const failures: string[] = [];
  for (const mirror of mirrors) {
    try {
      await attempt(mirror);
      return;
    } catch (error) {
      failures.push(`${mirror}: ${messageOf(error)}`);
    }
  }
  throw new StepFailure(
    `debootstrap got no Debian ${baseImage.suite} from any mirror:\n${failures.join("\n")}`,
    "Check that Debian's mirrors can be reached from this machine, then run it again.",
  );
}

/** As `docker import` does it: one layer with the whole tree. */
async function importTree(docker: Docker, tree: string): Promise<void> {
  const tar = spawn("tar", ["--numeric-owner", "-C", tree, "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve, reject) => {
    tar.once("error", reject);
    tar.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with code ${code ?? "?"}`))));
  });
  const [answer] = await Promise.all([
    docker.importImage(tar.stdout, { repo: baseImage.name, tag: baseImage.tag, changes: ['CMD ["bash"]'] }),
    ended,
  ]);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(answer, (error) => (error === null ? resolve() : reject(error)));
  });
}
