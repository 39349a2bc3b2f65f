import type { Mistake } from "../support/mistake";
import { lostOnTheWay } from "../support/seen";

export const mistake: Mistake = {
  title: "The lead has no phone code",
  group: "Nobody is called",
  sources: ["guide step 5.2", "silent mistake 19"],
  cause:
    "`phone_code` is blank, and it is part of what is dialled: prefix and ten digits do not match a pattern of eleven.",
  symptom:
    "Nobody's telephone rings, though the lead counts as called. A carrier that takes any length gets a number without its country code.",
  look: "`vicidial_dial_log.channel` is a digit short.",
  fix: "Phone code 1 (or the country's) in the lead, or a carrier pattern for the length without it.",
  n: 112,
  lead: { phone_code: "" },
  async make(site) {
    await site.telephony("1NXXNXXXXXX", [
      "AGI(agi://127.0.0.1:4577/call_log)",
      "Dial(${TELCO}/${EXTEN:4},${CAMPDTO},o)",
      "Hangup()",
    ]);
  },
  async seen(site) {
    await lostOnTheWay(site, `${site.prefix}${site.lead.phone}`);
  },
};
