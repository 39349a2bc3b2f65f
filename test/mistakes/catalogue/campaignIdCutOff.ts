import type { Mistake } from "../support/mistake";
import { notTried } from "../support/seen";

export const mistake: Mistake = {
  title: "The campaign's id is longer than its column",
  group: "Nobody is called",
  sources: ["silent mistake 46"],
  cause:
    "`vicidial_remote_agents.campaign_id` has 8 characters. A production database is not strict, so a longer id is cut off without an error. The same holds for carrier ids (15), list names (30) and carrier names (50).",
  symptom: "The line is Ready for a campaign that does not exist; nobody is called.",
  look: "Compare `vicidial_remote_agents.campaign_id` with `vicidial_campaigns.campaign_id`.",
  fix: "Campaign ids of at most 8 characters.",
  n: 105,
  async make(site) {
    await site.remoteAgent({ campaign_id: "SIGMAVOICE" });
  },
  async seen(site) {
    await notTried(site);
    const [stored] = await site.lab.query("SELECT campaign_id FROM vicidial_live_agents WHERE user = ?", [site.user]);
    expect(stored).toEqual({ campaign_id: "SIGMAVOI" });
  },
};
