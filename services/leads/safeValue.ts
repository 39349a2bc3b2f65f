import { transliterate } from "transliteration";
import { HEADER_CHARACTERS, HEADER_VALUE_LENGTH } from "../../providers/asterisk";

/** As much of a column as is looked at: many times what travels, and never a minute's work for a column of megabytes. */
const LONGEST_READ = 1_024;
const NOT_KEPT = new RegExp(`[^${HEADER_CHARACTERS}]`, "g");
/** MySQL's "no date". */
const ZERO_DATE = /^0000-00-00(?: 00:00:00(?:\.0+)?)?$/;

/**
 * A column as it may travel in a SIP header: ASCII letters for letters of other scripts, only the characters that the
 * dialplan's FILTER keeps, words apart by one space, at most 64 characters. NULL and MySQL's zero date are empty.
 *
 * The dialplan filters and cuts again: this service may be an older one than the dialplan.
 *
 * @example
 * safeValue("Łódź, ul. O’Brien\n7") // "Lodz ul. OBrien 7"
 */
export function safeValue(column: unknown): string {
  const text = textOf(column);
  if (ZERO_DATE.test(text)) return "";
  return transliterate(text.slice(0, LONGEST_READ).normalize("NFKC"))
    .replace(/\s+/g, " ")
    .replace(NOT_KEPT, "")
    .replace(/ {2,}/g, " ")
    .trim()
    .slice(0, HEADER_VALUE_LENGTH)
    .trimEnd();
}

/** The driver gives text and numbers; a BLOB column of some fork comes as bytes. */
function textOf(column: unknown): string {
  if (typeof column === "string") return column;
  if (typeof column === "number" || typeof column === "bigint") return String(column);
  return Buffer.isBuffer(column) ? column.toString("utf8") : "";
}
