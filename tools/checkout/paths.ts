import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where everything that the tools prepare or remember lies. All of it is below the checkout and ignored by Git. */
export interface Paths {
  /** The checkout: the folder of Pulumi.yaml. */
  root: string;
  /** `.tools`: whatever can be made again, and the state of the lab. */
  tools: string;
  /** Pulumi's programs, first on PATH. */
  bin: string;
  /** `PULUMI_HOME`: plugins and Pulumi's own files. */
  pulumiHome: string;
  /** Folder of the file backend: what Pulumi knows about the lab. */
  state: string;
  /** What belongs to the stack but not into Git, see stack.ts. */
  stack: string;
  /** Names, ports and passwords of this checkout, see checkout.ts. */
  checkout: string;
}

export function pathsOf(root: string): Paths {
  const tools = join(root, ".tools");
  return {
    root,
    tools,
    bin: join(tools, "bin"),
    pulumiHome: join(tools, "pulumi-home"),
    state: join(tools, "state"),
    stack: join(tools, "stack"),
    checkout: join(tools, "checkout.json"),
  };
}

/** The checkout that this file belongs to, whether it runs compiled (`dist/tools`) or from source (`tools`). */
export function thisCheckout(): Paths {
  let folder = __dirname;
  while (!existsSync(join(folder, "Pulumi.yaml"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no Pulumi.yaml in ${__dirname} or a folder above it`);
    folder = parent;
  }
  return pathsOf(folder);
}
