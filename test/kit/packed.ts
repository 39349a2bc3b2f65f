/** The package as a user gets it, and the folders of users who install it: outside this repository, with nothing of ours set. */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type Ended, OtherCheckout } from "./checkout";
import { repository, whileLocked, workspace } from "./files";

const kept = join(workspace, "package");

/** `npm pack` of an unbuilt checkout, once for each state of the source. */
export function packed(): Promise<string> {
  return whileLocked("package", async () => {
    const folder = join(kept, fingerprint());
    if (!existsSync(folder)) {
      rmSync(kept, { recursive: true, force: true });
      const checkout = OtherCheckout.ofThisRepository();
      try {
        mkdirSync(`${folder}.partial`, { recursive: true });
        const { code, stderr } = await checkout.run("npm", ["pack", "--pack-destination", `${folder}.partial`]);
        if (code !== 0) throw new Error(`npm pack failed:\n${stderr}`);
        renameSync(`${folder}.partial`, folder);
      } finally {
        checkout.remove();
      }
    }
    const [file = ""] = readdirSync(folder);
    return join(folder, file);
  });
}

/** Changes when a file does that Git knows or would take: by size and time, as a build system does. */
function fingerprint(): string {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
  });
  const lines = list
    .toString()
    .split("\0")
    .filter((file) => file !== "" && !/^(test|bench|examples|templates)\//.test(file))
    .map((file) => ({ file, stat: statSync(join(repository, file), { throwIfNoEntry: false }) }))
    .map(({ file, stat }) => `${file} ${stat?.size} ${stat?.mtimeMs}`);
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}

/** A folder of a user, with a home of its own: the file backend, a passphrase and plain `pulumi` from PATH, nothing else. */
export class UserFolder {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "vb-user-")));
  readonly env: NodeJS.ProcessEnv = {
    PATH: [join(repository, ".tools/bin"), process.env["PATH"]].join(delimiter),
    HOME: join(this.root, "home"),
    // What it downloads is the same each time.
    npm_config_cache: join(workspace, "npm-cache"),
    PULUMI_BACKEND_URL: `file://${join(this.root, "home/state")}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase",
  };

  constructor() {
    mkdirSync(join(this.root, "home/state"), { recursive: true });
  }

  write(files: Readonly<Record<string, string | object>>): void {
    for (const [name, content] of Object.entries(files)) {
      const file = join(this.root, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    }
  }

  /** Runs a program below the folder; `input` is what its standard input holds. */
  run(command: string, args: readonly string[], { below = ".", input = "" } = {}): Promise<Ended> {
    const child = spawn(command, args, { cwd: join(this.root, below), env: this.env });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
    child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
    child.stdin.end(input);
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
    });
  }

  /** As `run`, for what must go well. Answers all that it printed. */
  async must(
    command: string,
    args: readonly string[],
    options: { below?: string; input?: string } = {},
  ): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, args, options);
    if (code === 0) return stdout + stderr;
    throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
