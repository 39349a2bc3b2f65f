import type Docker from "dockerode";
import { messageOf } from "../../core/refusal";
import { makeDebian, type DebianImage } from "./debootstrap";
import { NotToBeHad } from "../terminal/failure";
import type { Paths } from "../checkout/paths";
import type { Progress } from "../terminal/progress";

/** Every image of the lab starts here: the last Debian with Asterisk. */
const baseImage: DebianImage = { reference: "debian:bullseye-slim", suite: "bullseye" };

/** A pull that says nothing for this long will not get anywhere. */
const pullSilence = 20_000;

/** `debian:bullseye-slim` in the daemon: as it is, pulled, or made from Debian's packages where no registry is reached. */
export async function ensureBaseImage(
  docker: Docker,
  paths: Paths,
  progress: Progress,
  image: DebianImage = baseImage,
): Promise<"present" | "pulled" | "made"> {
  if (await imageExists(docker, image.reference)) return "present";
  try {
    await progress.step(`Pulling ${image.reference}`, (detail) => pull(docker, image.reference, detail));
    return "pulled";
  } catch (error) {
    if (!(error instanceof NotToBeHad)) throw error;
  }
  await progress.step(`Making ${image.reference} from Debian's packages with debootstrap`, (detail) =>
    makeDebian(docker, image, paths, detail),
  );
  return "made";
}

async function imageExists(docker: Docker, reference: string): Promise<boolean> {
  return docker
    .getImage(reference)
    .inspect()
    .then(
      () => true,
      () => false,
    );
}

async function pull(docker: Docker, reference: string, detail: (text: string) => void): Promise<void> {
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
