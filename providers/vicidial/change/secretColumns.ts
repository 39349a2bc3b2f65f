import { MASK } from "../../../core/scrub";
import type { Cell } from "../session";

/** Columns that hold nothing but a secret. */
const SECRET_COLUMNS: Readonly<Record<string, ReadonlySet<string>>> = {
  vicidial_users: new Set(["pass", "pass_hash", "phone_pass"]),
  phones: new Set(["pass", "conf_secret", "login_pass", "voicemail_password", "phone_pass"]),
  servers: new Set(["ASTmgrSECRET", "conf_secret"]),
  vicidial_conf_templates: new Set(),
};

/** Columns whose text holds secrets on some lines: `secret=…`, `password=…`, and a registration's `user:secret@host`. */
const TEXT_WITH_SECRETS: Readonly<Record<string, ReadonlySet<string>>> = {
  vicidial_server_carriers: new Set(["account_entry", "registration_string", "globals_string", "dialplan_entry"]),
  vicidial_conf_templates: new Set(["template_contents"]),
  phones: new Set(["conf_override"]),
};

/** Does the column hold nothing but a secret? */
function isSecret(table: string, column: string): boolean {
  return SECRET_COLUMNS[table]?.has(column) ?? false;
}

/**
 * The value as a log or a message may show it.
 *
 * @example
 * masked("vicidial_users", "pass", "x9") // "[secret]"
 * masked("vicidial_server_carriers", "account_entry", "[ai]\nsecret=x9") // "[ai]\nsecret=[secret]"
 */
export function masked(table: string, column: string, value: Cell): Cell {
  if (typeof value !== "string" || value === "") return value;
  if (isSecret(table, column)) return MASK;
  if (!TEXT_WITH_SECRETS[table]?.has(column)) return value;
  // One line, `[transport://]user:secret[:authuser]@host`, whatever the secret is made of.
  if (column === "registration_string") return value.replace(/^(.*?:)(?!\/\/).+(@[^@]*)$/gm, `$1${MASK}$2`);
  return (
    value
      .replace(
        /^(\s*(?:secret|remotesecret|md5secret|password|auth_pass|outbound_auth\/password|inbound_auth\/password|md5_cred)\s*=>?\s*).+$/gim,
        `$1${MASK}`,
      )
      // Not the slice of a variable, as in `${EXTEN:4}@telco`: it is what an auditor wants to read.
      .replace(/(?<!\$\{\w+)(:)[^:@\s/]+(@)/g, `$1${MASK}$2`)
  );
}

/** The secret texts inside a value, to keep out of error messages of the server. */
export function secretsIn(table: string, row: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(row).flatMap(([column, value]) =>
    typeof value === "string" && value.length > 3 && masked(table, column, value) !== value ? [value] : [],
  );
}
