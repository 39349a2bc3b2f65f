import { masked } from "./secretColumns";
import { assignments } from "./sql";
import type { Audit, Catalogue, Row } from "../session";

/** What a change of this product writes to `vicidial_admin_log`, beside what the admin page writes. */
export interface AuditContext {
  catalogue: Catalogue;
  /** `vicidial_admin_log.user`. */
  adminUser: string;
  /** Where the change came from; `ip_address` is VARCHAR(15). */
  address: string;
  /** Becomes `event_notes`, so that `export` and `doctor` can tell our changes from others'. */
  purpose: string;
}

const TABLE = "vicidial_admin_log";

/**
 * The `vicidial_admin_log` row for one change (docs/facts/vicidial.md#admin-log). `event_sql` is cut to what the column
 * holds (TEXT until 2013's schema 1302, MEDIUMTEXT later); `user_group` is written only where the server has it.
 */
export function auditRow(audit: Audit, sql: string, context: AuditContext): Row {
  const { catalogue, adminUser, address, purpose } = context;
  return {
    user: adminUser,
    ip_address: /^[\d.]{7,15}$/.test(address) ? address : "0.0.0.0",
    event_section: audit.section,
    event_type: audit.type,
    record_id: cut(audit.recordId, catalogue.column(TABLE, "record_id")?.maxBytes ?? 50),
    event_code: cut(audit.code, catalogue.column(TABLE, "event_code")?.maxBytes ?? 255),
    event_sql: cut(sql, catalogue.column(TABLE, "event_sql")?.maxBytes ?? 65535),
    event_notes: `voicebridge: ${purpose}`,
    ...(catalogue.column(TABLE, "user_group") ? { user_group: "---ALL---" } : {}),
  };
}

/** The statement that writes an audit row; the date is the server's, as the admin pages have it. */
export function auditStatement(row: Row): string {
  return `INSERT INTO ${TABLE} SET event_date = NOW(), ${assignments(row)}`;
}

/** The row with secret columns blanked, for a statement that only the log sees. */
export function withoutSecrets(table: string, row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, masked(table, column, value)]));
}

/** At most `bytes` bytes of UTF-8, cut between characters. */
export function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const kept = Buffer.from(text)
    .subarray(0, bytes - 3)
    .toString("utf8")
    .replace(/\uFFFD+$/, "");
  return `${kept}...`;
}
