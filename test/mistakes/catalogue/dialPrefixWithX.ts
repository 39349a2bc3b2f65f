import type { Mistake } from "../support/mistake";
import { lostOnTheWay } from "../support/seen";

export const mistake: Mistake = {
  title: "The dial prefix holds an x",
  group: "Nobody is called",
  sources: ["silent mistake 18"],
  cause: "`dial_prefix` is written as a pattern, `9797X`. Any prefix with an x means no prefix.",
  symptom: "Nobody's telephone rings, though the lead counts as called.",
  look: "`vicidial_dial_log.channel` has the number without any prefix.",
  fix: "Digits only.",
  n: 111,
  async make(site) {
    await site.campaign({ dial_prefix: "9797X" });
  },
  async seen(site) {
    await lostOnTheWay(site, `1${site.lead.phone}`);
  },
};
