import type { Mistake } from "../support/mistake";
import { notTried, waits } from "../support/seen";

export const mistake: Mistake = {
  title: "The campaign is dialled by hand",
  group: "Nobody is called",
  sources: ["silent mistake 8"],
  cause: "`dial_method` is MANUAL (the column's default) or INBOUND_MAN.",
  symptom: "The line is Ready on the real-time screen, and nobody is ever called.",
  look: "`vicidial_live_agents.outbound_autodial` is N.",
  fix: "`dial_method` RATIO or an ADAPT method.",
  n: 106,
  async make(site) {
    await site.campaign({ dial_method: "MANUAL" });
  },
  async seen(site) {
    await notTried(site);
    await waits(site, "N");
  },
};
