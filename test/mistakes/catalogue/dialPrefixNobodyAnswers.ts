import type { Mistake } from "../support/mistake";
import { lostOnTheWay } from "../support/seen";

export const mistake: Mistake = {
  title: "No carrier answers the campaign's dial prefix",
  group: "Nobody is called",
  sources: ["guide step 4.2", "silent mistake 47"],
  cause: "`dial_prefix` and phone code and number match no active carrier's pattern.",
  symptom: "Nobody's telephone rings, though the lead counts as called; its status stays NEW.",
  look: '`vicidial_dial_log` has the call, `vicidial_log` has not. Asterisk notices "No such extension/context …@default while calling Local channel".',
  fix: "The prefix of the telephony carrier, as its dialplan has it.",
  n: 110,
  async make(site) {
    await site.campaign({ dial_prefix: "6161" });
  },
  async seen(site) {
    await lostOnTheWay(site, `61611${site.lead.phone}`);
  },
};
