/**
 * Extensions that a stock VICIdial server has beside its carriers, as documented data: names only, from
 * `docs/conf_examples/extensions.conf.sample-13` and `-18` and from what `bin/ADMIN_keepalive_ALL.pl` generates (r3884).
 * A site may have more; what it adds to its own extensions.conf no database shows.
 */

/**
 * `[default]`'s own. They win over every phone and carrier, also over a more specific pattern there
 * (docs/facts/vicidial.md#search-order).
 */
export const DEFAULT_PATTERNS: readonly string[] = [
  // loopbacks, fax and e-mail logs, closer transfers, DIDs
  "_881NXXNXXXXXX",
  "_9118XXXXXXXX",
  "_9119XXXXXXXX",
  "8889990011112",
  "_90009.",
  "_990009.",
  "_99909*.",
  // agents' alerts and conferences
  "_8600XXX*.",
  "_78600XXX*.",
  "_08600XXX",
  "_86120XX",
  "_X48600XXX",
  "_X38600XXX",
  "_X28600XXX",
  "_X18600XXX",
  "_55558600XXX",
  "_86000[0-4]X",
  "_86000[5-9]X",
  "_8600[1-2]XX",
  "_78600XXX",
  "_68600XXX",
  "_58600XXX",
  "_558600XXX",
  "_86009XX",
  "_986009XX",
  // prompts and messages
  "_851XXXXX",
  "_6851XXXXX",
  "_7851XXXXX",
  "8320",
  "_8320*.",
  "_8331*.",
  "8352",
  "8500998",
  // barge, monitor, park, hang up, safe harbour
  "8159",
  "8162",
  "34567890123456789",
  "8300",
  "8301",
  "8302",
  "8303",
  "8304",
  "8307",
  // routing extensions, and the 13-prefixed form that Asterisk 12 and later dials (docs/facts/vicidial.md#routing-prefix)
  "_1383XX",
  "_138331*.",
  "8364",
  "8365",
  "8366",
  "8367",
  "8368",
  "8369",
  "8372",
  "8373",
  "8374",
  "8375",
  "8377",
  // performance tests
  ...["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].map((last) => `_999XXXXXX${last}`),
  "_999XX11112",
  "_999XX18112",
  "_999XX19112",
  "_999XXXX112",
  // special extensions
  "#",
  "h",
  "i",
  "t",
];

/** `[vicidial-auto-internal]`: included before phones and carriers. */
export const INTERNAL_PATTERNS: readonly string[] = [
  "_85026666666666.",
  "_85026666666667.",
  "8167",
  "8168",
  "8309",
  "8310",
  "8500",
  "8501",
  "83047777777777",
  "_83046777777777*.",
  "_8305888888888888.",
  "_8305888888888888X999",
  "_8306888888888888X999",
  "h",
];

/**
 * VICIdial's own lines of `[vicidial-auto-external]`, written before any carrier's (docs/facts/vicidial.md#search-order).
 * In one context the more specific extension wins, so a carrier's exact extension beats these; an equal one comes second
 * and is refused.
 */
export const EXTERNAL_PATTERNS: readonly string[] = [
  "_98009.",
  "_998009.",
  "_99809*.",
  "_473782178600XXX",
  "_473782179600XXX",
  "_473782168600XXX",
  "_473782169600XXX",
  "473782158521111",
  "_473782148521111.",
  "473782138521111",
  "_473782188600XXX",
  "_473782189600XXX",
  "h",
];

/** The extensions through which diallers reach each other: the zero-padded address, `*`, the string to dial there. */
export function diallerPatterns(serverIp: string): string[] {
  const padded = serverIp
    .split(".")
    .map((octet) => octet.padStart(3, "0"))
    .join("*");
  return [`_${padded}*.`, `_**${padded}*.`];
}
