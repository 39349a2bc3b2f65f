import { parsePattern } from "../../../asterisk";
import { answersPrefix } from "./prefix";

const answers = (pattern: string, prefix: string) => answersPrefix(parsePattern(pattern), prefix);

test.each([
  ["_9797X.", "9797"],
  ["_97971NXXNXXXXXX", "9797"],
  ["_9.", "9797"],
  ["_979!", "9797"],
  ["_9[6-8]9N1NXXNXXXXXX", "9797"],
  ["_81NXXNXXXXXX", "8"],
])("%s answers prefix %s", (pattern, prefix) => expect(answers(pattern, prefix)).toBe(true));

test.each([
  ["979719895551234", "9797", "an AI carrier's exact extension is no telephony carrier"],
  ["_8787X.", "9797", "another prefix"],
  ["_9797", "9797", "nothing may follow"],
  ["_979", "9797", "shorter than the prefix"],
  ["_97971", "97972", "another digit"],
])("%s does not answer prefix %s: %s", (pattern, prefix) => expect(answers(pattern, prefix)).toBe(false));
