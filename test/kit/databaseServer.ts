import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import Docker from "dockerode";
import { createConnection } from "mysql2/promise";
import { messageOf } from "../../core/refusal";
import { repository, waitFor } from "./files";

/** Where the shared MariaDB of this checkout's tests listens, and its two accounts. */
export interface DatabaseServer {
  host: string;
  port: number;
  /** Least-privilege account, as a stack uses it. */
  user: string;
  password: string;
  /** May create and drop databases. */
  adminUser: string;
  adminPassword: string;
}

const folder = join(repository, "docker", "database");
/** Two checkouts on one machine have different names, so neither touches the other's containers. */
const prefix = `vbtest-${createHash("sha256").update(repository).digest("hex").slice(0, 8)}`;
const containerName = `${prefix}-database`;
const accounts = { user: "voicebridge", adminUser: "voicebridge_admin" } as const;

/** Databases of tests begin with this; the least-privilege account is granted on all of them. */
export const databasePrefix = "vbtest_";

/** Starts the container unless it runs already with the image that the folder's content asks for. */
export async function startDatabaseServer(): Promise<DatabaseServer> {
  const docker = await connectedDocker();
  const image = await builtImage(docker);
  const container = await runningContainer(docker, image);
  await removeOldImages(docker, image);
  const server = await addressOf(container);
  await waitFor("the test database accepts connections", 90_000, () => acceptsConnections(server));
  await grantOnTestDatabases(server);
  return server;
}

/** Removes the container with its data; absent is fine. */
export async function removeDatabaseServer(): Promise<void> {
  await removed(new Docker().getContainer(containerName));
}

async function connectedDocker(): Promise<Docker> {
  const docker = new Docker();
  try {
    await docker.ping();
    return docker;
  } catch (error) {
    throw new Error(
      `The real tests need Docker, and no daemon answers (${messageOf(error)}). Start it (\`systemctl start docker\`, or \`dockerd\` as root where ` +
        `there is no systemd), install it first with \`apt-get install docker.io\` on Debian, or point DOCKER_HOST at a daemon; then run the ` +
        `tests again. \`npm run test:unit\` needs no Docker.`,
      { cause: error },
    );
  }
}

async function builtImage(docker: Docker): Promise<string> {
  const image = `${containerName}:${contentHash(folder)}`;
  const known = await docker.listImages({ filters: { reference: [containerName] } });
  if (known.some((one) => one.RepoTags?.includes(image))) return image;
  const output = await docker.buildImage({ context: folder, src: readdirSync(folder) }, { t: image });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(output, (error: Error | null, events: { error?: string; stream?: string }[]) => {
      const failed = error?.message ?? events.find((event) => event.error)?.error;
      if (failed === undefined) resolve();
      else
        reject(
          new Error(`docker/database does not build: ${failed}\n${events.map((event) => event.stream ?? "").join("")}`),
        );
    });
  });
  return image;
}

/** Images of earlier contents of the folder. */
async function removeOldImages(docker: Docker, current: string): Promise<void> {
  const known = await docker.listImages({ filters: { reference: [containerName] } });
  for (const tag of known.flatMap(({ RepoTags }) => RepoTags ?? [])) {
    if (tag !== current) await docker.getImage(tag).remove();
  }
}

function contentHash(directory: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((file) => join(file.parentPath, file.name)).sort()) {
    hash.update(relative(directory, path)).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}

async function runningContainer(docker: Docker, image: string): Promise<Docker.Container> {
  const existing = docker.getContainer(containerName);
  const found = await existing.inspect().catch(() => undefined);
  if (found?.Config.Image === image) {
    if (!found.State.Running) await existing.start();
    return existing;
  }
  await removed(existing);
  const created = await docker.createContainer({
    name: containerName,
    Image: image,
    Env: [
      `VICIDIAL_DB_PASSWORD=${randomBytes(18).toString("base64url")}`,
      `VICIDIAL_DB_ADMIN_PASSWORD=${randomBytes(18).toString("base64url")}`,
    ],
    Labels: { "voice-ai-bridges.tests": prefix },
    HostConfig: {
      // The data live in memory: nothing to clean up, and a fresh database takes a fraction of a second.
      Tmpfs: { "/var/lib/mysql": "rw,mode=755" },
      PortBindings: { "3306/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] },
    },
  });
  await created.start();
  return created;
}

async function addressOf(container: Docker.Container): Promise<DatabaseServer> {
  const { Config, NetworkSettings } = await container.inspect();
  const environment = new Map(Config.Env.map((entry) => entry.split(/=(.*)/s, 2) as [string, string]));
  const port = NetworkSettings.Ports["3306/tcp"]?.[0]?.HostPort;
  const password = environment.get("VICIDIAL_DB_PASSWORD");
  const adminPassword = environment.get("VICIDIAL_DB_ADMIN_PASSWORD");
  if (!port || !password || !adminPassword)
    throw new Error(`container ${containerName} stopped while starting: see \`docker logs ${containerName}\``);
  return { host: "127.0.0.1", port: Number(port), password, adminPassword, ...accounts };
}

async function acceptsConnections(server: DatabaseServer): Promise<boolean> {
  try {
    await asAdmin(server, "SELECT db_schema_version FROM asterisk.system_settings");
    return true;
  } catch {
    return false;
  }
}

/** Wildcards in a GRANT: `_` stands for any character unless escaped. */
async function grantOnTestDatabases(server: DatabaseServer): Promise<void> {
  const pattern = `${databasePrefix.replaceAll("_", "\\_")}%`;
  await asAdmin(server, `GRANT SELECT, INSERT, UPDATE, DELETE ON \`${pattern}\`.* TO '${server.user}'@'%'`);
}

async function asAdmin(server: DatabaseServer, sql: string): Promise<void> {
  const connection = await createConnection({
    host: server.host,
    port: server.port,
    user: server.adminUser,
    password: server.adminPassword,
  });
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

async function removed(container: Docker.Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch((error: unknown) => {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
  });
}
