/**
 * A second checkout of this repository on the same machine, as a colleague or a CI job would have it: with an identity, a
 * lab and a state of its own. What takes long to make (npm packages, Pulumi's programs) is shared with this one.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Checkout } from "../../tools/checkout/checkout";
import { repository } from "./files";

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

export class OtherCheckout {
  private constructor(readonly root: string) {}

  /** Every file of this working tree that Git knows or would take, committed. */
  static ofThisRepository(): OtherCheckout {
    const checkout = OtherCheckout.empty();
    const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: repository,
    });
    for (const file of list.toString().split("\0")) {
      // A file that was deleted but is still in the index.
      if (file === "" || !existsSync(join(repository, file))) continue;
      mkdirSync(dirname(join(checkout.root, file)), { recursive: true });
      copyFileSync(join(repository, file), join(checkout.root, file));
    }
    checkout.commit();
    return checkout;
  }

  /** The compiled tools around a stack program of the test. */
  static around(program: string, config = "config: {}\n"): OtherCheckout {
    const checkout = OtherCheckout.empty();
    for (const file of ["package.json", "package-lock.json", "tsconfig.json", "Pulumi.yaml", ".gitignore"]) {
      copyFileSync(join(repository, file), join(checkout.root, file));
    }
    cpSync(join(repository, "dist"), join(checkout.root, "dist"), { recursive: true });
    checkout.write("Pulumi.dev.yaml", config);
    checkout.write("index.ts", program);
    checkout.commit();
    return checkout;
  }

  private static empty(): OtherCheckout {
    const checkout = new OtherCheckout(realpathSync(mkdtempSync(join(tmpdir(), "vb-checkout-"))));
    checkout.git("init", "--quiet");
    // .gitignore means the folder, and here it is a link.
    writeFileSync(join(checkout.root, ".git/info/exclude"), "node_modules\n");
    symlinkSync(join(repository, "node_modules"), join(checkout.root, "node_modules"));
    return checkout;
  }

  write(file: string, content: string): void {
    writeFileSync(join(this.root, file), content);
  }

  commit(): void {
    this.git("add", "--all");
    this.git("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", "As it is");
  }

  /** What `git status` would show; empty when the tree is clean. */
  status(): string {
    return this.git("status", "--porcelain");
  }

  /** Names, ports and passwords that this checkout chose. */
  identity(): Checkout {
    return JSON.parse(readFileSync(join(this.root, ".tools/checkout.json"), "utf8")) as Checkout;
  }

  /** `npm run <args>` as an operator types it. */
  npm(...args: string[]): Promise<Ended> {
    return this.run("npm", ["run", ...args]);
  }

  /** A tool without the bootstrap's installing and compiling: `tool("start", "--json")`. */
  tool(name: string, ...args: string[]): Promise<Ended> {
    const script = `require("./dist/tools/commands/${name}.js").main(process.argv.slice(1)).then((code) => (process.exitCode = code))`;
    return this.run(process.execPath, ["-e", script, "--", ...args]);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  run(command: string, args: readonly string[]): Promise<Ended> {
    const path = [join(repository, ".tools/bin"), process.env.PATH].join(delimiter);
    const child = spawn(command, args, {
      cwd: this.root,
      env: { ...process.env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
    child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
    });
  }

  private git(...args: string[]): string {
    return execFileSync("git", args, { cwd: this.root, encoding: "utf8" });
  }
}
