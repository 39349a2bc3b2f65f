import type { Mistake } from "../support/mistake";
import { notTried, waits } from "../support/seen";

export const mistake: Mistake = {
  title: "The campaign is not active",
  group: "Nobody is called",
  sources: ["silent mistake 9"],
  cause:
    "`vicidial_campaigns.active` is not `Y`: `N`, or NULL where a row was inserted without it (the column has no default).",
  symptom: "The line is Ready, nobody is called, the hopper stays empty.",
  look: "`SELECT active FROM vicidial_campaigns`; `vicidial_hopper` has no row of the campaign.",
  fix: "Set it `Y`.",
  n: 107,
  async make(site) {
    await site.campaign({ active: null });
  },
  async seen(site) {
    await notTried(site);
    await waits(site);
    const hopper = await site.lab.query("SELECT lead_id FROM vicidial_hopper WHERE campaign_id = ?", [site.campaignId]);
    expect(hopper).toEqual([]);
  },
};
