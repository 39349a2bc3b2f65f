import type { SslOptions } from "mysql2";
import { isIP, type Socket } from "node:net";
import { checkServerIdentity, rootCertificates, TLSSocket } from "node:tls";

/** How a connection to MySQL or MariaDB is encrypted. */
export interface MysqlTls {
  /** `required` encrypts against whoever listens in; only `verify` notices who answers, by certificate and by name. */
  tls: "off" | "required" | "verify";
  host: string;
}

/**
 * The driver's options. It compares names only: for an IP address it would compare with `localhost`, so that
 * {@link wrongServer} looks itself.
 *
 * @param ca PEM text of the authority that signed the server's certificate; default: those that Node.js knows.
 */
export function tlsOptions({ tls, host }: MysqlTls, ca: string | undefined): SslOptions | undefined {
  if (tls === "off") return undefined;
  const rejectUnauthorized = tls === "verify";
  if (!rejectUnauthorized || isIP(host) === 0)
    return { rejectUnauthorized, verifyIdentity: rejectUnauthorized, ...(ca !== undefined && { ca }) };
  // A resumed TLS session shows no certificate to look at. The driver resumes none whose options have been replaced.
  return {
    rejectUnauthorized,
    get ca() {
      return ca === undefined ? [...rootCertificates] : [ca];
    },
  };
}

/** With `verify` and an IP address: why the certificate that a connection was shown is none for this address. */
export function wrongServer(connection: unknown, { tls, host }: MysqlTls): Error | undefined {
  const socket = socketOf(connection);
  if (tls !== "verify" || isIP(host) === 0 || !(socket instanceof TLSSocket)) return undefined;
  return checkServerIdentity(host, socket.getPeerCertificate());
}

/** The socket under a connection of the driver. */
export function socketOf(connection: unknown): Socket {
  return (connection as { stream: Socket }).stream;
}
