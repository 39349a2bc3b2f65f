/**
 * Silent mistakes of docs/facts/vicidial.md#silent-mistakes that are not in the catalogue, by number: why they cannot be
 * made in the lab, or which other test shows them.
 */
export const elsewhere: Readonly<Record<number, string>> = {
  21: "Without `o` in the telephony carrier's Dial nothing is lost on Asterisk 16: the routing extensions read the call's code from the connected line. Tried in the lab: From, lead headers and `call_log` were as with it. Asterisk before 12 has no such way.",
  25: "`modify_dial_prefix` hides fields of the admin pages, and the lab has no pages.",
  30: "The lab's dialler writes `servers.asterisk_version` itself when it starts, and reads it once. What a wrong one does: lab/dialler/dialling/originate.unit.test.ts (the routing prefix is left out) and lab/dialler/calls/calls.unit.test.ts (routing on a Local channel leaves).",
  32: "Hopper and running calls are MEMORY tables: a restart of the database empties them and the hopper fills again by itself. It would end the calls of every test that shares the lab.",
  41: "MyISAM keeps half of a change that breaks off: test/session/partialFailure*.real.test.ts cut every write of every resource.",
  42: "Strict mode, time stamps and time zone belong to the whole database: test/session/session.real.test.ts. That a database which is not strict cuts values off is in the catalogue (campaignIdCutOff, remoteExtensionWithHost).",
  43: "`agi-set_variables.agi` is VICIdial's own program, and the lab has none of its code. That lead data is never evaluated: test/calls/leads.real.test.ts.",
  45: "Only a save on the admin page removes `;`, and the lab has no pages. Such texts are refused: test/resources/badInput/cases.ts.",
};
