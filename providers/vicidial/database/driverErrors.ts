import { Refusal } from "../../../core/refusal";
import { settingName, type DatabaseSettings } from "./settings";
import { scrub } from "../../../core/scrub";

/** The connection broke (or a query outlived its deadline): whether the statement took effect is not known. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/** What the driver tells about a failure. Its `sql` property is never read here: it holds values. */
interface DriverError {
  code?: string;
  sqlMessage?: string;
  message: string;
}

const LOST = new Set([
  "PROTOCOL_CONNECTION_LOST",
  "PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR",
  "PROTOCOL_SEQUENCE_TIMEOUT",
  "PROTOCOL_PACKETS_OUT_OF_ORDER",
  "ECONNRESET",
  "EPIPE",
  "ER_SERVER_SHUTDOWN",
  "ER_CONNECTION_KILLED",
  "ER_QUERY_INTERRUPTED",
]);

const PASSING = new Set(["ECONNREFUSED", "ECONNRESET", "PROTOCOL_CONNECTION_LOST", "ER_CON_COUNT_ERROR"]);

/** Can a failure to connect pass by itself within a second or two? */
export function mayPass(thrown: unknown): boolean {
  return PASSING.has((thrown as DriverError).code ?? "");
}

/** Host and port, or socket, as an operator knows them. */
function place({ socketPath, host, port }: DatabaseSettings): string {
  return socketPath ?? `${host}:${port}`;
}

/** Turns a failure to connect into a Refusal that names the setting to look at. */
export function connectError(thrown: unknown, settings: DatabaseSettings): Error {
  const { code = "", sqlMessage, message } = thrown as DriverError;
  const at = place(settings);
  const refuse = (key: string, value: unknown, rule: string, fix: string): Refusal =>
    new Refusal({ field: key, value, rule, fix: `${fix}; setting ${settingName(key)}` });
  switch (code) {
    case "ER_ACCESS_DENIED_ERROR":
    case "ER_ACCESS_DENIED_NO_PASSWORD_ERROR":
      return refuse(
        "vicidial:user",
        settings.user,
        `MySQL at ${at} does not accept this user with the password of \`vicidial:password\``,
        `check user and password, that the user may connect from this machine${settings.tls === "off" ? ", and that it may connect without TLS (`vicidial:tls` is off)" : ""}; password in ${settingName("vicidial:password")}`,
      );
    case "ER_DBACCESS_DENIED_ERROR":
    case "ER_BAD_DB_ERROR":
      return refuse(
        "vicidial:database",
        settings.database,
        `MySQL at ${at} has no such database, or user ${settings.user} has no right to it`,
        "name VICIdial's database (usually asterisk), or GRANT SELECT, INSERT, UPDATE, DELETE on it",
      );
    case "ER_HOST_NOT_PRIVILEGED":
    case "ER_HOST_IS_BLOCKED":
      return refuse(
        "vicidial:host",
        settings.host,
        `MySQL at ${at} takes no connection from this machine`,
        "create the MySQL user for this machine's address",
      );
    case "ENOENT":
      return refuse(
        "vicidial:socketPath",
        settings.socketPath,
        "there is no such socket",
        "name the socket of the running server, or leave it out and use host and port",
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return refuse(
        "vicidial:host",
        settings.host,
        "this host name has no address",
        "correct the name, or use an IP address",
      );
    case "ECONNREFUSED":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ETIMEDOUT":
      return refuse(
        settings.socketPath === undefined ? "vicidial:host" : "vicidial:socketPath",
        at,
        `no MySQL server answers there (${code})`,
        "start the server, open its port to this machine (bind-address, firewall), or correct host and port",
      );
    case "HANDSHAKE_NO_SSL_SUPPORT":
      return refuse(
        "vicidial:tls",
        settings.tls,
        `MySQL at ${at} does not offer TLS`,
        "enable TLS on the server, or set it to off",
      );
    case "HANDSHAKE_SSL_ERROR":
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return tlsError(message, settings, refuse);
    default:
      return new Error(
        `Cannot connect to MySQL at ${at} as ${settings.user}: ${code ? `${code}: ` : ""}${sqlMessage ?? message}`,
      );
  }
}

/** The driver gives all failures of the TLS handshake one code; OpenSSL's and Node's words tell them apart. */
function tlsError(
  message: string,
  settings: DatabaseSettings,
  refuse: (key: string, value: unknown, rule: string, fix: string) => Refusal,
): Refusal {
  const at = place(settings);
  if (message.includes("does not match certificate's altnames")) {
    const rule = `MySQL at ${at} has a certificate for another host (${message})`;
    return refuse("vicidial:host", settings.host, rule, "name the host as its certificate does");
  }
  if (/issuer|first certificate|self.signed/i.test(message)) {
    const file = settings.tlsCa?.file;
    const who = file === undefined ? "no authority known to this machine signed" : "this authority did not sign";
    const rule = `${who} the certificate of MySQL at ${at} (${message})`;
    return refuse("vicidial:tlsCa", file, rule, "name the PEM file of the authority that signed it");
  }
  const rule = `the TLS handshake with ${at} failed (${message})`;
  return refuse("vicidial:tls", settings.tls, rule, "correct the server's certificate or its TLS versions");
}

/** Turns a failure of a statement into an error without its SQL; `secrets` are the values that must not show. */
export function statementError(thrown: unknown, settings: DatabaseSettings, secrets: readonly string[]): Error {
  const { code = "", sqlMessage, message } = thrown as DriverError;
  const at = place(settings);
  if (code === "PROTOCOL_SEQUENCE_TIMEOUT") {
    return new ConnectionLost(
      `MySQL at ${at} did not finish a statement within ${settings.queryTimeoutSeconds} s. ` +
        `A backup may hold its tables; try again, or raise ${settingName("vicidial:queryTimeoutSeconds")}.`,
    );
  }
  if (LOST.has(code) || message.includes("closed state")) {
    return new ConnectionLost(`The connection to MySQL at ${at} was lost (${code || message}).`);
  }
  if (code === "ER_TABLEACCESS_DENIED_ERROR" || code === "ER_COLUMNACCESS_DENIED_ERROR") {
    return new Refusal({
      field: "vicidial:user",
      value: settings.user,
      rule: scrub(sqlMessage ?? message, secrets),
      fix: `GRANT it, see SECURITY.md for the least that is needed; setting ${settingName("vicidial:user")}`,
    });
  }
  return new Error(`MySQL: ${code ? `${code}: ` : ""}${scrub(sqlMessage ?? message, secrets)}`);
}
