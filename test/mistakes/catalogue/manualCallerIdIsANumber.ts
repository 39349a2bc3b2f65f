import type { Mistake } from "../support/mistake";

export const mistake: Mistake = {
  title: "The manual caller id is a number",
  group: "Nobody notices, until it costs",
  sources: ["guide step 4.5", "silent mistake 24"],
  cause:
    "`manual_dial_cid` is CAMPAIGN, AGENT_PHONE or AGENT_PHONE_OVERRIDE. A number written by SQL becomes the empty string without an error.",
  symptom: "Manual calls do not show the number that was set.",
  look: "`SELECT manual_dial_cid FROM vicidial_campaigns` is empty.",
  fix: "CAMPAIGN, with the number in `campaign_cid`.",
  n: 108,
  customers: [],
  async make(site) {
    await site.campaign({ manual_dial_cid: "13038142839" });
  },
  async seen(site) {
    const [campaign] = await site.lab.query("SELECT manual_dial_cid FROM vicidial_campaigns WHERE campaign_id = ?", [
      site.campaignId,
    ]);
    expect(campaign).toEqual({ manual_dial_cid: "" });
  },
};
