import type { Request } from "../kind";

/**
 * Images that a build has made so far, one for each step, by what the daemon's builder prints. After a failed build they lie
 * about without a name; the daemon itself removes only containers (`forcerm`). BuildKit, which the official plugin uses,
 * leaves no image either.
 */
export class Leftovers {
  private readonly made: string[] = [];
  /** What a step names is its own, unless it was there already: the base image, or one that an earlier build made. */
  private ours = false;

  /** Takes in what the builder prints. */
  add(text: string): void {
    for (const line of text.split("\n")) {
      const begins = /^Step \d+\/\d+ : (\S+)/.exec(line);
      if (begins) this.ours = begins[1]?.toUpperCase() !== "FROM";
      else if (line.trim() === "---> Using cache") this.ours = false;
      const image = /^ ---> ([0-9a-f]{12,64})$/.exec(line)?.[1];
      if (image !== undefined && this.ours) this.made.push(image);
    }
  }

  /** Newest first, since each is the parent of the next. One that another build has built on meanwhile stays. */
  get images(): readonly string[] {
    return [...this.made].reverse();
  }

  async remove({ docker }: Pick<Request, "docker">): Promise<void> {
    for (const image of this.images.map((id) => docker.getImage(id))) {
      try {
        // A named one is no leftover, whatever a step has printed.
        if ((await image.inspect()).RepoTags.length > 0) continue;
        // Without `noprune` the daemon would also take the unnamed parents, which are other builds' cache.
        await image.remove({ noprune: true });
      } catch {
        // Gone already, or in use.
      }
    }
  }
}
