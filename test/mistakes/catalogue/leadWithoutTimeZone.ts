import { ofOneList, type Mistake } from "../support/mistake";
import { notTried } from "../support/seen";

export const mistake: Mistake = {
  title: "The lead has no time zone",
  group: "Nobody is called",
  sources: ["silent mistake 28"],
  cause: "A lead that was inserted with SQL has `gmt_offset_now` 0.00 and is judged by Greenwich, wherever it lives.",
  symptom: "Nobody is called in the hours that the campaign allows; at night somebody may be.",
  look: "`SELECT gmt_offset_now FROM vicidial_list`; `vicidial_campaign_stats.dialable_leads` is too small.",
  fix: "Load leads with the page or the API (`add_lead`), which compute the offset.",
  ...ofOneList,
  lead: { gmt_offset_now: "0.00" },
  async make(site) {
    // The hour around now in Denver, which is seven hours from the one in Greenwich.
    const denver = (new Date().getUTCHours() + 17) % 24;
    await site.hand.remove("vicidial_call_times", { call_time_id: "MISTAKE" });
    await site.hand.add(
      "vicidial_call_times",
      {
        call_time_id: "MISTAKE",
        call_time_name: "around now in Denver",
        ct_default_start: Math.max(denver - 1, 0) * 100,
        ct_default_stop: Math.min(denver + 2, 24) * 100,
      },
      "call_time_id",
    );
    await site.list({ local_call_time: "MISTAKE" });
  },
  async seen(site) {
    const neighbour = await site.call("14", { gmt_offset_now: "-7.00" });
    const call = await site.lab.carrier.call(neighbour.phone, ({ answeredAt }) => answeredAt !== undefined, 90_000);
    await site.lab.carrier.hangUp(call.id);
    await notTried(site);
  },
};
