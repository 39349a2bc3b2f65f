import type { Mistake } from "../support/mistake";
import { lostOnTheWay } from "../support/seen";

export const mistake: Mistake = {
  title: "The carrier's pattern is for North America, the lead is not",
  group: "Nobody is called",
  sources: ["silent mistake 20"],
  cause: "The telephony carrier's pattern is `1NXXNXXXXXX`; a number of another country or length does not match.",
  symptom: "Nobody's telephone rings, though the lead counts as called.",
  look: "Compare `vicidial_dial_log.channel` with the carriers' patterns (`dialplan show <string>@default`).",
  fix: "A pattern for the country, or one of any length (`_9797X.`).",
  n: 113,
  lead: { phone_code: "49" },
  async make(site) {
    await site.telephony("1NXXNXXXXXX", [
      "AGI(agi://127.0.0.1:4577/call_log)",
      "Dial(${TELCO}/${EXTEN:4},${CAMPDTO},o)",
      "Hangup()",
    ]);
  },
  async seen(site) {
    await lostOnTheWay(site, `${site.prefix}49${site.lead.phone}`);
  },
};
