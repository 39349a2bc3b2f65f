import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { messageOf } from "../../core/refusal";
import { run } from "../terminal/command";
import { StepFailure } from "../terminal/failure";
import type { Paths } from "../checkout/paths";

/** An image of Debian: its name for Docker, and the release that debootstrap makes it of. */
export interface DebianImage {
  reference: string;
  suite: string;
}

/**
 * Names the mirror of Debian's packages where debootstrap's own default does not do: on a closed network, or for a release that has
 * moved to Debian's archive.
 */
const mirrorVariable = "VOICEBRIDGE_DEBIAN_MIRROR";

interface Program {
  command: string;
  env: NodeJS.ProcessEnv;
}

/** Makes a minimal Debian of its packages and gives it to Docker: what an image from a registry would hold. */
export async function makeDebian(
  docker: Docker,
  { reference, suite }: DebianImage,
  paths: Paths,
  detail: (text: string) => void,
): Promise<void> {
  if (process.getuid?.() !== 0 || process.platform !== "linux") {
    throw new StepFailure(
      `${reference} can be made without a registry only on Linux as root.`,
      `Bring it onto this machine by hand: \`docker save ${reference} | gzip\` where it can be pulled, \`docker load\` here; then run it again.`,
    );
  }
  const work = join(paths.tools, "debian");
  const tree = join(work, suite);
  await discard(work, tree);
  mkdirSync(work, { recursive: true });
  try {
    const debootstrap = await debootstrapProgram(work);
    await unpack(debootstrap, suite, tree, detail);
    rmSync(join(tree, "var/cache/apt/archives"), { recursive: true, force: true });
    detail("importing it into Docker");
    await importTree(docker, tree, reference);
  } finally {
    await discard(work, tree);
  }
}

/** A run that was cut short may have left the kernel's file systems mounted in the tree: nothing in them may be touched. */
async function discard(folder: string, tree: string): Promise<void> {
  for (const mounted of ["proc", "sys"]) await run("umount", ["-R", join(tree, mounted)]).catch(() => undefined);
  await run("rm", ["-rf", "--one-file-system", folder]);
}

/** The installed program, or the one of Debian's package unpacked beside the tree: nothing is installed for it. */
async function debootstrapProgram(work: string): Promise<Program> {
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

async function unpack(
  { command, env }: Program,
  suite: string,
  tree: string,
  detail: (text: string) => void,
): Promise<void> {
  const mirror = process.env[mirrorVariable];
  try {
    await run(command, ["--variant=minbase", suite, tree, ...(mirror ? [mirror] : [])], {
      env: { ...process.env, ...env },
      onLine: (line) => detail(line.replace(/^I: /, "")),
    });
  } catch (error) {
    throw new StepFailure(
      `debootstrap got no Debian ${suite} from ${mirror ? mirror : "its default mirror"}: ${messageOf(error)}`,
      `Check that Debian's mirrors can be reached from this machine, or name one in ${mirrorVariable}, then run it again.`,
    );
  }
}

/** As `docker import` does it: one layer with the whole tree. */
async function importTree(docker: Docker, tree: string, reference: string): Promise<void> {
  const [repo, tag] = reference.split(":");
  const tar = spawn("tar", ["--numeric-owner", "-C", tree, "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve, reject) => {
    tar.once("error", reject);
    tar.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with code ${code ?? "?"}`))));
  });
  const [answer] = await Promise.all([docker.importImage(tar.stdout, { repo, tag, changes: ['CMD ["bash"]'] }), ended]);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(answer, (error) => (error === null ? resolve() : reject(error)));
  });
}
