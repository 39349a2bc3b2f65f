import type { Mistake } from "../support/mistake";
import { notTried, waits } from "../support/seen";

export const mistake: Mistake = {
  title: "The dial statuses are separated by commas",
  group: "Nobody is called",
  sources: ["guide step 5.3", "silent mistake 26"],
  cause: "`dial_statuses` must read ` NEW NA -`, with a blank in front and blanks between; `NEW,NA` finds no status.",
  symptom: "The line is Ready, nobody is called, the hopper stays empty.",
  look: "`SELECT dial_statuses FROM vicidial_campaigns`; `vicidial_campaign_stats.dialable_leads` is 0.",
  fix: "Write it as the admin page does: ` NEW NA -`.",
  n: 114,
  async make(site) {
    await site.campaign({ dial_statuses: "NEW,NA" });
  },
  async seen(site) {
    await notTried(site);
    await waits(site);
    const [stats] = await site.lab.query<{ dialable_leads: number }>(
      "SELECT dialable_leads FROM vicidial_campaign_stats WHERE campaign_id = ?",
      [site.campaignId],
    );
    expect(stats?.dialable_leads).toBe(0);
  },
};
