import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

import Docker from "dockerode";
import { createConnection } from "mysql2/promise";
import tar from "tar-stream";
import { serverVariable } from "../kit/database";
import type { DatabaseServer } from "../kit/databaseServer";
import { waitFor } from "../kit/files";

/** A certificate authority that exists as long as a test does. */
export class Authority {
  private readonly folder = mkdtempSync(join(tmpdir(), "voicebridge-tls-"));
  /** PEM file of its own certificate, as `vicidial:tlsCa` takes it. */
  readonly file = join(this.folder, "ca.pem");
  private issued = 0;

  constructor(name: string) {
    // Without a configuration of its own: the extensions of the machine's would come on top, and one twice is refused.
    writeFileSync(
      join(this.folder, "ca.cnf"),
      "[req]\ndistinguished_name=name\nx509_extensions=ca\n[name]\n[ca]\nbasicConstraints=critical,CA:TRUE\n",
    );
    const named = ["-config", "ca.cnf", "-subj", `/CN=${name}`];
    this.openssl("req", "-x509", ...KEY, ...named, "-days", "2", "-keyout", "ca.key", "-out", "ca.pem");
  }

  /** A server's certificate for these names: `DNS:localhost`, `IP:127.0.0.1`. */
  issue(...names: string[]): { certificate: string; key: string } {
    const own = `server${this.issued++}`;
    this.openssl("req", ...KEY, "-subj", `/CN=${own}`, "-keyout", `${own}.key`, "-out", `${own}.csr`);
    writeFileSync(join(this.folder, `${own}.ext`), `subjectAltName=${names.join(",")}\n`);
    const signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", `${own}.ext`];
    this.openssl("x509", "-req", "-in", `${own}.csr`, ...signing, "-out", `${own}.pem`);
    const read = (file: string) => readFileSync(join(this.folder, file), "utf8");
    return { certificate: read(`${own}.pem`), key: read(`${own}.key`) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private openssl(...args: string[]): string {
    return execFileSync("openssl", args, { cwd: this.folder, stdio: "pipe", encoding: "utf8" });
  }
}

const KEY = ["-newkey", "rsa:2048", "-nodes"];

/** A MariaDB of its own from the image of the shared one, which takes the stacks' account with TLS only. */
export class TlsServer implements DatabaseServer {
  readonly host = "127.0.0.1";
  readonly database = "asterisk";

  private constructor(
    private readonly container: Docker.Container,
    readonly port: number,
    readonly user: string,
    readonly password: string,
    readonly adminUser: string,
    readonly adminPassword: string,
  ) {}

  static async start(identity: ReturnType<Authority["issue"]>): Promise<TlsServer> {
    const docker = new Docker();
    const shared = JSON.parse(process.env[serverVariable] ?? "") as DatabaseServer;
    const like = (await docker.listContainers()).find(({ Ports }) =>
      Ports.some(({ PublicPort }) => PublicPort === shared.port),
    );
    if (like === undefined) throw new Error(`no container publishes port ${shared.port}, the shared test database's`);
    const name = `${like.Names[0]?.slice(1) ?? ""}-tls`;
    const { user, adminUser, password, adminPassword } = shared;
    await removed(docker.getContainer(name));
    const container = await docker.createContainer({
      ...{ name, Image: like.ImageID, Labels: { ...like.Labels } },
      Env: [`VICIDIAL_DB_PASSWORD=${password}`, `VICIDIAL_DB_ADMIN_PASSWORD=${adminPassword}`],
      HostConfig: {
        Tmpfs: { "/var/lib/mysql": "rw,mode=755" },
        PortBindings: { "3306/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] },
      },
    });
    await put(container, identity, { "mariadb.conf.d/95-tls.cnf": CONFIGURATION });
    await container.start();
    const { NetworkSettings } = await container.inspect();
    const port = Number(NetworkSettings.Ports["3306/tcp"]?.[0]?.HostPort);
    const server = new TlsServer(container, port, user, password, adminUser, adminPassword);
    await waitFor("the database with TLS accepts connections", 90_000, () =>
      server.asAdmin(`ALTER USER '${user}'@'%' REQUIRE SSL`).then(
        () => true,
        () => false,
      ),
    );
    return server;
  }

  /** The server shows this certificate from now on. */
  async show(identity: ReturnType<Authority["issue"]>): Promise<void> {
    await put(this.container, identity);
    await this.asAdmin("FLUSH SSL");
  }

  async asAdmin(sql: string): Promise<Record<string, unknown>[]> {
    const { host, port, adminUser: user, adminPassword: password, database } = this;
    const connection = await createConnection({ host, port, user, password, database });
    try {
      const [rows] = await connection.query(sql);
      return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
    } finally {
      await connection.end();
    }
  }

  async remove(): Promise<void> {
    await removed(this.container);
  }
}

const CONFIGURATION = "[mysqld]\nssl_cert = /etc/mysql/server.pem\nssl_key = /etc/mysql/server.key\n";

async function put(
  container: Docker.Container,
  { certificate, key }: ReturnType<Authority["issue"]>,
  more: Record<string, string> = {},
): Promise<void> {
  const archive = tar.pack();
  const files = { "server.pem": certificate, "server.key": key, ...more };
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mode: 0o644 }, content);
  archive.finalize();
  await container.putArchive(await buffer(archive), { path: "/etc/mysql" });
}

async function removed(container: Docker.Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch((error: unknown) => {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
  });
}
