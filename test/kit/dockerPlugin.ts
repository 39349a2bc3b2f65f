import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./files";

/** Puts this checkout's stand-in of the docker plugin where the CLI looks for the official one. Answers that `PULUMI_HOME`. */
export function installDockerPlugin(): string {
  const home = join(repository, ".tools/test/docker-plugin-home");
  const folder = join(home, "plugins/resource-docker-v5.2.0");
  mkdirSync(folder, { recursive: true });
  const main = join(repository, "dist/tools/docker-plugin/main.js");
  const script = `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`;
  writeFileSync(join(folder, "pulumi-resource-docker"), script, { mode: 0o755 });
  return home;
}
