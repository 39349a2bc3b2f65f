import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { serverVariable } from "./database";
import { type DatabaseServer, databasePrefix, startDatabaseServer } from "./databaseServer";
import { alive, repository, whileLocked, workspace } from "./files";

/** What every real test stands on: the compiled library (the provider process loads dist/) and the shared database. */
export default async function globalSetup(): Promise<void> {
  await whileLocked("setup", async () => {
    buildIfStale();
    const server = await startDatabaseServer();
    await dropAbandonedDatabases(server);
    process.env[serverVariable] = JSON.stringify(server);
    registerRun();
  });
}

/** One file per running test run: the last one to end removes the container. */
export const runs = join(workspace, "runs");

function registerRun(): void {
  mkdirSync(runs, { recursive: true });
  for (const pid of readdirSync(runs)) if (!alive(Number(pid))) rmSync(join(runs, pid), { force: true });
  writeFileSync(join(runs, String(process.pid)), "");
}

function buildIfStale(): void {
  const stamp = join(repository, "dist", ".built");
  const started = new Date();
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newestSource()) return;
  const { status, stdout } = spawnSync("npm", ["run", "--silent", "build"], { cwd: repository, encoding: "utf8" });
  if (status !== 0) {
    // With the lab kept somebody is developing: a type error elsewhere should not stop this test.
    if (!process.env.VOICEBRIDGE_KEEP_TEST_LAB) throw new Error(`npm run build fails:\n${stdout}`);
    console.warn(`npm run build fails, the tests use what it emitted:\n${stdout}`);
  }
  if (!existsSync(join(repository, "dist"))) return;
  writeFileSync(stamp, "");
  utimesSync(stamp, started, started);
}

function newestSource(): number {
  const folders = ["core", "providers", "components", "cli", "services", "lab", "tools"]
    .map((name) => join(repository, name))
    .filter(existsSync);
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name.endsWith(".ts"),
    ),
  );
  return Math.max(0, ...sources.map((source) => statSync(join(source.parentPath, source.name)).mtimeMs));
}

/** A test run that was killed leaves its databases; their names hold the process id of the worker that made them. */
async function dropAbandonedDatabases(server: DatabaseServer): Promise<void> {
  const connection = await createConnection({
    host: server.host,
    port: server.port,
    user: server.adminUser,
    password: server.adminPassword,
  });
  try {
    const [rows] = await connection.query("SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA");
    for (const { name } of rows as { name: string }[]) {
      const pid = name.startsWith(databasePrefix) ? Number(name.slice(databasePrefix.length).split("_")[0]) : undefined;
      if (pid !== undefined && !alive(pid)) await connection.query(`DROP DATABASE IF EXISTS \`${name}\``);
    }
  } finally {
    await connection.end();
  }
}
