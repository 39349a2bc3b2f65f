import { readFileSync } from "node:fs";
import { z } from "zod";

import { connectVicidial } from "../../providers/vicidial/connect";
import { codeOf, openLeadDatabase } from "../../services/leads/database";
import type { LeadDatabaseSettings } from "../../services/leads/settings";
import { freshDatabase, type FreshDatabase } from "../kit/database";
import { TestStack } from "../kit/stack";
import { settingsFor } from "../kit/session";
import { Authority, TlsServer } from "./tlsServer";

jest.setTimeout(180_000);

/** The database on another machine: what goes over the wire is encrypted, and with `verify` nobody else can answer. */
describe("TLS to the database", () => {
  let authority: Authority;
  let stranger: Authority;
  let server: TlsServer;
  let plain: FreshDatabase;

  const statusRow = z.object({ Variable_name: z.string(), Value: z.string() });
  const cipher = { sql: "SHOW STATUS LIKE 'Ssl_cipher'", none: "" };

  /** What a session says of its encryption, on four connections at once, or why there is none. */
  const session = async (more: Record<string, string>, at: Parameters<typeof settingsFor>[0] = target()) => {
    const vicidial = await connectVicidial(settingsFor(at, more));
    try {
      const found = await Promise.all([1, 2, 3, 4].map(() => vicidial.row(statusRow, cipher.sql)));
      return found.map((row) => row?.Value ?? cipher.none);
    } finally {
      await vicidial.close();
    }
  };
  const refusal = (more: Record<string, string>, at?: Parameters<typeof settingsFor>[0]) =>
    session(more, at).then(
      (ciphers) => `connected with ${ciphers.join()}`,
      (error: unknown) => (error as Error).message,
    );
  const target = () => ({ ...plain, host: server.host, port: server.port, database: server.database });

  beforeAll(async () => {
    authority = new Authority("Call centre");
    stranger = new Authority("Somebody else");
    [server, plain] = await Promise.all([
      TlsServer.start(authority.issue("DNS:localhost", "IP:127.0.0.1")),
      freshDatabase({ schema: "1720" }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([server.remove(), plain.drop()]);
    authority.remove();
    stranger.remove();
  });

  test("a stack with the right authority writes over it, where the account takes no other connection", async () => {
    const env = {
      ...plain.env,
      VICIDIAL_PORT: String(server.port),
      VICIDIAL_DATABASE: server.database,
      VICIDIAL_TLS: "verify",
      VICIDIAL_TLS_CA: authority.file,
    };
    const stack = await TestStack.create({ env });
    stack.declare([{ class: "VicidialAgentUsers", name: "users", args: { userStart: "7100", lines: 2 } }]);
    await stack.up();
    expect(await server.asAdmin("SELECT user FROM vicidial_users WHERE user LIKE '710_'")).toHaveLength(2);

    stack.env["VICIDIAL_TLS"] = "off";
    stack.env["VICIDIAL_TLS_CA"] = "";
    const unencrypted = await stack.destroy({ mayFail: true });
    expect(unencrypted.text).toMatch(
      /`vicidial:user` "voicebridge": MySQL at \S+ does not accept this user .*that it may connect without TLS \(`vicidial:tls` is off\)/,
    );
    stack.env["VICIDIAL_TLS"] = "required";
    await stack.destroy();
    expect(await server.asAdmin("SELECT user FROM vicidial_users WHERE user LIKE '710_'")).toEqual([]);
    await stack.remove();
  });

  test.each([["127.0.0.1"], ["localhost"]])("every connection to %s is encrypted", async (host) => {
    const verified = await session({ host, tls: "verify", tlsCa: authority.file });
    expect(verified).toEqual(Array(4).fill(expect.stringMatching(/^[A-Z0-9_-]{10,}$/)));
    expect(await session({ host, tls: "required" })).toEqual(verified);
  });

  test.each([["127.0.0.1"], ["localhost"]])("another authority's certificate is refused at %s", async (host) => {
    const fix =
      /Name the PEM file of the authority that signed it; setting `vicidial:tlsCa` \(environment VICIDIAL_TLS_CA\)/;
    const other = await refusal({ host, tls: "verify", tlsCa: stranger.file });
    expect(other).toMatch(
      /^`vicidial:tlsCa` ".*ca\.pem": this authority did not sign the certificate of MySQL at \S+ \(/,
    );
    expect(other).toMatch(fix);
    const unknown = await refusal({ host, tls: "verify" });
    expect(unknown).toMatch(
      /^`vicidial:tlsCa`: no authority known to this machine signed the certificate of MySQL at \S+ \(/,
    );
    expect(unknown).toMatch(fix);
  });

  test("a certificate for another host is refused, by name and by address; `required` does not look", async () => {
    await server.show(authority.issue("DNS:database.example", "IP:10.9.8.7"));
    const certified = { "127.0.0.1": "10.9.8.7", localhost: "database.example" };
    for (const [host, its] of Object.entries(certified)) {
      expect(await refusal({ host, tls: "verify", tlsCa: authority.file })).toMatch(
        new RegExp(
          `^\`vicidial:host\` "${host}": MySQL at ${host}:\\d+ has a certificate for another host \\(.*${its}.*\\)\\. ` +
            "Name the host as its certificate does; setting `vicidial:host`",
        ),
      );
    }
    expect(await session({ tls: "required" })).toEqual(Array(4).fill(expect.stringMatching(/\S/)));
  });

  test("the lead service checks its server the same way", async () => {
    await server.show(authority.issue("DNS:localhost", "IP:127.0.0.1"));
    const tlsCa = readFileSync(authority.file, "utf8");
    const asked = async (more: Partial<LeadDatabaseSettings>) => {
      const leads = openLeadDatabase({ ...target(), tls: "verify", connections: 4, ...more }, 5000);
      const each = [1, 2, 3, 4].map(() => leads.check(AbortSignal.timeout(5000)));
      const answers = await Promise.all(each.map((one) => one.then(() => "answered", codeOf)));
      await leads.close();
      return [...new Set(answers)];
    };
    for (const host of ["127.0.0.1", "localhost"]) {
      expect(await asked({ host, tlsCa })).toEqual(["answered"]);
      expect(await asked({ host })).toEqual(["HANDSHAKE_SSL_ERROR"]);
    }
    await server.show(authority.issue("IP:10.9.8.7"));
    expect(await asked({ host: "127.0.0.1", tlsCa })).toEqual(["ERR_TLS_CERT_ALTNAME_INVALID"]);
    expect(await asked({ host: "localhost", tlsCa })).toEqual(["HANDSHAKE_SSL_ERROR"]);
  });

  test.each([["required"], ["verify"]])("a server that offers no TLS is refused where %s is set", async (tls) => {
    expect(await refusal({ tls }, plain)).toMatch(
      new RegExp(
        `^\`vicidial:tls\` "${tls}": MySQL at \\S+ does not offer TLS\\. Enable TLS on the server, or set it to off; setting \`vicidial:tls\` \\(environment VICIDIAL_TLS\\)`,
      ),
    );
  });

  test("without TLS set, the same server is reached in clear", async () => {
    expect(await session({}, plain)).toEqual(Array(4).fill(""));
  });
});
